"""The store: a log and its projections in a database, the evidence beside it."""

import fcntl
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from agent.gaps.events import Event
from agent.store import projections, queries, schema, tree
from agent.store.blobs import Blobs, FolderBlobs
from agent.store.faults import StoreUnusable, unusable
from agent.store.log import encode, kind, leaf
from agent.store.merkle import Frontier
from agent.store.rows import insert_rows, json_text

HEAD = "0006"
"""The schema this program writes; a test compares it with the newest migration."""
PATIENCE_SECONDS = 60
PAGE_BYTES = 1024
"""Of a new SQLite file: a cycle adds a few short rows to many tables, and each grows by pages."""
"""How long a writer waits for another one; a cycle's longest transaction is shorter."""
BUSY = "another gapwatch is writing to this store: wait for it, or stop it"
LOST = "the connection that kept other writers out was lost: run again"


class Writer:
    """What may be done inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._edge: Frontier | None = None

    def append(self, events: Sequence[Event]) -> list[int]:
        """Add entries to the log and bring the projections up to date; returns their numbers."""
        if not events:
            return []
        last = self.connection.scalar(select(func.max(schema.log.c.number))) or 0
        numbered = list(enumerate(events, last + 1))
        bodies = [encode(event) for event in events]
        leaves = [leaf(body) for body in bodies]
        insert_rows(
            self.connection,
            schema.log,
            ("number", "kind", "body", "leaf"),
            [
                (number, kind(event), body.decode(), hashed)
                for (number, event), body, hashed in zip(numbered, bodies, leaves, strict=True)
            ],
        )
        if self._edge is None or self._edge.size != last:
            self._edge = tree.edge(self.connection, last)
        tree.keep(self.connection, self._edge.extend(leaves))
        projections.apply(self.connection, numbered)
        return [number for number, _ in numbered]


class Store:
    """One company's evidence and findings."""

    def __init__(self, engine: Engine, blobs: Blobs) -> None:
        self.blobs = blobs
        self._engine = engine
        self._writing = engine.execution_options(writing=True)
        self._reading = (
            engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            if _is_postgresql(engine)
            else engine
        )
        self._held = threading.local()
        """The connection by which a thread keeps other writers out."""

    def __str__(self) -> str:
        url = self._engine.url
        shown = {name: value for name, value in url.query.items() if name in WHERE_IT_IS}
        return f"the store at {url.set(query=shown).render_as_string(hide_password=True)}"

    @classmethod
    def open(cls, url: str, evidence: Path | Blobs, *, create: bool = False) -> "Store":
        """Open a store, bringing an older schema up to date; a path is a folder of blobs.

        Raises:
            StoreUnusable: it does not exist and may not be created, cannot be reached, or was
                written by a newer program.
        """
        address = _address(url)
        blobs = FolderBlobs(evidence) if isinstance(evidence, Path) else evidence
        store = cls(_engine(address), blobs)
        if address.get_backend_name() == "sqlite" and address.database:
            _find(Path(address.database), create=create)
        with store._usable():
            store._migrate()
        return store

    @contextmanager
    def transaction(self) -> Iterator[Writer]:
        """Everything inside happens, or nothing does; writers wait for each other.

        Raises:
            StoreUnusable: the database cannot be written.
        """
        with self._usable(), self._connection() as connection, connection.begin():
            _take_turn(connection)
            yield Writer(connection)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view, whatever is written meanwhile; nothing is written.

        Raises:
            StoreUnusable: the database cannot be read.
        """
        with self._usable(), self._reading.connect() as connection:
            yield connection

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep every other cycle out for as long as this lasts.

        On PostgreSQL this thread's transactions then run on the connection that holds the
        lock, so a lost connection takes lock and transaction with it.

        Raises:
            StoreUnusable: another process is writing to the same store.
        """
        if not _is_postgresql(self._engine):
            with _locked(Path(f"{self._engine.url.database}.lock")):
                yield
            return
        with ExitStack() as stack:
            with self._usable():
                connection = stack.enter_context(self._writing.connect())
                stack.enter_context(_advisory_lock(connection))
            self._held.connection = connection
            try:
                yield
            finally:
                del self._held.connection

    def close(self) -> None:
        """Give every connection back."""
        self._engine.dispose()

    def rebuild(self) -> int:
        """Work every projection out again from the log; returns the number of entries read."""
        with self.transaction() as writer:
            projections.clear(writer.connection)
            return projections.work_out(writer.connection, queries.entries(writer.connection))

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        held: Connection | None = getattr(self._held, "connection", None)
        if held is None:
            with self._writing.connect() as connection:
                yield connection
        elif held.invalidated:
            raise StoreUnusable(LOST)
        else:
            yield held

    @contextmanager
    def _usable(self) -> Iterator[None]:
        """Tell a fault of the database in a sentence; a fault of ours stays what it is."""
        database: Any = self._engine.dialect.loaded_dbapi
        try:
            yield
        except (DBAPIError, database.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            theirs = isinstance(cause, database.OperationalError)
            damaged = type(cause) is database.DatabaseError
            refused = getattr(cause, "sqlstate", None) in {NO_PRIVILEGE, NO_TABLE}
            if cause is None or not (theirs or damaged or refused):
                raise
            raise unusable(str(self), cause) from error

    def _migrate(self) -> None:
        with self._reading.connect() as connection:
            if _version(connection) == HEAD:
                return
        with self.transaction() as writer:
            version = _version(writer.connection)
            if version is not None and version > HEAD:
                message = (
                    f"the store has schema {version}, newer than this program's {HEAD}: "
                    "install the newer gapwatch"
                )
                raise StoreUnusable(message)
            if version != HEAD:
                _upgrade(writer.connection)
                projections.clear(writer.connection)
                projections.work_out(writer.connection, queries.entries(writer.connection))


ADVISORY_LOCK = 0x6761707761746368
"""`gapwatch` in ASCII: PostgreSQL's advisory locks are numbers."""
TURN = ADVISORY_LOCK + 1
"""The lock of one transaction."""
NO_PRIVILEGE = "42501"
NO_TABLE = "42P01"


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreUnusable(f"store.url: {ADDRESSES}") from None
    if "@" in (address.host or ""):  # the rest of the password would be told as the host
        raise StoreUnusable("store.url holds a password with @ in it: write %40 for it")
    if address.drivername in {"postgres", "postgresql"}:
        address = address.set(drivername="postgresql+psycopg")
    if address.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise StoreUnusable(f"store.url begins with {address.drivername}: {ADDRESSES}")
    return address


WHERE_IT_IS = {"host", "port"}
"""What may be told of the options in a URL; a password can stand among the others."""
ADDRESSES = "it must be sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE"


def _engine(address: URL) -> Engine:
    options: dict[str, Any] = {
        "json_serializer": json_text,
        "json_deserializer": msgspec.json.decode,
    }
    try:
        engine = create_engine(address, pool_pre_ping=True, **options)
    except ImportError:
        message = (
            "a PostgreSQL store needs the driver psycopg, which is not installed: "
            "pip install 'gapwatch[postgresql]'"
        )
        raise StoreUnusable(message) from None
    if not _is_postgresql(engine):
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _is_postgresql(engine: Engine) -> bool:
    return engine.dialect.name == "postgresql"


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below
    for pragma in (
        f"page_size={PAGE_BYTES}",
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={PATIENCE_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its turn at once: one that has read before it writes is never let in."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _take_turn(connection: Connection) -> None:
    """On PostgreSQL one writer at a time as well: entries are numbered without holes."""
    if connection.dialect.name == "postgresql":
        patience = func.set_config("lock_timeout", f"{PATIENCE_SECONDS}s", True)
        connection.execute(select(patience))
        connection.execute(select(func.pg_advisory_xact_lock(TURN)))


@contextmanager
def _advisory_lock(connection: Connection) -> Iterator[None]:
    with connection.begin():
        if not connection.scalar(select(func.pg_try_advisory_lock(ADVISORY_LOCK))):
            raise StoreUnusable(BUSY)
    try:
        yield
    finally:
        try:
            with connection.begin():
                connection.scalar(select(func.pg_advisory_unlock(ADVISORY_LOCK)))
        except DBAPIError:
            connection.invalidate()  # the lock ends with its session


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    try:
        file = path.open("w")
    except OSError as error:
        raise unusable(str(path), error) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreUnusable(BUSY) from None
        yield


def _find(path: Path, *, create: bool) -> None:
    if create:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unusable(str(path.parent), error) from error
    elif not path.exists():
        message = f"there is no store at {path} yet: `gapwatch run` makes the first cycle"
        raise StoreUnusable(message)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - only when there is something to migrate
    from alembic.config import Config  # noqa: PLC0415 - the same

    config = Config()
    config.set_main_option("script_location", "agent.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
