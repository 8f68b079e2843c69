"""After comparing and before announcing: who changed what drifted, asked of the sources' own logs.

Only subjects that came to fail are asked about, a bounded number of them. Whatever happens
here costs the answer to "who", and no verdict.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from sqlalchemy import Connection as Database

from agent.collect import Taken, label
from agent.connections.unit import Connection, KeepsHistory, Unit
from agent.gaps.events import Cause, Origin, Traced
from agent.gaps.origins import ASKED_AGAIN_WITHIN, asked_again, traced
from agent.store import queries
from checks.contract import Check, Outcome
from collectors.contract import Tracer
from collectors.evidence.record import Instant
from collectors.evidence.trails import Sought, Trail, as_text
from collectors.reader import Reader, take_snapshot
from collectors.tracing import SOUGHT
from collectors.transcript import Recorder

log = structlog.get_logger()

Key = tuple[str, str, str]
"""Check, scope and subject."""


@dataclass(frozen=True, kw_only=True)
class Drifted:
    """One subject whose origin is not known yet, with all that is known of it."""

    key: Key
    name: str
    origin: Origin

    @property
    def subject(self) -> str:
        """The id of what drifted."""
        return self.key[2]

    @property
    def sought(self) -> Sought:
        """What its source's log is asked about."""
        after, before = self.origin.after, self.origin.before
        return Sought(id=self.subject, name=self.name, after=after, before=before)


def drifted(
    database: Database, causes: Iterable[Cause], checks: Mapping[str, Check[Any, Any]], now: Instant
) -> list[Drifted]:
    """Those causes that a change in the world explains, and those asked about in vain before.

    What was never seen before did not drift, and what happened once tells itself who did it.
    """
    between = Observations(database, now)
    failed = {
        (cause.check, cause.scope, cause.subject): cause
        for cause in causes
        if cause.after is not None
        and cause.after.outcome is Outcome.FAILED
        and cause.check in checks
        and checks[cause.check].kind == "condition"
    }
    new = [
        Drifted(key=key, name=cause.name, origin=origin)
        for key, cause in failed.items()
        if (origin := between.of(cause)) is not None
    ]
    late = _asked_in_vain(database, now)
    names = queries.names_of_open(database, late.keys() - failed.keys())
    return new + [
        Drifted(key=key, name=name, origin=late[key]) for key, name in sorted(names.items())
    ]


def _asked_in_vain(database: Database, now: Instant) -> dict[Key, Origin]:
    """Of what was traced lately, that of which the log may know more by now."""
    newest: dict[Key, Origin] = {}
    for one in queries.traced_since(database, now - ASKED_AGAIN_WITHIN):
        newest.setdefault((one.check, one.scope, one.subject), one.origin)
    return {key: origin for key, origin in newest.items() if asked_again(origin, now)}


def with_origins(causes: Iterable[Cause], found: Sequence[Traced]) -> list[Cause]:
    """The causes, each with its origin where that was traced."""
    known = {(one.check, one.scope, one.subject): one.origin for one in found}
    return [
        msgspec.structs.replace(cause, origin=origin)
        if (origin := known.get((cause.check, cause.scope, cause.subject)))
        else cause
        for cause in causes
    ]


@dataclass(frozen=True, kw_only=True)
class Traces:
    """What came of asking."""

    causes: Sequence[Cause]
    """Every cause of the cycle, each with its origin where it was traced."""
    origins: Sequence[Traced]
    taken: Sequence[Taken]
    """The evidence: what was asked, and what was answered."""


