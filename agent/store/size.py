"""How large a store is, and how much room is left where it lies."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from agent.store.blobs import FolderBlobs
from agent.store.store import Store

BESIDE = ("", "-wal", "-shm")
"""A SQLite database is up to three files."""


class Size(NamedTuple):
    """Bytes."""

    used: int
    """Of the database, and of the evidence if it lies in a folder; a bucket is not counted."""
    free: int | None
    """Where it is least; `None` if nothing of it lies on this machine."""


def size_of(store: Store) -> Size:
    """Measure a store; every piece of evidence in a folder is looked at once."""
    folders = []
    with store.reading() as connection:
        file = connection.engine.url.database
        if connection.dialect.name == "sqlite" and file:
            folders.append(Path(file).parent)
        used = _database(connection, file or "")
    if isinstance(store.blobs, FolderBlobs):
        folders.append(store.blobs.folder)
        used += sum(_files(store.blobs.folder))
    left = [shutil.disk_usage(folder).free for folder in folders if folder.exists()]
    return Size(used, min(left, default=None))


def _database(connection: Connection, file: str) -> int:
    if connection.dialect.name == "sqlite":
        paths = (Path(f"{file}{part}") for part in BESIDE)
        return sum(path.stat().st_size for path in paths if path.exists())
    return connection.scalar(select(func.pg_database_size(func.current_database()))) or 0


def _files(folder: Path) -> Iterator[int]:
    """The sizes of all files; one that is gone meanwhile is left out."""
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                yield (Path(place) / name).stat().st_size
            except FileNotFoundError:
                continue
