"""What raises an alarm, and whom it reaches."""

from typing import Literal

from collectors.evidence.record import Fact, Instant, Record, Unread


class AlarmedTrail(Fact, frozen=True, tag="aws.alarmed_trail"):
    """A trail as the start of an alarm: what it records, and the log group it writes to."""

    arn: str
    log_group: str | None
    """The ARN of the log group; `None` where it writes to none."""
    complete: bool | Unread
    """Whether it is logging what is changed in every region, leaving out sources it names."""


class MetricFilter(Fact, frozen=True, tag="aws.metric_filter"):
    """What a log group counts, and as which metrics."""

    name: str
    log_group: str
    pattern: str
    metrics: frozenset[str]
    """Each as `namespace name`."""


class Alarm(Fact, frozen=True, tag="aws.alarm"):
    """A metric alarm, with what it does."""

    name: str
    arn: str
    metrics: frozenset[str]
    """Each as `namespace name`."""
    at_once: bool
    """Whether one event is enough."""
    actions: tuple[str, ...]
    """ARNs of what runs when it goes off, its own and those of composite alarms over it."""


class Topic(Fact, frozen=True, tag="aws.topic_receivers"):
    """A topic, and whether somebody receives what is sent to it."""

    arn: str
    confirmed: bool | Unread | None
    """Whether a subscription is confirmed; `None` where the topic does not exist."""


class EventRule(Fact, frozen=True, tag="aws.event_rule"):
    """A rule of EventBridge that is on and that events of CloudTrail may match."""

    name: str
    arn: str
    pattern: str
    targets: tuple[str, ...] | Unread


class RegionAlarms(Record, frozen=True, tag="aws.region_alarms"):
    """A region of an account, with everything that may raise an alarm in it."""

    account_id: str
    region: str
    trails: tuple[AlarmedTrail, ...] | Unread
    filters: tuple[MetricFilter, ...] | Unread
    """Those of the log groups that trails write to."""
    alarms: tuple[Alarm, ...] | Unread
    rules: tuple[EventRule, ...] | Unread
    topics: tuple[Topic, ...]
    """Those that alarms and rules send to."""


class AlarmRoute(Fact, frozen=True, tag="aws.alarm_route"):
    """A way from an event to somebody who hears of it."""

    form: Literal["filter", "rule"]
    name: str
    """The ARN of the alarm or the rule."""
    region: str
    works: bool | Unread
    flaw: str | None
    """Where it breaks off; `None` where it does not, or where that is unread."""


class EventWatch(Fact, frozen=True, tag="aws.event_watch"):
    """An event, and every way by which somebody may hear of it."""

    event: str
    routes: tuple[AlarmRoute, ...]


class WatchedFamily(Record, frozen=True, tag="aws.watched_family"):
    """A family of events in an account, and how each of them is watched."""

    account_id: str
    family: str
    regions: tuple[str, ...]
    """Where the events happen, as far as these regions are read: a rule is needed in each."""
    events: tuple[EventWatch, ...]
    unseen: tuple[Unread, ...]
    """What could not be read, and may be another way."""


class WatchedRootUse(WatchedFamily, frozen=True, tag="aws.watched_root_use"):
    """Use of the root user."""


class WatchedFailedAccess(WatchedFamily, frozen=True, tag="aws.watched_failed_access"):
    """Sign-ins and calls that failed, or should have asked for more."""


class WatchedLoggingChanges(WatchedFamily, frozen=True, tag="aws.watched_logging_changes"):
    """Changes of what records changes."""


class WatchedNetworkChanges(WatchedFamily, frozen=True, tag="aws.watched_network_changes"):
    """Changes of networks."""


class WatchedPermissionChanges(WatchedFamily, frozen=True, tag="aws.watched_permission_changes"):
    """Changes of who may do what."""


class AlarmTopic(Record, frozen=True, tag="aws.alarm_topic"):
    """A topic that alarms send to."""

    confirmed: bool | Unread | None
    """Whether a subscription is confirmed; `None` where the topic does not exist."""
    alarms: tuple[str, ...]
    muted: tuple[str, ...]
    """Those of the alarms whose actions are off."""


class ComponentAlarm(Fact, frozen=True, tag="aws.component_alarm"):
    """An alarm that watches one component."""

    name: str
    acts: bool
    """Whether it does anything when it goes off."""
    blind_since: Instant | Unread | None
    """Since when it has no data; `None` while it has some."""


class CriticalComponent(Record, frozen=True, tag="aws.critical_component"):
    """A component without which the service stops, by its tag `tier`."""

    alarms: tuple[ComponentAlarm, ...] | Unread
