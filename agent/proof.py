"""Whether what is stored can be believed: hashes, signatures, states, and every verdict again."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from agent.gaps.events import CycleStarted, EvidenceKept, EvidenceUnchanged, Judged
from agent.gaps.lifecycle import verdicts
from agent.reperformance import CannotReperform, Reperformance
from agent.store import queries
from agent.store.blobs import BlobDamaged, BlobMissing
from agent.store.damage import named
from agent.store.evidence import digest_of, read_assessments
from agent.store.faults import StoreUnusable
from agent.store.keys import VerifierKey
from agent.store.retention import expired_entries
from agent.store.states import states_that_differ
from agent.store.store import Store
from agent.store.timestamp import Roots
from agent.store.verification import verify
from agent.versions import Versions, decode, framework
from checks.contract import Check, Verdict
from checks.evaluation import Assessment
from collectors.evidence.record import Instant

Kind = Literal["damage", "judged_differently", "not_performed"]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as it was written, or not judged as it was."""

    kind: Kind
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
    at_hand: Container[int] | None = None
    """The entries whose evidence is there: a package holds a window's; `None` for all."""
    performed: int = 0
    """Verdicts that were reached again."""
    expired: int = 0
    """Snapshots whose evidence was removed when it had been kept long enough."""
    _performed_under: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    """By collector and scope: the evidence performed again last, and under which versions."""

    def look(self) -> Iterator[Told]:
        """Everything that is not as it was; nothing told means that all of it holds."""
        damaged = False
        for damage in verify(self.store, trusted=self.trusted, roots=self.roots):
            damaged = True
            yield Told(kind="damage", entry=damage.entry, why=damage.why)
        yield from self._states(damaged=damaged)
        if damaged:
            why = "verdicts are performed again once the damage above is mended"
            yield Told(kind="not_performed", entry="every entry", why=why)
            return
        yield from self.verdicts()

    def _states(self, *, damaged: bool) -> Iterator[Told]:
        """The projections against the log they are worked out from."""
        try:
            differing = states_that_differ(self.reperformance.connection)
        except Exception as error:  # noqa: BLE001 - a log that was changed may lead anywhere
            why = f"the log does not add up: {type(error).__name__}"
            yield Told(kind="not_performed" if damaged else "damage", entry="states", why=why)
            return
        for table in differing:
            why = "not what the log adds up to: `gapwatch rebuild` works it out again"
            yield Told(kind="damage", entry=f"states: {table}", why=why)

    def verdicts(self) -> Iterator[Told]:
        """Every verdict again, from the answers as they were stored."""
        connection = self.reperformance.connection
        expired = expired_entries(connection)
        rules: _Rules | None = None
        for number, event in queries.entries(connection, kind=JUDGED):
            match event:
                case CycleStarted():
                    rules = self._rules(event.versions, rules)
                case EvidenceKept() if number in expired:
                    self.expired += 1
                case EvidenceKept() if self._there(number):
                    yield from self._again(number, _Seen(number, event, event.observed_at), rules)
                case EvidenceUnchanged():
                    yield from self._unchanged(number, event, rules, expired)

    def _there(self, number: int) -> bool:
        return self.at_hand is None or number in self.at_hand

    def _unchanged(
        self, number: int, event: EvidenceUnchanged, rules: "_Rules | None", expired: set[int]
    ) -> Iterator[Told]:
        """The same evidence at another moment gives the same verdicts, or it was not the same."""
        for earlier, seen_at in event.moments:
            kept = queries.entry(self.reperformance.connection, earlier)
            if not isinstance(kept, EvidenceKept) or earlier >= number:
                why = f"it says that entry {earlier} was seen again, which keeps no evidence"
                yield Told(kind="damage", entry=named(number, number), why=why)
            elif earlier not in expired and self._there(earlier):
                yield from self._again(number, _Seen(earlier, kept, seen_at), rules)

    def _again(self, number: int, seen: "_Seen", rules: "_Rules | None") -> Iterator[Told]:
        where = f"{named(number, number)}, {seen.event.collector} in {seen.event.scope}"
        if rules is None:
            yield Told(kind="damage", entry=where, why="nothing before it says what judged then")
            return
        checks = self._asked(seen, rules)
        newly_kept = number == seen.entry
        if not checks and not newly_kept:
            return
        for kind, why in self._compared(seen, rules, checks):
            if newly_kept or kind != "not_performed":
                yield Told(kind=kind, entry=where, why=why)

    def _compared(
        self, seen: "_Seen", rules: "_Rules", checks: Sequence[str]
    ) -> Iterator[tuple[Kind, str]]:
        """What differs now, what cannot be performed, and which of the two it is."""
        known = [name for name in checks if name in self.reperformance.checks]
        for name in checks:
            if name not in known:
                yield "not_performed", f"there is no check {name} any more"
        try:
            differences = list(self._differences(seen, rules, known))
        except (CannotReperform, BlobMissing) as problem:
            yield "not_performed", str(problem)
        except BlobDamaged as problem:
            yield "damage", str(problem)
        except StoreUnusable:
            raise
        except Exception as error:  # noqa: BLE001 - today's code on old answers may fail in any way
            yield rules.kind, f"today's code fails on it: {type(error).__name__}"
        else:
            for why in differences:
                yield rules.kind, why

    def _asked(self, seen: "_Seen", rules: "_Rules") -> list[str]:
        """The checks whose verdicts can differ from those performed last.

        At another moment under the same rules these are the ones that look at the moment.
        """
        unit = (seen.event.collector, seen.event.scope)
        names = [judged.check for judged in seen.event.judged]
        if self._performed_under.get(unit) == (seen.entry, rules.digest):
            known = self.reperformance.checks
            return [name for name in names if name in known and known[name].dated]
        self._performed_under[unit] = (seen.entry, rules.digest)
        return names

    def _differences(self, seen: "_Seen", rules: "_Rules", checks: Sequence[str]) -> Iterator[str]:
        event = seen.event
        snapshot = self.reperformance.snapshot(seen.entry, event, as_of=seen.at)
        if snapshot.omissions != event.omissions or dict(snapshot.reached) != dict(event.reached):
            yield "the stored answers do not leave out what the entry says was left out"
        records = (len(snapshot.records), digest_of(snapshot.records))
        if rules.same_program and records != (event.records, event.records_digest):
            yield "the stored answers do not give the records that were judged"
        stored = read_assessments(self.store.blobs, event.assessments)
        if [one.check for one in stored] != [judged.check for judged in event.judged]:
            yield "other checks are stored than the entry names"
        then = {one.check: one for one in stored}
        concluded = {judged.check: judged for judged in event.judged}
        for now in self.reperformance.assessments(snapshot, rules.versions, checks):
            self.performed += len(now.results)
            if now.check not in then:
                continue
            told = list(_unlike(then[now.check], now))
            if not told and rules.same_program:
                check = self.reperformance.checks[now.check]
                told = list(_inexact(then[now.check], now, concluded[now.check], check))
            yield from told

    def _rules(self, digest: str, before: "_Rules | None") -> "_Rules | None":
        """What judged in one cycle; most often the same as in the one before."""
        if before is not None and before.digest == digest:
            return before
        try:
            versions = decode(self.store.blobs.get(digest))
        except (BlobDamaged, msgspec.DecodeError):
            return None
        return _Rules(digest, versions, same_program=versions.framework == framework())


