"""Whether what scanners found was dealt with in time."""

from datetime import timedelta

import pytest

from checks.contract import Outcome
from checks.detection.alerts import (
    code_alert_within_deadline,
    dependency_alert_within_deadline,
    secret_alert_within_deadline,
)
from collectors.evidence.github.alerts import CodeAlert, DependencyAlert, SecretAlert
from tests.evidence import DENIED, NOW

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED


def ago(days):
    return NOW - timedelta(days=days)


def leak(days, resolution=None, *, resolved=None, comment=False):
    return SecretAlert(
        id="a",
        name="acme/web #1",
        occurred_at=ago(days),
        secret_type="aws_access_key_id",
        resolution=resolution,
        resolved_at=ago(resolved) if isinstance(resolved, int | float) else resolved,
        has_comment=comment,
    )


@pytest.mark.parametrize(
    ("alert", "outcome"),
    [
        pytest.param(leak(1), PASSED, id="open for a day"),
        pytest.param(leak(2), PASSED, id="open for two days to the second"),
        pytest.param(leak(2.01), FAILED, id="open a little longer"),
        pytest.param(leak(9, "revoked", resolved=7), PASSED, id="revoked within two days"),
        pytest.param(leak(9, "revoked", resolved=6.9), FAILED, id="revoked too late"),
        pytest.param(leak(9, "false_positive", comment=True), PASSED, id="none, with a comment"),
        pytest.param(leak(9, "used_in_tests"), FAILED, id="of a test, without a comment"),
        pytest.param(leak(1, "wont_fix", comment=True), FAILED, id="nobody will revoke it"),
        pytest.param(leak(9, DENIED), UNKNOWN, id="resolution not read"),
        pytest.param(leak(9, "revoked", resolved=DENIED), UNKNOWN, id="its moment not read"),
    ],
)
def test_secret_alert_within_deadline(alert, outcome):
    assert secret_alert_within_deadline(alert, as_of=NOW).outcome is outcome


def weak(days, severity="high", *, state="open", reason=None):
    return DependencyAlert(
        id="a",
        name="acme/web #2",
        occurred_at=ago(days),
        severity=severity,
        state=state,
        dismissed_reason=reason,
    )


@pytest.mark.parametrize(
    ("alert", "outcome"),
    [
        pytest.param(weak(30), PASSED, id="high, thirty days"),
        pytest.param(weak(30.01), FAILED, id="high, a little longer"),
        pytest.param(weak(7, "critical"), PASSED, id="critical, a week"),
        pytest.param(weak(7.01, "critical"), FAILED, id="critical, a little longer"),
        pytest.param(weak(90, "medium"), PASSED, id="medium, ninety days"),
        pytest.param(weak(90.01, "medium"), FAILED, id="medium, a little longer"),
        pytest.param(weak(900, "low"), Outcome.NOT_APPLICABLE, id="low"),
        pytest.param(weak(900, state="dismissed", reason="not_used"), PASSED, id="not used"),
        pytest.param(weak(1, state="dismissed", reason="no_bandwidth"), FAILED, id="no time"),
        pytest.param(weak(1, state="dismissed"), FAILED, id="no reason"),
        pytest.param(weak(1, state="dismissed", reason=DENIED), UNKNOWN, id="reason not read"),
        pytest.param(weak(1, DENIED), UNKNOWN, id="severity not read"),
        pytest.param(weak(1, state=DENIED), UNKNOWN, id="state not read"),
    ],
)
def test_dependency_alert_within_deadline(alert, outcome):
    assert dependency_alert_within_deadline(alert, as_of=NOW).outcome is outcome


def flaw(days, severity="high", *, state="open", comment=False):
    return CodeAlert(
        id="a",
        name="acme/web #3",
        occurred_at=ago(days),
        severity=severity,
        state=state,
        has_comment=comment,
    )


@pytest.mark.parametrize(
    ("alert", "outcome"),
    [
        pytest.param(flaw(30), PASSED, id="high, thirty days"),
        pytest.param(flaw(30.01), FAILED, id="high, a little longer"),
        pytest.param(flaw(900, None), Outcome.NOT_APPLICABLE, id="not of security"),
        pytest.param(flaw(900, state="dismissed", comment=True), PASSED, id="with a comment"),
        pytest.param(flaw(1, state="dismissed"), FAILED, id="without a comment"),
        pytest.param(flaw(1, DENIED), UNKNOWN, id="severity not read"),
        pytest.param(flaw(1, state=DENIED), UNKNOWN, id="state not read"),
    ],
)
def test_code_alert_within_deadline(alert, outcome):
    assert code_alert_within_deadline(alert, as_of=NOW).outcome is outcome
