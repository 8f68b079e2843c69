"""Removing evidence that need not be kept any more: a tombstone first, and only then the blobs.

The order is what makes it safe to be killed at any instant. Tombstones and holds are entries
of the log; what was removed, and that it was old enough, can be told from the log alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec
from sqlalchemy import Connection, select

from agent.gaps.events import (
    Event,
    EvidenceExpired,
    EvidenceKept,
    EvidenceRemoved,
    HoldLifted,
    HoldPlaced,
)
from agent.gaps.retention import Keeping
from agent.store import queries, schema
from agent.store.blobs import BlobDamaged, Blobs
from agent.store.damage import Damage, named
from agent.store.evidence import pages, rests_on
from agent.store.faults import StoreUnusable
from agent.store.keys import SignerKey
from agent.store.log import decode
from agent.store.rows import as_bytes
from agent.store.store import Store, Writer
from agent.store.tree import known_keys, sign
from collectors.evidence.record import Instant

EVIDENCE = ("evidence_kept", "evidence_unchanged")
TELLING = (*EVIDENCE, "scope_left", "hold_placed", "hold_lifted", "evidence_expired")
"""The kinds of entry that say what has to be kept."""
MOST_IN_ONE = 1_000
"""Blobs that one tombstone names."""


class Retained(msgspec.Struct, frozen=True, kw_only=True):
    """What one pass did."""

    entries: int
    """Log entries whose evidence expired."""
    removed: int
    """Blobs that are gone."""
    waiting: int
    """Log entries whose evidence has to wait: a blob is locked where it lies, or damaged."""


class FalseTombstone(StoreUnusable):
    """A tombstone names what had to be kept; it says which."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(
            f"log entry {number} is a tombstone that was not due ({why}): nothing is removed, "
            "`gapwatch verify` tells more"
        )


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long evidence is kept in a store, and what is held beyond that."""

    store: Store
    keep: timedelta
    """Whole days, from the last time the log speaks of it."""
    declared: Sequence[HoldPlaced | HoldLifted] = ()
    """The holds as they are configured; the log is told of those it does not know."""
    signer: SignerKey | None = None
    """Signs the log with the tombstone in it, before anything is removed."""

    def apply(self, now: Instant) -> Retained:
        """One pass: what expired is announced and removed, with what an earlier pass left.

        Raises:
            BlobDamaged: a transcript that is still needed cannot be read, so nobody can tell
                which blobs it needs: nothing more is removed until it is mended.
            FalseTombstone: the log holds one that was not due: nothing is removed.
            StoreUnusable: another process is writing, or something cannot be read or removed.
        """
        with self.store.exclusive():
            keeping = self._keeping()
            self._append(keeping.news(self.declared), keeping, now)
            tombstones, waiting = self._expired(keeping, now)
            self._append(tombstones, keeping, now)
            removed = self._remove(keeping, now)
        entries = sum(len(tombstone.entries) for tombstone in tombstones)
        return Retained(entries=entries, removed=removed, waiting=waiting)

    def _keeping(self) -> Keeping:
        keeping = Keeping()
        with self.store.reading() as connection:
            for number, event in queries.entries(connection, kind=TELLING):
                for why in _undue(keeping, event):
                    raise FalseTombstone(number, why)
                keeping.see(number, event)
        return keeping

    def _expired(self, keeping: Keeping, now: Instant) -> tuple[list[EvidenceExpired], int]:
        """Tombstones for what may go, and the number of entries that have to wait.

        What cannot be removed yet waits whole. What is damaged is not buried: a tombstone
        would excuse it.
        """
        due = keeping.expired(now - self.keep)
        if not due:
            return [], 0
        with self.store.reading() as connection:
            resting = _Resting(self.store.blobs, connection, keeping)
            own, damaged = resting.of(due)
            needed = resting.needed_beside(due)
        blocked = {
            digest
            for digest in {d for digests in own.values() for d in digests} - needed
            if _stays(self.store.blobs, digest)
        }
        waiting = {n for n, digests in own.items() if not blocked.isdisjoint(digests)} | damaged
        needed |= {digest for number in waiting for digest in own[number]}
        going = {n: [d for d in own[n] if d not in needed] for n in due if n not in waiting}
        return list(self._tombstones(going, now)), len(waiting)

    def _tombstones(self, going: dict[int, list[str]], now: Instant) -> Iterator[EvidenceExpired]:
        entries: list[int] = []
        blobs: dict[str, None] = {}
        named_before: set[str] = set()

        def tombstone() -> EvidenceExpired:
            return EvidenceExpired(
                at=now,
                cycle=0,
                keep_days=self.keep.days,
                entries=tuple(entries),
                blobs=tuple(blobs),
            )

        for number, digests in going.items():
            entries.append(number)
            blobs |= dict.fromkeys(d for d in digests if d not in named_before)
            if len(blobs) >= MOST_IN_ONE:
                yield tombstone()
                named_before |= blobs.keys()
                entries, blobs = [], {}
        if entries:
            yield tombstone()

    def _remove(self, keeping: Keeping, now: Instant) -> int:
        """Remove what tombstones name that no pass has finished with, as far as it may still go.

        A tombstone announces and decides nothing: what is needed again, held since or named
        without being due stays.
        """
        with self.store.reading() as connection:
            done = queries.last_entry(connection, "evidence_removed")
            tombstones = {
                number: event
                for number, event in queries.entries(
                    connection, after=done, kind="evidence_expired"
                )
                if isinstance(event, EvidenceExpired)
            }
            if not tombstones:
                return 0
            entries = {n for tombstone in tombstones.values() for n in tombstone.entries}
            staying = entries - set(keeping.due(entries, now - self.keep))
            resting = _Resting(self.store.blobs, connection, keeping)
            of_staying, _ = resting.of(staying)
            needed = resting.needed_beside(entries).union(*of_staying.values())
        going = {d for tombstone in tombstones.values() for d in tombstone.blobs} - needed
        for digest in sorted(going):
            self.store.blobs.remove(digest)
        done_now = EvidenceRemoved(at=now, cycle=0, tombstones=tuple(tombstones))
        self._append([done_now], keeping, now)
        return len(going)

    def _append(self, events: Sequence[Event], keeping: Keeping, now: Instant) -> None:
        if not events:
            return
        with self.store.transaction() as writer:
            numbers = writer.append(events)
            self._sign(writer, now)
        for number, event in zip(numbers, events, strict=True):
            keeping.see(number, event)

    def _sign(self, writer: Writer, now: Instant) -> None:
        if self.signer and self.signer.verifier in known_keys(writer.connection):
            sign(writer.connection, self.signer, now)


def expired_entries(connection: Connection) -> set[int]:
    """The log entries whose evidence was removed, as the log tells it."""
    return {
        number
        for _, event in queries.entries(connection, kind="evidence_expired")
        if isinstance(event, EvidenceExpired)
        for number in event.entries
    }


@dataclass
class RetentionWalk:
    """Goes along the log beside whoever verifies it: what may be missing, and was it due."""

    store: Store
    _buried: dict[str, int] = field(default_factory=dict)
    """By digest, the newest tombstone that names it."""
    _read: int = 0

    def __post_init__(self) -> None:
        self._keeping = Keeping(only=frozenset(self._look()))

    def buried(self, number: int, digest: str) -> bool:
        """Whether a tombstone after an entry names a blob it rests on: it need not be there."""
        return self._buried.get(digest, 0) > number

    def excuses(self, number: int, digest: str) -> bool:
        """The same of a blob that is missing: a pass may be at work at this moment."""
        self._look()
        return self.buried(number, digest)

    def entry(self, number: int, event: Event) -> Iterator[Damage]:
        """One more entry: a tombstone names nothing that had to be kept when it was set."""
        for why in _undue(self._keeping, event):
            yield Damage(entry=named(number, number), why=why)
        self._keeping.see(number, event)

    def _look(self) -> list[int]:
        """Read the tombstones set since; returns the entries they name."""
        found: list[int] = []
        with self.store.reading() as connection:
            for number, event in _tombstones(connection, after=self._read):
                self._read = number
                self._buried |= dict.fromkeys(event.blobs, number)
                found.extend(event.entries)
        return found


def _tombstones(connection: Connection, *, after: int) -> Iterator[tuple[int, EvidenceExpired]]:
    """The tombstones that can be read; of the others verification tells by itself."""
    log = schema.log.c
    query = select(log.number, as_bytes(connection, log.body)).where(
        log.kind == "evidence_expired", log.number > after
    )
    for number, content in connection.execute(query.order_by(log.number)):
        try:
            event = decode(content)
        except msgspec.DecodeError:
            continue
        if isinstance(event, EvidenceExpired):
            yield number, event


def _undue(keeping: Keeping, event: Event) -> Iterator[str]:
    if isinstance(event, EvidenceExpired):
        yield from keeping.undue(event, event.at - timedelta(days=event.keep_days))


@dataclass(frozen=True)
class _Resting:
    """Which blobs entries rest on, those that their transcripts name included."""

    blobs: Blobs
    connection: Connection
    keeping: Keeping

    def of(self, numbers: Iterable[int]) -> tuple[dict[int, tuple[str, ...]], set[int]]:
        """The blobs of some entries, and those whose transcripts cannot be read."""
        own: dict[int, tuple[str, ...]] = {}
        damaged: set[int] = set()
        for number in numbers:
            event = queries.entry(self.connection, number)
            if event is None:
                continue
            own[number] = rests_on(event)
            try:
                own[number] += self._pages(event, set())
            except BlobDamaged:
                damaged.add(number)
        return own, damaged

    def needed_beside(self, some: Iterable[int]) -> set[str]:
        """The blobs of every entry but some, and but those that went."""
        others = set(some)
        needed: set[str] = set()
        for number, event in queries.entries(self.connection, kind=EVIDENCE):
            if number not in others and not self.keeping.went(number):
                needed.update(self._pages(event, needed))
                needed.update(rests_on(event))
        return needed

    def _pages(self, event: Event, known: set[str]) -> tuple[str, ...]:
        """The blobs in an entry's transcripts, but for transcripts that were looked into."""
        answers = event.answers if isinstance(event, EvidenceKept) else ()
        return tuple(
            digest for one in answers if one not in known for digest in pages(self.blobs, one)
        )


def _stays(blobs: Blobs, digest: str) -> bool:
    """Whether a blob cannot go now: it is locked where it lies, or not as it was written."""
    if blobs.locked(digest):
        return True
    try:
        blobs.get(digest)
    except BlobDamaged:
        return True
    return False
