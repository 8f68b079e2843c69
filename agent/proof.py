"""Whether what is stored can be believed: hashes, signatures, states, and every verdict again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from agent.gaps.events import CycleStarted, EvidenceKept, EvidenceUnchanged
from agent.reperformance import CannotReperform, Reperformance
from agent.store import queries
from agent.store.blobs import BlobDamaged
from agent.store.damage import named
from agent.store.evidence import read_assessments
from agent.store.keys import VerifierKey
from agent.store.retention import expired_entries
from agent.store.store import Store
from agent.store.timestamp import Roots
from agent.store.verification import verify
from agent.versions import Versions, decode, framework
from checks.contract import Verdict
from checks.evaluation import Assessment
from collectors.evidence.record import Instant, Record, Snapshot


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as it was written, or not judged as it was."""

    kind: Literal["damage", "judged_differently", "not_performed"]
    """Damage fails the proof; the other two say what changed in the program since."""
    entry: str
    why: str


@dataclass(kw_only=True)
class Proof:
    """One look at everything."""

    store: Store
    reperformance: Reperformance
    trusted: Sequence[VerifierKey] = ()
    roots: Roots = ()
    performed: int = 0
    """Verdicts that were reached again."""
    expired: int = 0
    """Snapshots whose evidence was removed when it had been kept long enough."""

    def look(self) -> Iterator[Told]:
        """Everything that is not as it was; nothing told means that all of it holds."""
        damaged = False
        for damage in verify(self.store, trusted=self.trusted, roots=self.roots):
            damaged = True
            yield Told(kind="damage", entry=damage.entry, why=damage.why)
        yield from self._states()
        if damaged:
            why = "verdicts are performed again once the damage above is mended"
            yield Told(kind="not_performed", entry="every entry", why=why)
            return
        yield from self._verdicts()

    def _states(self) -> Iterator[Told]:
        """The projections against the log they are worked out from."""
        for table in self.store.states_that_differ():
            why = "not what the log adds up to: `gapwatch rebuild` works it out again"
            yield Told(kind="damage", entry=f"states: {table}", why=why)

    def _verdicts(self) -> Iterator[Told]:
        """Every verdict again, from the answers as they were stored."""
        versions: Versions | None = None
        with self.store.reading() as connection:
            expired = expired_entries(connection)
            for number, event in queries.entries(connection, kind=JUDGED):
                match event:
                    case CycleStarted():
                        versions = self._versions(event.versions)
                    case EvidenceKept() if number in expired:
                        self.expired += 1
                    case EvidenceKept() if versions is not None:
                        seen = event.observed_at
                        yield from self._again(number, number, event, seen, versions)
                    case EvidenceUnchanged() if versions is not None:
                        yield from self._unchanged(number, event, versions, expired)

    def _unchanged(
        self, number: int, event: EvidenceUnchanged, versions: Versions, expired: set[int]
    ) -> Iterator[Told]:
        """The same evidence at another moment gives the same verdicts, or it was not the same."""
        for earlier, seen_at in event.moments:
            kept = queries.entry(self.reperformance.connection, earlier)
            if isinstance(kept, EvidenceKept) and earlier not in expired:
                yield from self._again(number, earlier, kept, seen_at, versions)

    def _again(
        self, number: int, evidence: int, event: EvidenceKept, as_of: Instant, versions: Versions
    ) -> Iterator[Told]:
        where = f"{named(number, number)}, {event.collector} in {event.scope}"
        checks = tuple(judged.check for judged in event.judged)
        try:
            snapshot = self.reperformance.snapshot(evidence, event, as_of=as_of)
            judged = self.reperformance.assessments(snapshot, versions, checks)
            stored = read_assessments(self.store.blobs, event.assessments)
        except (CannotReperform, BlobDamaged) as problem:
            yield Told(kind="not_performed", entry=where, why=str(problem))
            return
        except Exception as error:  # noqa: BLE001 - today's code on old answers may fail in any way
            why = f"today's code fails on it: {type(error).__name__}"
            yield Told(kind=_kind(versions), entry=where, why=why)
            return
        self.performed += sum(len(assessment.results) for assessment in judged)
        for why in _differences(event, snapshot, judged, stored):
            yield Told(kind=_kind(versions), entry=where, why=why)

    def _versions(self, digest: str) -> Versions | None:
        try:
            return decode(self.store.blobs.get(digest))
        except BlobDamaged:
            return None


JUDGED = ("cycle_started", "evidence_kept", "evidence_unchanged")


def _differences(
    event: EvidenceKept,
    snapshot: Snapshot[Record],
    judged: tuple[Assessment, ...],
    stored: tuple[Assessment, ...],
) -> Iterator[str]:
    if snapshot.omissions != event.omissions or dict(snapshot.reached) != dict(event.reached):
        yield "the stored answers do not leave out what the entry says was left out"
    if len(judged) != len(stored):
        yield "other checks are stored than the entry names"
    for now, then in zip(judged, stored, strict=False):
        verdicts_then = {result.subject: result.verdict for result in then.results}
        verdicts_now = {result.subject: result.verdict for result in now.results}
        for subject in sorted(verdicts_then.keys() | verdicts_now.keys()):
            was, is_now = verdicts_then.get(subject), verdicts_now.get(subject)
            if was != is_now:
                yield f"{then.check} on {subject}: then {_said(was)}; now {_said(is_now)}"


def _said(verdict: Verdict | None) -> str:
    return f"{verdict.outcome.value}: {verdict.reason}" if verdict else "no verdict"


def _kind(versions: Versions) -> Literal["damage", "judged_differently"]:
    """The same code on the same answers gives the same verdicts; other code may not."""
    return "damage" if versions.framework == framework() else "judged_differently"
