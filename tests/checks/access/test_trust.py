"""Whom roles trust."""

import pytest

from checks.access.trust import iam_federated_trust_narrow, iam_role_trust_known
from checks.contract import Outcome
from collectors.evidence.aws.policy import TrustedRole
from tests.checks.granted import HOME, OTHER, condition, resource_statement
from tests.evidence import DENIED

GITHUB = "token.actions.githubusercontent.com"
ISSUER = f"Federated:arn:aws:iam::{HOME}:oidc-provider/{GITHUB}"
EXTERNAL_ID = condition("StringEquals", "sts:ExternalId", "redacted")


def trust(*conditions, principals, actions=("sts:AssumeRole",)):
    return resource_statement(
        *conditions, principals=frozenset(principals), actions=actions, resources=None
    )


def role(statements, *, organisation=frozenset()):
    return TrustedRole(
        id=f"arn:aws:iam::{HOME}:role/deployer",
        name="deployer",
        account_id=HOME,
        statements=statements,
        organisation=organisation,
    )


OWN = trust(principals={f"AWS:arn:aws:iam::{HOME}:root"})
OF_SERVICE = trust(principals={"Service:ec2.amazonaws.com"})
OUTSIDE = trust(principals={f"AWS:arn:aws:iam::{OTHER}:root"})
VENDOR = trust(EXTERNAL_ID, principals={f"AWS:{OTHER}"})
EVERYBODY = trust(principals={"AWS:*"})
IN_ORGANISATION = trust(
    condition("StringEquals", "aws:PrincipalOrgID", "o-abc"), principals={"AWS:*"}
)
MEMBERS = frozenset({HOME, OTHER})


@pytest.mark.parametrize(
    ("statements", "organisation", "approved", "outcome"),
    [
        pytest.param((OWN, OF_SERVICE), DENIED, (), Outcome.NOT_APPLICABLE, id="nobody outside"),
        pytest.param((IN_ORGANISATION,), DENIED, (), Outcome.NOT_APPLICABLE, id="organisation"),
        pytest.param((EVERYBODY,), MEMBERS, (OTHER,), Outcome.FAILED, id="everybody"),
        pytest.param((OUTSIDE,), frozenset(), (), Outcome.FAILED, id="unknown"),
        pytest.param((OUTSIDE,), MEMBERS, (), Outcome.PASSED, id="of the organisation"),
        pytest.param((VENDOR,), frozenset(), (OTHER,), Outcome.PASSED, id="vendor"),
        pytest.param((VENDOR,), DENIED, (OTHER,), Outcome.PASSED, id="vendor settles it"),
        pytest.param((OUTSIDE,), frozenset(), (OTHER,), Outcome.FAILED, id="no external id"),
        pytest.param((VENDOR, OUTSIDE), frozenset(), (OTHER,), Outcome.FAILED, id="one without"),
        pytest.param((OUTSIDE,), DENIED, (OTHER,), Outcome.UNDETERMINED, id="vendor or member"),
        pytest.param((VENDOR,), DENIED, (), Outcome.UNDETERMINED, id="members denied"),
        pytest.param(DENIED, MEMBERS, (), Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_iam_role_trust_known(statements, organisation, approved, outcome):
    subject = role(statements, organisation=organisation)
    assert iam_role_trust_known(subject, approved_accounts=approved).outcome is outcome


AUDIENCE = condition("StringEquals", f"{GITHUB}:aud", "sts.amazonaws.com")


def by_token(*conditions, issuer=ISSUER):
    return trust(*conditions, principals={issuer}, actions=("sts:AssumeRoleWithWebIdentity",))


def subject_claim(value, *, operator="StringLike", issuer=GITHUB):
    return condition(operator, f"{issuer}:sub", value)


EKS = "oidc.eks.eu-west-1.amazonaws.com/id/ABC"


def by_pod(subject):
    return by_token(
        condition("StringEquals", f"{EKS}:aud", "sts.amazonaws.com"),
        subject_claim(subject, issuer=EKS),
        issuer=f"Federated:arn:aws:iam::{HOME}:oidc-provider/{EKS}",
    )


@pytest.mark.parametrize(
    ("statement", "outcome"),
    [
        pytest.param(OWN, Outcome.NOT_APPLICABLE, id="no issuer"),
        pytest.param(
            trust(
                principals={f"Federated:arn:aws:iam::{HOME}:saml-provider/x"},
                actions=("sts:AssumeRoleWithSAML",),
            ),
            Outcome.NOT_APPLICABLE,
            id="SAML",
        ),
        pytest.param(
            by_token(AUDIENCE, subject_claim("repo:acme/api:*")), Outcome.PASSED, id="repository"
        ),
        pytest.param(
            by_token(AUDIENCE, subject_claim("repo:acme/*:ref:refs/heads/main")),
            Outcome.FAILED,
            id="every repository",
        ),
        pytest.param(by_token(AUDIENCE, subject_claim("repo:*")), Outcome.FAILED, id="everybody"),
        pytest.param(by_token(AUDIENCE, subject_claim("*")), Outcome.FAILED, id="a star"),
        pytest.param(by_token(AUDIENCE), Outcome.FAILED, id="no subject"),
        pytest.param(by_token(subject_claim("repo:acme/api:*")), Outcome.FAILED, id="no audience"),
        pytest.param(
            by_token(AUDIENCE, subject_claim("repo:acme/api:*", operator="StringLikeIfExists")),
            Outcome.FAILED,
            id="only if there is a subject",
        ),
        pytest.param(by_pod("system:serviceaccount:shop:api"), Outcome.PASSED, id="a pod"),
        pytest.param(by_pod("system:serviceaccount:shop:*"), Outcome.PASSED, id="a namespace"),
        pytest.param(by_pod("system:serviceaccount:*:api"), Outcome.FAILED, id="any namespace"),
        pytest.param(
            by_token(
                condition("StringEquals", "cognito-identity.amazonaws.com:aud", "eu-west-1:1"),
                issuer="Federated:cognito-identity.amazonaws.com",
            ),
            Outcome.PASSED,
            id="an identity pool",
        ),
    ],
)
def test_iam_federated_trust_narrow(statement, outcome):
    assert iam_federated_trust_narrow(role((statement,))).outcome is outcome


def test_a_trust_that_cannot_be_read_is_in_doubt():
    assert iam_federated_trust_narrow(role(DENIED)).outcome is Outcome.UNDETERMINED


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        ("repo:acme/api:*", Outcome.FAILED),
        ("repo:acme/api:environment:production", Outcome.PASSED),
    ],
)
def test_a_role_of_production_names_branch_or_environment(subject, outcome):
    subject_role = role((by_token(AUDIENCE, subject_claim(subject)),))
    verdict = iam_federated_trust_narrow(subject_role, production_roles=("deployer",))
    assert verdict.outcome is outcome
