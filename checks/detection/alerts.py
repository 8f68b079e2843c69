"""Whether what scanners found was dealt with in time."""

from datetime import datetime, timedelta

from checks.contract import (
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.github.alerts import CodeAlert, DependencyAlert, SecretAlert
from collectors.evidence.record import Unread

REVOKED = "revoked"
EXPLAINED = {"false_positive", "used_in_tests"}


@check(
    id="github.secret-scanning.alert-within-deadline",
    title="Leaked secrets are revoked in time",
    controls=("CRY-03", "VUL-02"),
    severity=Severity.CRITICAL,
    remediation="Revoke the secret and resolve the alert.",
    empty=Outcome.PASSED,
)
def secret_alert_within_deadline(
    alert: SecretAlert, *, as_of: datetime, deadline_days: int = 2
) -> Verdict:
    """A secret in a repository is known to everybody who ever had a copy of it.

    It has to be revoked within the deadline. That it is none, or one of a test, needs a
    comment that says so; that nobody will revoke it is a failure that a person may accept.
    """
    due = alert.occurred_at + timedelta(days=deadline_days)
    if isinstance(alert.resolution, Unread):
        return undetermined(alert.resolution)
    if isinstance(alert.resolved_at, Unread):
        return undetermined(alert.resolved_at)
    if alert.resolution in EXPLAINED:
        judge = passed if alert.has_comment else failed
        return judge(f"closed as {alert.resolution}", commented=alert.has_comment)
    if alert.resolution not in {None, REVOKED}:
        return failed(f"closed as {alert.resolution}, the secret was not revoked")
    ended = alert.resolved_at if alert.resolution else None
    judge = passed if (ended or as_of) <= due else failed
    what = "revoked" if ended else "still open"
    return judge(f"{what}, to be revoked by {due:%Y-%m-%d}", due=due.isoformat())


@check(
    id="github.dependabot.alert-within-deadline",
    title="Vulnerable dependencies are updated in time",
    controls=("VUL-02",),
    severity=Severity.HIGH,
    remediation="Update the dependency, or dismiss the alert with a reason.",
    empty=Outcome.PASSED,
)
def dependency_alert_within_deadline(
    alert: DependencyAlert,
    *,
    as_of: datetime,
    critical_days: int = 7,
    high_days: int = 30,
    medium_days: int = 90,
    allowed_dismissals: tuple[str, ...] = ("fix_started", "inaccurate", "not_used"),
) -> Verdict:
    """A published weakness is tried out by others within days.

    The deadline follows from the severity; a low one has none. A dismissed alert counts
    where its reason is among the allowed ones.
    """
    if isinstance(alert.state, Unread):
        return undetermined(alert.state)
    if alert.state == "dismissed":
        if isinstance(alert.dismissed_reason, Unread):
            return undetermined(alert.dismissed_reason)
        judge = passed if alert.dismissed_reason in allowed_dismissals else failed
        return judge(f"dismissed: {alert.dismissed_reason or 'no reason'}")
    days = {"critical": critical_days, "high": high_days, "medium": medium_days}
    return _open_until(alert.occurred_at, alert.severity, days, as_of)


@check(
    id="github.code-scanning.alert-within-deadline",
    title="Weaknesses in the code are repaired in time",
    controls=("VUL-02",),
    severity=Severity.HIGH,
    remediation="Repair the code, or dismiss the alert with a comment.",
    empty=Outcome.PASSED,
)
def code_alert_within_deadline(
    alert: CodeAlert,
    *,
    as_of: datetime,
    critical_days: int = 7,
    high_days: int = 30,
    medium_days: int = 90,
) -> Verdict:
    """What a scanner found and nobody looked at might as well not have been scanned.

    The deadline follows from the severity that the rule has for security; where it has
    none, or a low one, there is no deadline. A dismissed alert needs a comment.
    """
    if isinstance(alert.state, Unread):
        return undetermined(alert.state)
    if alert.state == "dismissed":
        judge = passed if alert.has_comment else failed
        return judge("dismissed", commented=alert.has_comment)
    days = {"critical": critical_days, "high": high_days, "medium": medium_days}
    return _open_until(alert.occurred_at, alert.severity, days, as_of)


def _open_until(
    since: datetime, severity: str | Unread | None, days: dict[str, int], as_of: datetime
) -> Verdict:
    if isinstance(severity, Unread):
        return undetermined(severity)
    if severity not in days:
        return not_applicable("its severity has no deadline", severity=severity)
    due = since + timedelta(days=days[severity])
    judge = passed if as_of <= due else failed
    return judge(f"open, to be closed by {due:%Y-%m-%d}", severity=severity, due=due.isoformat())
