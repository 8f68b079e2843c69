"""Whether the states are what the log adds up to: worked out again beside it, and compared."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from sqlalchemy import Connection, StaticPool, Table, create_engine

from agent.store import queries, schema
from agent.store.projections import work_out
from agent.store.rows import json_text


def states_that_differ(connection: Connection) -> list[str]:
    """The projections that are not what the log adds up to; the store is only read."""
    with _scratch() as beside:
        work_out(beside, queries.entries(connection))
        return [
            table.name
            for table in schema.PROJECTIONS
            if _digest(connection, table) != _digest(beside, table)
        ]


def _digest(connection: Connection, table: Table) -> str | None:
    """Of all rows, whatever the order they lie in; `None` if one cannot be read."""
    query = table.select().order_by(*table.primary_key.columns)
    digest = hashlib.sha256()
    try:
        for row in connection.execute(query, execution_options={"yield_per": 1000}):
            digest.update(repr(tuple(row)).encode())
    except (ValueError, TypeError, msgspec.DecodeError):
        return None
    return digest.hexdigest()


@contextmanager
def _scratch() -> Iterator[Connection]:
    """Empty projections in a database that SQLite keeps on the disk and forgets at the end."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect("", isolation_level=None, check_same_thread=False),
        poolclass=StaticPool,
        json_serializer=json_text,
        json_deserializer=msgspec.json.decode,
    )
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=OFF")
            connection.exec_driver_sql("BEGIN")
            schema.metadata.create_all(connection, schema.PROJECTIONS)
            yield connection
    finally:
        engine.dispose()
