"""One pass: collect, keep, assess, compare, announce. Read this first."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
import structlog

from agent.collect import Collecting, Harvest, Progress, Taken
from agent.conclude import conclude_controls, stale_after
from agent.connections.unit import Connection
from agent.gaps.events import (
    Cause,
    CheckCrashed,
    CheckRecovered,
    CollectorFailed,
    CollectorRecovered,
    CycleFinished,
    CycleStarted,
    Event,
    EvidenceKept,
    EvidenceUnchanged,
    GapOpened,
    GapReopened,
    Judged,
    ScopeLeft,
)
from agent.gaps.lifecycle import GapBook, Moment, changed, compare, judged, out_of_scope
from agent.gaps.states import Standing
from agent.joining import CONNECTION, join
from agent.plan import Plan
from agent.store import queries
from agent.store.evidence import (
    circumstances,
    keep_assessments,
    keep_circumstances,
    keep_records,
    keep_transcript,
    read_assessments,
)
from agent.store.store import Store, Writer
from checks.contract import Check, Outcome
from checks.evaluation import Assessment, Excluded, assess
from collectors.evidence.record import Instant, Record, Snapshot

log = structlog.get_logger()

MILLISECOND = timedelta(milliseconds=1)

Announce = Callable[[Writer, Sequence[tuple[int, Event]]], None]
"""Told of every event inside the transaction that records it."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What one cycle brought."""

    cycle: int
    new_gaps: tuple[int, ...]
    drifted: tuple[str, ...]
    """Controls that changed their state."""
    worsened: tuple[str, ...]
    """Those of them that became deficient."""
    incomplete: int
    """Snapshots on which some verdict is undetermined."""
    calls: int
    snapshots: int


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The operator's part in judging."""

    thresholds: Mapping[str, Mapping[str, object]]
    excluded: Callable[[str], Excluded]
    """What is out of scope, by scope."""
    interval: Callable[[str], timedelta]
    """How often a collector is scheduled; evidence twice as old is stale."""
    controls: Mapping[str, str]
    """Every control in scope, with its title."""
    versions: str
    """Digest of everything that judges."""


