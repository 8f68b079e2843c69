"""Alarms, what they listen to, and whom they reach."""

import re
from collections.abc import Iterable, Iterator, Mapping

from collectors.aws.account import Region, Response, document, moment, told
from collectors.aws.classification import TAGGED
from collectors.aws.cloudtrail import IS_LOGGING, SELECTORS, TRAILS, covering_trail
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.alarms import (
    Alarm,
    AlarmedTrail,
    AlarmTopic,
    ComponentAlarm,
    CriticalComponent,
    EventRule,
    MetricFilter,
    RegionAlarms,
    Topic,
)
from collectors.evidence.aws.cloudtrail import CoveringTrail
from collectors.evidence.record import Instant, Unread

FILTERS = ApiCall("logs", "DescribeMetricFilters", "logs:DescribeMetricFilters")
OF_BOTH_KINDS = ("MetricAlarms", "CompositeAlarms")
ALARMS = ApiCall(
    "cloudwatch",
    "DescribeAlarms",
    "cloudwatch:DescribeAlarms",
    redact=tuple(f"{kind}.AlarmDescription" for kind in OF_BOTH_KINDS),
)
LISTENING = ALARMS.without(  # it changes with the load of what is watched
    *(
        f"{kind}.{field}"
        for kind in OF_BOTH_KINDS
        for field in (
            *("EvaluationState", "StateReason", "StateReasonData", "StateTransitionedTimestamp"),
            *("StateUpdatedTimestamp", "StateValue"),
        )
    )
)
WORKING = ALARMS.without(
    *(
        f"{kind}.{field}"
        for kind in OF_BOTH_KINDS
        for field in ("EvaluationState", "StateReason", "StateReasonData", "StateUpdatedTimestamp")
    )
)
RULES = ApiCall("events", "ListRules", "events:ListRules", redact=("Rules.Description",))
TARGETS = ApiCall(
    "events",
    "ListTargetsByRule",
    "events:ListTargetsByRule",
    redact=tuple(
        f"Targets.{field}"
        for field in (
            *("AppSyncParameters", "EcsParameters", "HttpParameters", "Input"),
            *("InputTransformer", "RedshiftDataParameters", "RunCommandParameters"),
        )
    ),
)
SUBSCRIPTIONS = ApiCall(
    "sns",
    "ListSubscriptionsByTopic",
    "sns:ListSubscriptionsByTopic",
    redact=("Subscriptions.Endpoint",),
)
NO_TOPIC = "NotFound"
WANTED = {"AlarmTypes": ["CompositeAlarm", "MetricAlarm"]}
OF_CLOUDTRAIL = "via CloudTrail"
OFF = "DISABLED"
BLIND = "INSUFFICIENT_DATA"
CRITICAL = [{"Key": "tier", "Values": ["1"]}]
IN_A_RULE = re.compile(r"ALARM\(\s*['\"]?([^'\")]+)")
"""How the rule of a composite alarm names another that has to have gone off."""


@collector(
    id="aws.alarms.routes",
    calls=(TRAILS, IS_LOGGING, SELECTORS, FILTERS, LISTENING, RULES, TARGETS, SUBSCRIPTIONS),
)
def region_alarms(region: Region) -> Iterator[RegionAlarms]:
    """The region, with the trails that cover it, metric filters, alarms, rules and receivers.

    Rules that services made for themselves are left out, and those for events that CloudTrail
    does not send.
    """
    trails, rules = _trails(region), _rules(region)
    alarms = _alarms(region)
    sent_to = {
        arn
        for listed in (alarms, rules)
        if not isinstance(listed, Unread)
        for one in listed
        for arn in _receivers(one)
        if ":sns:" in arn
    }
    yield RegionAlarms(
        id=f"arn:{region.partition}:cloudwatch:{region.region}:{region.id}:alarms",
        name=f"{region.id}/{region.region}",
        account_id=region.id,
        region=region.region,
        trails=trails,
        filters=_filters(region, trails),
        alarms=alarms,
        rules=rules,
        topics=tuple(Topic(arn=arn, confirmed=_confirmed(region, arn)) for arn in sorted(sent_to)),
    )


