"""The whole of `gapwatch.yaml`: every key that may stand at its top."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Literal

import msgspec

from agent.catalogue import Category, Control
from agent.decoding import Section
from agent.gaps.owners import DEFAULT, owner_of
from agent.settings.alerts import Route, Watching
from agent.settings.description import DescriptionSettings
from agent.settings.planning import AcceptanceSettings, PlanSettings
from agent.settings.roadmap import RoadmapSettings
from agent.settings.scope import ScopeSettings
from agent.settings.sources import Sources
from agent.settings.store import StoreSettings
from agent.settings.tickets import TicketSettings
from agent.settings.web import WebSettings
from checks.contract import Severity

HOURLY = timedelta(hours=1)
DEADLINES = {
    Severity.CRITICAL: timedelta(days=7),
    Severity.HIGH: timedelta(days=14),
    Severity.MEDIUM: timedelta(days=45),
    Severity.LOW: timedelta(days=90),
}


class Company(Section, frozen=True, kw_only=True):
    """Whose controls are assessed."""

    name: str
    service: str


class Window(Section, frozen=True, kw_only=True):
    """The period a Type 2 report covers; both days belong to it."""

    start: date
    end: date

    def problems(self) -> Iterator[tuple[str, str]]:
        """The end does not lie before the start."""
        if self.end < self.start:
            yield "end", f"lies before the start, {self.start}: swap the two or correct one"


class Assessment_(Section, frozen=True, kw_only=True):  # noqa: N801 - an Assessment is one check on one snapshot
    """What the report is about."""

    report: Literal["type-1", "type-2"]
    criteria: tuple[Category, ...]
    window: Window

    def problems(self) -> Iterator[tuple[str, str]]:
        """At least one category, and none twice."""
        if not self.criteria:
            yield "criteria", "names no category: name at least `security`"
        if len(set(self.criteria)) < len(self.criteria):
            yield "criteria", "names a category twice: remove one of the two"


class Configuration(Section, frozen=True, kw_only=True):
    """What stands in the file."""

    company: Company
    assessment: Assessment_
    store: StoreSettings = StoreSettings()
    sources: Sources
    schedule: Mapping[str, timedelta] = msgspec.field(default_factory=lambda: {DEFAULT: HOURLY})
    """By collector, by source, or `default`."""
    thresholds: Mapping[str, Mapping[str, Any]] = {}
    """By check, of the types that the checks declare."""
    owners: Mapping[str, str] = {}
    """By `tag:KEY=VALUE`; `subject:`, `codeowner:` or `scope:` and a pattern; by control, area or
    promise; `default`."""
    deadlines: Mapping[Severity, timedelta] = msgspec.field(default_factory=lambda: DEADLINES)
    """Whole days from the opening of a gap."""
    plan: PlanSettings = PlanSettings()
    roadmap: RoadmapSettings = RoadmapSettings()
    acceptances: AcceptanceSettings = AcceptanceSettings()
    alerts: tuple[Route, ...] = ()
    watching: Watching = Watching()
    tickets: TicketSettings | None = None
    """Without it no ticket is opened anywhere."""
    scope: ScopeSettings = ScopeSettings()
    description: DescriptionSettings = DescriptionSettings()
    web: WebSettings = WebSettings()
    threads: int = 8


class Settings(Configuration, frozen=True, kw_only=True):
    """The configuration, checked and complete; every path in it is absolute."""

    places: Mapping[str, str] = {}
    """Where each reference to a secret stands, for messages."""

    def interval(self, collector: str) -> timedelta:
        """How often a collector runs: its own interval, its source's, or the default."""
        names = (collector, collector.partition(".")[0], DEFAULT)
        return next((self.schedule[name] for name in names if name in self.schedule), HOURLY)

    def owner(self, control: Control) -> str | None:
        """Who answers for a control: by its id, its area, what it promises, or by default."""
        return owner_of(None, "", words_of(control), self.owners)


def words_of(control: Control | None) -> tuple[str, ...]:
    """What an owner can be named by for a control, narrowest first."""
    return (control.id, control.area, control.promise) if control else ()
