"""One control's state over a window, out of what each of its checks knew: pure.

A failure outweighs, then ignorance, then success, as everywhere. A moment at which no check
knew anything is blind, and so is one at which a check had fallen silent.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

import msgspec

from agent.package.window import UNKNOWN, Interval
from checks.contract import Outcome
from collectors.evidence.record import Instant

HOUR_SECONDS = 3600


class Seen(StrEnum):
    """What is known of a control in a stretch of time."""

    EFFECTIVE = "effective"
    DEFICIENT = "deficient"
    ACCEPTED = "accepted"
    """It fails, and a named person tolerates that."""
    BLIND = "blind"


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of time in which nothing changed."""

    start: Instant
    end: Instant
    state: Seen

    @property
    def hours(self) -> float:
        """How long it lasted."""
        return (self.end - self.start).total_seconds() / HOUR_SECONDS


def timeline(
    checks: Iterable[Sequence[Interval]],
    tolerated: Iterable[tuple[Instant, Instant]],
    start: Instant,
    end: Instant,
) -> tuple[Stretch, ...]:
    """Put the checks of one control together.

    Args:
        checks: For each check and scope, what it concluded from when to when.
        tolerated: When all that failed of the control was accepted.
        start: The first moment that is told.
        end: The moment after the last.
    """
    changes: list[tuple[Instant, str, int]] = []
    for found in checks:
        for one in _told(found):
            changes += [(one.start, one.conclusion, 1), (one.end, one.conclusion, -1)]
    for since, until in tolerated:
        changes += [(max(since, start), TOLERATED, 1), (min(until, end), TOLERATED, -1)]
    return tuple(_merged(_pieces(sorted(changes), start, end)))


def hours(stretches: Iterable[Stretch], state: Seen) -> float:
    """All hours in one state."""
    return round(sum((one.hours for one in stretches if one.state is state), 0.0), 2)


def longest(stretches: Iterable[Stretch], state: Seen) -> Stretch | None:
    """The longest stretch in one state; the first of several."""
    return max((one for one in stretches if one.state is state), key=_hours, default=None)


TOLERATED = "tolerated"


def _told(found: Sequence[Interval]) -> Sequence[Interval]:
    """Before a check first said anything it was not yet asked: that is not its silence."""
    silent = bool(found) and found[0].conclusion == UNKNOWN
    return found[1:] if silent else found


def _pieces(
    changes: Iterable[tuple[Instant, str, int]], start: Instant, end: Instant
) -> Iterator[Stretch]:
    now: Counter[str] = Counter()
    reached = start
    for at, conclusion, step in changes:
        moment = min(max(at, start), end)
        if moment > reached:
            yield Stretch(start=reached, end=moment, state=_state(now))
            reached = moment
        now[conclusion] += step
    if reached < end:
        yield Stretch(start=reached, end=end, state=_state(now))


def _state(now: Counter[str]) -> Seen:
    if now[Outcome.FAILED]:
        return Seen.ACCEPTED if now[TOLERATED] else Seen.DEFICIENT
    if now[UNKNOWN] or now[Outcome.UNDETERMINED]:
        return Seen.BLIND
    return Seen.EFFECTIVE if now[Outcome.PASSED] else Seen.BLIND


def _merged(pieces: Iterable[Stretch]) -> Iterator[Stretch]:
    current: Stretch | None = None
    for one in pieces:
        if current is None:
            current = one
        elif current.state is one.state:
            current = Stretch(start=current.start, end=one.end, state=one.state)
        else:
            yield current
            current = one
    if current is not None:
        yield current


def _hours(one: Stretch) -> float:
    return one.hours
