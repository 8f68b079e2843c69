"""The evidence of a window as files: each record with its query, readable, raw, and proved."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from agent.csv_table import table
from agent.evidence_record import Around, EvidenceRecord, record_of
from agent.gaps.events import EvidenceKept
from agent.package.archive import Archive
from agent.package.history import History
from agent.package.redaction import Redaction
from agent.store.evidence import pages, read_assessments, rests_on
from agent.store.merkle import inclusion_proof
from agent.store.tlogproof import ENDING, TlogProof
from agent.store.tree import hashes
from checks.evaluation import Assessment

RAW = "evidence/raw"
ITEMS = "evidence/items"
LEAVES = f"{ITEMS}/leaves.csv"
OTHER = "other"
"""The folder of evidence that no control of this version rests on by itself."""
COLUMNS = (
    *("entry", "record", "controls", "collector", "scope", "connection", "identity", "status"),
    *("first_seen_at", "last_seen_at", "seen", "items", "omissions", "at_hand", "leaf_sha256"),
)


@dataclass(frozen=True)
class Filed:
    """One piece of evidence, and where in the package it lies."""

    entry: int
    event: EvidenceKept
    controls: tuple[str, ...]
    at_hand: bool
    """Whether it is still there: what was kept long enough may have been removed."""
    record: EvidenceRecord | None

    @property
    def path(self) -> str:
        """Its file; it is filed under the first of its controls."""
        folder = self.controls[0] if self.controls else OTHER
        return f"evidence/{folder}/{self.entry}.json"


class Records:
    """Files the evidence of one window."""

    def __init__(self, history: History, note: bytes, redaction: Redaction, *, full: bool) -> None:
        self.history = history
        self.full = full
        self._redaction = redaction
        self._note = note
        source = history.source
        self._blobs = source.blobs
        self._subtree = hashes(source.connection, source.size)

    def filed(self) -> Iterator[Filed]:
        """Every piece of evidence, oldest first."""
        for number in self.history.evidence():
            event = self.history.source.kept(number)
            at_hand = number not in self.history.expired
            record = self._record(number, event) if at_hand else None
            yield Filed(number, event, self.controls(event), at_hand, record)

    def write(self, archive: Archive) -> list[Sequence[Any]]:
        """File all of it; returns the rows of its index."""
        rows: list[Sequence[Any]] = []
        for one in self.filed():
            self._file(archive, one)
            rows.append(_row(one))
        archive.write(LEAVES, table(("entry", "item", "leaf"), self._leaves()))
        archive.write("evidence/index.csv", self._table(rows))
        for control in sorted({control for row in rows for control in row[2]}):
            own = [row for row in rows if control in row[2]]
            path = f"evidence/{control}/index.csv"
            archive.write(path, self._table(own), controls=[control])
        for judging in self.history.judging if self.full else ():
            self._raw(archive, [judging.digest], ())
        return rows

    def controls(self, event: EvidenceKept) -> tuple[str, ...]:
        """The controls that some check of this evidence tests."""
        checks = self.history.source.checks
        found = {
            control
            for judged in event.judged
            if judged.check in checks
            for control in judged.by_control or checks[judged.check].controls
        }
        return tuple(sorted(found))

    def proof(self, number: int) -> bytes:
        """Why an entry is in the log that was signed."""
        size = self.history.source.size
        beside = inclusion_proof(number - 1, size, self._subtree)
        return TlogProof(number - 1, beside, self._note).encode()

    def _file(self, archive: Archive, one: Filed) -> None:
        stem = one.path.removesuffix(".json")
        if one.at_hand:
            items = self._items(one)
            archive.write(f"{ITEMS}/{one.entry}.jsonl", items, controls=one.controls)
        if one.record is not None and self.full:
            assessments = self._assessments(one.event)
            archive.write(one.path, [_json(one.record, assessments)], controls=one.controls)
            lines = _readable(one.record, assessments)
            archive.write(f"{stem}.txt", lines, controls=one.controls)
            self._raw(archive, rests_on(one.event), one.controls)
            for answers in one.event.answers:
                self._raw(archive, pages(self._blobs, answers), one.controls)
        archive.write(f"{stem}{ENDING}", [self.proof(one.entry)], controls=one.controls)

    def _items(self, one: Filed) -> Iterator[bytes]:
        """Every item of a record, field by field: the leaves are those of the other edition."""
        for place, record in self._judged(one.event):
            yield self._redaction.item(one.entry, place, record, full=self.full)

    def _leaves(self) -> Iterator[Sequence[Any]]:
        """The leaf of every item of every record, worked out once more: memory stays flat."""
        for number in self.history.evidence():
            if number not in self.history.expired:
                for place, record in self._judged(self.history.source.kept(number)):
                    yield number, place, self._redaction.leaf(number, place, record)

    def _judged(self, event: EvidenceKept) -> Iterator[tuple[int, dict[str, Any]]]:
        """The items of a snapshot as the checks saw them."""
        yield from enumerate(msgspec.json.decode(self._blobs.get(event.records_digest)))

    def _table(self, rows: Sequence[Sequence[Any]]) -> Iterator[bytes]:
        if self.full:
            return table(COLUMNS, rows)
        hidden = COLUMNS.index("record")
        pathless = ([None if at == hidden else cell for at, cell in enumerate(row)] for row in rows)
        return table(COLUMNS, self._redaction.masked(COLUMNS, pathless))

    def _raw(self, archive: Archive, digests: Iterable[str], controls: Iterable[str]) -> None:
        """Pieces of evidence under the names the log knows them by, each once."""
        for digest in digests:
            path = f"{RAW}/{digest}"
            if path not in archive:
                archive.write(path, [self._blobs.get(digest)], controls=controls)

    def _assessments(self, event: EvidenceKept) -> tuple[Assessment, ...]:
        return read_assessments(self._blobs, event.assessments)

    def _record(self, number: int, event: EvidenceKept) -> EvidenceRecord:
        source, seen = self.history.source, self.history.sightings[number]
        judging = self.history.judging_of(number)
        versions = judging.versions if judging else None
        around = Around(
            last_seen_at=seen.last,
            seen=seen.times,
            records_before=seen.records_before,
            gapwatch=versions.gapwatch if versions else None,
            collector_sha256=versions.code.get(event.collector) if versions else None,
            signed_at_size=source.size,
        )
        unit = source.collectors.get(event.collector) or source.joins.get(event.collector)
        return record_of(number, event, around, unit=unit, blobs=self._blobs)


def pointing_to_items(row: Sequence[Any]) -> Sequence[Any]:
    """A row of the index for an edition that has the items of a record, and not the record."""
    entry, path, *rest = row
    return (entry, f"{ITEMS}/{entry}.jsonl" if path else None, *rest)


def _row(one: Filed) -> Sequence[Any]:
    event, record = one.event, one.record
    return (
        *(one.entry, one.path if record else None, one.controls, event.collector, event.scope),
        *(event.connection, event.identity, record.status if record else "removed"),
        *(event.observed_at, record.last_seen_at if record else None),
        *(record.seen if record else None, event.records),
        [f"{omission.where}: {omission.why}" for omission in event.omissions],
        *(one.at_hand, record.leaf if record else None),
    )


def _json(record: EvidenceRecord, assessments: Sequence[Assessment]) -> bytes:
    content = {"record": record, "assessments": assessments}
    return msgspec.json.format(msgspec.json.encode(content, order="deterministic"), indent=1)


def _readable(record: EvidenceRecord, assessments: Sequence[Assessment]) -> Iterator[bytes]:
    for line in _lines(record, assessments):
        visible = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
        yield f"{visible}\n".encode("utf-8", "backslashreplace")


def _lines(record: EvidenceRecord, assessments: Sequence[Assessment]) -> Iterator[str]:
    yield f"Evidence record {record.id}: {record.collector} in {record.scope}"
    yield record.purpose.partition("\n")[0]
    yield ""
    yield f"status       {record.status}: {record.records} items (before: {record.records_before})"
    yield f"source       {record.provider}, connection {record.connection}"
    yield f"asked by     {record.identity}"
    yield f"first seen   {record.observed_at:%Y-%m-%d %H:%M:%S} UTC"
    yield f"last seen    {record.last_seen_at:%Y-%m-%d %H:%M:%S} UTC, {record.seen} times the same"
    yield f"collector    {record.collector_sha256}, gapwatch {record.gapwatch}"
    for omission in record.omissions:
        yield f"left out     {omission}"
    for missing in record.permissions_missing:
        yield f"refused      {missing}"
    if record.inputs:
        yield f"made of      records {', '.join(map(str, record.inputs))}"
    yield ""
    yield f"Questions asked: {len(record.asked)}"
    for asked in record.asked:
        arguments = msgspec.json.encode(asked.arguments, order="deterministic").decode()
        outcome = asked.code or asked.status
        yield f"  {asked.operation} {arguments}: {outcome}, request {asked.request_id}"
    for assessment in assessments:
        yield ""
        yield f"Check {assessment.check}: {assessment.conclusion.value}"
        for result in assessment.results:
            verdict = result.verdict
            yield f"  {result.name} ({result.subject}): {verdict.outcome.value}: {verdict.reason}"
