"""Whether people sign in to AWS in one place, and whose the grants are."""

from datetime import timedelta

import pytest

from checks.access.single_sign_on import (
    identity_center_administrator_assignment_approved,
    identity_center_used_by_people,
    identity_grant_accounted_for,
)
from checks.contract import Outcome
from collectors.evidence.aws.iam import Statement
from collectors.evidence.aws.identity_center import (
    AccountedGrant,
    CenterAssignment,
    CenterUser,
    GrantHolder,
    SingleSignOn,
)
from tests.checks.granted import HOME, OTHER
from tests.evidence import DENIED, NOW

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED
LEFT_OUT = Outcome.NOT_APPLICABLE
ROOT = f"arn:aws:iam::{HOME}:root"


def account(*owners, users=(), saml=(), management=OTHER, unseen=()):
    return SingleSignOn(
        id=ROOT,
        name=HOME,
        console_users=users,
        saml_providers=saml,
        management=management,
        owners=owners,
        unseen=unseen,
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(account(OTHER), PASSED, id="the organisation's instance"),
        pytest.param(account(HOME), FAILED, id="an instance of the account in an organisation"),
        pytest.param(account(HOME, management=None), PASSED, id="of the account, standing alone"),
        pytest.param(account(saml=("arn",)), PASSED, id="a SAML provider"),
        pytest.param(account(), FAILED, id="nothing"),
        pytest.param(account(OTHER, users=("ada",)), FAILED, id="a password"),
        pytest.param(account(OTHER, users=("break-glass",)), PASSED, id="an approved password"),
        pytest.param(account(OTHER, users=DENIED), UNKNOWN, id="passwords unread"),
        pytest.param(account(users=DENIED), FAILED, id="no instance settles it"),
        pytest.param(account(unseen=(DENIED,)), UNKNOWN, id="a region unread"),
        pytest.param(account(OTHER, unseen=(DENIED,)), PASSED, id="one region settles it"),
        pytest.param(account(saml=DENIED), UNKNOWN, id="providers unread"),
        pytest.param(account(OTHER, management=DENIED), UNKNOWN, id="organisation unread"),
        pytest.param(account(management=DENIED), FAILED, id="no instance, whoever manages"),
        pytest.param(account(users=("ada",), saml=DENIED), FAILED, id="a password settles it"),
    ],
)
def test_identity_center_used_by_people(subject, outcome):
    verdict = identity_center_used_by_people(subject, approved_console_users=("break-glass",))
    assert verdict.outcome is outcome


ADMINISTRATOR = ("arn:aws:iam::aws:policy/AdministratorAccess",)
ADA = CenterUser(id="1", login="ada", email="ada@acme.test")
BEN = CenterUser(id="2", login="ben", email=None)


def says(effect="Allow", actions=("*",), resources=("*",)):
    return Statement(
        effect=effect,
        actions=actions,
        not_actions=None,
        resources=resources,
        not_resources=None,
        conditions=(),
    )


def assignment(*people, policies=ADMINISTRATOR, inline=None, read=True, gone=False):
    return CenterAssignment(
        id="a",
        name="Admin",
        account_id=HOME,
        permission_set="Admin",
        principal="GROUP",
        people=None if gone else people if read else DENIED,
        policies=policies,
        inline=inline,
    )


@pytest.mark.parametrize(
    ("subject", "approved", "outcome"),
    [
        pytest.param(assignment(ADA), ("ada",), PASSED, id="by login"),
        pytest.param(assignment(ADA), ("Ada@acme.test",), PASSED, id="by address"),
        pytest.param(assignment(ADA), (f"ada@{HOME}",), PASSED, id="for the account"),
        pytest.param(assignment(ADA), (f"ada@{OTHER}",), FAILED, id="for another account"),
        pytest.param(assignment(ADA, BEN), ("ada",), FAILED, id="one of two members"),
        pytest.param(assignment(), (), PASSED, id="an empty group"),
        pytest.param(assignment(gone=True), (), FAILED, id="gone"),
        pytest.param(assignment(ADA, policies=()), (), LEFT_OUT, id="something less"),
        pytest.param(assignment(ADA, policies=(), inline=(says(),)), (), FAILED, id="inline"),
        pytest.param(
            assignment(ADA, policies=(), inline=(says("Deny"),)), (), LEFT_OUT, id="a denial"
        ),
        pytest.param(
            assignment(ADA, policies=(), inline=(says(actions=("s3:*",)),)), (), LEFT_OUT, id="S3"
        ),
        pytest.param(assignment(ADA, policies=DENIED), ("ada",), UNKNOWN, id="policies unread"),
        pytest.param(
            assignment(ADA, policies=(), inline=DENIED), ("ada",), UNKNOWN, id="inline unread"
        ),
        pytest.param(assignment(ADA, inline=DENIED), (), FAILED, id="one policy settles it"),
        pytest.param(assignment(read=False), (), UNKNOWN, id="members unread"),
    ],
)
def test_identity_center_administrator_assignment_approved(subject, approved, outcome):
    verdict = identity_center_administrator_assignment_approved(subject, approved_holders=approved)
    assert verdict.outcome is outcome


TODAY = NOW.date()


def holder(login="ada", person="p1", *, until=None, doubt=None):
    return GrantHolder(login=login, person=person, employed_until=until, in_doubt=doubt)


NOBODY = holder("x", None)
PERHAPS = holder("y", None, doubt=DENIED)


@pytest.mark.parametrize(
    ("holders", "outcome"),
    [
        pytest.param((holder(),), PASSED, id="a person"),
        pytest.param((holder(until=TODAY),), PASSED, id="on the last day"),
        pytest.param((holder(until=TODAY - timedelta(days=1)),), FAILED, id="the day after"),
        pytest.param((NOBODY,), FAILED, id="nobody"),
        pytest.param((holder(), NOBODY), FAILED, id="one of two"),
        pytest.param((holder("Bot", None),), PASSED, id="an approved machine"),
        pytest.param((PERHAPS,), UNKNOWN, id="owner unread"),
        pytest.param((PERHAPS, NOBODY), FAILED, id="one settles it"),
        pytest.param((), PASSED, id="an empty group"),
        pytest.param(None, FAILED, id="gone"),
        pytest.param(DENIED, UNKNOWN, id="members unread"),
    ],
)
def test_identity_grant_accounted_for(holders, outcome):
    grant = AccountedGrant(id="a", name="a", via="assignment", holders=holders)
    verdict = identity_grant_accounted_for(grant, as_of=NOW, machine_accounts=("bot",))
    assert verdict.outcome is outcome
