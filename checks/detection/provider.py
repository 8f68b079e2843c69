"""Does anybody act on what the provider says is wrong?"""

from datetime import timedelta

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
from collectors.evidence.aws.health import ProviderEvent
from collectors.evidence.record import Instant, Unread

NOTICE = "accountNotification"


@check(
    id="aws.health.events-known",
    title="What AWS says is wrong is recorded",
    controls=("IR-03", "AVL-04"),
    severity=Severity.MEDIUM,
    remediation="Record the event and its effect as an incident or a task.",
    empty=Outcome.PASSED,
)
def health_events_known(
    event: ProviderEvent,
    *,
    as_of: Instant,
    max_unrecorded_hours: int = 24,
    recorded_events: tuple[str, ...] = (),
) -> Verdict:
    """The provider's trouble becomes ours as soon as it touches what we run.

    Judged are open issues and investigations, and notices about security, if they are about
    the account or name a resource in it. The company names those with an incident or a task by
    their ARN in `recorded_events`. Other notices, and what AWS only plans, are left out.
    """
    if isinstance(event.category, Unread):
        return undetermined(event.category)
    if event.category == NOTICE and not event.about_security:
        return not_applicable("a notice, and not about security")
    if event.touches is False:
        return not_applicable("it touches nothing in the account")
    if event.id in recorded_events:
        return passed("it is recorded", category=event.category)
    if isinstance(event.touches, Unread):
        return undetermined(event.touches, category=event.category)
    return _recorded_in_time(event.started_at, as_of, max_unrecorded_hours)


def _recorded_in_time(started_at: Instant | Unread, as_of: Instant, hours: int) -> Verdict:
    if isinstance(started_at, Unread):
        return undetermined(started_at)
    due = started_at + timedelta(hours=hours)
    judge = passed if as_of <= due else failed
    return judge(f"not recorded, to be recorded by {due:%Y-%m-%d %H:%M} UTC", due=due.isoformat())
