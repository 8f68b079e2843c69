"""One pass: collect, keep, assess, compare, announce. Read this first."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
import structlog

from agent.code_ownership import rules_of
from agent.collect import Collecting, Harvest, Progress, Taken, label
from agent.conclude import causes_of_a_killed_cycle, conclude_controls
from agent.connections.unit import Connection
from agent.duties import reviewed, time_passed
from agent.gaps.causes import Causes
from agent.gaps.events import (
    OF_COMPANY,
    CheckRetired,
    CycleFinished,
    CycleStarted,
    Event,
    GapOpened,
    GapReopened,
    OriginsTraced,
    ScopeLeft,
)
from agent.gaps.lifecycle import GapBook, Moment, no_longer_asked
from agent.gaps.silence import CHECK as SILENCE
from agent.gaps.silence import ended, silences
from agent.garbage import seldom_collected
from agent.joining import CONNECTION, join
from agent.judging import Judging, Rules
from agent.merging import merged
from agent.places import Places
from agent.plan import Plan
from agent.remembering import Remembered
from agent.store import earlier, queries
from agent.store.evidence import circumstances, keep_circumstances
from agent.store.keys import SignerKey
from agent.store.store import Store, Writer
from agent.store.tree import introduce, sign
from agent.symptoms import of_harvest
from agent.tracing import Observations, Traces, Tracing, drifted, with_origins
from collectors.contract import Tracer
from collectors.evidence.record import Instant
from collectors.hands import MOST

log = structlog.get_logger()

NOT_CARRIED_OUT = "this version does not carry it out"
NOT_IN_SCOPE = "no control in scope asks it of a configured source"

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
    signer: SignerKey | None = None
    """Signs the log at the cycle's end; `None` only where nobody is to be convinced."""
    trigger: str = "command"
    threads: int = 8
    scope: str | None = None
    tracers: Sequence[Tracer[Any, Any]] = ()
    """Ask who changed what drifted."""
    whole: bool = True
    """Whether everything configured is read: only then is what is missing proven gone."""
    intervals: Mapping[str, timedelta] = field(default_factory=dict)
    """How often each source is to be read; of one that is not named no silence is noticed."""
    expiry: timedelta = timedelta(days=14)
    """How long before its end a credential is told of."""
    _number: int = 0
    _calls: int = 0
    _snapshots: int = 0
    _fresh: set[str] = field(default_factory=set)
    """The collectors that gave something in this cycle."""
    _doubtful: Places = field(default_factory=Places)
    _causes: Causes = field(default_factory=Causes)

    def run(self) -> Report:
        """Run the pass.

        Raises:
            StoreUnusable: another process is writing, or the store cannot be written.
        """
        with self.store.exclusive(), seldom_collected():
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
            self._append(writer, [started, *self._new_key(writer)])
            self._settle(writer)
            self._memory = Remembered(self.store, earlier.reached(writer.connection))
            self._append(writer, list(self._silences(writer)))
            if self.whole:
                self._append(writer, list(self._forgotten(writer)))
                self._append(writer, list(self._retired(writer)))
                self._append(writer, list(self._uncollected(writer)))

    def _silences(self, writer: Writer) -> Iterator[Event]:
        """What nobody read for too long before this cycle began."""
        last_read = queries.last_read(writer.connection, set(self.intervals))
        moment = Moment(at=self.clock(), cycle=self._number)
        return silences(last_read, self.intervals, _book(writer, self.intervals), moment)

    def _read_again(self, writer: Writer, moment: Moment) -> Sequence[Event]:
        read = {connection.source for connection in self.connections}
        still_open = queries.gaps(writer.connection, state="open", check=SILENCE)
        return ended(still_open, read, _book(writer, read), moment)

    def _settle(self, writer: Writer) -> None:
        """What people decided in a reviewed file, and what time has brought about."""
        moment = Moment(at=self.clock(), cycle=self._number)
        self._append(writer, reviewed(writer.connection, self.rules.duties, moment))
        self._append(writer, time_passed(writer.connection, self.rules.duties, moment))

    def _new_key(self, writer: Writer) -> list[Event]:
        """The first key of the log is introduced by an entry of it."""
        if self.signer is None:
            return []
        moment = Moment(at=self.clock(), cycle=self._number)
        introduced = introduce(writer.connection, self.signer, moment)
        return [introduced] if introduced else []

    def _collect(self) -> Iterator[Harvest]:
        """Read every connection, a slow one never holding up a fast one."""
        with ThreadPoolExecutor(MOST) as hands:
            collecting = Collecting(
                memory=self._memory,
                redaction_key=self.store.blobs.redaction_key(),
                clock=self.clock,
                progress=self.progress,
                threads=self.threads,
                hands=hands,
                scope=self.scope,
            )
            yield from merged(
                [
                    partial(collecting.harvests, connection, self.plan.of(connection.source))
                    for connection in self.connections
                ]
            )

    def _keep(self, harvest: Harvest) -> None:
        """Store what one connection gave, judge it, and write down what changed: all or nothing."""
        began = min((t.snapshot.observed_at for t in harvest.taken), default=self.clock())
        together = keep_circumstances(
            self.store.blobs,
            {one.title: circumstances(one.transcript, began) for one in harvest.taken},
        )
        with self.store.transaction() as writer:
            judging = self._judging(writer, harvest.taken)
            judging.code_owners = rules_of(writer.connection, self.store.blobs, harvest.taken)
            for taken in harvest.taken:
                self._append(writer, judging.judge(taken, together=together))
            self._append(writer, judging.seen_again(began, together=together))
            fresh = self._fresh.union(collector for collector, _ in judging.judged)
            if harvest.whole and self.scope is None:
                self._append(writer, list(self._left(writer, harvest, fresh)))
            if harvest.last:
                self._append(writer, list(self._of_ours(writer, harvest)))
        self._count(judging)

    def _join(self) -> None:
        """Make the joins whose inputs were read in this pass."""
        for derived in self.plan.joins:
            feeding = {unit.id for unit in self.plan.feeding(derived)}
            if feeding and not feeding & self._fresh:
                continue
            with self.store.transaction() as writer:
                now = self.clock()
                joined = join(derived, self.plan, writer.connection, self.store.blobs, now=now)
                judging = self._judging(writer, [joined.taken])
                self._append(writer, judging.judge(joined.taken, inputs=joined.inputs))
                self._append(writer, judging.seen_again(joined.taken.snapshot.observed_at))
            self._count(judging)

    def _judging(self, writer: Writer, taken: Iterable[Taken]) -> Judging:
        return Judging(
            connection=writer.connection,
            blobs=self.store.blobs,
            plan=self.plan,
            rules=self.rules,
            book=_book(writer, {one.snapshot.scope for one in taken}),
            moment=Moment(at=self.clock(), cycle=self._number),
        )

    def _count(self, judging: Judging) -> None:
        self._causes.take(judging.causes)
        self._snapshots += len(judging.judged)
        self._fresh.update(collector for collector, _ in judging.judged)
        for collector, scope in judging.incomplete:
            self._doubtful.add(collector, scope)
        self._calls += judging.calls

    def _trace(self) -> Traces:
        """Ask who changed what came to fail; between two transactions, because it asks others."""
        with self.store.reading() as connection:
            observed = Observations(connection, self.clock())
            for cause in causes_of_a_killed_cycle(connection, self._number):
                self._causes.add([cause], seen_before=observed.of(cause) is not None)
            causes = list(self._causes)
            subjects = drifted(connection, causes, self.rules.checks, self.clock())
        tracing = Tracing(
            connections=self.connections,
            tracers=self.tracers,
            redaction_key=self.store.blobs.redaction_key(),
            clock=self.clock,
        )
        taken, origins = tracing.ask(subjects)
        return Traces(causes=with_origins(causes, origins), origins=origins, taken=taken)

    def _keep_traces(self, writer: Writer, traced: Traces, moment: Moment) -> None:
        """The questions and answers are evidence like all other; they are judged by no check."""
        if not traced.origins:
            return
        began = min((t.snapshot.observed_at for t in traced.taken), default=moment.at)
        together = keep_circumstances(
            self.store.blobs,
            {one.title: circumstances(one.transcript, began) for one in traced.taken},
        )
        judging = self._judging(writer, traced.taken)
        for taken in traced.taken:
            self._append(writer, judging.judge(taken, together=together))
        self._append(writer, judging.seen_again(began, together=together))
        self._calls += judging.calls
        told = OriginsTraced(at=moment.at, cycle=moment.cycle, traced=tuple(traced.origins))
        self._append(writer, [told])

    def _finish(self) -> Report:
        traced = self._trace()
        with self.store.transaction() as writer:
            now = self.clock()
            moment = Moment(at=now, cycle=self._number)
            self._keep_traces(writer, traced, moment)
            concluded = conclude_controls(
                writer.connection,
                rules=self.rules,
                causes=traced.causes,
                book=_book(writer, {OF_COMPANY}),
                moment=moment,
                doubtful=self._doubtful,
            )
            self._append(writer, concluded.events)
            self._append(writer, self._read_again(writer, moment))
            new = _not_reported(writer)
            self._append(
                writer,
                [
                    CycleFinished(
                        at=now,
                        cycle=self._number,
                        calls=self._calls,
                        units=self._snapshots,
                        new_gaps=new,
                        drifted=concluded.drifted,
                        incomplete=concluded.incomplete,
                    )
                ],
            )
            if self.signer is not None:
                sign(writer.connection, self.signer, now)
        log.info("cycle_finished", cycle=self._number, new_gaps=len(new), calls=self._calls)
        return Report(
            cycle=self._number,
            new_gaps=new,
            drifted=concluded.drifted,
            worsened=concluded.worsened,
            incomplete=concluded.incomplete,
            calls=self._calls,
            snapshots=self._snapshots,
        )

    def _of_ours(self, writer: Writer, harvest: Harvest) -> Iterator[Event]:
        """What reading a connection says of our clock and of our credential."""
        moment = Moment(at=self.clock(), cycle=self._number)
        known = {(trouble.kind, trouble.what) for trouble in queries.troubles(writer.connection)}
        return of_harvest(harvest, known, soon=self.expiry, moment=moment)

    def _left(self, writer: Writer, harvest: Harvest, fresh: Collection[str]) -> Iterator[Event]:
        """What a fully enumerated connection no longer has."""
        gone = earlier.places(writer.connection, harvest.connection, by=fresh, before=self._number)
        for collector, scope in gone:
            yield from self._leaves(writer, harvest.connection, collector, scope)

    def _forgotten(self, writer: Writer) -> Iterator[Event]:
        """What was read once from a connection that is no longer configured."""
        for connection in sorted(earlier.connections(writer.connection) - self._configured):
            for collector, scope in earlier.places(writer.connection, connection):
                yield from self._leaves(writer, connection, collector, scope)

    def _retired(self, writer: Writer) -> Iterator[Event]:
        """Checks that were asked once and are asked no more: nothing is repaired by that."""
        moment = Moment(at=self.clock(), cycle=self._number)
        for check, scope in earlier.other_checks(writer.connection, self.plan.checks):
            known = self.rules.checks.keys()
            yield CheckRetired(
                at=moment.at,
                cycle=moment.cycle,
                check=check,
                scope=scope,
                why=NOT_IN_SCOPE if check in known else NOT_CARRIED_OUT,
            )
            findings = queries.findings(writer.connection, check=check, scope=scope)
            yield from no_longer_asked(findings, moment, how="check_retired")

    def _uncollected(self, writer: Writer) -> Iterator[Event]:
        """What a configured connection gave to a collector that nothing needs any more."""
        planned = {one.id for one in self.plan.collectors} | {one.id for one in self.plan.joins}
        for connection in sorted(earlier.connections(writer.connection) & self._configured):
            others = earlier.places(writer.connection, connection, but_by=planned)
            for collector, scope in others:
                yield from self._leaves(writer, connection, collector, scope)

    @property
    def _configured(self) -> set[str]:
        return {label(connection) for connection in self.connections} | {CONNECTION}

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
            yield from no_longer_asked(known, moment, how="out_of_scope")

    def _append(self, writer: Writer, events: Sequence[Event]) -> None:
        numbers = writer.append(events)
        self.announce(writer, list(zip(numbers, events, strict=True)))


def _book(writer: Writer, scopes: Iterable[str]) -> GapBook:
    """The gaps of some scopes; no other is touched in the transaction."""
    return GapBook(
        earlier.gaps_of(writer.connection, set(scopes)),
        next_number=queries.next_gap_number(writer.connection),
    )


def _not_reported(writer: Writer) -> tuple[int, ...]:
    """The open gaps that no finished cycle reported: a killed one may have opened some.

    One that somebody tolerates already, by an acceptance of whatever fits, is no news.
    """
    finished = queries.last_entry(writer.connection, "cycle_finished")
    kinds = ("gap_opened", "gap_reopened")
    opened = {
        event.number
        for _, event in queries.entries(writer.connection, after=finished, kind=kinds)
        if isinstance(event, GapOpened | GapReopened)
    }
    told = opened - queries.tolerated_gaps(writer.connection)
    still_open = queries.gap_numbers(writer.connection, state="open")
    return tuple(number for number in still_open if number in told)
