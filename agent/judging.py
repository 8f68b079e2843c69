"""Assessing one snapshot, and what it changes: a snapshot in, events out."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection

from agent.code_ownership import owned
from agent.collect import Taken
from agent.duties import Duties, came_under
from agent.gaps.causes import Causes
from agent.gaps.codeowners import Rules as CodeOwnersRules
from agent.gaps.events import (
    CheckCrashed,
    CheckRecovered,
    CollectorFailed,
    CollectorRecovered,
    Event,
    EvidenceKept,
    EvidenceUnchanged,
    FindingClosed,
    Judged,
)
from agent.gaps.lifecycle import GapBook, Moment, changed, compare, judged
from agent.gaps.owners import by_what_fails
from agent.gaps.retagging import retagged
from agent.gaps.states import Finding, Standing, is_stale
from agent.plan import Plan
from agent.store import queries
from agent.store.blobs import Blobs
from agent.store.evidence import (
    keep_assessments,
    keep_records,
    keep_transcript,
    read_assessment,
)
from checks.contract import Check, Outcome
from checks.evaluation import Assessment, Excluded, Result, assess
from collectors.evidence.record import Instant, Record

MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The operator's part in judging."""

    checks: Mapping[str, Check[Any, Any]]
    """Every check there is, selected or not: a control rests on all of them."""
    thresholds: Mapping[str, Mapping[str, object]]
    excluded: Callable[[str], Excluded]
    """What is out of scope, by scope."""
    interval: Callable[[str], timedelta]
    """How often a collector is scheduled."""
    controls: Mapping[str, str]
    """Every control in scope, with its title."""
    versions: str
    """Digest of everything that judges."""
    duties: Duties = field(default_factory=Duties)

    def is_stale(self, collector: str, observed_at: Instant, now: Instant) -> bool:
        """Whether a collector's evidence is older than its schedule allows."""
        return is_stale(observed_at, now, self.interval(collector))


