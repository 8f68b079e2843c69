"""What the log says of a window, gathered in one pass: the size of the estate, not of the log."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection

from agent.gaps.events import CycleStarted, Event, EvidenceKept, EvidenceUnchanged
from agent.package.window import Series, Stretch, Window
from agent.store import queries
from agent.store.blobs import BlobDamaged, Blobs
from agent.store.log import kind
from agent.store.retention import expired_entries
from agent.versions import Versions, decode
from checks.contract import Check
from collectors.contract import Collector, Derived
from collectors.evidence.record import Instant

HOURLY = timedelta(hours=1)
ACCESS = (
    *("evidence_accessed", "populations_frozen", "seed_given", "key_introduced"),
    *("hold_placed", "hold_lifted", "evidence_expired", "evidence_removed"),
    *("acceptance_asked", "acceptance_refused"),
    *("acceptance_given", "findings_accepted", "acceptance_expired", "acceptance_withdrawn"),
    *("finding_explained", "gap_assigned"),
)
"""What somebody took out of the store, removed from it, or decided about it."""


@dataclass
class Sighting:
    """When one piece of evidence was seen, over all the log."""

    entry: int
    collector: str
    scope: str
    connection: str
    first: Instant
    last: Instant
    times: int = 1
    records: int = 0
    records_before: int | None = None
    versions: str = ""
    complete: bool = True
    failed: bool = False


@dataclass(frozen=True)
class Judging:
    """What judged from some cycle on, until the next of these."""

    entry: int
    cycle: int
    at: Instant
    digest: str
    versions: Versions | None
    """`None` if it cannot be read any more."""

    def cadence(self, collector: str) -> timedelta:
        """How often a collector was to run."""
        schedule = self.versions.schedule if self.versions else {}
        for name in (collector, collector.partition(".")[0], "default"):
            if name in schedule:
                return timedelta(seconds=schedule[name])
        return HOURLY


@dataclass(frozen=True, kw_only=True)
class Source:
    """A store as it was at one checkpoint, and the program that reads it."""

    connection: Connection
    blobs: Blobs
    size: int
    """Entries after this one are not looked at."""
    at: Instant
    """When that checkpoint was signed: what is later is the future."""
    checks: Mapping[str, Check[Any, Any]]
    collectors: Mapping[str, Collector[Any, Any]]
    joins: Mapping[str, Derived[Any]]

    def entries(self, **where: Any) -> Iterator[tuple[int, Event]]:
        """The entries up to the checkpoint, streamed."""
        for number, event in queries.entries(self.connection, **where):
            if number > self.size:
                return
            yield number, event

    def kept(self, number: int) -> EvidenceKept:
        """The entry of one piece of evidence."""
        event = queries.entry(self.connection, number)
        if not isinstance(event, EvidenceKept):
            raise TypeError(f"log entry {number} keeps no evidence")
        return event


@dataclass
class History:
    """One window of one store."""

    source: Source
    window: Window
    series: dict[tuple[str, str], Series] = field(default_factory=dict)
    """By collector and scope."""
    sightings: dict[int, Sighting] = field(default_factory=dict)
    judging: list[Judging] = field(default_factory=list)
    cycles: int = 0
    """Passes that began in the window."""
    delivered: int = 0
    """Alerts that were delivered in the window."""
    expired: set[int] = field(default_factory=set)
    _records: dict[tuple[str, str], int] = field(default_factory=dict)
    _began: dict[str, tuple[int, Instant]] = field(default_factory=dict)
    """By scope, the cycle that saw it first, and when."""

    @classmethod
    def read(cls, source: Source, window: Window) -> "History":
        """Go along the log once."""
        history = cls(source, window)
        history.expired = expired_entries(source.connection)
        kinds = ("cycle_started", "evidence_kept", "evidence_unchanged", "alert_delivered")
        for number, event in source.entries(kind=kinds):
            history._see(number, event)
        return history

    def afterwards(self) -> "History | None":
        """The days between the window's end and the checkpoint, which a bridge letter is about."""
        first, last = self.window.end + timedelta(days=1), self.source.at.date()
        return History.read(self.source, Window(first, last)) if first <= last else None

    def within(self) -> list[tuple[tuple[str, str], list[Stretch]]]:
        """Every collector and scope that was seen in the window, in order."""
        found = ((key, series.within(self.window)) for key, series in sorted(self.series.items()))
        return [(key, stretches) for key, stretches in found if stretches]

    def evidence(self) -> list[int]:
        """The log entries of all evidence of the window, and of what its joins were made of."""
        wanted = {one.entry for _, stretches in self.within() for one in stretches}
        waiting = list(wanted)
        while waiting:
            for number in self.source.kept(waiting.pop()).inputs:
                if number not in wanted:
                    wanted.add(number)
                    waiting.append(number)
        return sorted(wanted)

    def expected(self, collector: str) -> int | None:
        """How often a collector was to run in the window, by the schedule of its end."""
        if not self.judging:
            return None
        end = min(self.window.last, self.source.at)
        return max(0, (end - self.window.first) // self.judging[-1].cadence(collector))

    def began_in_window(self, scope: str) -> bool:
        """Whether a scope was seen for the first time, by another cycle than the first of all."""
        cycle, at = self._began[scope]
        first, _ = min(self._began.values())
        return at in self.window and cycle > first

    def judging_of(self, number: int) -> Judging | None:
        """What judged when an entry was written."""
        return next((one for one in reversed(self.judging) if one.entry <= number), None)

    def judging_within(self) -> list[Judging]:
        """What judged at the window's start, and every change inside it."""
        before = [one for one in self.judging if one.at < self.window.first][-1:]
        return [*before, *(one for one in self.judging if one.at in self.window)]

    def _see(self, number: int, event: Event) -> None:
        match event:
            case CycleStarted():
                self.cycles += event.at in self.window
                self._judge(number, event)
            case EvidenceKept():
                self._keep(number, event)
            case EvidenceUnchanged():
                for entry, at in event.moments:
                    self._again(entry, at)
            case _ if kind(event) == "alert_delivered":
                self.delivered += event.at in self.window

    def _judge(self, number: int, event: CycleStarted) -> None:
        if self.judging and self.judging[-1].digest == event.versions:
            return
        try:
            versions = decode(self.source.blobs.get(event.versions))
        except (BlobDamaged, msgspec.DecodeError):
            versions = None
        self.judging.append(Judging(number, event.cycle, event.at, event.versions, versions))

    def _keep(self, number: int, event: EvidenceKept) -> None:
        unit = (event.collector, event.scope)
        self.sightings[number] = Sighting(
            number,
            *unit,
            event.connection,
            event.observed_at,
            event.observed_at,
            records=event.records,
            records_before=self._records.get(unit),
            versions=self.judging[-1].digest if self.judging else "",
            complete=event.complete,
            failed=event.failure is not None,
        )
        self._records[unit] = event.records
        self._began.setdefault(event.scope, (event.cycle, event.observed_at))
        self._stretch(number, unit, event.observed_at)

    def _again(self, entry: int, at: Instant) -> None:
        seen = self.sightings.get(entry)
        if seen is not None:
            seen.last, seen.times = at, seen.times + 1
            self._stretch(entry, (seen.collector, seen.scope), at)

    def _stretch(self, entry: int, unit: tuple[str, str], at: Instant) -> None:
        cadence = self.judging[-1].cadence(unit[0]) if self.judging else HOURLY
        if self.window.first - 2 * cadence <= at < self.window.last:
            self.series.setdefault(unit, Series()).see(entry, at, cadence)