@dataclass
class Cycle:
    """One pass over the connections, kept and judged as they come in."""

    store: Store
    plan: Plan
    connections: Sequence[Connection]
    rules: Rules
    clock: Callable[[], Instant]
    progress: Progress
    announce: Announce
    trigger: str = "command"
    threads: int = 8
    scope: str | None = None
    whole: bool = True
    """Whether everything configured is read: only then is what is missing proven gone."""
    _number: int = 0
    _calls: int = 0
    _kept: list[tuple[str, str]] = field(default_factory=list)
    _happened: list[Event] = field(default_factory=list)
    _causes: list[Cause] = field(default_factory=list)

    def run(self) -> Report:
        """Run the pass.

        Raises:
            StoreUnusable: another process is writing, or the store cannot be written.
        """
        with self.store.exclusive():
            self._begin()
            for harvest in self._collect():
                self._keep(harvest)
            self._join()
            return self._finish()

    def _begin(self) -> None:
        with self.store.transaction() as writer:
            known = queries.cycles(writer.connection, last=1)
            self._number = known[0].cycle + 1 if known else 1
            sources = tuple(sorted({connection.source for connection in self.connections}))
            started = CycleStarted(
                at=self.clock(),
                cycle=self._number,
                trigger=self.trigger,
                sources=sources,
                versions=self.rules.versions,
            )
            self._append(writer, [started])
            self._book = GapBook(
                queries.gaps(writer.connection),
                next_number=queries.next_gap_number(writer.connection),
            )
            self._memory = _Remembered(queries.snapshots(writer.connection, latest=True))
            if self.whole:
                self._append(writer, list(self._forgotten(writer)))

    def _collect(self) -> Iterator[Harvest]:
        """Read every connection, a slow one never holding up a fast one."""
        collecting = Collecting(
            memory=self._memory,
            redaction_key=self.store.blobs.redaction_key(),
            clock=self.clock,
            progress=self.progress,
            threads=self.threads,
            scope=self.scope,
        )
        with ThreadPoolExecutor(max(1, len(self.connections))) as pool:
            reading = [
                pool.submit(collecting.harvest, connection, self.plan.of(connection.source))
                for connection in self.connections
            ]
            for done in as_completed(reading):
                yield done.result()

    def _keep(self, harvest: Harvest) -> None:
        """Store what one connection gave, judge it, and write down what changed: all or nothing."""
        began = min((t.snapshot.observed_at for t in harvest.taken), default=self.clock())
        kept = [(taken, self._blobs(taken)) for taken in harvest.taken]
        together = keep_circumstances(
            self.store.blobs,
            {_name(taken): circumstances(taken.transcript, began) for taken in harvest.taken},
        )
        with self.store.transaction() as writer:
            same = [self._judge(writer, taken, digests, together) for taken, digests in kept]
            self._seen_again(writer, same, together, began)
            if harvest.whole and self.scope is None:
                self._append(writer, list(self._left(writer, harvest)))

    def _join(self) -> None:
        """Make the joins whose inputs were read in this pass."""
        fresh = {collector for collector, _ in self._kept}
        for derived in self.plan.joins:
            feeding = {unit.id for kind in derived.inputs for unit in self.plan.yielding(kind)}
            if feeding and not feeding & fresh:
                continue
            with self.store.transaction() as writer:
                now = self.clock()
                joined = join(derived, self.plan, writer.connection, self.store.blobs, now=now)
                same = self._judge(
                    writer, joined.taken, self._blobs(joined.taken), "", inputs=joined.inputs
                )
                self._seen_again(writer, [same], "", joined.taken.snapshot.observed_at)
                fresh.add(derived.id)

    def _finish(self) -> Report:
        with self.store.transaction() as writer:
            now = self.clock()
            moment = Moment(at=now, cycle=self._number)
            concluded = conclude_controls(
                writer.connection,
                plan=self.plan,
                controls=self.rules.controls,
                interval=self.rules.interval,
                causes=self._causes,
                book=self._book,
                moment=moment,
            )
            self._append(writer, concluded.events)
            new = tuple(
                event.number
                for event in self._happened
                if isinstance(event, GapOpened | GapReopened)
            )
            self._append(
                writer,
                [
                    CycleFinished(
                        at=now,
                        cycle=self._number,
                        calls=self._calls,
                        units=len(self._kept),
                        new_gaps=new,
                        drifted=concluded.drifted,
                        incomplete=concluded.incomplete(self._kept),
                    )
                ],
            )
        log.info("cycle_finished", cycle=self._number, new_gaps=len(new), calls=self._calls)
        return Report(
            cycle=self._number,
            new_gaps=new,
            drifted=concluded.drifted,
            worsened=concluded.worsened,
            incomplete=concluded.incomplete(self._kept),
            calls=self._calls,
            snapshots=len(self._kept),
        )

    def _judge(
        self,
        writer: Writer,
        taken: Taken,
        digests: "_Digests",
        together: str,
        *,
        inputs: tuple[int, ...] = (),
    ) -> tuple[int, Instant] | None:
        """Assess one snapshot by every check on it, and write down what changed.

        If nothing did, the entry it is the same as, and when it was seen again.
        """
        snapshot = taken.snapshot
        moment = Moment(at=self.clock(), cycle=self._number)
        checks = self.plan.on(taken.yields)
        assessments = [self._assess(check, taken) for check in checks]
        concluded: list[Judged] = []
        events: list[Event] = []
        for check, assessment in zip(checks, assessments, strict=True):
            known = {
                finding.subject: finding
                for finding in queries.findings(
                    writer.connection, check=check.id, scope=snapshot.scope
                )
            }
            standing = _standing(writer, check, snapshot.scope)
            earlier = self._assessed_before(writer, standing)
            concluded.append(judged(check, assessment, before=standing, known=known))
            if assessment == earlier and standing is not None:
                continue
            events.extend(
                compare(
                    check,
                    assessment,
                    before=earlier,
                    known=known,
                    book=self._book,
                    moment=moment,
                )
            )
            self._causes.extend(changed(check, assessment, earlier))
        evidence = EvidenceKept(
            at=moment.at,
            cycle=self._number,
            connection=taken.connection,
            collector=snapshot.collector,
            scope=snapshot.scope,
            identity=taken.identity,
            observed_at=snapshot.observed_at,
            records=len(snapshot.records),
            records_digest=digests.records,
            answers=(digests.answers,) if taken.transcript.exchanges else (),
            circumstances=together,
            calls=len(taken.transcript.exchanges),
            assessments=keep_assessments(self.store.blobs, assessments),
            judged=tuple(concluded),
            omissions=snapshot.omissions,
            since=snapshot.since,
            reached=snapshot.reached,
            inputs=inputs,
        )
        events.extend(self._troubles(writer, taken, assessments, moment))
        self._kept.append((snapshot.collector, snapshot.scope))
        self._calls += len(taken.transcript.exchanges)
        earlier_entry = self._same_as(writer, evidence)
        if earlier_entry is None:
            self._append(writer, [evidence, *events])
            return None
        self._append(writer, events)
        return earlier_entry, snapshot.observed_at

    def _troubles(
        self, writer: Writer, taken: Taken, assessments: Iterable[Assessment], moment: Moment
    ) -> Iterator[Event]:
        """A collector or a check that failed, told once; and once more when it works again."""
        at, cycle, scope = moment.at, moment.cycle, taken.snapshot.scope
        collector, connection = taken.snapshot.collector, taken.connection
        known = {(t.kind, t.what) for t in queries.troubles(writer.connection) if t.scope == scope}
        failed = ("collector_failed", collector) in known
        if taken.failure and not failed:
            yield CollectorFailed(
                at=at,
                cycle=cycle,
                connection=connection,
                collector=collector,
                scope=scope,
                why=taken.failure,
            )
        stale = ("evidence_stale", collector) in known
        if not taken.failure and (failed or (stale and self._fresh(taken.snapshot, moment.at))):
            yield CollectorRecovered(
                at=at, cycle=cycle, connection=connection, collector=collector, scope=scope
            )
        for assessment in assessments:
            crashed = ("check_crashed", assessment.check) in known
            if assessment.crashed and not crashed:
                yield CheckCrashed(
                    at=at, cycle=cycle, check=assessment.check, scope=scope, why=assessment.crashed
                )
            if (
                crashed
                and not assessment.crashed
                and assessment.conclusion is not Outcome.UNDETERMINED
            ):
                yield CheckRecovered(at=at, cycle=cycle, check=assessment.check, scope=scope)

    def _fresh(self, snapshot: Snapshot[Record], now: Instant) -> bool:
        """A join that was made again is still as old as its oldest input."""
        return not snapshot.stale(now, stale_after(self.rules.interval(snapshot.collector)))

    def _same_as(self, writer: Writer, evidence: EvidenceKept) -> int | None:
        """The newest entry of the same collector and scope, if it says the same."""
        for row in queries.snapshots(
            writer.connection, collector=evidence.collector, scope=evidence.scope, latest=True
        ):
            before = queries.entry(writer.connection, row.number)
            if isinstance(before, EvidenceKept) and evidence == msgspec.structs.replace(
                before,
                at=evidence.at,
                cycle=evidence.cycle,
                observed_at=evidence.observed_at,
                circumstances=evidence.circumstances,
            ):
                return row.number
        return None

    def _seen_again(
        self,
        writer: Writer,
        same: Iterable[tuple[int, Instant] | None],
        together: str,
        began: Instant,
    ) -> None:
        """One entry for all snapshots of a connection that are as they were."""
        again = tuple(
            (number, round((seen_at - began) / MILLISECOND))
            for number, seen_at in filter(None, same)
        )
        if again:
            self._append(
                writer,
                [
                    EvidenceUnchanged(
                        at=self.clock(),
                        cycle=self._number,
                        circumstances=together,
                        began=began,
                        same=again,
                    )
                ],
            )

    def _assess(self, check: Check[Any, Any], taken: Taken) -> Assessment:
        thresholds = self.rules.thresholds.get(check.id, {})
        excluded = self.rules.excluded(taken.snapshot.scope)
        return assess(check, taken.snapshot, thresholds, excluded=excluded)

    def _assessed_before(self, writer: Writer, standing: Standing | None) -> Assessment | None:
        """What the check said last time over the same scope."""
        if standing is None:
            return None
        (row,) = queries.snapshots(writer.connection, number=standing.snapshot)
        assessments = read_assessments(self.store.blobs, row.assessments)
        return next((a for a in assessments if a.check == standing.check), None)

    def _blobs(self, taken: Taken) -> "_Digests":
        return _Digests(
            records=keep_records(self.store.blobs, taken.snapshot.records),
            answers=keep_transcript(self.store.blobs, taken.transcript),
        )

    def _left(self, writer: Writer, harvest: Harvest) -> Iterator[Event]:
        """What a fully enumerated connection no longer has."""
        read = {(t.snapshot.collector, t.snapshot.scope) for t in harvest.taken}
        collectors = {collector for collector, _ in read}
        for collector, scope in self._memory.known(harvest.connection):
            if collector in collectors and (collector, scope) not in read:
                yield from self._leaves(writer, harvest.connection, collector, scope)

    def _forgotten(self, writer: Writer) -> Iterator[Event]:
        """What was read once from a connection that is no longer configured."""
        configured = {connection.name for connection in self.connections} | {CONNECTION}
        for connection in sorted(self._memory.connections() - configured):
            for collector, scope in self._memory.known(connection):
                yield from self._leaves(writer, connection, collector, scope)

    def _leaves(
        self, writer: Writer, connection: str, collector: str, scope: str
    ) -> Iterator[Event]:
        moment = Moment(at=self.clock(), cycle=self._number)
        yield ScopeLeft(
            at=moment.at,
            cycle=moment.cycle,
            connection=connection,
            collector=collector,
            scope=scope,
        )
        checks = {
            s.check for s in queries.standing(writer.connection, collector=collector, scope=scope)
        }
        for check in sorted(checks):
            known = queries.findings(writer.connection, check=check, scope=scope)
            yield from out_of_scope(known, self._book, moment)

    def _append(self, writer: Writer, events: Sequence[Event]) -> None:
        numbers = writer.append(events)
        self._happened.extend(events)
        self.announce(writer, list(zip(numbers, events, strict=True)))


@dataclass(frozen=True)
class _Digests:
    records: str
    answers: str


class _Remembered:
    """The newest snapshots of earlier cycles, by connection, collector and scope."""

    def __init__(self, rows: Iterable[queries.SnapshotRow]) -> None:
        self._rows = {(row.collector, row.scope): row for row in rows}

    def scopes(self, connection: str, collector: str) -> list[str]:
        return [scope for name, scope in self.known(connection) if name == collector]

    def reached(self, collector: str, scope: str) -> Mapping[str, str]:
        row = self._rows.get((collector, scope))
        return row.reached if row else {}

    def known(self, connection: str) -> list[tuple[str, str]]:
        return sorted(key for key, row in self._rows.items() if row.connection == connection)

    def connections(self) -> set[str]:
        return {row.connection for row in self._rows.values()}


def _standing(writer: Writer, check: Check[Any, Any], scope: str) -> Standing | None:
    rows = queries.standing(writer.connection, check=check.id, scope=scope)
    return rows[0] if rows else None


def _name(taken: Taken) -> str:
    return f"{taken.snapshot.collector} {taken.snapshot.scope}"
