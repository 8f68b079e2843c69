"""A real folder, and readers over it through the production path."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.connections.documents import DocumentsConnection
from collectors.reader import take_snapshot
from collectors.transcript import Recorder, Replay
from tests.evidence import NOW
from tests.faults import faulty

REQUIRED = (
    ("Access control policy", "ACC-01", "annual"),
    ("Change management policy", "CHG-01", "annual"),
    ("Change management policy", "CHG-02", "annual"),
)


@pytest.fixture
def folder(tmp_path):
    """Two empty folders; write into them with `policy` and `register`."""
    for name in ("policies", "registers"):
        (tmp_path / name).mkdir()
    return Folders(tmp_path)


@dataclass
class Folders:
    """The folders as a test sees them: write files, read them with the real reader."""

    path: Path

    def policy(self, name, front_matter="", body="# What we do\n"):
        text = f"---\n{front_matter}\n---\n{body}" if front_matter else body
        return self.write(f"policies/{name}", text)

    def register(self, name, *lines):
        return self.write(f"registers/{name}", "\n".join(lines) + "\n")

    def write(self, name, text):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def git(self, *question, author="ada@acme.test"):
        who = ("-c", "user.name=someone", "-c", f"user.email={author}")
        answer = subprocess.run(
            ["git", "-C", self.path, *who, *question], check=True, capture_output=True
        )
        return answer.stdout.decode().strip()

    def commit(self, author):
        self.git("init", "-q")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "a change", author=author)

    @property
    def connection(self):
        return DocumentsConnection(
            name="acme",
            path=self.path / "policies",
            registers=self.path / "registers",
            required=REQUIRED,
            clock=lambda: NOW,
        )

    def snapshot(self, collector, faults=None, *, threads=1):
        """One snapshot of the collector over both folders, and its transcript."""
        (unit,) = self.connection.units()
        recorder = Recorder(faulty(unit.live, faults or {}), b"test")
        reader = unit.open(recorder, collector.calls, since={}, threads=threads)
        return take_snapshot(collector, reader, now=NOW), reader.transcript

    def again(self, collector, transcript):
        """The same collector over what was recorded: no folder, no catalogue, no clock."""
        (unit,) = self.connection.units()
        reader = unit.open(Replay(transcript), collector.calls, since={}, threads=1)
        return take_snapshot(collector, reader, now=NOW)
