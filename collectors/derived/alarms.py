"""Which events of an account somebody would hear of, and by which way.

A way begins at a trail and leads by log group, metric filter, alarm and topic to a confirmed
subscription; or it is a rule of EventBridge with a target.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from collectors.contract import derived
from collectors.derived.watching import event_pattern, filter_pattern
from collectors.derived.watching.events import (
    FAILED_ACCESS,
    LOGGING_CHANGES,
    NETWORK_CHANGES,
    PERMISSION_CHANGES,
    ROOT_USE,
    Event,
    Family,
    sent,
)
from collectors.evidence.aws.alarms import (
    Alarm,
    AlarmedTrail,
    AlarmRoute,
    EventWatch,
    MetricFilter,
    RegionAlarms,
    WatchedFailedAccess,
    WatchedFamily,
    WatchedLoggingChanges,
    WatchedNetworkChanges,
    WatchedPermissionChanges,
    WatchedRootUse,
)
from collectors.evidence.aws.organisation import AccountGuardrails
from collectors.evidence.record import Unread

W = TypeVar("W", bound=WatchedFamily)

GLOBAL_EVENTS = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""In each partition, the region that EventBridge sends events without a region to."""
PARTITION, REGION, ACCOUNT = 1, 3, 4
"""Where an ARN names them."""
Places = Mapping[tuple[str, str], RegionAlarms]
"""By account and region."""


@derived(id="derived.aws-root-use")
def watched_root_use(regions: Sequence[RegionAlarms]) -> Iterator[WatchedRootUse]:
    """Every account, and who hears when root is used."""
    yield from _watched(WatchedRootUse, ROOT_USE, regions)


@derived(id="derived.aws-failed-access")
def watched_failed_access(regions: Sequence[RegionAlarms]) -> Iterator[WatchedFailedAccess]:
    """Every account, and who hears of failed sign-ins, denied calls and missing second factors."""
    yield from _watched(WatchedFailedAccess, FAILED_ACCESS, regions)


@derived(id="derived.aws-logging-changes")
def watched_logging_changes(regions: Sequence[RegionAlarms]) -> Iterator[WatchedLoggingChanges]:
    """Every account, and who hears when trails or configuration recorders change."""
    yield from _watched(WatchedLoggingChanges, LOGGING_CHANGES, regions)


@derived(id="derived.aws-network-changes")
def watched_network_changes(regions: Sequence[RegionAlarms]) -> Iterator[WatchedNetworkChanges]:
    """Every account, and who hears when networks change."""
    yield from _watched(WatchedNetworkChanges, NETWORK_CHANGES, regions)


@derived(id="derived.aws-permission-changes")
def watched_permission_changes(
    regions: Sequence[RegionAlarms], accounts: Sequence[AccountGuardrails]
) -> Iterator[WatchedPermissionChanges]:
    """Every account, and who hears when permissions change.

    Changes of an organisation happen in its management account alone: an account of which it
    is known that it is another has no such record.
    """
    others = {each.name for each in accounts if each.standing in ("standalone", "member")}
    of_management = {family.name for family in PERMISSION_CHANGES if family.of_management}
    for one in _watched(WatchedPermissionChanges, PERMISSION_CHANGES, regions):
        if one.family not in of_management or one.account_id not in others:
            yield one


def _watched(
    kind: type[W], families: Iterable[Family], regions: Sequence[RegionAlarms]
) -> Iterator[W]:
    by_account: dict[str, list[RegionAlarms]] = defaultdict(list)
    for region in regions:
        by_account[region.account_id].append(region)
    places = {(region.account_id, region.region): region for region in regions}
    for account, own in sorted(by_account.items()):
        partition = own[0].id.split(":")[PARTITION]
        ways = tuple(_by_filters(own, places))
        for family in families:
            in_question = _where(family, own, partition)
            yield kind(
                id=f"arn:{partition}:cloudtrail::{account}:watched/{family.name}",
                name=f"{account}: {family.name}",
                account_id=account,
                family=family.name,
                regions=tuple(sorted(region.region for region in in_question)),
                events=tuple(_watch(event, family, ways, in_question) for event in family.events),
                unseen=tuple(dict.fromkeys(_unseen(own, in_question, places))),
            )


def _where(family: Family, own: Sequence[RegionAlarms], partition: str) -> tuple[RegionAlarms, ...]:
    """The regions in which a rule would have to stand."""
    if family.everywhere:
        return tuple(own)
    return tuple(region for region in own if region.region == GLOBAL_EVENTS.get(partition))


