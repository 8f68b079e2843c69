"""What evidence has to be kept, and what may go: a fold over the log, without clock or disk."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from agent.gaps.events import (
    CheckRetired,
    Event,
    EvidenceExpired,
    EvidenceKept,
    EvidenceUnchanged,
    HoldLifted,
    HoldPlaced,
    ScopeLeft,
)
from collectors.evidence.record import Instant


class Seen(NamedTuple):
    """From when to when the log speaks of what an entry keeps."""

    first: Instant
    last: Instant


@dataclass
class Keeping:
    """What an entry's evidence is still needed for; entries are told in the order of the log.

    An entry is needed as long as it was last seen within the time that evidence is kept, as
    the newest of its collector and scope, as what a check last concluded from, as the input
    of a join that is needed, and under a hold. Everything is kept that was seen between the
    first and the last time: a hold over a day in between holds it too.
    """

    only: Container[int] | None = None
    """The entries that are of interest; `None` for all, and memory for all."""
    _seen: dict[int, Seen] = field(default_factory=dict)
    _inputs: dict[int, tuple[int, ...]] = field(default_factory=dict)
    _newest: dict[tuple[str, str], int] = field(default_factory=dict)
    """By collector and scope."""
    _standing: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    """By check and scope: the collector, and the entry of its last conclusion."""
    _holds: list[HoldPlaced] = field(default_factory=list)
    _expired: set[int] = field(default_factory=set)

    def see(self, number: int, event: Event) -> None:
        """One more entry of the log."""
        match event:
            case EvidenceKept():
                self._kept(number, event)
            case EvidenceUnchanged():
                if event.circumstances:
                    self._touch((number,), event.at)
                self._touch((entry for entry, _ in event.same), event.at)
            case ScopeLeft():
                self._left(event)
            case CheckRetired():
                self._standing.pop((event.check, event.scope), None)
            case HoldPlaced():
                self._holds.append(event)
            case HoldLifted():
                self._holds = [hold for hold in self._holds if hold.name != event.name]
            case EvidenceExpired():
                self._expired.update(event.entries)

    def expired(self, before: Instant) -> list[int]:
        """The entries whose evidence may go; those that went already are not told again."""
        return [n for n in self.due(self._seen, before) if n not in self._expired]

    def due(self, numbers: Iterable[int], before: Instant) -> list[int]:
        """Those of some entries whose evidence may go, whether it went already or not."""
        needed = self._needed()
        return [
            number
            for number in numbers
            if (seen := self._seen.get(number)) is not None
            and seen.last < before
            and number not in needed
            and not self._hold_on(seen)
        ]

    def went(self, number: int) -> bool:
        """Whether a tombstone was set for an entry."""
        return number in self._expired

    def undue(self, tombstone: EvidenceExpired, before: Instant) -> Iterator[str]:
        """Why entries that a tombstone names had to be kept when it was set."""
        needed = self._needed()
        for number in tombstone.entries:
            seen = self._seen.get(number)
            if seen is None:
                yield f"it names log entry {number}, which keeps no evidence"
            elif seen.last >= before:
                yield f"it names log entry {number}, which was seen until {seen.last.isoformat()}"
            elif number in needed:
                yield f"it names log entry {number}, which was still needed"
            elif (hold := self._hold_on(seen)) is not None:
                yield f"it names log entry {number}, which was under the hold `{hold.name}`"

    def news(self, declared: Iterable[HoldPlaced | HoldLifted]) -> list[Event]:
        """Those of the declared holds that the log does not know yet."""
        return [one for one in declared if self._is_new(one)]

    def _is_new(self, declared: HoldPlaced | HoldLifted) -> bool:
        known = [hold for hold in self._holds if hold.name == declared.name]
        if isinstance(declared, HoldLifted):
            return bool(known)
        return (declared.start, declared.end) not in {(hold.start, hold.end) for hold in known}

    def _kept(self, number: int, event: EvidenceKept) -> None:
        if event.inputs:
            self._inputs[number] = event.inputs
        self._newest[event.collector, event.scope] = number
        for judged in event.judged:
            self._standing[judged.check, event.scope] = (event.collector, number)
        self._touch((number,), event.at)

    def _left(self, event: ScopeLeft) -> None:
        self._newest.pop((event.collector, event.scope), None)
        self._standing = {
            key: standing
            for key, standing in self._standing.items()
            if (standing[0], key[1]) != (event.collector, event.scope)
        }

    def _touch(self, numbers: Iterable[int], at: Instant) -> None:
        for number in self._with_inputs(numbers):
            if self.only is None or number in self.only:
                first, last = self._seen.get(number, (at, at))
                self._seen[number] = Seen(min(first, at), max(last, at))

    def _needed(self) -> set[int]:
        concluded = (number for _, number in self._standing.values())
        return self._with_inputs((*self._newest.values(), *concluded))

    def _with_inputs(self, numbers: Iterable[int]) -> set[int]:
        reached: set[int] = set()
        waiting = list(numbers)
        while waiting:
            number = waiting.pop()
            if number not in reached:
                reached.add(number)
                waiting.extend(self._inputs.get(number, ()))
        return reached

    def _hold_on(self, seen: Seen) -> HoldPlaced | None:
        return next((hold for hold in self._holds if _overlaps(hold, seen)), None)


def _overlaps(hold: HoldPlaced, seen: Seen) -> bool:
    return (hold.start or date.min) <= seen.last.date() and seen.first.date() <= (
        hold.end or date.max
    )
