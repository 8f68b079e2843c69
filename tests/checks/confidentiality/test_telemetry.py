"""Who sees metrics and logs, and which key protects them."""

import pytest

from checks.confidentiality.telemetry import (
    cloudwatch_sharing_approved,
    logs_encrypted_with_own_key,
)
from checks.contract import Outcome
from collectors.evidence.aws.logs import ProtectedLogGroup, TelemetrySharing
from tests.checks.granted import HOME, OTHER, condition, resource_statement
from tests.evidence import DENIED

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED
LEFT_OUT = Outcome.NOT_APPLICABLE
KEY = f"arn:aws:kms:eu-west-1:{HOME}:key/1"


def group(classification, key=KEY, state="Enabled"):
    return ProtectedLogGroup(
        id=f"arn:aws:logs:eu-west-1:{HOME}:log-group:app",
        name="app",
        classification=classification,
        key=key,
        key_state=state if key else None,
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(group("confidential"), PASSED, id="own key"),
        pytest.param(group("Personal"), PASSED, id="own key, written otherwise"),
        pytest.param(group("confidential", None), FAILED, id="the provider's key"),
        pytest.param(group("confidential", state="Disabled"), FAILED, id="a key that is off"),
        pytest.param(group("confidential", state="PendingDeletion"), FAILED, id="a key that goes"),
        pytest.param(group("internal", None), LEFT_OUT, id="internal"),
        pytest.param(group(None, None), LEFT_OUT, id="unclassified"),
        pytest.param(group(DENIED), UNKNOWN, id="class unread"),
        pytest.param(group("confidential", state=DENIED), UNKNOWN, id="key unread"),
        pytest.param(group("internal", state=DENIED), LEFT_OUT, id="class settles it"),
    ],
)
def test_logs_encrypted_with_own_key(subject, outcome):
    assert logs_encrypted_with_own_key(subject).outcome is outcome


def sharing(form, shared_with=None, statements=None):
    return TelemetrySharing(
        id="arn",
        name="x",
        account_id=HOME,
        form=form,
        shared_with=shared_with,
        statements=statements,
    )


def lets_in(*principals, conditions=()):
    return (resource_statement(*conditions, principals=frozenset(principals)),)


MONITORING = lets_in(f"AWS:arn:aws:iam::{OTHER}:root")
IN_ORGANISATION = lets_in(
    "AWS:*", conditions=(condition("StringEquals", "aws:PrincipalOrgID", "o-abc"),)
)
IN_UNIT = lets_in(
    "AWS:*", conditions=(condition("StringLike", "aws:PrincipalOrgPaths", "o-abc/r-1/*"),)
)


@pytest.mark.parametrize(
    ("subject", "approved", "outcome"),
    [
        pytest.param(sharing("link", OTHER), (OTHER,), PASSED, id="link to the approved"),
        pytest.param(sharing("link", OTHER), (), FAILED, id="link to another"),
        pytest.param(sharing("link", HOME), (), PASSED, id="link to itself"),
        pytest.param(sharing("link", DENIED), (OTHER,), UNKNOWN, id="link unread"),
        pytest.param(sharing("role", None, MONITORING), (OTHER,), PASSED, id="approved role"),
        pytest.param(sharing("role", None, MONITORING), (), FAILED, id="role for another"),
        pytest.param(sharing("role", None, lets_in("AWS:*")), (OTHER,), FAILED, id="for everybody"),
        pytest.param(sharing("role", None, DENIED), (OTHER,), UNKNOWN, id="role unread"),
        pytest.param(sharing("sink", None, IN_ORGANISATION), ("o-abc",), PASSED, id="approved org"),
        pytest.param(sharing("sink", None, IN_UNIT), ("o-abc",), PASSED, id="a part of it"),
        pytest.param(sharing("sink", None, IN_ORGANISATION), (OTHER,), FAILED, id="another org"),
        pytest.param(sharing("sink"), (), PASSED, id="sink without a policy"),
    ],
)
def test_cloudwatch_sharing_approved(subject, approved, outcome):
    verdict = cloudwatch_sharing_approved(subject, approved_accounts=approved)
    assert verdict.outcome is outcome
