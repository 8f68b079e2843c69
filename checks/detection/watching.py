"""Does somebody hear when it matters?"""

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
from collectors.evidence.aws.alarms import (
    AlarmTopic,
    EventWatch,
    WatchedFailedAccess,
    WatchedFamily,
    WatchedLoggingChanges,
    WatchedNetworkChanges,
    WatchedPermissionChanges,
    WatchedRootUse,
)
from collectors.evidence.record import Unread

REMEDY = (
    "Add a metric filter on the trail's log group with an alarm that somebody receives, or an "
    "event rule in every region."
)


@check(
    id="aws.alarm.root-use-watched",
    title="Somebody hears when root is used",
    controls=("MON-03", "ACC-03"),
    severity=Severity.MEDIUM,
    remediation=REMEDY,
    empty=Outcome.FAILED,
)
def root_use_watched(family: WatchedRootUse) -> Verdict:
    """Root is used once a year, or by somebody else.

    The sign-in and a call by root each have to reach somebody. A way counts whole: a trail of
    all regions that is logging, its log group, a metric filter whose pattern matches the event,
    an alarm that one event sets off, and a confirmed receiver; or an event rule that matches
    and has a target, in the region that global events are sent to. The log group may lie in
    another account of the organisation, if that one is read too.
    """
    return _heard(family)


@check(
    id="aws.alarm.failed-access-watched",
    title="Somebody hears of access that failed",
    controls=("MON-03",),
    severity=Severity.MEDIUM,
    remediation=REMEDY,
    empty=Outcome.FAILED,
)
def failed_access_watched(family: WatchedFailedAccess) -> Verdict:
    """Who guesses passwords or tries what is closed fails often, before they fail no more.

    Judged one by one: failed sign-ins, denied calls, and sign-ins without a second factor. Ways
    count as in aws.alarm.root-use-watched; of failed sign-ins and denied calls an alarm may wait
    for several.
    """
    return _heard(family)


@check(
    id="aws.alarm.logging-changes-watched",
    title="Somebody hears when recording changes",
    controls=("MON-01", "MON-03", "MON-04"),
    severity=Severity.MEDIUM,
    remediation=REMEDY,
    empty=Outcome.FAILED,
)
def logging_changes_watched(family: WatchedLoggingChanges) -> Verdict:
    """The first thing to be turned off is what remembers the rest.

    Judged one by one: changes of trails, and of the configuration recorder. Ways count as in
    aws.alarm.root-use-watched; event rules are needed in every region.
    """
    return _heard(family)


@check(
    id="aws.alarm.network-changes-watched",
    title="Somebody hears when networks change",
    controls=("MON-03", "MON-04", "NET-01"),
    severity=Severity.MEDIUM,
    remediation=REMEDY,
    empty=Outcome.FAILED,
)
def network_changes_watched(family: WatchedNetworkChanges) -> Verdict:
    """One rule too many opens what a hundred others keep closed.

    Judged one by one: security groups, network ACLs, gateways, route tables and VPCs, each by
    the calls that change them. Ways count as in aws.alarm.root-use-watched; event rules are
    needed in every region.
    """
    return _heard(family)


@check(
    id="aws.alarm.permission-changes-watched",
    title="Somebody hears when permissions change",
    controls=("MON-03", "MON-04", "CRY-02"),
    severity=Severity.MEDIUM,
    remediation=REMEDY,
    empty=Outcome.FAILED,
)
def permission_changes_watched(family: WatchedPermissionChanges) -> Verdict:
    """Who gave themselves a right keeps it until somebody notices.

    Judged one by one: identity policies, bucket policies, customer keys that are disabled or
    deleted, and, in a management account, the organisation. Ways count as in
    aws.alarm.root-use-watched.
    """
    return _heard(family)


@check(
    id="aws.alarm.receiver-confirmed",
    title="Somebody receives what alarms send",
    controls=("MON-03", "AVL-04"),
    severity=Severity.MEDIUM,
    remediation="Subscribe the on-call channel and confirm it, and turn the alarm's actions on.",
    empty=Outcome.FAILED,
)
def alarm_receiver_confirmed(topic: AlarmTopic) -> Verdict:
    """An alarm that is sent to nobody was never raised.

    The topic has to exist and to have a confirmed subscription, be it mail, chat or an incident
    tool, and the actions of every alarm that names it have to be on.
    """
    if topic.confirmed is None:
        return failed("the topic does not exist", alarms=topic.alarms)
    if topic.confirmed is False:
        return failed("nobody confirmed a subscription", alarms=topic.alarms)
    if topic.muted:
        return failed(f"the actions of {len(topic.muted)} alarms are off", muted=topic.muted)
    if isinstance(topic.confirmed, Unread):
        return undetermined(topic.confirmed, alarms=topic.alarms)
    return passed("a subscription is confirmed", alarms=topic.alarms)


def _heard(family: WatchedFamily) -> Verdict:
    if not family.events:
        return not_applicable("nothing of the kind can happen here")
    unheard = [event for event in family.events if not _is_heard(event, family.regions)]
    if not unheard:
        return passed(f"all of {len(family.events)} events reach somebody")
    names = tuple(event.event for event in unheard)
    doubts = [r.works for e in unheard for r in e.routes if isinstance(r.works, Unread)]
    for doubt in (*doubts, *family.unseen):
        return undetermined(doubt, not_seen=names)
    flaws = sorted({f"{r.name}: {r.flaw}" for e in unheard for r in e.routes if r.flaw})
    return failed(f"{len(names)} events reach nobody", unheard=names, broken=tuple(flaws))


def _is_heard(event: EventWatch, regions: tuple[str, ...]) -> bool:
    working = [route for route in event.routes if route.works is True]
    covered = {route.region for route in working if route.form == "rule"}
    by_rules = bool(regions) and covered >= {*regions}
    return by_rules or any(route.form == "filter" for route in working)
