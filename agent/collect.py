"""Reading one connection: every scope, every collector, and whatever could not be read."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Any, Protocol

import structlog

from agent.clocks import worst_skew
from agent.connections.unit import Connection, Divided, Division, Unit, Unreachable
from agent.store.evidence import circumstances_of
from collectors.contract import Collector
from collectors.evidence.record import Instant, Omission, Record, Snapshot
from collectors.hands import MOST, mapped, shared_or_own
from collectors.reader import NOTHING, Reader, take_snapshot
from collectors.transcript import Cache, Earlier, Recorder, Transcript

log = structlog.get_logger()

PARTS_AT_ONCE = 4
"""Of a connection that is divided: enough to hide latency, few enough to be kept in memory."""
TOGETHER = 5_000
"""Snapshots of a connection that is divided, kept in one transaction: an account has fewer."""
Delivered = tuple[type[Reader], str]
"""What kind of unit, and its scope."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One snapshot, and where it came from."""

    connection: str
    identity: str
    snapshot: Snapshot[Record]
    transcript: Transcript
    yields: type[Record]
    given: Mapping[str, str] = field(default_factory=dict)
    """What the reader knew before the first question."""
    failure: str | None = None
    """Why nothing could be read at all: the collector crashed, or its source was out of reach."""

    @property
    def title(self) -> str:
        """Collector and scope, as one name among all snapshots kept together."""
        return circumstances_of(self.snapshot.collector, self.snapshot.scope)


class Memory(Protocol):
    """What earlier cycles know of a connection."""

    def scopes(
        self, connection: str, collector: str, *, within: str | None = None
    ) -> Iterable[str]:
        """The scopes this collector was last read in; all, or those in one part."""
        ...

    def reached(self, collector: str, scope: str) -> Mapping[str, str]:
        """How far the last snapshot of a growing population got."""
        ...

    def answers(self, collector: str, scope: str) -> Iterable[Transcript]:
        """What the last snapshot was made of, as far as it is still kept."""
        ...


class Progress(Protocol):
    """Told of every snapshot as it is taken."""

    def __call__(self, *, connection: str, scope: str, collector: str) -> None:
        """One more snapshot is taken."""
        ...


@dataclass(frozen=True, kw_only=True)
class Harvest:
    """What one connection gave: all of it, or one part of a connection that is divided."""

    connection: str
    taken: tuple[Taken, ...]
    whole: bool
    """Whether every scope could be enumerated; only then is a missing one proven gone."""
    last: bool = True
    """Whether nothing more follows; what is told of the connection holds for all its parts."""
    reached: bool = False
    """Whether the source let us in at all."""
    expires_at: Instant | None = None
    """When the credential ends, as far as the source says it."""
    skew: timedelta | None = None
    """Our clock less the source's, where they differ most; `None` if no answer had a date."""


