"""The landed changes that the store knows, every stretch of them."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from agent.joining import newest
from agent.landed import LandedView, landed, unlisted
from agent.reading import Reading
from agent.registry import all_collectors
from agent.store import queries
from agent.store.evidence import read_records
from agent.store.queries import SnapshotRow
from agent.store.retention import expired_entries
from collectors.evidence.github.changes import LandedChange
from collectors.evidence.github.deployments import Deployment
from collectors.evidence.record import Record


def landed_changes(reading: Reading) -> list[LandedView]:
    """Every landed change whose evidence is still kept, in the order in which they landed."""
    with reading.store.reading() as connection:
        changes = _records(reading, connection, LandedChange)
        deployments = _records(reading, connection, Deployment)
        latest = list(_rows(connection, Deployment, latest=True))
    omissions = [omission for row in latest for omission in row.omissions]
    return list(landed(changes, deployments, unlisted(omissions, read=bool(latest))))


def _records(reading: Reading, connection: Connection, kind: type[Record]) -> Sequence[Any]:
    """Those of one kind, each as it was read last."""
    gone = expired_entries(connection)
    return newest(
        (
            f"{row.collector} {row.scope}",
            read_records(reading.store.blobs, row.records_digest, kind),
        )
        for row in _rows(connection, kind)
        if row.number not in gone
    )


def _rows(connection: Connection, kind: type[Record], **where: Any) -> Iterator[SnapshotRow]:
    for collector in all_collectors().values():
        if collector.yields is kind:
            yield from queries.snapshots(connection, collector=collector.id, **where)
