"""The store as it was at an earlier moment: its log until then, and what that adds up to."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice, takewhile

import msgspec
from sqlalchemy import Connection, Engine, RowMapping, StaticPool, create_engine, insert, select

from agent.gaps.events import Event
from agent.store import schema
from agent.store.log import decode
from agent.store.projections import CHUNK, apply
from agent.store.rows import json_text
from agent.store.store import Store
from collectors.evidence.record import Instant


@contextmanager
def as_it_was(store: Store, before: Instant) -> Iterator[Store]:
    """The same evidence, and a log that ends with the last entry before a moment.

    It lies in a database that SQLite forgets at the end; what is appended to it is lost. The
    log is cut where it first tells of the moment or later, so what is left is a beginning
    that the store once had, and never a selection of it.

    Raises:
        StoreUnusable: the store cannot be read.
    """
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect("", isolation_level=None, check_same_thread=False),
        poolclass=StaticPool,
        json_serializer=json_text,
        json_deserializer=msgspec.json.decode,
    )
    try:
        with store.reading() as connection:
            _copy(connection, engine, before)
        yield Store(engine, store.blobs)
    finally:
        engine.dispose()


def _copy(connection: Connection, engine: Engine, before: Instant) -> None:
    entries = takewhile(lambda entry: entry[1].at < before, _entries(connection))
    with engine.connect() as beside:
        beside.exec_driver_sql("PRAGMA journal_mode=OFF")
        schema.metadata.create_all(beside)
        while chunk := list(islice(entries, CHUNK)):
            beside.exec_driver_sql("BEGIN")
            beside.execute(insert(schema.log), [{**row} for row, _ in chunk])
            apply(beside, [(row["number"], event) for row, event in chunk])
            beside.exec_driver_sql("COMMIT")


def _entries(connection: Connection) -> Iterator[tuple[RowMapping, Event]]:
    query = select(schema.log).order_by(schema.log.c.number)
    rows = connection.execute(query, execution_options={"yield_per": 1000})
    for row in rows.mappings():
        yield row, decode(row["body"])
