"""A package as an auditor opens it: proved offline, then everything in it worked out again."""

import hashlib
import tempfile
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from agent.csv_table import table
from agent.package.archive import Manifest
from agent.package.contents import program_of_the_tables
from agent.package.description.declared import DECLARED, Declared, declared
from agent.package.description.tables import described_tables
from agent.package.description.text import TEXT, text
from agent.package.history import History, Source
from agent.package.records import RAW
from agent.package.tables import derived_tables
from agent.package.verifier import ENTRIES, MANIFEST, Archive, Folder, Key, files_of
from agent.package.verifier import Proof as OfflineProof
from agent.package.window import Window
from agent.proof import Proof, Told
from agent.reperformance import Reperformance
from agent.store.blobs import BlobDamaged, BlobMissing
from agent.store.keys import VerifierKey
from agent.store.restoring import restore
from agent.store.store import Store
from agent.store.timestamp import NotStamped, Roots, Stamp, stamped_at
from checks.contract import Check
from collectors.contract import Collector, Derived
from collectors.evidence.record import Instant


class PackageUnreadable(Exception):
    """There is no package at this path; the message says why."""


@dataclass(frozen=True)
class PackagedBlobs:
    """The raw evidence of a package: what a reader of blobs needs, and nothing that writes."""

    files: Folder | Archive

    def get(self, digest: str) -> bytes:
        """The content, compared with its name.

        Raises:
            BlobDamaged: it was changed, or is a `BlobMissing`.
        """
        try:
            with self.files.open(f"{RAW}/{digest}") as file:
                content: bytes = file.read()
        except (KeyError, FileNotFoundError):
            raise BlobMissing(digest, "not in the package") from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise BlobDamaged(digest, "its content was changed")
        return content


@dataclass(kw_only=True)
class PackageProof:
    """One look at a package, by a machine that has the program that made it, or a later one."""

    path: Path
    trusted: Sequence[VerifierKey]
    roots: Roots
    checks: Mapping[str, Check[Any, Any]]
    collectors: Mapping[str, Collector[Any, Any]]
    joins: Mapping[str, Derived[Any]]
    summary: str = ""
    """Said at the end: what held."""

    def look(self) -> Iterator[Told]:
        """Everything that is not as it was; nothing told means that all of it holds.

        Raises:
            PackageUnreadable: there is none at this path.
        """
        keys = [Key(key.name, key.id.hex(), key.public) for key in self.trusted]
        try:
            files = files_of(self.path)
        except OSError as problem:
            raise PackageUnreadable(f"{self.path} cannot be read: {problem.strerror}") from None
        except ValueError as problem:
            raise PackageUnreadable(str(problem)) from None
        offline = OfflineProof(files, keys)
        damages = 0
        for found in offline.look():
            damages += 1
            yield Told(kind="damage", entry=found.name, why=found.why)
        if damages:
            self.summary = f"{damages} files not as written"
            return
        parts = list(offline.done)
        if not keys:
            parts.append("signed by the package's own word, as no public key was given")
        for told in self._beyond(files, parts, withheld=bool(offline.withheld)):
            damages += told.kind == "damage"
            yield told
        parts.append("all as written" if not damages else f"{damages} not as written")
        self.summary = ", ".join(parts)

    def _beyond(
        self, files: Folder | Archive, parts: list[str], *, withheld: bool
    ) -> Iterator[Told]:
        """What the standard library alone does not tell: time stamps, verdicts, tables."""
        stamps = [name for name in files.names() if name.endswith(".tsr")]
        if self.roots:
            yield from self._stamps(files, stamps)
            parts.append(f"{len(stamps)} time stamps signed by an authority of the given roots")
        elif stamps:
            parts.append("no roots are configured to check those signatures by")
        if withheld:
            why = "a redacted edition withholds what verdicts are performed from"
            yield Told(kind="not_performed", entry="every verdict", why=why)
            return
        manifest = msgspec.json.decode(_read(files, MANIFEST), type=Manifest)
        with _restored(files) as store:
            yield from self._verdicts(files, store, parts)
            yield from self._tables(files, store, manifest)

    def _verdicts(self, files: Folder | Archive, store: Store, parts: list[str]) -> Iterator[Told]:
        with store.reading() as connection:
            proof = Proof(
                store=store,
                reperformance=Reperformance(
                    connection=connection,
                    blobs=store.blobs,
                    checks=self.checks,
                    collectors=self.collectors,
                    joins=self.joins,
                ),
                at_hand=_at_hand(files),
            )
            yield from proof.verdicts()
        parts.append(f"{proof.performed} verdicts performed again")

    def _tables(self, files: Folder | Archive, store: Store, manifest: Manifest) -> Iterator[Told]:
        """Every table that follows from log and evidence, line for line."""
        at = msgspec.convert(manifest.as_of, Instant)
        window = Window(date.fromisoformat(manifest.start), date.fromisoformat(manifest.end))
        names = set(files.names())
        with store.reading() as connection:
            source = Source(
                connection=connection,
                blobs=store.blobs,
                size=manifest.checkpoint,
                at=at,
                checks=self.checks,
                collectors=self.collectors,
                joins=self.joins,
            )
            said = _declared(files)
            if said is None and manifest.tables_sha256 == program_of_the_tables():
                yield _another_table(DECLARED, manifest)
            for path, content in _derived(History.read(source, window), said):
                written = _read(files, path) if path in names else None
                if content != written:
                    yield _another_table(path, manifest)

    def _stamps(self, files: Folder | Archive, names: Sequence[str]) -> Iterator[Told]:
        for name in names:
            stem = name.removesuffix(".tsr")
            note = _read(files, stem.replace("stamps", "checkpoints"))
            stamp = Stamp(b"", _read(files, name))  # the answer alone is verified
            try:
                stamped_at(stamp, note, self.roots)
            except NotStamped as problem:
                yield Told(kind="damage", entry=name, why=str(problem))


