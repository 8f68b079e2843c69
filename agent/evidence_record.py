"""One stored snapshot as an auditor reads it: who asked what, of whom, when, and was it all."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection

from agent.gaps.events import CycleStarted, EvidenceKept, EvidenceUnchanged
from agent.reading import Reading
from agent.registry import all_joins, all_that_read
from agent.store import queries
from agent.store.blobs import Blobs
from agent.store.evidence import (
    circumstances_of,
    read_circumstances,
    stored_transcript,
    transcript,
)
from agent.store.log import encode, leaf
from agent.store.tree import checkpoints
from agent.versions import decode
from collectors.contract import Collector, Derived
from collectors.evidence.record import Instant
from collectors.transcript import Transcript

Status = Literal["complete", "partial", "denied", "error", "empty_confirmed"]
SOURCES = {
    "aws": "Amazon Web Services",
    "gcp": "Google Cloud",
    "github": "GitHub",
    "documents": "the company's own documents",
    "derived": "a join of other snapshots",
}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One question and what became of it; the query can be run again live."""

    operation: str
    arguments: dict[str, Any]
    permission: str | None
    status: int | None
    code: str | None
    request_id: str | None
    server_date: str | None
    started_at: Instant
    took_ms: int
    response_sha256: str
    unchanged: bool
    """The vendor said that the answer kept before still holds, and did not send it again."""


class EvidenceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that makes one snapshot evidence."""

    id: int
    kind: str
    """`configuration`, or `population` for what grows."""
    status: Status
    """Only `complete` and `empty_confirmed` may support a pass."""
    provider: str
    scope: str
    connection: str
    identity: str
    """Who the source says asked."""
    collector: str
    purpose: str
    collector_sha256: str | None
    gapwatch: str | None
    observed_at: Instant
    last_seen_at: Instant
    """When it was last seen so, answer for answer."""
    seen: int
    """How often it was seen so."""
    clock_skew_seconds: float | None
    """Ours against the server's `Date`, which is written to the second."""
    records: int
    records_before: int | None
    """The number in the snapshot before, of the same collector and scope."""
    covers: Mapping[str, tuple[str, str]]
    """Of a growing population: each stretch, after which position and up to which."""
    omissions: tuple[str, ...]
    permissions_missing: tuple[str, ...]
    inputs: tuple[int, ...]
    """Of a join: the snapshots it was made of."""
    records_sha256: str
    answers_sha256: tuple[str, ...]
    leaf: str
    """The entry's hash in the log's Merkle tree (RFC 6962)."""
    signed_at_size: int | None
    """The first signed checkpoint that covers it."""
    asked: tuple[Asked, ...]


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What other entries of the log say of a snapshot."""

    last_seen_at: Instant
    seen: int
    records_before: int | None
    gapwatch: str | None
    """The program of its cycle."""
    collector_sha256: str | None
    signed_at_size: int | None


def evidence_record(reading: Reading, number: int) -> EvidenceRecord | None:
    """The record of one snapshot by its log entry; `None` if the entry is none.

    Raises:
        BlobDamaged: a part of the evidence is missing or was changed.
    """
    with reading.store.reading() as connection:
        event = queries.entry(connection, number)
        if not isinstance(event, EvidenceKept):
            return None
        around = _around(reading, connection, number, event)
    unit = all_that_read().get(event.collector) or all_joins().get(event.collector)
    return record_of(number, event, around, unit=unit, blobs=reading.store.blobs)


def record_of(
    number: int,
    event: EvidenceKept,
    around: Around,
    *,
    unit: Collector[Any, Any] | Derived[Any] | None,
    blobs: Blobs,
) -> EvidenceRecord:
    """The record of one snapshot, with what is known around it.

    Raises:
        BlobDamaged: a part of the evidence is missing or was changed.
    """
    asked = tuple(_asked(blobs, event, unit))
    return EvidenceRecord(
        id=number,
        kind="population" if event.reached else "configuration",
        status=_status(event, asked),
        provider=SOURCES.get(event.scope.partition(":")[0], event.scope.partition(":")[0]),
        scope=event.scope,
        connection=event.connection,
        identity=event.identity,
        collector=event.collector,
        purpose=unit.purpose if unit else "",
        collector_sha256=around.collector_sha256,
        gapwatch=around.gapwatch,
        observed_at=event.observed_at,
        last_seen_at=around.last_seen_at,
        seen=around.seen,
        clock_skew_seconds=_skew(asked),
        records=event.records,
        records_before=around.records_before,
        covers={
            stretch: (event.since.get(stretch, "the beginning"), position)
            for stretch, position in event.reached.items()
        },
        omissions=tuple(f"{o.where}: {o.why}" for o in event.omissions),
        permissions_missing=tuple(
            dict.fromkeys(f"{a.permission or a.operation} ({a.code})" for a in asked if a.code)
        ),
        inputs=event.inputs,
        records_sha256=event.records_digest,
        answers_sha256=event.answers,
        leaf=leaf(encode(event)).hex(),
        signed_at_size=around.signed_at_size,
        asked=asked,
    )


def _around(reading: Reading, connection: Connection, number: int, event: EvidenceKept) -> Around:
    judging = _judging(reading, connection, number)
    seen = list(_seen_again(connection, number))
    before = _before(connection, number, event)
    signed = [size for size in checkpoints(connection) if size >= number]
    return Around(
        last_seen_at=max([event.observed_at, *seen]),
        seen=1 + len(seen),
        records_before=before.records if before else None,
        gapwatch=judging.get("gapwatch"),
        collector_sha256=judging.get("code", {}).get(event.collector),
        signed_at_size=signed[0] if signed else None,
    )


def _judging(reading: Reading, connection: Connection, number: int) -> dict[str, Any]:
    """The program and code that the entry's cycle ran with."""
    for _, started in queries.newest_entries(connection, kind="cycle_started", before=number):
        if isinstance(started, CycleStarted):
            content = reading.store.blobs.get(started.versions)
            built: dict[str, Any] = msgspec.to_builtins(decode(content))
            return built
    return {}


