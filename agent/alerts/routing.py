"""Which of the configured routes want to hear of an event."""

from collections.abc import Iterable
from typing import Protocol

from agent.alerts.context import Context, rank, severity_of
from agent.gaps.events import AlertUndeliverable, Event
from checks.contract import Severity

ALERTS = (
    "gap_opened",
    "gap_reopened",
    "gap_widened",
    "gap_closed",
    "control_drifted",
    "collector_failed",
    "check_crashed",
    "evidence_stale",
    "alert_undeliverable",
)
"""The kinds of event a route can ask for; findings are told by the gaps and drift they cause."""

ALSO_WANTED_AS = {"gap_reopened": "gap_opened", "gap_widened": "gap_opened"}


class Route(Protocol):
    """One entry under `alerts:`."""

    @property
    def to(self) -> str:
        """A reference to an address, such as `env:SLACK_URL`, or one without credentials."""
        ...

    @property
    def when(self) -> tuple[str, ...]:
        """Names among `ALERTS`; none stands for all."""
        ...

    @property
    def severity(self) -> Severity | None:
        """The least severity worth a message; what has no severity always is."""
        ...


def destinations(event: Event, routes: Iterable[Route], context: Context) -> tuple[str, ...]:
    """Where the event is told, each place once, in the order of the configuration."""
    if kind_of(event) not in ALERTS:
        return ()
    return tuple(dict.fromkeys(route.to for route in routes if _wants(route, event, context)))


def kind_of(event: Event) -> str:
    """The event's name as it stands in the log."""
    return str(event.__struct_config__.tag)


def _wants(route: Route, event: Event, context: Context) -> bool:
    return (
        _asks_for(route, kind_of(event))
        and _severe_enough(route, severity_of(event, context))
        and not (isinstance(event, AlertUndeliverable) and event.route == route.to)
    )


def _asks_for(route: Route, kind: str) -> bool:
    return not route.when or kind in route.when or ALSO_WANTED_AS.get(kind) in route.when


def _severe_enough(route: Route, severity: Severity | None) -> bool:
    """What has no severity passes: a silent collector is never too small to mention."""
    if route.severity is None or severity is None:
        return True
    return rank(severity) <= rank(route.severity)