Way = tuple[AlarmedTrail, MetricFilter, Alarm, RegionAlarms]


def _by_filters(own: Sequence[RegionAlarms], places: Places) -> Iterator[Way]:
    """Every way by an alarm, whatever it catches; the log group may lie in another account."""
    for trail in _trails(own):
        place = _place(trail, places)
        if place is None or isinstance(place.filters, Unread) or isinstance(place.alarms, Unread):
            continue
        for one in place.filters:
            if one.log_group == trail.log_group:
                for alarm in place.alarms:
                    if alarm.metrics & one.metrics:
                        yield trail, one, alarm, place


def _trails(own: Sequence[RegionAlarms]) -> Iterable[AlarmedTrail]:
    """Each trail of an account once; a region shows those of other regions as well."""
    found = {
        trail.arn: trail
        for region in own
        if not isinstance(region.trails, Unread)
        for trail in region.trails
        if trail.log_group and trail.complete is not False
    }
    return found.values()


def _place(trail: AlarmedTrail, places: Places) -> RegionAlarms | None:
    parts = (trail.log_group or "").split(":")
    return places.get((parts[ACCOUNT], parts[REGION])) if len(parts) > ACCOUNT else None


def _unseen(
    own: Sequence[RegionAlarms], in_question: Sequence[RegionAlarms], places: Places
) -> Iterator[Unread]:
    """What was not read, and may hold another way."""
    for region in own:
        if isinstance(region.trails, Unread):
            yield region.trails
    for trail in _trails(own):
        place = _place(trail, places)
        if place is None:
            yield Unread(why=f"the log group {trail.log_group} lies where nothing is read")
        else:
            yield from (p for p in (place.filters, place.alarms) if isinstance(p, Unread))
    if not in_question:
        yield Unread(why="the region that global events are sent to is not read")
    for region in in_question:
        if isinstance(region.rules, Unread):
            yield region.rules


def _watch(
    event: tuple[str, Event],
    family: Family,
    ways: Iterable[Way],
    in_question: Iterable[RegionAlarms],
) -> EventWatch:
    name, told = event
    routes = (
        *(route for way in ways for route in _by_alarm(way, told, singly=family.singly)),
        *(route for region in in_question for route in _by_rule(region, told)),
    )
    in_order = sorted(
        set(routes), key=lambda route: (route.name, str(route.works), str(route.flaw))
    )
    return EventWatch(event=name, routes=tuple(in_order))


def _by_alarm(way: Way, event: Event, *, singly: bool) -> Iterator[AlarmRoute]:
    trail, one, alarm, place = way
    caught = _known(one.name, caught=filter_pattern.catches(one.pattern, event))
    if caught is False:
        return
    works: bool | Unread
    works, flaw = _sent_on(alarm.actions, place)
    if singly and not alarm.at_once:
        works, flaw = False, "the alarm waits for more than one event"
    elif works is True:
        works = next((p for p in (caught, trail.complete) if isinstance(p, Unread)), True)
    yield AlarmRoute(form="filter", name=alarm.arn, region=place.region, works=works, flaw=flaw)


def _by_rule(region: RegionAlarms, event: Event) -> Iterator[AlarmRoute]:
    for rule in () if isinstance(region.rules, Unread) else region.rules:
        told = {**sent(event), "account": region.account_id, "region": region.region}
        caught = _known(rule.name, caught=event_pattern.catches(rule.pattern, told))
        if caught is False:
            continue
        works: bool | Unread
        works, flaw = (
            (rule.targets, None)
            if isinstance(rule.targets, Unread)
            else _sent_on(rule.targets, region)
        )
        if works is True:
            works = caught
        yield AlarmRoute(form="rule", name=rule.arn, region=region.region, works=works, flaw=flaw)


def _known(name: str, *, caught: bool | None) -> bool | Unread:
    """Whether a pattern matches; one that we cannot read may match."""
    return Unread(why=f"the pattern of {name} cannot be read") if caught is None else caught


def _sent_on(actions: tuple[str, ...], place: RegionAlarms) -> tuple[bool | Unread, str | None]:
    """Whether somebody receives it: a topic's confirmed subscriber, or any other target."""
    if not actions:
        return False, "nothing runs when it goes off"
    confirmed = {topic.arn: topic.confirmed for topic in place.topics}
    received = [confirmed.get(arn, False) if ":sns:" in arn else True for arn in actions]
    if True in received:
        return True, None
    doubt = next((one for one in received if isinstance(one, Unread)), None)
    return (doubt, None) if doubt else (False, "nobody confirmed a subscription")
