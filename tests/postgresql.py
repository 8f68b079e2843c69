"""A PostgreSQL server of the tests' own: in a folder that is thrown away, reached by a socket."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from pwd import getpwnam

import psycopg
import pytest

NOBODY = "nobody"
"""PostgreSQL refuses to run as root."""
WHEN_WE_ARE_GONE = 'read _; cd /; "$1/pg_ctl" -D "$2/data" -m immediate stop; rm -rf "$2"'
"""Waits for the end of the tests, also for one that they cannot prepare for."""
OPTIONS = ("fsync=off", "listen_addresses=''", "max_connections=60")


@dataclass
class Server:
    folder: Path
    numbers: count = field(default_factory=count)

    def url(self, database, user="postgres"):
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}"

    def create(self, template="template0"):
        database = f"test_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {database} TEMPLATE {template}")
        return database

    def drop(self, database):
        self.run(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def run(self, statement, database="postgres"):
        """As the database's owner, beside whatever the store does."""
        with psycopg.connect(
            host=str(self.folder), user="postgres", dbname=database, autocommit=True
        ) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def running():
    """A started server, or a skipped test that says what is missing."""
    programs = found()
    folder = Path(tempfile.mkdtemp(prefix="gapwatch-postgresql-"))
    as_user = {"user": NOBODY} if os.geteuid() == 0 else {}
    if as_user:
        os.chown(folder, getpwnam(NOBODY).pw_uid, -1)

    def run(program, *arguments):
        command = [programs / program, "-D", folder / "data", *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=folder, **as_user)

    clear = ["sh", "-c", WHEN_WE_ARE_GONE, "sh", programs, folder]
    with subprocess.Popen(
        clear, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True, **as_user
    ):
        # sorts as people do: whoever relies on the order of bytes has to say so
        language = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US")
        run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", *language)
        options = " ".join(f"-c {option}" for option in OPTIONS)
        run("pg_ctl", "-w", "-l", folder / "log", "-o", f"-k {folder} {options}", "start")
        yield Server(folder)


def found():
    places = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: float(place.parent.name)
    )
    on_path = shutil.which("initdb")
    places += [Path(on_path).resolve().parent] if on_path else []
    if places:
        return places[-1]
    why = "no PostgreSQL server on this machine: `make system` as root, or install Debian's"
    if demanded():
        pytest.fail(why)
    return pytest.skip(why)


def demanded():
    """Where a skipped test would be overlooked."""
    return os.environ.get("CI", "") not in {"", "0", "false"} or (
        os.environ.get("GAPWATCH_REQUIRE_POSTGRESQL") == "1"
    )
