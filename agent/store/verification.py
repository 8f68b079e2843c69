"""Whether the store is as it was written: every hash, every number, every piece of evidence."""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import select

from agent.gaps.events import Event, EvidenceKept, EvidenceUnchanged
from agent.store import schema
from agent.store.blobs import BlobDamaged, Blobs
from agent.store.evidence import StoredExchange
from agent.store.log import decode, kind, leaf
from agent.store.store import Store


class Damage(msgspec.Struct, frozen=True, kw_only=True):
    """One entry that is not as it was written."""

    entry: str
    why: str


def verify(store: Store) -> Iterator[Damage]:
    """Compare everything with its hash, entry by entry; memory stays flat.

    Evidence that several entries share is compared once.
    """
    compared: set[str] = set()
    expected = 1
    with store.reading() as connection:
        rows = connection.execution_options(yield_per=1000).execute(
            select(schema.log).order_by(schema.log.c.number)
        )
        for row in rows:
            if row.number != expected:
                missing = (
                    f"{expected}"
                    if row.number == expected + 1
                    else f"{expected} to {row.number - 1}"
                )
                yield Damage(entry=f"log entry {missing}", why="missing")
            expected = row.number + 1
            yield from _entry(store.blobs, row, compared)


def _entry(blobs: Blobs, row: Any, compared: set[str]) -> Iterator[Damage]:
    where = f"log entry {row.number}"
    if leaf(row.body.encode()) != bytes(row.leaf):
        yield Damage(entry=where, why="its content is not what was hashed")
        return
    try:
        event = decode(row.body)
    except msgspec.ValidationError:
        yield Damage(entry=where, why="it cannot be read as an event")
        return
    if kind(event) != row.kind:
        yield Damage(entry=where, why=f"it is a {kind(event)} and is listed as a {row.kind}")
    for digest in _evidence(blobs, event):
        if digest not in compared:
            compared.add(digest)
            try:
                blobs.get(digest)
            except BlobDamaged as damage:
                yield Damage(entry=where, why=str(damage))


def _evidence(blobs: Blobs, event: Event) -> Iterator[str]:
    """Every blob an entry rests on, those inside its transcripts included."""
    if isinstance(event, EvidenceUnchanged) and event.circumstances:
        yield event.circumstances
    if not isinstance(event, EvidenceKept):
        return
    yield from (event.records_digest, event.assessments, *event.answers)
    if event.circumstances:
        yield event.circumstances
    for answers in event.answers:
        try:
            stored = msgspec.json.decode(blobs.get(answers), type=tuple[StoredExchange, ...])
        except BlobDamaged:
            continue  # told as the transcript itself
        yield from (e.response_digest for e in stored if e.response_digest is not None)