@dataclass(frozen=True, kw_only=True)
class Collecting:
    """How connections are read in one cycle."""

    memory: Memory
    redaction_key: bytes
    clock: Callable[[], Instant]
    progress: Progress
    threads: int = 8
    """Scopes of a part, and members of a population, that are read at once."""
    hands: Executor | None = None
    """Threads that all connections share; without them this one has threads of its own."""
    scope: str | None = None
    """Read only this scope."""

    def harvests(
        self, connection: Connection, collectors: Iterable[Collector[Any, Any]]
    ) -> Iterator[Harvest]:
        """Read a whole connection, part by part; nothing that happens in it reaches another one.

        Few parts are read at once and none is read far ahead, so that what waits to be kept
        does not grow with the connection.
        """
        wanted = tuple(collectors)
        gathering = _Gathering(label(connection))
        divided = isinstance(connection, Divided)
        with shared_or_own(self.hands, MOST) as hands:
            read = partial(self._part, connection, wanted, hands)
            parts = self._divisions(connection)
            for units, lost, taken in mapped(hands, read, parts, at_once=PARTS_AT_ONCE):
                alone = [part for part in lost if part.alone and divided]
                gathering.note(units, lost, taken, told=alone)
                unread = self._unread_alone(connection, wanted, alone, gathering)
                if divided:
                    yield from gathering.parts((*taken, *unread))
                else:
                    gathering.keep(taken)
        unread = self._unread_of(connection, wanted, gathering.untold, gathering.delivered)
        if divided:
            yield from gathering.parts(unread)
        yield gathering.rest(unread)

    def harvest(self, connection: Connection, collectors: Iterable[Collector[Any, Any]]) -> Harvest:
        """All of it at once, for who keeps nothing."""
        parts = list(self.harvests(connection, collectors))
        return replace(parts[-1], taken=tuple(one for part in parts for one in part.taken))

    def _divisions(self, connection: Connection) -> Iterator[Division]:
        """The parts of a connection; dividing it may fail as well, and is told like one of them."""
        if not isinstance(connection, Divided):
            yield Division(connection.name, connection.units)
            return
        try:
            for part in connection.divisions():
                if self.scope is None or part.holds(self.scope):
                    yield part
        except Exception as error:  # noqa: BLE001 - told like any part that fails
            yield Division(connection.name, partial(_raising, error))

    def _part(
        self,
        connection: Connection,
        wanted: tuple[Collector[Any, Any], ...],
        hands: Executor,
        part: Division,
    ) -> tuple[list[Unit], list[Unreachable], tuple[Taken, ...]]:
        units, lost = self._enumerate(connection, wanted, part)
        read = mapped(
            hands,
            lambda unit: list(self._unit(connection, unit, wanted, hands)),
            units,
            at_once=self.threads,
        )
        return units, lost, tuple(one for of_unit in read for one in of_unit)

    def _enumerate(
        self, connection: Connection, wanted: tuple[Collector[Any, Any], ...], part: Division
    ) -> tuple[list[Unit], list[Unreachable]]:
        units: list[Unit] = []
        lost: list[Unreachable] = []
        try:
            for found in part.divide():
                if isinstance(found, Unreachable):
                    lost.append(found)
                elif self.scope is None or found.scope == self.scope:
                    units.append(found)
        except Exception as error:
            log.exception("connection_failed", connection=connection.name)
            lost.append(_failed(connection, wanted, error))
        return units, lost

    def _unread_alone(
        self,
        connection: Connection,
        wanted: tuple[Collector[Any, Any], ...],
        alone: Iterable[Unreachable],
        gathering: "_Gathering",
    ) -> Iterator[Taken]:
        """What lies in parts that cost nothing but themselves; it need not wait for the others."""
        for part in alone:
            lost = tuple(
                self._unread_of(connection, wanted, [part], gathering.delivered, within=part.scope)
            )
            gathering.delivered |= {
                (kind, one.snapshot.scope) for one in lost for kind in part.reads
            }
            yield from lost

    def _unread_of(
        self,
        connection: Connection,
        wanted: tuple[Collector[Any, Any], ...],
        lost: Sequence[Unreachable],
        delivered: set[Delivered],
        *,
        within: str | None = None,
    ) -> Iterator[Taken]:
        for collector in wanted:
            parts = [part for part in lost if collector.reads in part.reads]
            for scope, why in self._unread(connection, collector, parts, delivered, within=within):
                yield self._unreachable(connection, collector, scope, why)

    def _unit(
        self,
        connection: Connection,
        unit: Unit,
        wanted: Iterable[Collector[Any, Any]],
        hands: Executor,
    ) -> Iterator[Taken]:
        cache = Cache()
        here = [collector for collector in wanted if collector.reads is unit.reads]
        earlier = self._earlier(unit, [collector.id for collector in here])
        for collector in here:
            yield self._take(connection, unit, collector, cache, earlier, hands=hands)
            self.progress(connection=label(connection), scope=unit.scope, collector=collector.id)

    def _earlier(self, unit: Unit, collectors: Iterable[str]) -> Earlier | None:
        """What the unit answered last time, to all of its collectors together."""
        if unit.unless is None:
            return None
        known = (one for name in collectors for one in self.memory.answers(name, unit.scope))
        return Earlier(unit.unless, lambda: known)

    def _take(
        self,
        connection: Connection,
        unit: Unit,
        collector: Collector[Any, Any],
        cache: Cache,
        earlier: Earlier | None,
        *,
        hands: Executor,
    ) -> Taken:
        recorder = Recorder(unit.live, self.redaction_key, cache, earlier)
        since = self.memory.reached(collector.id, unit.scope)
        now = self.clock()
        failure = None
        try:
            reader = unit.open(
                recorder, collector.calls, since=since, threads=self.threads, hands=hands
            )
            snapshot = take_snapshot(collector, reader, now=now)
        except Exception as error:
            log.exception("collector_failed", collector=collector.id, scope=unit.scope)
            failure = f"the collector failed: {type(error).__name__}"
            snapshot = nothing_read(collector.id, unit.scope, failure, now=now, since=since)
        return Taken(
            connection=label(connection),
            identity=unit.identity,
            snapshot=snapshot,
            transcript=recorder.transcript,
            yields=collector.yields,
            given=unit.given,
            failure=failure,
        )

    def _unread(
        self,
        connection: Connection,
        collector: Collector[Any, Any],
        parts: Iterable[Unreachable],
        delivered: set[Delivered],
        *,
        within: str | None = None,
    ) -> Iterator[tuple[str, str]]:
        """The scopes that parts out of reach leave unread, each once, and why.

        A part that is itself a known scope, or says that it stands alone, costs what lies in it.
        Any other part may hide every known scope that was not delivered; none of them is gone.
        """
        if not parts:
            return
        missing = {
            scope
            for scope in self.memory.scopes(label(connection), collector.id, within=within)
            if (collector.reads, scope) not in delivered
        }
        for part in sorted(parts, key=lambda part: (not part.alone, part.scope not in missing)):
            hidden = _hidden(part, missing)
            missing = missing - hidden
            for scope in sorted(hidden):
                if self.scope in (None, scope):
                    yield scope, part.why

    def _unreachable(
        self, connection: Connection, collector: Collector[Any, Any], scope: str, why: str
    ) -> Taken:
        since = self.memory.reached(collector.id, scope)
        return Taken(
            connection=label(connection),
            identity="",
            snapshot=nothing_read(collector.id, scope, why, now=self.clock(), since=since),
            transcript=Transcript(()),
            yields=collector.yields,
            failure=why,
        )


