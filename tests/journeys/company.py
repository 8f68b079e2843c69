"""A company's folder and the command that reads it, as an operator has them."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import yaml

from agent.demo.show import ENVIRONMENT

PATIENCE = 120
"""Seconds after which a command hangs."""
GAPWATCH = (sys.executable, "-m", "agent")


@dataclass(frozen=True)
class Answer:
    """What one command left behind."""

    status: int
    out: str
    told: str

    @cached_property
    def rows(self):
        return json.loads(self.out)

    @property
    def events(self):
        """The log it wrote to standard error, a line an event."""
        return [json.loads(line) for line in self.told.splitlines() if line.startswith("{")]


@dataclass(frozen=True)
class Running:
    """A command that has not ended."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def events(self):
        """What it wrote to standard error so far, whole lines only."""
        lines = self.log.read_text().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.startswith("{") and line[-1] == "\n"]

    @property
    def alive(self) -> bool:
        return self.process.poll() is None


@dataclass(frozen=True, kw_only=True)
class Company:
    """A folder with a configuration, and whatever the command made in it."""

    folder: Path
    command: tuple[str, ...] = GAPWATCH

    def gapwatch(self, *arguments, driver=None, **environment) -> Answer:
        """Run the command to its end, from a folder that is neither ours nor the project's.

        `driver` is Python to be run before the command, in its process.
        """
        done = subprocess.run(
            self._arguments(arguments, driver),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            **self._surroundings(**environment),
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def running(self, *arguments, driver=None, **environment) -> Iterator["Running"]:
        """The command while it runs; whoever leaves ends it."""
        log = self.folder / f"{arguments[0]}.log"
        with log.open("w") as told:
            process = subprocess.Popen(
                self._arguments(arguments, driver),
                stdout=subprocess.DEVNULL,
                stderr=told,
                **self._surroundings(**environment),
            )
        with process:
            try:
                yield Running(process, log)
            finally:
                process.kill()

    def run(self, *arguments, **environment) -> Answer:
        """One cycle."""
        return self.gapwatch("run", "--json", *arguments, **environment)

    def rows(self, *arguments):
        """What a reading command answers."""
        answer = self.gapwatch(*arguments, "--json")
        assert answer.status == 0, answer.told
        return answer.rows

    def copy(self, folder: Path) -> "Company":
        """The same company at the same moment, in a folder of its own."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return replace(self, folder=folder)

    @property
    def configuration(self) -> Path:
        return self.folder / "gapwatch.yaml"

    @property
    def database(self) -> Path:
        return self.folder / "gapwatch.db"

    @contextmanager
    def settings(self):
        """The configuration as plain values; what is changed in them is written."""
        settings = yaml.safe_load(self.configuration.read_text())
        yield settings
        self.configuration.write_text(yaml.safe_dump(settings, sort_keys=False))

    def reach(self, **endpoints) -> None:
        """Move the endpoints of sources: `reach(aws=proxy.url)`."""
        with self.settings() as settings:
            for source, url in endpoints.items():
                for entry in settings["sources"][source]:
                    entry["base_url" if source == "github" else "endpoint_url"] = url

    def log(self, *kinds):
        """The entries of the store's log, as they stand there."""
        rows = self.ask("SELECT kind, body FROM log ORDER BY number")
        return [json.loads(body) for kind, body in rows if not kinds or kind in kinds]

    def ask(self, question):
        """Rows of the store's database."""
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(question).fetchall()

    @property
    def store_bytes(self) -> int:
        """The size of everything the store keeps."""
        files = [*self.folder.glob("gapwatch.db*"), *self.folder.glob("evidence/**/*")]
        return sum(file.stat().st_size for file in files if file.is_file())

    def verdicts(self):
        """Every verdict by check, scope and subject, without the moment it was seen."""
        return {
            (row["check"], row["scope"], row["subject"]): (
                row["outcome"],
                row["reason"],
                json.dumps(row["observed"]),
            )
            for row in self.rows("verdicts")
        }

    def _arguments(self, arguments, driver):
        if driver is None:
            return [*self.command, *arguments]
        lines = [driver, "import sys", f"sys.argv = ['gapwatch', *{list(arguments)!r}]"]
        start = ["from agent.__main__ import main", "main()"]
        return [self.command[0], "-c", "\n".join([*lines, *start])]

    def _surroundings(self, **environment):
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir(exist_ok=True)
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        given = {"GAPWATCH_CONFIG": str(self.configuration), **ENVIRONMENT, **environment}
        env = {**kept, "HOME": str(elsewhere), **given}
        return {"cwd": elsewhere, "env": {k: v for k, v in env.items() if v is not None}}


def outcomes(verdicts) -> Counter:
    """How many verdicts there are of each outcome."""
    return Counter(outcome for outcome, *_ in verdicts.values())


def wait_until(true, *, seconds=30):
    """Ask again until the answer is not empty, and return it."""
    until = time.monotonic() + seconds
    while not (answer := true()):
        assert time.monotonic() < until, f"not within {seconds} seconds"
        time.sleep(0.02)
    return answer
