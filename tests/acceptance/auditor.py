"""An auditor's hands: a package that is only read, and copies of it that somebody spoiled."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from agent.package import verifier
from agent.package.archive import Archive


@dataclass(frozen=True)
class Package:
    """What was handed over."""

    path: Path
    told: list[Any]
    """For what an auditor may send it back, as the hand-over said."""
    prove: Callable[[Path], list[Any]]
    key: Any

    @cached_property
    def files(self):
        with zipfile.ZipFile(self.path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def rows(self, name, **where):
        """The rows of a table whose cells are these."""
        found = csv.DictReader(io.StringIO(self.files[name].decode()))
        return [row for row in found if all(row[key] == value for key, value in where.items())]

    def records(self):
        """Every evidence record, by its path."""
        return {
            row["record"]: json.loads(self.files[row["record"]])["record"]
            for row in self.rows("evidence/index.csv")
            if row["record"]
        }

    def doubts(self, reason):
        return [one for one in self.told if one.reason == reason]

    def spoiled(self, folder, **changes):
        """A copy in which files were changed or, with `None`, removed; it is not signed anew."""
        path = folder / "spoiled.zip"
        with path.open("wb") as file:
            archive = Archive(file)
            for name, content in {**self.files, **changes}.items():
                if content is not None:
                    archive.write(name, [content])
            archive._zip.close()
        return path

    def named(self, path):
        """The files that both verifiers name."""
        offline = {one.name for one in verifier.Proof(verifier.files_of(path), ()).look()}
        online = {one.entry for one in self.prove(path) if one.kind == "damage"}
        return offline & online


def sha256(content):
    return hashlib.sha256(content).hexdigest()
