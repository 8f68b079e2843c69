"""Judging the past again: as known then, beside as judged now; nothing is rewritten."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from agent.gaps.events import EvidenceKept
from agent.reperformance import CannotReperform, Reperformance
from agent.store import queries
from agent.store.blobs import BlobDamaged
from agent.store.evidence import read_assessments
from agent.versions import Versions
from checks.contract import Outcome, Verdict
from collectors.evidence.record import Instant


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """One subject, judged then and judged now, on the evidence of then."""

    check: str
    scope: str
    subject: str
    name: str
    observed_at: Instant
    snapshot: int
    then: Outcome | None
    """`None` where the check did not exist, or was not asked."""
    reason_then: str | None
    now: Outcome
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
        """Every subject of every snapshot taken in the time, in the order of the log."""
        for number, event in queries.entries(self.reperformance.connection, kind="evidence_kept"):
            if isinstance(event, EvidenceKept) and self.start <= event.observed_at < self.end:
                yield from self._of(number, event)

    def _of(self, number: int, event: EvidenceKept) -> Iterator[Replayed]:
        checks = self._asked(event)
        if not checks:
            return
        try:
            snapshot = self.reperformance.snapshot(number, event, as_of=event.observed_at)
            stored = read_assessments(self.reperformance.blobs, event.assessments)
        except (BlobDamaged, CannotReperform):
            return  # `verify` names it; a replay judges what is there
        then: dict[tuple[str, str], Verdict] = {
            (assessment.check, result.subject): result.verdict
            for assessment in stored
            for result in assessment.results
        }
        for assessment in self.reperformance.assessments(snapshot, self.versions, checks):
            for result in assessment.results:
                was = then.get((assessment.check, result.subject))
                yield Replayed(
                    check=assessment.check,
                    scope=event.scope,
                    subject=result.subject,
                    name=result.name,
                    observed_at=event.observed_at,
                    snapshot=number,
                    then=was.outcome if was else None,
                    reason_then=was.reason if was else None,
                    now=result.verdict.outcome,
                    reason_now=result.verdict.reason,
                    differs=was != result.verdict,
                )

    def _asked(self, event: EvidenceKept) -> tuple[str, ...]:
        """Today's checks of what the collector yields, those that did not exist then included."""
        kind = self.reperformance.yields(event.collector)
        return tuple(
            name
            for name, check in self.reperformance.checks.items()
            if check.subject is kind and self.check in (None, name)
        )
