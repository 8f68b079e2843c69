"""Whether the store is as it was written: every hash, every number, every piece of evidence."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, LargeBinary, Row, cast, select

from agent.gaps.events import CycleStarted, Event, EvidenceKept, KeyIntroduced
from agent.store import schema
from agent.store.blobs import BlobDamaged, BlobMissing, Blobs
from agent.store.damage import Damage, named
from agent.store.evidence import pages, rests_on
from agent.store.faults import StoreUnusable
from agent.store.keys import VerifierKey
from agent.store.log import decode, kind, leaf
from agent.store.retention import RetentionWalk
from agent.store.rows import as_bytes
from agent.store.store import Store
from agent.store.timestamp import Roots
from agent.store.tree_verification import TreeWalk

REMEMBERED = 50_000


def verify(
    store: Store, *, trusted: Sequence[VerifierKey] = (), roots: Roots = ()
) -> Iterator[Damage]:
    """Compare everything with its hash, its place and its signature; memory stays flat.

    Evidence that several entries share is compared once.

    Args:
        store: The store, which is only read.
        trusted: Public keys known from elsewhere; without any the log's own word is taken.
        roots: Certificates that vouch for the time-stamp authority.
    """
    compared = _Compared()
    expected = 1
    try:
        with store.reading() as connection:
            walk = TreeWalk(connection, trusted=trusted, roots=roots)
            retention = RetentionWalk(store)
            for row in _rows(connection):
                if row.number < expected:
                    yield Damage(entry=named(row.number, row.number), why="entries begin with 1")
                    continue
                if row.number > expected:
                    walk.lost()
                    yield Damage(entry=named(expected, row.number - 1), why="missing")
                expected = row.number + 1
                yield from _entry(store.blobs, row, compared, walk, retention)
            yield from walk.finish()
    except StoreUnusable as problem:
        yield Damage(entry=f"log entry {expected} and what follows", why=str(problem))


class _Compared:
    """The blobs that were compared lately; memory stays flat, and an old one is compared again."""

    def __init__(self) -> None:
        self._digests: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, digest: str) -> bool:
        return digest in self._digests

    def add(self, digest: str) -> None:
        """One more, and the oldest is forgotten."""
        self._digests[digest] = None
        if len(self._digests) > REMEMBERED:
            self._digests.popitem(last=False)


def _rows(connection: Connection) -> Iterable[Row[Any]]:
    """Every entry, as bytes: what was damaged need not be text any more."""
    log = schema.log.c
    query = select(
        log.number,
        as_bytes(connection, log.kind).label("kind"),
        as_bytes(connection, log.body).label("body"),
        cast(log.leaf, LargeBinary).label("leaf"),
    )
    return connection.execute(query.order_by(log.number), execution_options={"yield_per": 1000})


def _entry(
    blobs: Blobs, row: Any, compared: _Compared, walk: TreeWalk, retention: RetentionWalk
) -> Iterator[Damage]:
    where = named(row.number, row.number)
    why, event = _read(row)
    if row.kind == b"cycle_finished":
        yield from walk.finish_cycle(row.number)
    if isinstance(event, KeyIntroduced):
        yield from walk.introduce(event.verifier, row.number)
    yield from walk.entry(row.number, row.leaf, event.at if event else None)
    if why is not None:
        yield Damage(entry=where, why=why)
    if event is None:
        return
    try:
        yield from retention.entry(row.number, event)
        for digest in _evidence(blobs, event):
            if digest not in compared and not retention.buried(row.number, digest):
                compared.add(digest)
                yield from _blob(blobs, digest, row.number, retention)
    except msgspec.DecodeError:
        yield Damage(entry=where, why="its transcript cannot be read as one")
    except OverflowError:
        yield Damage(entry=where, why="it speaks of a time that there is not")


def _read(row: Any) -> tuple[str | None, Event | None]:
    """What is wrong with an entry by itself, and the event if it can be read."""
    if leaf(row.body) != row.leaf:
        return "its content is not what was hashed", None
    try:
        event = decode(row.body)
    except msgspec.DecodeError:
        return "it cannot be read as an event", None
    if kind(event).encode() == row.kind:
        return None, event
    return f"it is a {kind(event)} and is listed as a {row.kind.decode(errors='replace')}", event


def _blob(blobs: Blobs, digest: str, number: int, retention: RetentionWalk) -> Iterator[Damage]:
    try:
        blobs.get(digest)
    except BlobDamaged as damage:
        if not (isinstance(damage, BlobMissing) and retention.excuses(number, digest)):
            yield Damage(entry=named(number, number), why=str(damage))


def _evidence(blobs: Blobs, event: Event) -> Iterator[str]:
    """Every blob an entry rests on, those inside its transcripts included."""
    if isinstance(event, CycleStarted):
        yield event.versions
    yield from rests_on(event)
    for answers in event.answers if isinstance(event, EvidenceKept) else ():
        try:
            yield from pages(blobs, answers)
        except BlobDamaged:
            continue  # told as the transcript itself
