"""What goes into a row: moments, JSON, and many rows at once by each driver's own road."""

from collections.abc import Sequence
from datetime import UTC
from functools import cache, lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, LargeBinary, Table, cast, func
from sqlalchemy.engine.interfaces import Dialect

from collectors.evidence.record import Instant

_json = msgspec.json.Encoder(order="deterministic")


@lru_cache(maxsize=1024)
def moment(at: Instant) -> str:
    """ISO 8601 in UTC and always of one width: the order of the text is the order of time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def json_text(value: Any) -> str:
    """The value as the log encodes it, on both databases alike."""
    return _json.encode(value).decode()


def as_bytes(connection: Connection, column: Any) -> Any:
    """A column of text as bytes: what was damaged need not be text any more."""
    if connection.dialect.name == "sqlite":
        return cast(column, LargeBinary)
    return func.convert_to(column, "UTF8")


def insert_rows(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert many rows: `executemany` on SQLite, COPY on PostgreSQL.

    The values go to the driver as they are, in the order of `columns`; a value for a JSON
    column is its text. SQLAlchemy's own insert costs as much again as the database.
    """
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, table, columns, rows)
    else:
        connection.exec_driver_sql(_insertion(connection.dialect, table, columns), list(rows))


def _copy(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> None:
    driver: Any = connection.connection.driver_connection
    command = f"COPY {_target(connection.dialect, table, columns)} FROM STDIN"
    with driver.cursor() as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row(row)


@cache
def _insertion(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> str:
    values = ", ".join("?" * len(columns))
    return f"INSERT INTO {_target(dialect, table, columns)} VALUES ({values})"  # noqa: S608 - names of our own schema


@cache
def _target(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> str:
    quote = dialect.identifier_preparer.quote
    return f"{quote(table.name)} ({', '.join(map(quote, columns))})"