@dataclass(frozen=True, kw_only=True)
class Tracing:
    """One cycle's questions to the logs of changes."""

    connections: Sequence[Connection]
    tracers: Sequence[Tracer[Any, Any]]
    redaction_key: bytes
    clock: Callable[[], Instant]

    def ask(self, subjects: Sequence[Drifted]) -> tuple[list[Taken], list[Traced]]:
        """Ask about some subjects: the evidence of asking, and what came of it."""
        sources = {one.key[1].partition(":")[0] for one in subjects}
        asked = [c for c in self.connections if c.source in sources and isinstance(c, KeepsHistory)]
        with ThreadPoolExecutor(max(1, len(asked))) as pool:
            answers = pool.map(lambda connection: self._asked(connection, subjects), asked)
            taken = [one for of_connection in answers for one in of_connection]
        return taken, [self._traced(one, taken) for one in subjects]

    def _asked(self, connection: Any, subjects: Sequence[Drifted]) -> list[Taken]:
        taken: list[Taken] = []
        try:
            for unit in connection.histories():
                sought = _once(
                    one.sought for one in subjects if _tells(unit.reads, unit.scope, one)
                )
                if sought:
                    taken.extend(self._taken(connection, unit, sought))
        except Exception:
            log.exception("tracing_failed", connection=connection.name)
        return taken

    def _taken(
        self, connection: Connection, unit: Unit, sought: Iterable[Sought]
    ) -> Iterator[Taken]:
        given = {**unit.given, SOUGHT: as_text(sought)}
        for tracer in self.tracers:
            if tracer.reads is unit.reads:
                recorder = Recorder(unit.live, self.redaction_key)
                reader = unit.reads(unit.scope, recorder, tracer.calls, given=given)
                yield Taken(
                    connection=label(connection),
                    identity=unit.identity,
                    snapshot=take_snapshot(tracer, reader, now=self.clock()),
                    transcript=recorder.transcript,
                    yields=tracer.yields,
                    given=given,
                )

    def _traced(self, one: Drifted, taken: Sequence[Taken]) -> Traced:
        reads = {tracer.id: tracer.reads for tracer in self.tracers}
        trails = [
            record
            for snapshot in (t.snapshot for t in taken)
            if _tells(reads[snapshot.collector], snapshot.scope, one)
            for record in snapshot.records
            if isinstance(record, Trail) and record.id == one.subject
        ]
        check, scope, subject = one.key
        return Traced(check=check, scope=scope, subject=subject, origin=traced(one.origin, trails))


def _tells(reads: type[Reader], history: str, one: Drifted) -> bool:
    _, scope, subject = one.key
    return reads.remembers(history, scope=scope, subject=subject)


def _once(sought: Iterable[Sought]) -> list[Sought]:
    """Each subject once, over the whole stretch in which any check saw it change."""
    known: dict[str, Sought] = {}
    for one in sought:
        other = known.get(one.id, one)
        known[one.id] = msgspec.structs.replace(
            one, after=min(one.after, other.after), before=max(one.before, other.before)
        )
    return list(known.values())


class Observations:
    """When each check's population was seen before it changed."""

    def __init__(self, database: Database, now: Instant) -> None:
        self._database = database
        self._now = now
        self._collectors: dict[tuple[str, str], str | None] = {}
        self._before: dict[tuple[str, str], Instant | None] = {}

    def of(self, cause: Cause) -> Origin | None:
        """Between which observations a subject changed; `None` where there is no earlier one."""
        collector = self._collector(cause.check, cause.scope)
        if collector is None:
            return None
        seen = self._seen(collector, cause.scope)
        return Origin(after=seen, before=self._now) if seen else None

    def _collector(self, check: str, scope: str) -> str | None:
        """Who gave what a check last judged in a scope; `None` if it stands there no more."""
        key = (check, scope)
        if key not in self._collectors:
            rows = queries.standing(self._database, check=check, scope=scope)
            self._collectors[key] = rows[0].collector if rows else None
        return self._collectors[key]

    def _seen(self, collector: str, scope: str) -> Instant | None:
        key = (collector, scope)
        if key not in self._before:
            rows = queries.snapshots(self._database, collector=collector, scope=scope, latest=False)
            self._before[key] = rows[-1].observed_at if rows else None
        return self._before[key]