@collector(id="aws.alarms.topics", calls=(LISTENING, SUBSCRIPTIONS))
def alarm_topics(region: Region) -> Iterator[AlarmTopic]:
    """Every topic that an alarm of the region sends to when it goes off."""
    senders: dict[str, list[Response]] = {}
    for alarm in _both_kinds(region, LISTENING):
        for arn in alarm.get("AlarmActions") or ():
            if ":sns:" in arn:
                senders.setdefault(arn, []).append(alarm)

    def describe(arn: str) -> AlarmTopic:
        return AlarmTopic(
            id=arn,
            name=arn.rpartition(":")[2],
            confirmed=_confirmed(region, arn),
            alarms=tuple(sorted(alarm["AlarmName"] for alarm in senders[arn])),
            muted=tuple(
                sorted(a["AlarmName"] for a in senders[arn] if a.get("ActionsEnabled") is False)
            ),
        )

    yield from region.concurrently(describe, sorted(senders))


@collector(id="aws.alarms.components", calls=(TAGGED, WORKING))
def critical_components(region: Region) -> Iterator[CriticalComponent]:
    """Everything in the region that is tagged `tier` = `1`, with the alarms that watch it.

    An alarm watches a component if one of its dimensions is the end of the component's ARN.
    """
    listed = region.listed(WORKING, "MetricAlarms", **WANTED)
    for resource in region.each(TAGGED, "ResourceTagMappingList", TagFilters=CRITICAL):
        arn = resource["ResourceARN"]
        yield CriticalComponent(
            id=arn,
            name=re.split("[:/]", arn)[-1],
            alarms=listed
            if isinstance(listed, Unread)
            else tuple(_of_component(alarm) for alarm in listed if _watches(alarm, arn)),
        )


def _trails(region: Region) -> tuple[AlarmedTrail, ...] | Unread:
    listed = region.listed(TRAILS, "trailList", includeShadowTrails=True)
    if isinstance(listed, Unread):
        return listed
    return tuple(
        AlarmedTrail(
            arn=trail["TrailARN"],
            log_group=_group(trail),
            complete=_complete(trail, covering_trail(region, trail)) if _group(trail) else False,
        )
        for trail in listed
    )


def _group(trail: Response) -> str | None:
    arn = trail.get("CloudWatchLogsLogGroupArn")
    return arn.removesuffix(":*") if arn else None


def _complete(listed: Response, trail: CoveringTrail) -> bool | Unread:
    if trail.logging is False or listed.get("IsMultiRegionTrail") is not True:
        return False
    for part in (trail.logging, trail.selectors):
        if isinstance(part, Unread):
            return part
    selectors = () if isinstance(trail.selectors, Unread) else trail.selectors
    return any(selector.writes and not selector.narrowed_by for selector in selectors)


def _filters(
    region: Region, trails: tuple[AlarmedTrail, ...] | Unread
) -> tuple[MetricFilter, ...] | Unread:
    listed = region.listed(FILTERS, "metricFilters")
    if isinstance(trails, Unread):
        return trails
    if isinstance(listed, Unread):
        return listed
    here = f"arn:{region.partition}:logs:{region.region}:{region.id}:log-group:"
    groups = {trail.log_group for trail in trails}
    return tuple(
        MetricFilter(
            name=one["filterName"],
            log_group=f"{here}{one['logGroupName']}",
            pattern=one.get("filterPattern") or "",
            metrics=frozenset(
                f"{metric['metricNamespace']} {metric['metricName']}"
                for metric in one["metricTransformations"]
            ),
        )
        for one in listed
        if f"{here}{one['logGroupName']}" in groups
    )


def _both_kinds(region: Region, call: ApiCall) -> Iterator[Response]:
    for kind in OF_BOTH_KINDS:
        yield from region.each_if_any(call, kind, **WANTED)


def _alarms(region: Region) -> tuple[Alarm, ...] | Unread:
    listed = region.listed(LISTENING, "MetricAlarms", **WANTED)
    if isinstance(listed, Unread):
        return listed
    above = _above(region.each_if_any(LISTENING, "CompositeAlarms", **WANTED))
    return tuple(
        Alarm(
            name=alarm["AlarmName"],
            arn=alarm["AlarmArn"],
            metrics=frozenset(_metrics(alarm)),
            at_once=_at_once(alarm),
            actions=(*_actions(alarm), *above.get(alarm["AlarmName"], ())),
        )
        for alarm in listed
    )


