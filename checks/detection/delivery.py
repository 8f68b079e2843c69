"""Does what trails record arrive?"""

from collections.abc import Iterator
from datetime import timedelta

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.cloudtrail import TrailDelivery
from collectors.evidence.record import Instant, Unread


@check(
    id="aws.cloudtrail.delivery-fresh",
    title="What trails record arrives, in storage and where it is watched",
    controls=("MON-01",),
    severity=Severity.MEDIUM,
    remediation="Connect the trail to a log group and repair the delivery role.",
    empty=Outcome.FAILED,
)
def cloudtrail_delivery_fresh(
    trail: TrailDelivery,
    *,
    as_of: Instant,
    max_silence_hours: int = 24,
    collected_elsewhere: tuple[str, ...] = (),
) -> Verdict:
    """A trail that is on and whose files do not arrive records nothing, and says so to nobody.

    It has to be logging, and to have delivered within the limit without an error of the last
    attempt, both to its bucket and to a log group, where alarms can see it. A trail without a
    log group passes only if something else collects it: an event data store or a product
    outside, declared in `collected_elsewhere` by the trail's name or ARN.
    """
    elsewhere = bool({trail.id, trail.name} & {*collected_elsewhere})
    watched = trail.log_group is not None
    wrong: list[str | Unread] = [*_at_rest(trail)]
    since = as_of - timedelta(hours=max_silence_hours)
    wrong += _silent("its bucket", trail.delivered_at, trail.delivery_error, since)
    if watched:
        wrong += _silent("its log group", trail.logged_at, trail.log_error, since)
    elif not elsewhere:
        wrong.append("no log group and nothing else receives it")
    known = tuple(each for each in wrong if isinstance(each, str))
    if known:
        return failed("; ".join(known), log_group=trail.log_group)
    for each in wrong:
        if isinstance(each, Unread):
            return undetermined(each, log_group=trail.log_group)
    return passed("what it records arrives", log_group=trail.log_group)


def _at_rest(trail: TrailDelivery) -> Iterator[str | Unread]:
    if isinstance(trail.logging, Unread):
        yield trail.logging
    elif not trail.logging:
        yield "the trail is not logging"


def _silent(
    where: str, at: Instant | Unread | None, error: str | Unread | None, since: Instant
) -> Iterator[str | Unread]:
    if isinstance(error, Unread):
        yield error
    elif error is not None:
        yield f"the last delivery to {where} failed"
    if isinstance(at, Unread):
        yield at
    elif at is None:
        yield f"nothing ever arrived in {where}"
    elif at < since:
        yield f"nothing arrived in {where} within the limit"
