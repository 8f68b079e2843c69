"""Reading one connection: every scope, every collector, and whatever could not be read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog

from agent.connections.unit import Connection, Unit, Unreachable
from agent.store.evidence import circumstances_of
from collectors.contract import Collector
from collectors.evidence.record import Instant, Omission, Record, Snapshot
from collectors.reader import NOTHING, take_snapshot
from collectors.transcript import Cache, Earlier, Recorder, Transcript

log = structlog.get_logger()


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

    def scopes(self, connection: str, collector: str) -> Iterable[str]:
        """The scopes this collector was last read in."""
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
    """Everything one connection gave."""

    connection: str
    taken: tuple[Taken, ...]
    whole: bool
    """Whether every scope could be enumerated; only then is a missing one proven gone."""
    reached: bool = False
    """Whether the source let us in at all."""
    expires_at: Instant | None = None
    """When the credential ends, as far as the source says it."""


@dataclass(frozen=True, kw_only=True)
class Collecting:
    """How connections are read in one cycle."""

    memory: Memory
    redaction_key: bytes
    clock: Callable[[], Instant]
    progress: Progress
    threads: int = 8
    scope: str | None = None
    """Read only this scope."""

    def harvest(self, connection: Connection, collectors: Iterable[Collector[Any, Any]]) -> Harvest:
        """Read a whole connection; nothing that happens in it reaches another one."""
        wanted = tuple(collectors)
        units, lost = self._enumerate(connection, wanted)
        with ThreadPoolExecutor(self.threads) as pool:
            read = pool.map(lambda unit: list(self._unit(connection, unit, wanted)), units)
            taken = [one for of_unit in read for one in of_unit]
        delivered = {(one.snapshot.collector, one.snapshot.scope) for one in taken}
        for collector in wanted:
            parts = [part for part in lost if collector.reads in part.reads]
            for scope, why in self._unread(connection, collector, parts, delivered):
                taken.append(self._unreachable(connection, collector, scope, why))
        return Harvest(
            connection=label(connection),
            taken=tuple(taken),
            whole=not lost,
            reached=bool(units),
            expires_at=min((unit.expires_at for unit in units if unit.expires_at), default=None),
        )

    def _enumerate(
        self, connection: Connection, wanted: tuple[Collector[Any, Any], ...]
    ) -> tuple[list[Unit], list[Unreachable]]:
        units: list[Unit] = []
        lost: list[Unreachable] = []
        try:
            for part in connection.units():
                if isinstance(part, Unreachable):
                    lost.append(part)
                elif self.scope is None or part.scope == self.scope:
                    units.append(part)
        except Exception as error:
            log.exception("connection_failed", connection=connection.name)
            everything = tuple({collector.reads for collector in wanted})
            why = f"the connection failed: {type(error).__name__}"
            scope = f"{connection.source}:{connection.name}"
            lost.append(Unreachable(scope=scope, reads=everything, why=why))
        return units, lost

    def _unit(
        self, connection: Connection, unit: Unit, wanted: Iterable[Collector[Any, Any]]
    ) -> Iterator[Taken]:
        cache = Cache()
        here = [collector for collector in wanted if collector.reads is unit.reads]
        earlier = self._earlier(unit, [collector.id for collector in here])
        for collector in here:
            yield self._take(connection, unit, collector, cache, earlier)
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
    ) -> Taken:
        recorder = Recorder(unit.live, self.redaction_key, cache, earlier)
        since = self.memory.reached(collector.id, unit.scope)
        now = self.clock()
        failure = None
        try:
            reader = unit.open(recorder, collector.calls, since=since, threads=self.threads)
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
        delivered: set[tuple[str, str]],
    ) -> Iterator[tuple[str, str]]:
        """The scopes that parts out of reach leave unread, each once, and why.

        A part that is itself a known scope costs that scope alone. Any other part may hide
        every known scope that was not delivered; none of them is gone.
        """
        missing = {
            scope
            for scope in self.memory.scopes(label(connection), collector.id)
            if (collector.id, scope) not in delivered
        }
        for part in sorted(parts, key=lambda part: part.scope not in missing):
            hidden = {part.scope} if part.scope in missing else missing or {part.scope}
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
