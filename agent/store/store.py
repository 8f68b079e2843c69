"""The store: a log and its projections in a database, the evidence beside it."""

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    event,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from agent.gaps.events import Event
from agent.store import projections, queries, schema
from agent.store.blobs import Blobs
from agent.store.log import encode, kind, leaf

HEAD = "0001"
"""The schema this program writes; a test compares it with the newest migration."""
CHUNK = 5_000


class StoreUnusable(Exception):
    """The store cannot be opened or written; the message names it and the remedy."""


class Writer:
    """What may be done inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def append(self, events: Sequence[Event]) -> list[int]:
        """Add entries to the log and bring the projections up to date; returns their numbers."""
        if not events:
            return []
        last = self.connection.scalar(select(func.max(schema.log.c.number))) or 0
        numbered = list(enumerate(events, last + 1))
        bodies = [encode(event) for _, event in numbered]
        self.connection.execute(
            insert(schema.log),
            [
                {"number": n, "kind": kind(event), "body": body.decode(), "leaf": leaf(body)}
                for (n, event), body in zip(numbered, bodies, strict=True)
            ],
        )
        projections.apply(self.connection, numbered)
        return [number for number, _ in numbered]


class Store:
    """One company's evidence and findings."""

    def __init__(self, engine: Engine, blobs: Blobs) -> None:
        self._engine = engine
        self.blobs = blobs

    @classmethod
    def open(cls, url: str, evidence: Path, *, create: bool = False) -> "Store":
        """Open a store, bringing an older schema up to date.

        Raises:
            StoreUnusable: it does not exist and may not be created, cannot be reached, or was
                written by a newer program.
        """
        engine = _engine(url)
        store = cls(engine, Blobs(evidence))
        database = make_url(url).database
        local = engine.dialect.name == "sqlite" and database
        if local and not create and not Path(str(database)).exists():
            message = f"there is no store at {database} yet: `gapwatch run` makes the first cycle"
            raise StoreUnusable(message)
        try:
            store._migrate()
        except OperationalError as error:
            raise StoreUnusable(
                f"the store at {_shown(url)} cannot be opened: {error.orig}"
            ) from None
        return store

    @contextmanager
    def transaction(self) -> Iterator[Writer]:
        """Everything inside happens, or nothing does."""
        with self._engine.begin() as connection:
            yield Writer(connection)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view; nothing is written."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep every other writer out for as long as this lasts.

        Raises:
            StoreUnusable: another process is writing to the same store.
        """
        busy = "another gapwatch is writing to this store: wait for it, or stop it"
        if self._engine.dialect.name == "postgresql":
            with self._engine.connect() as connection:
                if not connection.scalar(select(func.pg_try_advisory_lock(ADVISORY_LOCK))):
                    raise StoreUnusable(busy)
                yield
                connection.scalar(select(func.pg_advisory_unlock(ADVISORY_LOCK)))
            return
        path = Path(f"{self._engine.url.database}.lock")
        with path.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StoreUnusable(busy) from None
            yield

    def rebuild(self) -> int:
        """Work every projection out again from the log; returns the number of entries read."""
        count = 0
        with self.transaction() as writer:
            projections.clear(writer.connection)
            chunk: list[tuple[int, Event]] = []
            for entry in queries.entries(writer.connection):
                chunk.append(entry)
                count += 1
                if len(chunk) == CHUNK:
                    projections.apply(writer.connection, chunk)
                    chunk = []
            projections.apply(writer.connection, chunk)
        return count

    def _migrate(self) -> None:
        with self._engine.connect() as connection:
            version = (
                connection.scalar(text("SELECT version_num FROM alembic_version"))
                if inspect(connection).has_table("alembic_version")
                else None
            )
        if version == HEAD:
            return
        if version is not None and version > HEAD:
            message = (
                f"the store has schema {version}, newer than this program's {HEAD}: "
                "install the newer gapwatch"
            )
            raise StoreUnusable(message)
        _upgrade(self._engine)


ADVISORY_LOCK = 0x6761707761746368
"""`gapwatch` in ASCII: PostgreSQL's advisory locks are numbers."""


def _engine(url: str) -> Engine:
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        if engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _upgrade(engine: Engine) -> None:
    from alembic import command  # noqa: PLC0415 - only when there is something to migrate
    from alembic.config import Config  # noqa: PLC0415 - the same

    config = Config()
    config.set_main_option("script_location", "agent.store:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)
