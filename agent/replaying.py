"""Judging the past again: as known then, beside as judged now; nothing is rewritten."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from agent.collect import nothing_read
from agent.gaps.events import EvidenceKept, EvidenceUnchanged
from agent.gaps.lifecycle import verdicts
from agent.reperformance import CannotReperform, Reperformance
from agent.store import queries
from agent.store.blobs import BlobDamaged
from agent.store.evidence import read_assessments
from agent.store.faults import StoreUnusable
from agent.versions import Versions
from checks.contract import Outcome
from checks.evaluation import Assessment
from collectors.evidence.record import Instant, Record, Snapshot

NOT_AMONG_THEM = "it is not among what the stored answers give now"


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """One subject, judged then and judged now, on the evidence of then.

    What could not be listed stands as an undetermined subject of its own.
    """

    check: str
    scope: str
    subject: str
    name: str
    observed_at: Instant
    snapshot: int
    then: Outcome | None
    """`None` where the check did not exist, or was not asked."""
    reason_then: str | None
    now: Outcome | None
    """`None` where nothing can be judged any more; the reason says why."""
    reason_now: str
    differs: bool


@dataclass(frozen=True, kw_only=True)
class Replaying:
    """Which evidence is judged again, and by what."""

    reperformance: Reperformance
    versions: Versions
    """Today's thresholds and exclusions."""
    start: Instant
    end: Instant
    check: str | None = None

    def rows(self) -> Iterator[Replayed]:
        """Every subject of all evidence seen in the time, in the order of the log.

        Evidence that was seen several times is judged as of the first of them.
        """
        told: set[int] = set()
        for number, seen_at in self._seen():
            if not self.start <= seen_at < self.end or number in told:
                continue
            told.add(number)
            event = queries.entry(self.reperformance.connection, number)
            if isinstance(event, EvidenceKept):
                yield from self._of(number, event, seen_at)

    def _seen(self) -> Iterator[tuple[int, Instant]]:
        """Every moment at which some evidence was seen, by its log entry."""
        connection = self.reperformance.connection
        for number, event in queries.entries(connection, kind=SEEN):
            if isinstance(event, EvidenceKept):
                yield number, event.observed_at
            elif isinstance(event, EvidenceUnchanged):
                yield from event.moments

    def _of(self, number: int, event: EvidenceKept, seen_at: Instant) -> Iterator[Replayed]:
        try:
            stored = read_assessments(self.reperformance.blobs, event.assessments)
            snapshot = self._snapshot(number, event, seen_at)
        except BlobDamaged:
            return  # `verify` names it; a replay judges what is there
        then = {assessment.check: assessment for assessment in stored}
        for name in dict.fromkeys((*then, *self._today(event))):
            if self.check not in (None, name):
                continue
            was = verdicts(then.get(name))
            is_now, why = self._judged(name, snapshot)
            names = {**_names(then.get(name)), **_names(is_now)}
            now = verdicts(is_now)
            for subject in dict.fromkeys((*now, *was)):
                before, after = was.get(subject), now.get(subject)
                yield Replayed(
                    check=name,
                    scope=event.scope,
                    subject=subject,
                    name=names.get(subject, subject),
                    observed_at=seen_at,
                    snapshot=number,
                    then=before.outcome if before else None,
                    reason_then=before.reason if before else None,
                    now=after.outcome if after else None,
                    reason_now=after.reason if after else why,
                    differs=before != after,
                )

    def _snapshot(
        self, number: int, event: EvidenceKept, seen_at: Instant
    ) -> Snapshot[Record] | CannotReperform:
        """The answers of then as today's collector reads them; it may fail, as in a cycle."""
        try:
            return self.reperformance.snapshot(number, event, as_of=seen_at)
        except CannotReperform as problem:
            return problem
        except (BlobDamaged, StoreUnusable):
            raise
        except Exception as error:  # noqa: BLE001 - today's code on old answers may fail in any way
            why = f"the collector failed: {type(error).__name__}"
            return nothing_read(event.collector, event.scope, why, now=seen_at)

    def _judged(
        self, name: str, snapshot: Snapshot[Record] | CannotReperform
    ) -> tuple[Assessment | None, str]:
        """What a check says now, and why it says nothing of a subject it spoke of then."""
        if isinstance(snapshot, CannotReperform):
            return None, str(snapshot)
        if name not in self.reperformance.checks:
            return None, f"there is no check {name} any more"
        (assessment,) = self.reperformance.assessments(snapshot, self.versions, [name])
        return assessment, NOT_AMONG_THEM

    def _today(self, event: EvidenceKept) -> Iterator[str]:
        """Today's checks of what the collector yields, those that did not exist then included."""
        kind = self.reperformance.yields(event.collector)
        for name, check in self.reperformance.checks.items():
            if check.subject is kind:
                yield name


SEEN = ("evidence_kept", "evidence_unchanged")


def _names(assessment: Assessment | None) -> Mapping[str, str]:
    return {result.subject: result.name for result in assessment.results} if assessment else {}
