"""Accounts: whom AWS calls, and what the organisation keeps them from."""

import pytest

from checks.contract import Outcome
from checks.governance.accounts import (
    account_security_contact_set,
    organizations_guardrails_attached,
)
from collectors.evidence.aws.organisation import AccountGuardrails, Guardrail, SecurityContact
from tests.checks.granted import HOME, condition, resource_statement
from tests.evidence import DENIED


@pytest.mark.parametrize(
    ("named", "outcome"),
    [
        pytest.param(True, Outcome.PASSED, id="named"),
        pytest.param(False, Outcome.FAILED, id="not named"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="denied"),
    ],
)
def test_account_security_contact_set(named, outcome):
    account = SecurityContact(id=HOME, name=HOME, named=named)
    assert account_security_contact_set(account).outcome is outcome


def denial(*conditions, actions=("cloudtrail:Stop*",), resources=("*",), **more):
    return resource_statement(
        *conditions, effect="Deny", actions=actions, resources=resources, **more
    )


def guardrail(*statements):
    return Guardrail(id="p-1", statements=statements)


FULL = Guardrail(
    id="p-FullAWSAccess", statements=(resource_statement(actions=("*",), resources=("*",)),)
)
UNREAD = Guardrail(id="p-2", statements=DENIED)
SPARED = condition("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/break-glass")
AT_NIGHT = condition("DateGreaterThan", "aws:CurrentTime", "2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("guardrails", "outcome"),
    [
        pytest.param((guardrail(denial()), FULL), Outcome.PASSED, id="denied"),
        pytest.param((guardrail(denial(SPARED)),), Outcome.PASSED, id="but for some"),
        pytest.param((guardrail(denial(AT_NIGHT)),), Outcome.FAILED, id="at times"),
        pytest.param((guardrail(denial(resources=("arn:x",))),), Outcome.FAILED, id="on one trail"),
        pytest.param(
            (guardrail(denial(actions=None, not_actions=("iam:*",))),),
            Outcome.PASSED,
            id="the rest",
        ),
        pytest.param(
            (guardrail(denial(actions=None, not_actions=("cloudtrail:*",))),),
            Outcome.FAILED,
            id="all the rest",
        ),
        pytest.param((FULL,), Outcome.FAILED, id="only the default"),
        pytest.param((FULL, UNREAD), Outcome.UNDETERMINED, id="one unread"),
        pytest.param((guardrail(denial()), UNREAD), Outcome.PASSED, id="denied, one unread"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="denied to us"),
    ],
)
def test_organizations_guardrails_attached(guardrails, outcome):
    verdict = organizations_guardrails_attached(
        account(guardrails=guardrails), watched_denials=("cloudtrail:StopLogging",)
    )
    assert verdict.outcome is outcome


def account(*, standing="member", features="ALL", guardrails=()):
    return AccountGuardrails(
        id=HOME, name=HOME, standing=standing, features=features, guardrails=guardrails
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(account(standing="standalone", features=None), Outcome.FAILED, id="alone"),
        pytest.param(account(features="CONSOLIDATED_BILLING"), Outcome.FAILED, id="billing only"),
        pytest.param(account(standing="management"), Outcome.PASSED, id="management account"),
        pytest.param(account(standing=DENIED), Outcome.UNDETERMINED, id="standing unread"),
        pytest.param(account(features=DENIED), Outcome.UNDETERMINED, id="features unread"),
    ],
)
def test_the_account_belongs_to_an_organisation_with_all_features(subject, outcome):
    assert organizations_guardrails_attached(subject).outcome is outcome
