"""The days a package is about, and the stretches in which evidence was seen within them: pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple

from agent.gaps.states import STALE_AFTER_INTERVALS
from checks.contract import Outcome
from collectors.evidence.record import Instant

UNKNOWN = "unknown"
Conclusion = Literal["passed", "failed", "not_applicable", "undetermined", "unknown"]


@dataclass(frozen=True)
class Window:
    """Some days in UTC, the last one included."""

    start: date
    end: date

    @property
    def first(self) -> Instant:
        """Its first moment."""
        return datetime.combine(self.start, time(), UTC)

    @property
    def last(self) -> Instant:
        """The first moment after it."""
        return datetime.combine(self.end, time(), UTC) + timedelta(days=1)

    def __contains__(self, at: Instant) -> bool:
        return self.first <= at < self.last

    def __str__(self) -> str:
        return f"{self.start} to {self.end}"


@dataclass
class Stretch:
    """One piece of evidence, seen over and over without too long a silence in between."""

    entry: int
    first: Instant
    last: Instant
    patience: timedelta
    """How long a silence may be before nobody can say what was there: twice the cadence."""
    times: int = 1


@dataclass
class Series:
    """When one collector saw one scope, folded as it comes: an unchanged estate is one stretch."""

    stretches: list[Stretch] = field(default_factory=list)

    def see(self, entry: int, at: Instant, cadence: timedelta) -> None:
        """Evidence was seen once more; moments are told in order."""
        patience = cadence * STALE_AFTER_INTERVALS
        if self.stretches:
            newest = self.stretches[-1]
            if newest.entry == entry and at - newest.last <= patience:
                newest.last, newest.patience, newest.times = at, patience, newest.times + 1
                return
        self.stretches.append(Stretch(entry, at, at, patience))

    def within(self, window: Window) -> list[Stretch]:
        """The stretches that reach into a window."""
        return [
            one for one in self.stretches if one.first < window.last and one.last >= window.first
        ]


class Interval(NamedTuple):
    """What was known from one moment up to another."""

    start: Instant
    end: Instant
    conclusion: str
    entry: int | None
    """The evidence it rests on; `None` where there is none."""

    @property
    def hours(self) -> float:
        """How long it was."""
        return round((self.end - self.start) / timedelta(hours=1), 2)


def intervals(
    seen: Sequence[tuple[Stretch, Outcome]], window: Window, *, now: Instant
) -> Iterator[Interval]:
    """A window cut into what was passed, failed, undetermined, and never looked at.

    A silence longer than twice the cadence is unknown as a whole: nobody can say when in it
    things changed. What lies in the future is not spoken of.
    """
    end = min(window.last, now)
    return merged(_clipped(_raw(seen, end), window.first, end))


def _raw(seen: Sequence[tuple[Stretch, Outcome]], end: Instant) -> Iterator[Interval]:
    reached = datetime(1, 1, 1, tzinfo=UTC)
    for at, (stretch, outcome) in enumerate(seen):
        yield Interval(reached, stretch.first, UNKNOWN, None)
        until = seen[at + 1][0].first if at + 1 < len(seen) else end
        known = until if until - stretch.last <= stretch.patience else stretch.last
        reached = max(known, stretch.last)
        yield Interval(stretch.first, reached, outcome.value, stretch.entry)
    yield Interval(reached, max(end, reached), UNKNOWN, None)


def _clipped(found: Iterable[Interval], start: Instant, end: Instant) -> Iterator[Interval]:
    for one in found:
        cut = one._replace(start=max(one.start, start), end=min(one.end, end))
        if cut.start < cut.end:
            yield cut


def merged(found: Iterable[Interval]) -> Iterator[Interval]:
    """Neighbours of one conclusion as one; the evidence is that of the first."""
    current: Interval | None = None
    for one in found:
        if current and current.conclusion == one.conclusion and current.end == one.start:
            current = current._replace(end=one.end)
            continue
        if current:
            yield current
        current = one
    if current:
        yield current
