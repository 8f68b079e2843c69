"""Watching the watcher: what of the tool's own does not work, told once, and once when it does."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import timedelta

from agent.gaps.events import (
    ClockSkewed,
    CredentialExpiring,
    Event,
    ScheduleMissed,
    StoreFilling,
    TroubleOver,
)
from agent.gaps.lifecycle import Moment
from collectors.evidence.record import Instant

Symptom = ScheduleMissed | CredentialExpiring | ClockSkewed | StoreFilling
Named = tuple[str, str]
"""A kind of trouble, and what it is of."""

MOST_SKEW = timedelta(seconds=60)
"""AWS refuses requests that are five minutes off; evidence should not come near that."""
MISSED_TURNS = 2
"""One missed turn is forgiven, as it is for evidence that gets old."""
LEAST_FREE = 1_000_000_000
"""Bytes; SQLite and a cycle's evidence want room even where nothing grows."""
DAYS_OF_ROOM = 30
SPAN = timedelta(days=7)
"""Over how long growth is measured: a week has its quiet days."""


def named(symptom: Symptom) -> Named:
    """The name of a trouble, the same as long as it lasts."""
    match symptom:
        case ScheduleMissed():
            return "schedule_missed", symptom.source
        case CredentialExpiring():
            return "credential_expiring", symptom.what
        case ClockSkewed():
            return "clock_skewed", symptom.connection
        case StoreFilling():
            return "store_filling", "store"


def news(
    symptoms: Iterable[Symptom],
    *,
    known: Collection[Named],
    looked_at: Collection[Named],
    moment: Moment,
) -> Iterator[Event]:
    """What began since it was last looked at, and what is over.

    Args:
        symptoms: Everything that does not work now, of what was looked at.
        known: What was told and is not over yet.
        looked_at: All that was looked at: only of that can be said that it works.
        moment: Now.
    """
    found = {named(symptom): symptom for symptom in symptoms}
    yield from (symptom for name, symptom in found.items() if name not in known)
    for trouble, what in sorted((set(known) & set(looked_at)) - found.keys()):
        yield TroubleOver(at=moment.at, cycle=moment.cycle, trouble=trouble, what=what)


def missed_schedules(
    last_read: Mapping[str, Instant | None],
    intervals: Mapping[str, timedelta],
    *,
    since: Instant,
    moment: Moment,
) -> Iterator[ScheduleMissed]:
    """The sources that nobody read to the end for more than two of their intervals.

    Args:
        last_read: When each source was; `None` if never.
        intervals: How often each should be.
        since: When the service began: one that was never read is waited for from then on.
        moment: Now.
    """
    for source, interval in sorted(intervals.items()):
        last = last_read.get(source)
        if moment.at - (last or since) > MISSED_TURNS * interval:
            yield ScheduleMissed(at=moment.at, cycle=moment.cycle, source=source, last_read_at=last)


def expiring(
    ends: Mapping[str, Instant], *, soon: timedelta, moment: Moment
) -> Iterator[CredentialExpiring]:
    """What ends within some time, or has ended."""
    for what, expires_at in sorted(ends.items()):
        if expires_at - moment.at <= soon:
            yield CredentialExpiring(
                at=moment.at, cycle=moment.cycle, what=what, expires_at=expires_at
            )


def skewed(connection: str, skew: timedelta, moment: Moment) -> Iterator[ClockSkewed]:
    """Our clock, where it is too far from a source's."""
    if abs(skew) > MOST_SKEW:
        seconds = round(skew.total_seconds())
        yield ClockSkewed(at=moment.at, cycle=moment.cycle, connection=connection, seconds=seconds)


def filling(
    size: int, free: int | None, earlier: Iterable[tuple[Instant, int]], moment: Moment
) -> Iterator[StoreFilling]:
    """A store that has no room for another month, or hardly any room at all.

    Args:
        size: Bytes now.
        free: Bytes left; `None` if that is not known.
        earlier: Sizes as they were measured before.
        moment: Now.
    """
    daily = growth(size, earlier, moment.at)
    if free is not None and free < max(LEAST_FREE, DAYS_OF_ROOM * daily):
        yield StoreFilling(at=moment.at, cycle=moment.cycle, size=size, free=free, daily=daily)


def growth(size: int, earlier: Iterable[tuple[Instant, int]], now: Instant) -> int:
    """Bytes a day since the oldest measurement of the last week; 0 if there is none to compare."""
    recent = [(at, then) for at, then in earlier if timedelta(days=1) <= now - at <= SPAN]
    if not recent:
        return 0
    at, then = min(recent)
    return max(0, round((size - then) / ((now - at) / timedelta(days=1))))
