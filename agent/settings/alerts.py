"""Who hears of what, and who watches the watcher."""

from collections.abc import Iterator, Sequence
from datetime import time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from agent.addresses import endpoint_problems, may_hold_credentials
from agent.agreement import SOURCES, control_words
from agent.alerts.quiet import WEEKDAYS, QuietHours
from agent.alerts.routing import ALERTS
from agent.decoding import Section, suggestion
from agent.settings.words import USE_A_REFERENCE, Address, Secret, is_reference
from checks.contract import Severity

PAGERDUTY = "https://events.pagerduty.com/v2/enqueue"
SOON = timedelta(days=14)


class Quiet(Section, frozen=True, kw_only=True):
    """When a route is left alone; what it would have heard comes afterwards, in one message."""

    zone: str
    """Such as `Europe/Berlin`: the hours are those on the wall there, in summer and in winter."""
    start: str | None = None
    end: str | None = None
    """`HH:MM`; earlier than the start it is on the next day."""
    days: tuple[str, ...] = ()
    """Days of the week that are quiet from midnight to midnight."""
    unless: Severity = Severity.CRITICAL
    """What is at least as bad is told all the same."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """A zone there is, hours of the clock, days of the week."""
        if _zone(self.zone) is None:
            yield "zone", f"`{self.zone}` is no time zone such as Europe/Berlin or UTC"
        if bool(self.start) != bool(self.end):
            yield "", "`start` and `end` go together: give both or neither"
        if not self.start and not self.days:
            yield "", "names no hours: give `start` and `end`, or `days`"
        for field in ("start", "end"):
            if getattr(self, field) and _hours(getattr(self, field)) is None:
                yield field, 'must be hours and minutes in quotes, such as "22:00"'
        if self.start and self.start == self.end:
            yield "end", "is the start: for whole days write `days`"
        for number, day in enumerate(self.days):
            if day not in WEEKDAYS:
                yield f"days[{number}]", f"unknown day `{day}`: {suggestion(day, WEEKDAYS)}"

    def hours(self) -> QuietHours:
        """What the words mean."""
        return QuietHours(
            zone=ZoneInfo(self.zone),
            start=_hours(self.start) if self.start else None,
            end=_hours(self.end) if self.end else None,
            days=self.days,
            unless=self.unless,
        )


class Route(Section, frozen=True, kw_only=True):
    """Who hears of what."""

    to: Address
    """Where: an Apprise URL, a webhook's URL, or a PagerDuty integration key."""
    by: Literal["apprise", "webhook", "pagerduty"] = "apprise"
    """How it is sent."""
    name: str | None = None
    """What it is called in `status` and in the log; without one, its address as written here."""
    when: tuple[str, ...] = ()
    """Kinds of event; none stands for all."""
    severity: Severity | None = None
    """The least that is worth a message; what has no severity always is."""
    areas: tuple[str, ...] = ()
    """Controls, areas and promises, in the words of `owners`; none stands for all."""
    sources: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    """Only what these people answer for, and what nobody does."""
    digest: Literal["hourly", "daily", "weekly"] | None = None
    """Gathered into one message; `None` tells at once."""
    quiet: Quiet | None = None
    signed_with: Secret | tuple[Secret, ...] = ()
    """The keys of a webhook's signature; two while one is replaced by the other."""
    endpoint_url: str | None = None
    """Where PagerDuty listens, if not in the United States."""

    @property
    def label(self) -> str:
        """What the entry is called: its name, or else its address as configured."""
        return self.name or self.to

    @property
    def keeps_incidents(self) -> bool:
        """Whether what is told there stays open until it is told to be over."""
        return self.by == "pagerduty"

    @property
    def quiet_hours(self) -> QuietHours | None:
        """When only the worst is told."""
        return self.quiet.hours() if self.quiet else None

    @property
    def signing_keys(self) -> tuple[str, ...]:
        """The references to the keys of its signature, newest first."""
        return (self.signed_with,) if isinstance(self.signed_with, str) else self.signed_with

    def problems(self) -> Iterator[tuple[str, str]]:
        """Events, areas and sources there are, and no credential in the open."""
        for number, kind in enumerate(self.when):
            if kind not in ALERTS:
                yield f"when[{number}]", f"unknown event `{kind}`: {suggestion(kind, ALERTS)}"
        words = control_words() if self.areas else frozenset()
        for number, area in enumerate(self.areas):
            if area not in words:
                meant = suggestion(area, sorted(words))
                yield f"areas[{number}]", f"unknown control, area or promise `{area}`: {meant}"
        for number, source in enumerate(self.sources):
            if source not in SOURCES:
                meant = suggestion(source, SOURCES)
                yield f"sources[{number}]", f"unknown source `{source}`: {meant}"
        yield from self._address_problems()

    def _address_problems(self) -> Iterator[tuple[str, str]]:
        """A key is no address, and each way of sending has settings of its own."""
        if not is_reference(self.to) and self.by == "pagerduty":
            yield "to", f"is the key of a PagerDuty integration: {USE_A_REFERENCE}"
        elif not is_reference(self.to) and may_hold_credentials(self.to):
            yield "to", f"may hold credentials: {USE_A_REFERENCE}"
        if self.by == "webhook" and not self.signed_with:
            yield "signed_with", f"is missing: a webhook is signed, {USE_A_REFERENCE} for its key"
        if self.by != "webhook" and self.signed_with:
            yield "signed_with", "serves a webhook: remove it, or write `by: webhook`"
        if self.by != "pagerduty" and self.endpoint_url:
            yield "endpoint_url", "serves PagerDuty: write the whole address under `to`"
        yield from endpoint_problems("endpoint_url", self.endpoint_url)


class Watching(Section, frozen=True, kw_only=True):
    """Who watches the watcher."""

    heartbeat: Address | None = None
    """A URL that is called after each finished cycle; who listens there misses it when it stops."""
    expiry: timedelta = SOON
    """How long before its end a credential is told of."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """A heartbeat's address is a secret: whoever knows it can keep it beating."""
        if self.heartbeat and not is_reference(self.heartbeat):
            yield "heartbeat", f"lets whoever reads it keep it beating: {USE_A_REFERENCE}"


def route_problems(routes: Sequence[Route]) -> Iterator[tuple[str, str]]:
    """Entries that are told apart by nothing must not differ in how they are told."""
    known: dict[str, Route] = {}
    for number, route in enumerate(routes):
        other = known.setdefault(route.label, route)
        if _told(other) != _told(route):
            remedy = "is told in another way than an earlier entry to the same place"
            yield f"$.alerts[{number}]", f"{remedy}: give it a `name` of its own"


def _told(route: Route) -> Route:
    """What of a route is not about whether it wants an event."""
    return msgspec.structs.replace(route, when=(), severity=None, areas=(), sources=(), owners=())


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # also what is no file of zones
        return None


def _hours(text: str) -> time | None:
    try:
        return time.fromisoformat(text) if len(text) == len("22:00") else None
    except ValueError:
        return None
