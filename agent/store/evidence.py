"""Snapshots and transcripts as blobs: what stays the same between two cycles is stored once."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from agent.gaps.events import Event, EvidenceKept, EvidenceUnchanged
from agent.store.blobs import BlobDamaged, Blobs
from checks.contract import Outcome
from checks.evaluation import Assessment, Result
from collectors.evidence.record import Instant, Omission, Record
from collectors.transcript import Exchange, Transcript

T = TypeVar("T")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INLINE_BYTES = 2_048
"""A larger answer is a blob of its own: one changed page does not store the others again."""


class StoredExchange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The part of an exchange that is the same in the next cycle if nothing changed."""

    service: str
    operation: str
    arguments: dict[str, Any]
    status: int | None
    code: str | None
    response: Any = None
    response_digest: str | None = None
    etag: str | None = None
    redaction: str | None = None


class Circumstances(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The part of a transcript that differs in every cycle, a column for each fact."""

    began: Instant
    request_ids: tuple[str | None, ...]
    server_dates: tuple[str | None, ...]
    started_ms: tuple[int, ...]
    """Milliseconds since `began`."""
    took_ms: tuple[int, ...]
    unchanged: tuple[int, ...] = ()
    """Which of the answers the vendor did not send again, but said that they still hold."""


def keep_transcript(blobs: Blobs, transcript: Transcript) -> str:
    """Store the stable part; returns its digest."""
    return blobs.put(_encode([_stored(blobs, e) for e in transcript.exchanges]))


def circumstances(transcript: Transcript, began: Instant) -> Circumstances:
    """The part that differs in every cycle."""
    exchanges = transcript.exchanges
    return Circumstances(
        began=began,
        request_ids=tuple(e.request_id for e in exchanges),
        server_dates=tuple(e.server_date for e in exchanges),
        started_ms=tuple(_milliseconds(e.started_at - began) for e in exchanges),
        took_ms=tuple(_milliseconds(e.ended_at - e.started_at) for e in exchanges),
        unchanged=tuple(number for number, e in enumerate(exchanges) if e.unchanged),
    )


def keep_circumstances(blobs: Blobs, of: Mapping[str, Circumstances]) -> str:
    """Store the circumstances of several snapshots together; returns their digest."""
    return blobs.put(_encode(dict(of)))


def transcript(blobs: Blobs, answers: str, when: Circumstances) -> Transcript:
    """Put a transcript together again, as it was recorded; times to the millisecond.

    Raises:
        BlobDamaged: a part is missing or was changed.
        ValueError: the two parts do not belong together.
    """
    stored = msgspec.json.decode(blobs.get(answers), type=tuple[StoredExchange, ...])
    unchanged = [number in {*when.unchanged} for number in range(len(stored))]
    columns = (when.request_ids, when.server_dates, when.started_ms, when.took_ms, unchanged)
    return Transcript(
        tuple(
            _restored(blobs, exchange, when.began, *row)
            for exchange, *row in zip(stored, *columns, strict=True)
        )
    )


def stored_transcript(blobs: Blobs, answers: str) -> Transcript:
    """The questions and answers alone, all at the same moment: enough to collect again.

    Raises:
        BlobDamaged: a part is missing or was changed.
    """
    stored = msgspec.json.decode(blobs.get(answers), type=tuple[StoredExchange, ...])
    return Transcript(
        tuple(_restored(blobs, exchange, EPOCH, None, None, 0, 0, False) for exchange in stored)
    )


def kept_transcripts(blobs: Blobs, answers: str) -> Iterator[Transcript]:
    """The transcript, or none if it is kept no more or was damaged: then it is asked for anew."""
    try:
        yield stored_transcript(blobs, answers)
    except BlobDamaged:
        return


def circumstances_of(collector: str, scope: str) -> str:
    """The name of one snapshot among all that are kept together."""
    return f"{collector} {scope}"


def read_circumstances(blobs: Blobs, digest: str, name: str) -> Circumstances:
    """The circumstances of one snapshot among those kept together."""
    return msgspec.json.decode(blobs.get(digest), type=dict[str, Circumstances])[name]


def rests_on(event: Event) -> tuple[str, ...]:
    """The blobs that a log entry names; its transcripts name more, see `pages`."""
    match event:
        case EvidenceKept():
            named = (event.records_digest, event.assessments, *event.answers, event.circumstances)
        case EvidenceUnchanged():
            named = (event.circumstances,)
        case _:
            named = ()
    return tuple(digest for digest in named if digest)


def pages(blobs: Blobs, answers: str) -> tuple[str, ...]:
    """The blobs that a transcript names: its larger answers.

    Raises:
        BlobDamaged: the transcript is missing or was changed.
    """
    stored = msgspec.json.decode(blobs.get(answers), type=tuple[StoredExchange, ...])
    return tuple(e.response_digest for e in stored if e.response_digest is not None)


def keep_records(blobs: Blobs, records: Iterable[Record]) -> str:
    """Store the records as the checks saw them; returns their digest."""
    return blobs.put(_encode(tuple(records)))


def read_records(blobs: Blobs, digest: str, kind: type[T]) -> tuple[T, ...]:
    """Records of one kind, decoded strictly."""
    return msgspec.json.decode(blobs.get(digest), type=tuple[kind, ...])  # type: ignore[valid-type]


def keep_assessments(blobs: Blobs, assessments: Iterable[Assessment]) -> str:
    """Store the assessments of one snapshot; returns their digest."""
    return blobs.put(_encode(tuple(assessments)))


def read_assessments(blobs: Blobs, digest: str) -> tuple[Assessment, ...]:
    """The assessments made of one snapshot."""
    return msgspec.json.decode(blobs.get(digest), type=tuple[Assessment, ...])


class _Named(msgspec.Struct, frozen=True):
    """Whose assessment it is; the rest is skipped."""

    check: str


class _StoredAssessment(msgspec.Struct, frozen=True, kw_only=True):
    """An assessment whose results are still to be decoded."""

    scope: str
    results: tuple[msgspec.Raw, ...]
    omissions: tuple[Omission, ...]
    conclusion: Outcome


def read_assessment(blobs: Blobs, digest: str, *, like: Assessment) -> Assessment | None:
    """What the check of another assessment said of the same snapshot; `None` if it was not asked.

    Each result that is as in the other assessment is the very same object, so an old assessment
    of a large population costs hardly more than what changed of it.
    """
    for raw in msgspec.json.decode(blobs.get(digest), type=list[msgspec.Raw]):
        if msgspec.json.decode(raw, type=_Named).check == like.check:
            stored = msgspec.json.decode(raw, type=_StoredAssessment)
            decode = msgspec.json.Decoder(Result).decode
            known = {result.subject: result for result in like.results}
            return Assessment(
                check=like.check,
                scope=stored.scope,
                results=tuple(_shared(decode(result), known) for result in stored.results),
                omissions=stored.omissions,
                conclusion=stored.conclusion,
            )
    return None


def _shared(result: Result, known: Mapping[str, Result]) -> Result:
    same = known.get(result.subject)
    return same if same is not None and same == result else result


def digest_of(values: Iterable[Record] | Iterable[Assessment]) -> str:
    """The digest under which records or assessments are kept."""
    return hashlib.sha256(_encode(tuple(values))).hexdigest()


def _stored(blobs: Blobs, exchange: Exchange) -> StoredExchange:
    encoded = _encode(exchange.response)
    inline = len(encoded) <= INLINE_BYTES
    return StoredExchange(
        service=exchange.service,
        operation=exchange.operation,
        arguments=exchange.arguments,
        status=exchange.status,
        code=exchange.code,
        response=exchange.response if inline else None,
        response_digest=None if inline else blobs.put(encoded),
        etag=exchange.etag,
        redaction=exchange.redaction,
    )


def _restored(
    blobs: Blobs,
    stored: StoredExchange,
    began: Instant,
    *circumstances: Any,
) -> Exchange:
    request_id, server_date, started_ms, took_ms, unchanged = circumstances
    started = began + timedelta(milliseconds=started_ms)
    response = stored.response
    if stored.response_digest is not None:
        response = msgspec.json.decode(blobs.get(stored.response_digest))
    return Exchange(
        service=stored.service,
        operation=stored.operation,
        arguments=stored.arguments,
        status=stored.status,
        code=stored.code,
        request_id=request_id,
        server_date=server_date,
        started_at=started,
        ended_at=started + timedelta(milliseconds=took_ms),
        response=response,
        etag=stored.etag,
        redaction=stored.redaction,
        unchanged=unchanged,
    )


def _encode(value: Any) -> bytes:
    return msgspec.json.encode(value, order="deterministic")


def _milliseconds(duration: timedelta) -> int:
    return round(duration / timedelta(milliseconds=1))