def _seen_again(connection: Connection, number: int) -> Iterator[Instant]:
    for _, event in queries.entries(connection, after=number, kind="evidence_unchanged"):
        if isinstance(event, EvidenceUnchanged):
            yield from (seen_at for earlier, seen_at in event.moments if earlier == number)


def _before(connection: Connection, number: int, event: EvidenceKept) -> queries.SnapshotRow | None:
    rows = queries.snapshots(connection, collector=event.collector, scope=event.scope)
    return next((row for row in reversed(rows) if row.number < number), None)


def _asked(
    blobs: Blobs, event: EvidenceKept, unit: Collector[Any, Any] | Derived[Any] | None
) -> Iterator[Asked]:
    calls = unit.calls if isinstance(unit, Collector) else ()
    permissions = {str(call): call.permission for call in calls}
    for exchange in _transcript(blobs, event).exchanges:
        name = f"{exchange.service}:{exchange.operation}"
        content = msgspec.json.encode(exchange.response, order="deterministic")
        yield Asked(
            operation=name,
            arguments=exchange.arguments,
            permission=permissions.get(name),
            status=exchange.status,
            code=exchange.code,
            request_id=exchange.request_id,
            server_date=exchange.server_date,
            started_at=exchange.started_at,
            took_ms=round((exchange.ended_at - exchange.started_at) / timedelta(milliseconds=1)),
            response_sha256=hashlib.sha256(content).hexdigest(),
            unchanged=exchange.unchanged,
        )


def _transcript(blobs: Blobs, event: EvidenceKept) -> Transcript:
    if not event.answers:
        return Transcript(())
    (answers,) = event.answers
    if not event.circumstances:
        return stored_transcript(blobs, answers)
    name = circumstances_of(event.collector, event.scope)
    return transcript(blobs, answers, read_circumstances(blobs, event.circumstances, name))


def _status(event: EvidenceKept, asked: tuple[Asked, ...]) -> Status:
    if event.failure is not None:
        return "error"
    if event.omissions:
        return "denied" if any(a.code for a in asked) and not event.records else "partial"
    return "complete" if event.records else "empty_confirmed"


def _skew(asked: tuple[Asked, ...]) -> float | None:
    """The smallest difference seen: only a slow answer makes it look larger."""
    skews: list[float] = [
        (a.started_at - parsedate_to_datetime(a.server_date)).total_seconds()
        for a in asked
        if a.server_date
    ]
    if not skews:
        return None
    smallest: float = min(skews, key=abs)
    return round(smallest, 1)
