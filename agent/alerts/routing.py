"""Which of the configured routes want to hear of an event, and whether it can wait."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, Protocol

from agent.alerts.context import GOOD_NEWS, About, Context, about, rank
from agent.alerts.quiet import QuietHours
from agent.gaps.events import AlertDelayed, AlertUndeliverable, ControlDrifted, Event, TroubleOver
from checks.contract import Severity

ALERTS = (
    "gap_opened",
    "gap_reopened",
    "gap_widened",
    "gap_closed",
    "deadline_approaching",
    "deadline_missed",
    "acceptance_asked",
    "acceptance_expired",
    "acceptance_withdrawn",
    "control_drifted",
    "collector_failed",
    "collector_recovered",
    "check_crashed",
    "check_recovered",
    "evidence_stale",
    "schedule_missed",
    "credential_expiring",
    "clock_skewed",
    "store_filling",
    "tickets_failing",
    "alert_delayed",
    "alert_undeliverable",
    "trouble_over",
)
"""The kinds of event a route can ask for; findings are told by the gaps and drift they cause."""

ALSO_WANTED_AS = {"gap_reopened": "gap_opened", "gap_widened": "gap_opened"}
ENDS = {
    "control_drifted": {"gap_opened", "gap_reopened", "gap_widened", "control_drifted"},
    "collector_recovered": {"collector_failed", "evidence_stale"},
    "check_recovered": {"check_crashed"},
}
"""What ends what: a channel that keeps incidents open must hear of both."""
NO_INCIDENT = {"acceptance_asked"}
"""What nobody is called for at night, unless a route names it."""


class Route(Protocol):
    """One entry under `alerts:`."""

    @property
    def label(self) -> str:
        """What the entry is called: its name, or else its address as configured."""
        ...

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

    @property
    def areas(self) -> tuple[str, ...]:
        """Controls, areas and promises; none stands for all."""
        ...

    @property
    def sources(self) -> tuple[str, ...]:
        """Kinds of source, such as `aws`; none stands for all."""
        ...

    @property
    def owners(self) -> tuple[str, ...]:
        """Who answers for it; none stands for everybody."""
        ...

    @property
    def keeps_incidents(self) -> bool:
        """Whether what is told there stays open until it is told to be over."""
        ...

    @property
    def quiet_hours(self) -> QuietHours | None:
        """When only the worst is told."""
        ...


class Destination(NamedTuple):
    """A route that is told, and whether even its quiet hours do not put it off."""

    route: str
    urgent: bool


def destinations(
    event: Event, routes: Sequence[Route], context: Context
) -> tuple[Destination, ...]:
    """Where the event is told, each place once, in the order of the configuration.

    Of several routes to one place the first that wants the event has it. That a place cannot
    be reached is told elsewhere even where nobody asked for it: nobody else would notice.
    """
    if kind_of(event) not in ALERTS:
        return ()
    has = about(event, context)
    elsewhere = [route for route in routes if not _fails(route, event, routes)]
    wanting = [route for route in elsewhere if _wants(route, event, has)]
    if not wanting and isinstance(event, AlertDelayed | AlertUndeliverable):
        wanting = elsewhere[:1]
    by_place = {route.to: route for route in reversed(wanting)}
    return tuple(
        Destination(route.label, _urgent(route, has))
        for route in wanting
        if by_place[route.to] is route
    )


def kind_of(event: Event) -> str:
    """The event's name as it stands in the log."""
    return str(event.__struct_config__.tag)


def _fails(route: Route, event: Event, routes: Iterable[Route]) -> bool:
    """Whether the event says that nothing arrives where this route leads."""
    if not isinstance(event, AlertDelayed | AlertUndeliverable):
        return False
    places = {other.to for other in routes if other.label == event.route}
    return route.to in places or route.label == event.route


def _wants(route: Route, event: Event, has: About) -> bool:
    if route.keeps_incidents and _ends_something(route, event):
        return True
    if route.keeps_incidents and not route.when and kind_of(event) in NO_INCIDENT:
        return False
    return (
        _asks_for(route, event)
        and _severe_enough(route, has.severity)
        and _concerns(route.areas, has.areas)
        and _concerns(route.sources, has.sources)
        and _concerns(route.owners, has.owners)
    )


def _asks_for(route: Route, event: Event) -> bool:
    kind = kind_of(event)
    if isinstance(event, TroubleOver) and event.trouble in route.when:
        return True
    return not route.when or kind in route.when or ALSO_WANTED_AS.get(kind) in route.when


def _ends_something(route: Route, event: Event) -> bool:
    """Whether it may end an incident that the route was told of, whatever its severity now."""
    if isinstance(event, ControlDrifted) and event.after not in GOOD_NEWS:
        return False
    ended = {event.trouble} if isinstance(event, TroubleOver) else ENDS.get(kind_of(event), set())
    return bool(ended & set(route.when or ALERTS))


def _severe_enough(route: Route, severity: Severity | None) -> bool:
    """What has no severity passes: a silent collector is never too small to mention."""
    if route.severity is None or severity is None:
        return True
    return rank(severity) <= rank(route.severity)


def _concerns(asked: Collection[str], has: frozenset[str]) -> bool:
    """What is not known of an event keeps it from nobody: a gap without an owner above all."""
    return not asked or not has or not has.isdisjoint(asked)


def _urgent(route: Route, has: About) -> bool:
    quiet = route.quiet_hours
    return (
        quiet is not None and has.severity is not None and rank(has.severity) <= rank(quiet.unless)
    )
