"""Queues, and who hears of messages that nobody could handle."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from collectors.aws.account import Region, Response, document, told
from collectors.aws.alarms import LISTENING, WANTED
from collectors.aws.messaging import QUEUE, QUEUES, queue_attributes
from collectors.contract import collector
from collectors.evidence.aws.dead_letters import DeadLetters
from collectors.evidence.record import Unread

DEPTH = "ApproximateNumberOfMessagesVisible"

Watched = Mapping[str, list[str]] | Unread
"""The alarms on the depth of each queue, by the queue's name."""


@collector(id="aws.sqs.dead-letters", calls=(QUEUES, QUEUE, LISTENING))
def dead_letters(region: Region) -> Iterator[DeadLetters]:
    """Every queue, where its failed messages go, and the alarms on how many wait there.

    An alarm counts if it tells somebody: by an action of its own that is on, or by an alarm
    made of it.
    """
    watched = _watched(region)
    queues = list(
        region.concurrently(
            lambda url: (url, _target(queue_attributes(region, url))),
            region.each_if_any(QUEUES, "QueueUrls"),
        )
    )
    targets = [target for _, target in queues]
    doubt = next((target for target in targets if isinstance(target, Unread)), False)
    for url, target in queues:
        name = url.rpartition("/")[2]
        arn = f"arn:{region.partition}:sqs:{region.region}:{region.id}:{name}"
        watched_at = target.rpartition(":")[2] if isinstance(target, str) else name
        yield DeadLetters(
            id=arn,
            name=name,
            target=target,
            receives=arn in targets or doubt,
            alarms=watched
            if isinstance(watched, Unread)
            else tuple(sorted(watched.get(watched_at, ()))),
        )


def _target(attributes: Response | Unread) -> str | Unread | None:
    """The ARN of the queue that takes what failed; SQS leaves the policy out where none is set."""
    if isinstance(attributes, Unread) or not attributes.get("RedrivePolicy"):
        return attributes if isinstance(attributes, Unread) else None
    policy = document(QUEUE, attributes["RedrivePolicy"])
    return told(QUEUE, policy, "deadLetterTargetArn", str)


def _watched(region: Region) -> Watched:
    listed = region.listed(LISTENING, "MetricAlarms", **WANTED)
    if isinstance(listed, Unread):
        return listed
    composite = region.each_if_any(LISTENING, "CompositeAlarms", **WANTED)
    rules = [one.get("AlarmRule", "") for one in composite if _acts(one)]
    found: dict[str, list[str]] = defaultdict(list)
    for alarm in listed:
        name = alarm["AlarmName"]
        if _acts(alarm) or any(_is_named(alarm, rule) for rule in rules):
            for queue in _queues_of(alarm):
                found[queue].append(name)
    return found


def _acts(alarm: Response) -> bool:
    return alarm.get("ActionsEnabled") is True and bool(alarm.get("AlarmActions"))


def _is_named(alarm: Response, rule: str) -> bool:
    """Whether a rule speaks of an alarm, by its name or its ARN."""
    names = (alarm["AlarmName"], alarm.get("AlarmArn") or alarm["AlarmName"])
    return any(f"({name})" in rule or f'("{name}")' in rule for name in names)


def _queues_of(alarm: Response) -> set[str]:
    """The queues whose depth an alarm measures, alone or in a formula."""
    formula = [(part.get("MetricStat") or {}).get("Metric") for part in alarm.get("Metrics") or ()]
    return {
        dimension["Value"]
        for metric in (alarm, *formula)
        if metric and metric.get("MetricName") == DEPTH
        for dimension in metric.get("Dimensions") or ()
        if dimension.get("Name") == "QueueName"
    }
