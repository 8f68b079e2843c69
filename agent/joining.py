"""Making joins: records of several snapshots in, one snapshot out, with all that they missed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from agent.collect import Taken, nothing_read
from agent.plan import Plan
from agent.store import queries
from agent.store.blobs import Blobs
from agent.store.evidence import read_records
from agent.store.queries import SnapshotRow
from collectors.contract import Collector, Derived
from collectors.evidence.record import Instant, Occurrence, Omission, Record, Snapshot
from collectors.transcript import Transcript

SCOPE = "derived:company"
CONNECTION = "derived"

Units = Sequence[Collector[Any, Any] | Derived[Any]]
"""What yields the records of one kind that a join takes."""


@dataclass(frozen=True, kw_only=True)
class Joined:
    """A join's snapshot, and the log entries of the snapshots it was made of."""

    taken: Taken
    inputs: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class _Input:
    records: tuple[Record, ...]
    rows: tuple[SnapshotRow, ...]
    latest: tuple[SnapshotRow, ...]
    """The newest of each place: how old the join is, and what it misses, is for them to say."""
    omissions: tuple[Omission, ...]
    is_kept: bool
    """Whether any configured source yields it."""


def join(
    derived: Derived[Any], plan: Plan, connection: Connection, blobs: Blobs, *, now: Instant
) -> Joined:
    """Join the newest snapshots of every input.

    Of what happened, and is read in stretches, all stretches. A kind that the join takes of one
    source alone rests on no other. The inputs' omissions become the join's, a kind that was
    never collected is an omission, and the join is as old as its oldest input.
    """
    feeding = plan.feeding(derived)
    inputs = [
        _input(kind, [unit for unit in feeding if unit.yields is kind], connection, blobs)
        for kind in derived.inputs
    ]
    rows = [row for one in inputs for row in one.rows]
    omissions = tuple(dict.fromkeys(o for one in inputs for o in one.omissions))
    searched = tuple(
        dict.fromkeys(
            omission
            for kind, one in zip(derived.inputs, inputs, strict=True)
            if kind in derived.searched and (one.is_kept or not derived.searched[kind].by_choice)
            for omission in one.omissions
        )
    )
    observed_at = min((row.observed_at for one in inputs for row in one.latest), default=now)
    failure = None
    try:
        records = in_order(derived.join(*(one.records for one in inputs)))
        snapshot: Snapshot[Record] = Snapshot(
            collector=derived.id,
            scope=SCOPE,
            observed_at=observed_at,
            transcripts=(),
            records=records,
            omissions=omissions,
            searched=searched,
        )
    except Exception as error:  # noqa: BLE001 - a faulty join costs its own verdicts, and shows
        failure = f"the join failed: {type(error).__name__}"
        snapshot = nothing_read(derived.id, SCOPE, failure, now=now)
    taken = Taken(
        connection=CONNECTION,
        identity="",
        snapshot=snapshot,
        transcript=Transcript(()),
        yields=derived.yields,
        failure=failure,
    )
    return Joined(taken=taken, inputs=tuple(sorted({row.number for row in rows})))


def in_order(records: Iterable[Record]) -> tuple[Record, ...]:
    """An order that does not depend on which source was read first."""
    return tuple(sorted(records, key=lambda record: (record.id, record.name)))


def _input(kind: type[Record], units: Units, connection: Connection, blobs: Blobs) -> _Input:
    latest = [
        row
        for unit in units
        for row in queries.snapshots(connection, collector=unit.id, latest=True)
    ]
    rows = [part for row in latest for part in _stretches(row, kind, connection)]
    records = newest(
        (f"{row.collector} {row.scope}", read_records(blobs, row.records_digest, kind))
        for row in rows
    )
    missing = tuple(_missing(kind, units, {row.collector for row in rows}))
    lost = tuple(omission for row in latest for omission in row.omissions)
    return _Input(
        records=records,
        rows=tuple(rows),
        latest=tuple(latest),
        omissions=(*missing, *lost),
        is_kept=bool(units),
    )


def _stretches(
    latest: SnapshotRow, kind: type[Record], connection: Connection
) -> list[SnapshotRow]:
    """Every snapshot of what happened, where each covers a stretch only; else the newest alone."""
    if not latest.reached or not issubclass(kind, Occurrence):
        return [latest]
    known = queries.snapshots(connection, collector=latest.collector, scope=latest.scope)
    return [row for row in known if row.number <= latest.number]


def newest(parts: Iterable[tuple[str, Iterable[Record]]]) -> tuple[Record, ...]:
    """The records of several snapshots in the order of the log.

    What was read again in a later stretch of the same place stands in it as it is now.
    """
    found = {(place, record.id): record for place, records in parts for record in records}
    return in_order(found.values())


def _missing(kind: type[Record], units: Units, read: set[str]) -> Iterator[Omission]:
    if not units:
        yield Omission(where=SCOPE, why=f"no configured source yields {kind.__name__}")
    for unit in units:
        if unit.id not in read:
            yield Omission(where=SCOPE, why=f"{unit.id} was never collected")