def _above(composites: Iterable[Response]) -> Mapping[str, tuple[str, ...]]:
    """What composite alarms do, by the name of each alarm that they rest on."""
    found: dict[str, tuple[str, ...]] = {}
    for composite in composites:
        for name in IN_A_RULE.findall(composite.get("AlarmRule") or ""):
            found[name] = found.get(name, ()) + _actions(composite)
    return found


def _actions(alarm: Response) -> tuple[str, ...]:
    """What runs when it goes off; nothing while its actions are off."""
    on = alarm.get("ActionsEnabled") is True
    return tuple(alarm.get("AlarmActions") or ()) if on else ()


def _metrics(alarm: Response) -> Iterator[str]:
    if alarm.get("MetricName"):
        yield f"{alarm.get('Namespace')} {alarm['MetricName']}"
    for part in alarm.get("Metrics") or ():
        metric = (part.get("MetricStat") or {}).get("Metric") or {}
        if metric.get("MetricName"):
            yield f"{metric.get('Namespace')} {metric['MetricName']}"


def _at_once(alarm: Response) -> bool:
    """Whether the first event in a period sets it off."""
    threshold = alarm.get("Threshold")
    points = alarm.get("DatapointsToAlarm") or alarm.get("EvaluationPeriods")
    if threshold is None or points != 1:
        return False
    if alarm.get("ComparisonOperator") == "GreaterThanOrEqualToThreshold":
        return bool(threshold <= 1)
    return alarm.get("ComparisonOperator") == "GreaterThanThreshold" and bool(threshold < 1)


def _rules(region: Region) -> tuple[EventRule, ...] | Unread:
    listed = region.listed(RULES, "Rules")
    if isinstance(listed, Unread):
        return listed
    return tuple(_rule(region, rule) for rule in listed if _may_hear(rule))


def _may_hear(rule: Response) -> bool:
    """Whether a rule is on, is the customer's, and may match what CloudTrail sends."""
    text = rule.get("EventPattern")
    if rule.get("State") == OFF or rule.get("ManagedBy") or not text:
        return False
    pattern = document(RULES, text)
    return isinstance(pattern, Unread) or (
        "detail-type" not in pattern or OF_CLOUDTRAIL in str(pattern["detail-type"])
    )


def _rule(region: Region, rule: Response) -> EventRule:
    listed = region.listed(TARGETS, "Targets", Rule=rule["Name"])
    return EventRule(
        name=rule["Name"],
        arn=rule["Arn"],
        pattern=rule["EventPattern"],
        targets=listed
        if isinstance(listed, Unread)
        else tuple(sorted(target["Arn"] for target in listed)),
    )


def _receivers(one: Alarm | EventRule) -> tuple[str, ...]:
    if isinstance(one, Alarm):
        return one.actions
    return () if isinstance(one.targets, Unread) else one.targets


def _confirmed(region: Region, topic: str) -> bool | Unread | None:
    """A subscription that waits for its answer, or was deleted, has a word for its ARN."""
    listed = region.listed_unless(NO_TOPIC, SUBSCRIPTIONS, "Subscriptions", TopicArn=topic)
    if listed is None or isinstance(listed, Unread):
        return listed
    return any(str(one.get("SubscriptionArn")).startswith("arn:") for one in listed)


def _watches(alarm: Response, arn: str) -> bool:
    dimensions = [*(alarm.get("Dimensions") or ())]
    for part in alarm.get("Metrics") or ():
        dimensions += ((part.get("MetricStat") or {}).get("Metric") or {}).get("Dimensions") or ()
    return any(arn.endswith((f":{d['Value']}", f"/{d['Value']}")) for d in dimensions)


def _of_component(alarm: Response) -> ComponentAlarm:
    state = told(WORKING, alarm, "StateValue", str)
    blind_since: Instant | Unread | None = None
    if isinstance(state, Unread):
        blind_since = state
    elif state == BLIND:
        blind_since = moment(WORKING, alarm, "StateTransitionedTimestamp")
    return ComponentAlarm(
        name=alarm["AlarmName"], acts=bool(_actions(alarm)), blind_since=blind_since
    )