def _derived(history: History, said: Declared | None) -> Iterator[tuple[str, bytes]]:
    """Every file that follows from log and evidence, and from what the company declared."""
    for path, columns, rows in derived_tables(history):
        yield path, b"".join(table(columns, rows))
    if said is not None:
        for path, columns, rows in described_tables(history, said):
            yield path, b"".join(table(columns, rows))
        yield TEXT, text(history, said)


def _declared(files: Folder | Archive) -> Declared | None:
    """What the company declared; `None` if the package does not say it, or not as we do."""
    try:
        return declared(_read(files, DECLARED)) if DECLARED in set(files.names()) else None
    except msgspec.DecodeError:
        return None


def _another_table(path: str, manifest: Manifest) -> Told:
    """By the program that wrote it that is damage; a later one may write tables otherwise."""
    if manifest.tables_sha256 == program_of_the_tables():
        return Told(kind="damage", entry=path, why="log and evidence give another table")
    why = f"gapwatch {manifest.tool_version} wrote the package; this program gives another table"
    return Told(kind="judged_differently", entry=path, why=why)


@contextmanager
def _restored(files: Folder | Archive) -> Iterator[Store]:
    """The log of a package as a store on this disk, for as long as this lasts."""
    with tempfile.TemporaryDirectory(prefix="gapwatch-") as folder:
        blobs: Any = PackagedBlobs(files)
        store = Store.open(f"sqlite:///{folder}/package.db", blobs, create=True)
        try:
            with files.open(ENTRIES) as lines:
                restore(store, (line.removesuffix(b"\n") for line in lines))
            yield store
        finally:
            store.close()


def _at_hand(files: Folder | Archive) -> Container[int]:
    """The entries whose evidence lies in the package."""
    rows = OfflineProof(files, ()).table("evidence/index.csv")
    return {int(row["entry"]) for row in rows if row["at_hand"] == "yes"}


def _read(files: Folder | Archive, name: str) -> bytes:
    with files.open(name) as file:
        content: bytes = file.read()
    return content