@dataclass(kw_only=True)
class Judging:
    """The judging of what one transaction keeps."""

    connection: Connection
    blobs: Blobs
    plan: Plan
    rules: Rules
    book: GapBook
    moment: Moment
    code_owners: Mapping[str, CodeOwnersRules] = field(default_factory=dict)
    """By repository, for the owners of what comes to fail there."""
    causes: Causes = field(default_factory=Causes)
    """The subjects whose outcome changed."""
    judged: list[tuple[str, str]] = field(default_factory=list)
    """Collector and scope of every snapshot."""
    incomplete: set[tuple[str, str]] = field(default_factory=set)
    """Those of them on which some verdict is undetermined."""
    calls: int = 0
    _again: list[tuple[int, Instant]] = field(default_factory=list)

    def judge(
        self, taken: Taken, *, together: str = "", inputs: tuple[int, ...] = ()
    ) -> list[Event]:
        """Assess one snapshot by every check on it; what changed, and the evidence if it did.

        Args:
            taken: The snapshot and its transcript.
            together: Digest of the circumstances of all snapshots kept with it.
            inputs: Of a join, the log entries of the snapshots it was made of.
        """
        snapshot = taken.snapshot
        before = self._last(snapshot.collector, snapshot.scope)
        checks = self.plan.on(taken.yields)
        assessments = [self._assess(check, taken) for check in checks]
        tags = _tags(snapshot.records) | owned(snapshot.scope, snapshot.records, self.code_owners)
        compared = [
            self._compare(check, assessment, tags, seen_before=before is not None)
            for check, assessment in zip(checks, assessments, strict=True)
        ]
        evidence = EvidenceKept(
            at=self.moment.at,
            cycle=self.moment.cycle,
            connection=taken.connection,
            collector=snapshot.collector,
            scope=snapshot.scope,
            identity=taken.identity,
            observed_at=snapshot.observed_at,
            records=len(snapshot.records),
            records_digest=keep_records(self.blobs, snapshot.records),
            answers=self._answers(taken),
            circumstances=together,
            calls=len(taken.transcript.exchanges),
            assessments=keep_assessments(self.blobs, assessments),
            judged=tuple(concluded for concluded, _ in compared),
            omissions=snapshot.omissions,
            searched=snapshot.searched,
            since=snapshot.since,
            reached=snapshot.reached,
            given=taken.given,
            failure=taken.failure,
            inputs=inputs,
        )
        self.judged.append((snapshot.collector, snapshot.scope))
        if any(assessment.incomplete for assessment in assessments):
            self.incomplete.add((snapshot.collector, snapshot.scope))
        self.calls += len(taken.transcript.exchanges)
        happened = [event for _, events in compared for event in events]
        happened += came_under(self.connection, self.rules.duties, happened, self.moment)
        happened += self._troubles(taken, assessments)
        if before is None or not self._same(before, evidence):
            return [evidence, *happened]
        self._again.append((before, snapshot.observed_at))
        return happened

    def seen_again(self, began: Instant, *, together: str = "") -> list[Event]:
        """One event for all snapshots that are, answer for answer, as they were."""
        if not self._again:
            return []
        return [
            EvidenceUnchanged(
                at=self.moment.at,
                cycle=self.moment.cycle,
                circumstances=together,
                began=began,
                same=tuple(
                    (entry, round((seen_at - began) / MILLISECOND))
                    for entry, seen_at in self._again
                ),
            )
        ]

    def _assess(self, check: Check[Any, Any], taken: Taken) -> Assessment:
        return assess(
            check,
            taken.snapshot,
            self.rules.thresholds.get(check.id, {}),
            excluded=self.rules.excluded(taken.snapshot.scope),
        )

    def _compare(
        self,
        check: Check[Any, Any],
        assessment: Assessment,
        tags: Mapping[str, Mapping[str, str]],
        *,
        seen_before: bool,
    ) -> tuple[Judged, list[Event]]:
        """What a check concludes now, and what differs from the last time."""
        scope = assessment.scope
        known = self._known(assessment)
        standing = next(iter(queries.standing(self.connection, check=check.id, scope=scope)), None)
        before = self._assessed_before(standing, assessment)
        concluded = judged(check, assessment, before=standing, known=known)
        happened: list[Event] = []
        if standing is None or assessment != before:
            self.causes.add(changed(check, assessment, before), seen_before=seen_before)
            happened = compare(
                check,
                assessment,
                before=before,
                known=known,
                book=self.book,
                moment=self.moment,
                tags=tags,
            )
        return concluded, [*happened, *self._retagged(known.values(), tags, happened)]

    def _retagged(
        self,
        known: Iterable[Finding],
        tags: Mapping[str, Mapping[str, str]],
        happened: Iterable[Event],
    ) -> Iterator[Event]:
        owners = self.rules.duties.owners
        if tags and by_what_fails(owners):
            closing = {event.subject for event in happened if isinstance(event, FindingClosed)}
            yield from retagged(known, tags, owners, self.moment, closing=closing)

    def _known(self, assessment: Assessment) -> dict[str, Finding]:
        """All findings of the check and scope by subject, in as little room as they need."""
        results = {result.subject: result for result in assessment.results}
        findings = queries.each_finding(
            self.connection, check=assessment.check, scope=assessment.scope
        )
        shared = (_sharing(one, assessment, results.get(one.subject)) for one in findings)
        return {finding.subject: finding for finding in shared}

    def _assessed_before(
        self, standing: Standing | None, assessment: Assessment
    ) -> Assessment | None:
        """What the check said last time over the same scope."""
        if standing is None:
            return None
        (row,) = queries.snapshots(self.connection, number=standing.snapshot)
        return read_assessment(self.blobs, row.assessments, like=assessment)

    def _answers(self, taken: Taken) -> tuple[str, ...]:
        exchanges = taken.transcript.exchanges
        return (keep_transcript(self.blobs, taken.transcript),) if exchanges else ()

    def _last(self, collector: str, scope: str) -> int | None:
        """The newest entry of a collector and scope; `None` if there is none."""
        rows = queries.snapshots(self.connection, collector=collector, scope=scope, latest=True)
        return rows[-1].number if rows else None

    def _same(self, number: int, evidence: EvidenceKept) -> bool:
        """Whether an entry says the same as the evidence that was taken now."""
        before = queries.entry(self.connection, number)
        return isinstance(before, EvidenceKept) and evidence == msgspec.structs.replace(
            before,
            at=evidence.at,
            cycle=evidence.cycle,
            observed_at=evidence.observed_at,
            circumstances=evidence.circumstances,
        )

    def _troubles(self, taken: Taken, assessments: Iterable[Assessment]) -> Iterator[Event]:
        """A collector or a check that failed, told once; and once more when it works again."""
        scope = taken.snapshot.scope
        troubles = queries.troubles(self.connection, scope=scope)
        known = {(trouble.kind, trouble.what) for trouble in troubles}
        yield from self._collector(taken, known)
        for assessment in assessments:
            yield from self._check(assessment, ("check_crashed", assessment.check) in known)

    def _collector(self, taken: Taken, known: set[tuple[str, str]]) -> Iterator[Event]:
        snapshot = taken.snapshot
        about: dict[str, Any] = {
            "at": self.moment.at,
            "cycle": self.moment.cycle,
            "connection": taken.connection,
            "collector": snapshot.collector,
            "scope": snapshot.scope,
        }
        failed = ("collector_failed", snapshot.collector) in known
        if taken.failure:
            if not failed:
                yield CollectorFailed(why=taken.failure, **about)
            return
        was_stale = ("evidence_stale", snapshot.collector) in known
        still_stale = self.rules.is_stale(
            snapshot.collector, snapshot.observed_at, self.moment.at
        )  # a join that is made again is still as old as its oldest input
        if failed or (was_stale and not still_stale):
            yield CollectorRecovered(**about)

    def _check(self, assessment: Assessment, crashed: bool) -> Iterator[Event]:  # noqa: FBT001 - a state, not a switch
        about: dict[str, Any] = {
            "at": self.moment.at,
            "cycle": self.moment.cycle,
            "check": assessment.check,
            "scope": assessment.scope,
        }
        if assessment.crashed:
            if not crashed:
                yield CheckCrashed(why=assessment.crashed, **about)
        elif crashed and assessment.conclusion is not Outcome.UNDETERMINED:
            yield CheckRecovered(**about)


def _sharing(finding: Finding, assessment: Assessment, result: Result | None) -> Finding:
    """The finding, with whatever an assessment says alike as the very same objects.

    A hundred thousand findings of one check have as many copies of its name otherwise, and of
    each verdict.
    """
    alike: dict[str, Any] = {"check": assessment.check, "scope": assessment.scope}
    if result is not None:
        alike["subject"] = result.subject
        if finding.name == result.name:
            alike["name"] = result.name
        if finding.verdict == result.verdict:
            alike["verdict"] = result.verdict
    return msgspec.structs.replace(finding, **alike)


def _tags(records: Iterable[Record]) -> dict[str, Mapping[str, str]]:
    """The tags of the records of which they could be read; of those without any, none."""
    found = ((record.id, getattr(record, "tags", None)) for record in records)
    return {subject: tags for subject, tags in found if isinstance(tags, Mapping)}
