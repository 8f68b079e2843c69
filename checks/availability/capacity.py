"""Is there room to grow?"""

from datetime import timedelta

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.capacity import TrackedLimit
from collectors.evidence.record import Instant, Unread


@check(
    id="aws.capacity.headroom-left",
    title="There is room below limits, and groups do not stay full",
    controls=("AVL-04",),
    severity=Severity.MEDIUM,
    remediation="Ask for a higher quota, or raise the group's maximum.",
    empty=Outcome.NOT_APPLICABLE,
)
def capacity_headroom_left(
    tracked: TrackedLimit, *, as_of: Instant, max_share: float = 0.8, max_minutes_at_limit: int = 60
) -> Verdict:
    """A limit is met on the busiest day of the year.

    Of a quota less than the share may be used. A scaling group may be at its maximum, but not
    stay there: since when it is shows the last machine it started or stopped, which may make
    the time look shorter than it was. Groups of a fixed size are left out.
    """
    used, limit = tracked.used, tracked.limit
    if isinstance(used, Unread):
        return undetermined(used)
    if isinstance(limit, Unread):
        return undetermined(limit)
    if tracked.form == "quota":
        room = used < limit * max_share
        judge = passed if room else failed
        return judge(
            f"{'less' if room else 'no less'} than {max_share:.0%} of the quota is used",
            used=used,
            limit=limit,
        )
    return _of_group(tracked, as_of - timedelta(minutes=max_minutes_at_limit))


def _of_group(group: TrackedLimit, since: Instant) -> Verdict:
    if isinstance(group.full_since, Unread):
        return undetermined(group.full_since)
    if group.full_since is None or group.full_since > since:
        return passed("the group has room to grow, or has not been full for long")
    return failed("the group stays at its maximum", full_since=group.full_since.isoformat())