JUDGED = ("cycle_started", "evidence_kept", "evidence_unchanged")


@dataclass(frozen=True)
class _Seen:
    """Evidence, by its log entry, at one of the moments at which it was seen so."""

    entry: int
    event: EvidenceKept
    at: Instant


@dataclass(frozen=True)
class _Rules:
    """What judged in one cycle."""

    digest: str
    versions: Versions
    same_program: bool

    @property
    def kind(self) -> Kind:
        """The same code on the same answers gives the same verdicts; other code may not."""
        return "damage" if self.same_program else "judged_differently"


def _unlike(then: Assessment, now: Assessment) -> Iterator[str]:
    """Every verdict that differs, with both."""
    was, is_now = verdicts(then), verdicts(now)
    for subject in sorted(was.keys() | is_now.keys()):
        before, after = was.get(subject), is_now.get(subject)
        if before != after:
            yield f"{then.check} on {subject}: then {_said(before)}; now {_said(after)}"


def _inexact(
    then: Assessment, now: Assessment, concluded: Judged, check: Check[Any, Any]
) -> Iterator[str]:
    """Where the verdicts are the same, and something beside them is not, to the byte."""
    if digest_of([then]) != digest_of([now]):
        yield f"{then.check}: what is stored is not, byte for byte, what follows from the answers"
    of_growing = check.kind == "occurrence"  # it concludes from earlier stretches as well
    if not of_growing and (concluded.conclusion, dict(concluded.by_control)) != (
        now.conclusion,
        dict(now.by_control),
    ):
        yield f"{then.check}: the entry says {concluded.conclusion.value}, not {now.conclusion}"


def _said(verdict: Verdict | None) -> str:
    return f"{verdict.outcome.value}: {verdict.reason}" if verdict else "no verdict"
