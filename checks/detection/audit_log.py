"""Whether the vendor's own log is read before it is gone."""

from datetime import datetime, timedelta

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.github.audit_log import AuditLog
from collectors.evidence.github.plan import NotOffered
from collectors.evidence.record import Unread


@check(
    id="github.audit-log.streamed-without-gap",
    title="The audit log of GitHub is read without a hole",
    controls=("MON-01", "CHG-05"),
    severity=Severity.MEDIUM,
    remediation="Set up streaming of the audit log, or read it at least daily.",
    empty=Outcome.FAILED,
)
def audit_log_streamed_without_gap(
    log: AuditLog, *, as_of: datetime, max_gap_hours: int = 24
) -> Verdict:
    """GitHub forgets what was done with git after a week, and the rest after half a year.

    Each reading has to reach back to where the previous one ended; a stretch that was gone
    before it was read may be as long as the limit. A plan whose log cannot be asked for is
    undetermined: the log is there, and nobody reads it. Streams belong to the enterprise
    and are not seen here.
    """
    hole = log.hole
    if isinstance(hole, Unread):
        return undetermined(hole)
    if isinstance(hole, NotOffered):
        return undetermined("the log cannot be asked for on this plan", call=hole.why)
    if hole is None:
        return passed("the log is read without a hole")
    ends = hole.goes_on_at or as_of
    judge = passed if ends - hole.read_until <= timedelta(hours=max_gap_hours) else failed
    return judge(
        f"nothing was read after {hole.read_until:%Y-%m-%d %H:%M} UTC",
        read_until=hole.read_until.isoformat(),
        goes_on_at=hole.goes_on_at.isoformat() if hole.goes_on_at else None,
    )