class _Gathering:
    """What the parts of one connection give together."""

    def __init__(self, connection: str) -> None:
        self._connection = connection
        self._kept: list[Taken] = []
        self._ends: list[Instant] = []
        self._skew: timedelta | None = None
        self._reached = False
        self._whole = True
        self.delivered: set[Delivered] = set()
        self.untold: list[Unreachable] = []
        """The parts out of reach of which nothing was told yet."""

    def note(
        self,
        units: Iterable[Unit],
        lost: Iterable[Unreachable],
        taken: Sequence[Taken],
        *,
        told: Container[Unreachable],
    ) -> None:
        for unit in units:
            self._reached = True
            self.delivered.add((unit.reads, unit.scope))
            if unit.expires_at:
                self._ends.append(unit.expires_at)
        for part in lost:
            self._whole = self._whole and part.alone
            if part not in told:
                self.untold.append(part)
        skews = (self._skew, worst_skew(one.transcript for one in taken))
        self._skew = max((one for one in skews if one is not None), key=abs, default=None)

    def keep(self, taken: Iterable[Taken]) -> None:
        self._kept.extend(taken)

    def parts(self, taken: Iterable[Taken]) -> Iterator[Harvest]:
        """Harvests before the last one, none of them so large that it could not be held."""
        remaining = iter(taken)
        while some := tuple(islice(remaining, TOGETHER)):
            yield Harvest(connection=self._connection, taken=some, whole=False, last=False)

    def rest(self, unread: Iterable[Taken]) -> Harvest:
        return Harvest(
            connection=self._connection,
            taken=(*self._kept, *unread),
            whole=self._whole,
            reached=self._reached,
            expires_at=min(self._ends, default=None),
            skew=self._skew,
        )


def _raising(error: Exception) -> Iterator[Unit | Unreachable]:
    raise error


def _hidden(part: Unreachable, missing: set[str]) -> set[str]:
    """Which of the scopes that were not delivered a part may hide."""
    if part.alone:
        inside = {s for s in missing if s == part.scope or s.startswith(f"{part.scope}/")}
        return inside or {part.scope}
    return {part.scope} if part.scope in missing else missing or {part.scope}


def _failed(
    connection: Connection, wanted: Iterable[Collector[Any, Any]], error: Exception
) -> Unreachable:
    everything = tuple({collector.reads for collector in wanted})
    why = f"the connection failed: {type(error).__name__}"
    return Unreachable(scope=f"{connection.source}:{connection.name}", reads=everything, why=why)


def label(connection: Connection) -> str:
    """A connection's name among all: two sources may call an entry the same."""
    return f"{connection.source}:{connection.name}"


def nothing_read(
    collector: str,
    scope: str,
    why: str,
    *,
    now: Instant,
    since: Mapping[str, str] = NOTHING,
) -> Snapshot[Record]:
    """The snapshot of a scope that could not be read at all: one omission, no records."""
    return Snapshot(
        collector=collector,
        scope=scope,
        observed_at=now,
        transcripts=(),
        records=(),
        omissions=(Omission(where=scope, why=why),),
        since=dict(since),
        reached=dict(since),
    )
