"""Reaching a verdict again from stored evidence alone: no network, no clock, no trust in us."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection

from agent.collect import nothing_read
from agent.gaps.events import EvidenceKept
from agent.joining import in_order, newest
from agent.store import queries
from agent.store.blobs import Blobs
from agent.store.evidence import read_records, stored_transcript
from agent.versions import Versions
from checks.contract import Check
from checks.evaluation import Assessment, assess
from collectors.contract import Collector, Derived
from collectors.evidence.record import Instant, Record, Snapshot
from collectors.reader import take_snapshot
from collectors.transcript import Replay, Transcript

NO_ANSWERS = Transcript(())


class CannotReperform(Exception):
    """The evidence is there, and this program has nothing to judge it with."""


@dataclass(frozen=True, kw_only=True)
class Reperformance:
    """The means: what is stored, and the checks, collectors and joins to use on it."""

    connection: Connection
    blobs: Blobs
    checks: Mapping[str, Check[Any, Any]]
    collectors: Mapping[str, Collector[Any, Any]]
    joins: Mapping[str, Derived[Any]]
    _recent: dict[str, Any] = field(default_factory=dict)

    def yields(self, collector: str) -> type[Record] | None:
        """The kind of record a collector or join gives; `None` if it does not exist any more."""
        unit = self.collectors.get(collector) or self.joins.get(collector)
        return unit.yields if unit else None

    def snapshot(self, number: int, entry: EvidenceKept, *, as_of: Instant) -> Snapshot[Record]:
        """Collect again, from the stored answers instead of the vendor's.

        The newest one stays at hand: unchanged evidence is judged again at every moment at
        which it was seen.

        Raises:
            CannotReperform: the collector does not exist any more.
            BlobDamaged: a part of the evidence is missing or was changed.
        """
        if self._recent.get("number") != number:
            self._recent.update(number=number, snapshot=self._collected(entry, as_of))
        return msgspec.structs.replace(self._recent["snapshot"], observed_at=as_of)

    def _collected(self, entry: EvidenceKept, as_of: Instant) -> Snapshot[Record]:
        if entry.failure is not None:
            return nothing_read(
                entry.collector, entry.scope, entry.failure, now=as_of, since=entry.since
            )
        if entry.collector in self.joins:
            return self._joined(entry, self.joins[entry.collector], as_of)
        collector = self.collectors.get(entry.collector)
        if collector is None:
            raise CannotReperform(f"there is no collector {entry.collector} any more")
        transcripts = [stored_transcript(self.blobs, digest) for digest in entry.answers]
        replay = Replay(transcripts[0] if transcripts else NO_ANSWERS)
        reader = collector.reads(
            entry.scope, replay, collector.calls, since=entry.since, given=entry.given
        )
        snapshot: Snapshot[Record] = take_snapshot(collector, reader, now=as_of)
        return snapshot

    def assessments(
        self,
        snapshot: Snapshot[Record],
        versions: Versions,
        only: Iterable[str],
    ) -> tuple[Assessment, ...]:
        """Judge a snapshot by some checks, with the thresholds and exclusions of one time."""
        return tuple(
            assess(
                self.checks[name],
                snapshot,
                versions.thresholds_of(self.checks[name]),
                excluded=versions.excluded(snapshot.scope),
            )
            for name in only
        )

    def _joined(
        self, entry: EvidenceKept, derived: Derived[Any], as_of: Instant
    ) -> Snapshot[Record]:
        inputs = [queries.entry(self.connection, number) for number in entry.inputs]
        kept = [one for one in inputs if isinstance(one, EvidenceKept)]
        for one in kept:
            if self.yields(one.collector) is None:
                raise CannotReperform(f"there is no collector {one.collector} any more")
        return Snapshot(
            collector=entry.collector,
            scope=entry.scope,
            observed_at=as_of,
            transcripts=(),
            records=in_order(
                derived.join(*(self._records(kind, derived, kept) for kind in derived.inputs))
            ),
            searched=entry.searched,
            omissions=entry.omissions,  # its inputs', and what was not configured: as told then
        )

    def _records(
        self, kind: type[Record], derived: Derived[Any], kept: list[EvidenceKept]
    ) -> tuple[Record, ...]:
        """The records of one kind, in the order in which the join was given them."""
        units: tuple[Collector[Any, Any] | Derived[Any], ...] = (
            *self.collectors.values(),
            *self.joins.values(),
        )
        return newest(
            (f"{one.collector} {one.scope}", read_records(self.blobs, one.records_digest, kind))
            for unit in units
            if unit.yields is kind and derived.takes(unit)
            for one in kept
            if one.collector == unit.id
        )
