"""Prove a package with Python's standard library alone, offline.

    python3 -I -S verify.py [PACKAGE.zip or its unpacked folder] [--key PUBLIC-KEY ...]

It compares every file with the signed manifest, works the log's Merkle tree (RFC 6962) out again
from its entries, checks every Ed25519 signature (RFC 8032), holds every time stamp (RFC 3161)
against the checkpoint it is of, opens every inclusion proof, holds the evidence against the log,
and draws the samples again. What is wrong is named, a line each; exit status 0 only if nothing is.
Give the company's public key, known from elsewhere, with --key: a package that speaks for itself
proves only that it is of one piece.

It needs nothing of ours, and is short enough to be read. What it does not do: it judges nothing
again (`gapwatch verify PACKAGE.zip` performs every verdict), and it does not check who signed a
time stamp, so anybody may have written the moment in it (`openssl ts -verify` tells; README.txt).
"""

import argparse
import base64
import csv
import hashlib
import io
import json
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

MANIFEST = "MANIFEST.json"
SIGNED_MANIFEST = "MANIFEST.dsse"
SIGNED = {MANIFEST, SIGNED_MANIFEST}
"""The two files that no line of the manifest is about."""
ENTRIES = "log/entries.jsonl"
STAMPS = "log/stamps/"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
PREDICATE_TYPE = "https://gapwatch.dev/evidence-package/v1"
CLOCKS_DIFFER = timedelta(minutes=5)
"""Two machines that take turns may tell the time a little differently."""
PIECE = 1 << 20
MOST_FILES, MOST_BYTES = (1 << 16) - 1, (1 << 31) - 1
"""Of an archive in the usual form."""
WITHHELD = "withheld"
"""In a redacted edition, the only field of a log entry of which just the hash is given."""


class Problem(NamedTuple):
    """One file that is not as it should be, and how one can tell."""

    name: str
    why: str


class Key(NamedTuple):
    """A public key as C2SP's signed notes name it."""

    name: str
    id: str
    public: bytes


# where the files are


class Folder:
    """A package that was unpacked."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> list[str]:
        """Every file, but for what running this one leaves behind."""
        found = (one for one in self.path.rglob("*") if one.is_file() or one.is_symlink())
        names = (one.relative_to(self.path).as_posix() for one in found)
        return sorted(name for name in names if not name.startswith("__pycache__/"))

    def open(self, name: str) -> Any:
        """The content of one file, to be read."""
        return (self.path / name).open("rb")

    def form(self) -> Iterator[Problem]:
        """A folder has no form of its own that could hide something."""
        yield from ()


class Archive:
    """A package as it was handed over."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._zip = zipfile.ZipFile(path)

    def names(self) -> list[str]:
        """Every file."""
        return sorted(self._zip.namelist())

    def open(self, name: str) -> Any:
        """The content of one file, to be read."""
        return self._zip.open(name)

    def form(self) -> Iterator[Problem]:
        """No byte of the archive stands outside what a package's archive is made of."""
        infos = self._zip.infolist()
        names = [info.filename for info in infos]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Problem(name, "it stands in the archive twice")
        with self.path.open("rb") as file:
            place = 0
            for info in infos:
                file.seek(place)
                header = _local_header(info)
                if info.header_offset != place or file.read(len(header)) != header:
                    yield Problem(info.filename, "the archive's header of it was changed")
                    return
                place += len(header) + info.compress_size
            if len(infos) > MOST_FILES or place > MOST_BYTES:
                return  # a directory of another form; every file is compared all the same
            file.seek(place)
            if file.read() != _directory(infos, place):
                yield Problem(self.path.name, "the archive's directory was changed")


def _local_header(info: zipfile.ZipInfo) -> bytes:
    name = info.filename.encode()
    sizes = (info.CRC, info.compress_size, info.file_size, len(name), 0)
    return struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, *sizes) + name


def _directory(infos: Sequence[zipfile.ZipInfo], place: int) -> bytes:
    """The directory of an archive that holds these files and nothing else."""
    lines = b"".join(map(_directory_line, infos))
    count = len(infos)
    return lines + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(lines), place, 0)


def _directory_line(info: zipfile.ZipInfo) -> bytes:
    name = info.filename.encode()
    sizes = (info.CRC, info.compress_size, info.file_size, len(name), 0, 0, 0, 0)
    packed = struct.pack(
        "<4s4B4H3L5H2L", b"PK\1\2", 20, 3, 20, 0, 0, 8, 0, 33, *sizes, 0o100644 << 16,
        info.header_offset,
    )  # fmt: skip
    return packed + name


# Ed25519, RFC 8032: only public values, so nothing has to be quick or hidden

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
POINT_BYTES = 32
Point = tuple[int, int, int, int]


def verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the key's owner signed exactly this message."""
    if len(public) != POINT_BYTES or len(signature) != 2 * POINT_BYTES:
        return False
    key, commitment = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or s >= Q:
        return False
    hashed = hashlib.sha512(signature[:32] + public + message).digest()
    h = int.from_bytes(hashed, "little") % Q
    return _equal(_times(s, BASE), _add(commitment, _times(h, key)))


def _point(encoded: bytes) -> Point | None:
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


def _add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _times(factor: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            total = _add(total, point)
        point = _add(point, point)
        factor >>= 1
    return total


def _equal(one: Point, other: Point) -> bool:
    return not (one[0] * other[2] - other[0] * one[2]) % P and not (
        (one[1] * other[2] - other[1] * one[2]) % P
    )


def _base() -> Point:
    point = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    if point is None:
        raise ArithmeticError
    return point


BASE = _base()


# keys and signed notes, as C2SP writes them


def parsed_key(text: str) -> Key:
    """Read a public key: `name+id+base64`.

    Raises:
        ValueError: it is none, or its id is that of another key.
    """
    name, written, encoded = text.strip().split("+", 2)
    content = base64.b64decode(encoded, validate=True)
    own = hashlib.sha256(name.encode() + b"\n" + content).digest()[:4].hex()
    if content[:1] != b"\1" or len(content) != 1 + POINT_BYTES or own != written:
        raise ValueError(f"{text} is no Ed25519 public key")
    return Key(name, own, content[1:])


def checkpoint(note: bytes) -> tuple[str, int, bytes]:
    """Origin, size of the log, and root of the tree, as a signed note says them."""
    origin, size, root = note.decode().partition("\n\n")[0].split("\n")[:3]
    return origin, int(size), base64.b64decode(root, validate=True)


def signers(note: bytes, known: Iterable[Key]) -> tuple[set[Key], str | None]:
    """The known keys whose signature on a note is right, and what is wrong with another."""
    text, _, block = note.decode().rpartition("\n\n")
    origin = text.partition("\n")[0]
    right: set[Key] = set()
    for line in block.splitlines():
        name, _, encoded = line.removeprefix("\N{EM DASH} ").partition(" ")
        content = base64.b64decode(encoded, validate=True)
        for key in known:
            if (key.name, key.id) != (name, content[:4].hex()) or name != origin:
                continue
            if not verifies(key.public, content[4:], f"{text}\n".encode()):
                return right, f"the signature of {name}+{key.id} is wrong"
            right.add(key)
    return right, None


# time stamps, RFC 3161: of what they are, and of when; not who signed them

HASHES = {"608648016503040201": "sha256", "608648016503040202": "sha384",
          "608648016503040203": "sha512"}  # fmt: skip
"""By object identifier, as DER writes it."""
GRANTED = (0, 1)
LONG, FOLLOWING = 0x80, 0x7F


class Token(NamedTuple):
    """What an authority stamped."""

    algorithm: str
    imprint: bytes
    """The hash of what was stamped."""
    at: str
    """The authority's clock in UTC: 20261001090000Z."""


def token(response: bytes) -> Token | None:
    """What a time stamp says, whoever signed it; `None` if it is a refusal.

    Raises:
        ValueError: it is none in DER.
    """
    try:
        ((_, answer),) = _der(response)
        (_, status), *given = _der(answer)
        if int.from_bytes(next(_der(status))[1], "big") not in GRANTED:
            return None
        ((_, info),) = given
        _, (_, explicit) = _der(info)
        ((_, signed_data),) = _der(explicit)
        _, _, (_, content), *_ = _der(signed_data)
        _, (_, octets) = _der(content)
        ((_, encoded),) = _der(octets)
        ((_, stamped),) = _der(encoded)
        _, _, (_, imprint), _, (_, at), *_ = _der(stamped)
        (_, algorithm), (_, hashed) = _der(imprint)
        return Token(HASHES[next(_der(algorithm))[1].hex()], hashed, at.decode("ascii"))
    except (IndexError, KeyError, StopIteration) as error:
        raise ValueError(type(error).__name__) from None


def _der(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The values that stand one after the other, each with its tag."""
    while content:
        length, start = content[1], 2
        if length & LONG:
            start += length & FOLLOWING
            length = int.from_bytes(content[2:start], "big")
        end = start + length
        if end > len(content):
            raise IndexError
        yield content[0], content[start:end]
        content = content[end:]


# the Merkle tree, RFC 6962


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two neighbouring subtrees."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """A growing tree: the hash of each complete subtree on its right edge."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """One more entry."""
        place = self.size
        while place & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            place >>= 1
        self._peaks.append(leaf)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root over all entries so far."""
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        reached = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            reached = node_hash(peak, reached)
        return reached


def root_by(proof: Sequence[bytes], leaf: bytes, index: int, size: int) -> bytes | None:
    """The root that an inclusion proof leads to; `None` if it is too long or too short."""
    place, last = index, size - 1
    for beside in proof:
        if last == 0:
            return None
        if place & 1 or place == last:
            leaf = node_hash(beside, leaf)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            leaf = node_hash(leaf, beside)
        place, last = place >> 1, last >> 1
    return None if last else leaf


# the proof


class Proof:
    """One look at a package; what it names is wrong, and what it noted was looked at."""

    def __init__(self, files: "Folder | Archive", trusted: Sequence[Key]) -> None:
        self.files = files
        self.trusted = tuple(trusted)
        self.done: list[str] = []
        self.keys: set[Key] = set()
        self.leaves: list[bytes] = []
        self.kept: dict[int, list[str]] = {}
        self.frozen: dict[int, dict[str, Any]] = {}
        self.seeds: dict[int, dict[str, Any]] = {}
        self.seen: set[int] = set()
        self.withheld = 0
        self.back_dated: dict[int, str] = {}
        self._finished = "0001-01-02T00:00:00Z"

    def look(self) -> Iterator[Problem]:
        """Everything that is not as it should be.

        What the manifest does not vouch for is not read any further.
        """
        problems = [*self.files.form(), *self._manifest()]
        yield from problems
        if problems:
            return
        for part in (
            *(self._log, self._signature, self._stamps, self._proofs, self._evidence),
            *(self._items, self._samples),
        ):
            problems = list(_told(part))
            yield from problems
            if problems:
                return

    def _manifest(self) -> Iterator[Problem]:
        """Every file against the manifest; no file beside it."""
        names = set(self.files.names())
        for name in sorted(SIGNED - names):
            yield Problem(name, "missing")
        if MANIFEST not in names:
            return
        try:
            manifest = self._json(MANIFEST)
            listed = {line["path"]: line for line in manifest["files"]}
            self.window = (str(manifest["from"]), str(manifest["to"]))
            self.edition = str(manifest["edition"])
        except (ValueError, KeyError, TypeError, OSError, zipfile.BadZipFile, zlib.error):
            yield Problem(MANIFEST, "it cannot be read")
            return
        yield from self._sealed()
        for name in sorted(listed.keys() | names - SIGNED):
            if name not in names:
                yield Problem(name, "missing")
            elif name not in listed:
                yield Problem(name, "it is not in the manifest")
            else:
                yield from self._file(name, listed[name])
        self.done.append(f"{len(listed)} files compared with the manifest")

    def _sealed(self) -> Iterator[Problem]:
        """The manifest's bytes against its signed statement; whose signature it is comes later."""
        try:
            statement = json.loads(self._envelope()[0])
            (subject,) = statement["subject"]
            right = (
                statement["predicateType"] == PREDICATE_TYPE
                and subject["name"] == MANIFEST
                and subject["digest"] == {"sha256": self._sha256(MANIFEST)}
            )
        except (ValueError, KeyError, TypeError, OSError, zipfile.BadZipFile, zlib.error):
            yield Problem(SIGNED_MANIFEST, "it cannot be read")
            return
        if not right:
            yield Problem(MANIFEST, "it is not the one that was signed")

    def _file(self, name: str, line: Any) -> Iterator[Problem]:
        try:
            sha256 = self._sha256(name)
        except (
            OSError,
            ValueError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            RuntimeError,
        ) as error:
            yield Problem(name, f"it cannot be read: {error}")
            return
        except Exception as error:  # noqa: BLE001 - the library that unpacks fails in its own ways
            yield Problem(name, f"it cannot be unpacked: {type(error).__name__}")
            return
        if sha256 != line["sha256"]:
            yield Problem(name, "its content is not what the manifest says")

    def _log(self) -> Iterator[Problem]:
        """The tree over all entries, and every signature on it, by keys the log introduced."""
        notes = self._notes()
        tree = Tree()
        signed_by: dict[int, list[tuple[int, str]]] = {}
        self.introduced: list[tuple[int, Key]] = []
        with self.files.open(ENTRIES) as lines:
            for number, line in enumerate(lines, 1):
                leaf = self._entry(number, line.removesuffix(b"\n"))
                self.leaves.append(leaf)
                tree.append(leaf)
                for name, note in notes.pop(number, ()):
                    if checkpoint(note)[2] != tree.root:
                        yield Problem(name, f"the log's first {number} entries are not these")
                    signed_by.setdefault(number, []).append((number, name))
        for names in notes.values():
            for name, _ in names:
                yield Problem(name, "the log in the package ends before it")
        for number, at in self.back_dated.items():
            why = f"log entry {number} says {at}, and the cycle before it ended later"
            yield Problem(ENTRIES, f"back-dated: {why}")
        yield from self._keys(signed_by)
        self.done.append(f"{tree.size} log entries under {len(signed_by)} signed checkpoints")

    def _notes(self) -> dict[int, list[tuple[str, bytes]]]:
        """Every signed checkpoint by the size of the log it speaks of."""
        notes: dict[int, list[tuple[str, bytes]]] = {}
        for name in self.files.names():
            if name == "log/checkpoint" or name.startswith("log/checkpoints/"):
                note = self._read(name)
                notes.setdefault(checkpoint(note)[1], []).append((name, note))
        return notes

    def _entry(self, number: int, body: bytes) -> bytes:
        """Remember what an entry says, and give its leaf."""
        event = json.loads(body)
        if set(event) == {WITHHELD}:
            self.withheld += 1
            return bytes.fromhex(event[WITHHELD])
        match event["kind"]:
            case "key_introduced":
                self.introduced.append((number, parsed_key(event["verifier"])))
            case "cycle_finished":
                self._finished = event["at"]
            case "evidence_kept":
                if _moment(event["observed_at"]) + CLOCKS_DIFFER < _moment(self._finished):
                    self.back_dated[number] = event["observed_at"]
                self.kept[number] = _named(event)
                self._see(number, event["observed_at"])
            case "evidence_unchanged":
                began = _moment(event["began"])
                for entry, offset in event["same"]:
                    self._see(entry, (began + timedelta(milliseconds=offset)).isoformat())
            case "populations_frozen":
                self.frozen[number] = event
            case "seed_given":
                self.seeds[number] = event
        return leaf_hash(body)

    def _see(self, entry: int, at: str) -> None:
        """Evidence belongs to the window if it was seen on one of its days."""
        if self.window[0] <= at[:10] <= self.window[1]:
            self.seen.add(entry)

    def _keys(self, signed: dict[int, list[tuple[int, str]]]) -> Iterator[Problem]:
        """A key is believed if it was given, or if one that is believed signed its introduction."""
        told = [key for _, key in self.introduced]
        believed = set(self.trusted) or set(told[:1])
        for size in sorted(signed):
            for _, name in signed[size]:
                right, wrong = signers(self._read(name), believed | set(told))
                if wrong or not right:
                    yield Problem(name, wrong or "no known key signed it")
                elif right & believed:
                    believed |= {key for number, key in self.introduced if number <= size}
                self._newest = (name, right)
        self.keys = believed
        if not signed or not self._newest[1] & believed:
            yield Problem("log/checkpoint", "none of the trusted keys signed it, nor their heirs")

    def _signature(self) -> Iterator[Problem]:
        """The manifest's signature, by a key that the log vouches for."""
        payload, signatures = self._envelope()
        packed = f"DSSEv1 {len(PAYLOAD_TYPE)} {PAYLOAD_TYPE} {len(payload)} ".encode() + payload
        for one in signatures:
            content = base64.b64decode(one["sig"], validate=True)
            for key in self.keys:
                if one["keyid"] == f"{key.name}+{key.id}":
                    if verifies(key.public, content, packed):
                        self.done.append(f"the manifest is signed by {one['keyid']}")
                    else:
                        yield Problem(SIGNED_MANIFEST, f"the signature of {one['keyid']} is wrong")
                    return
        yield Problem(SIGNED_MANIFEST, "no key that the log vouches for signed it")

    def _envelope(self) -> tuple[bytes, Any]:
        envelope = self._json(SIGNED_MANIFEST)
        if envelope["payloadType"] != PAYLOAD_TYPE:
            raise ValueError
        return base64.b64decode(envelope["payload"], validate=True), envelope["signatures"]

    def _stamps(self) -> Iterator[Problem]:
        """Every time stamp against the checkpoint it lies beside, and in order of time."""
        sizes = [
            int(name.removeprefix(STAMPS).removesuffix(".tsr"))
            for name in self.files.names()
            if name.startswith(STAMPS) and name.endswith(".tsr")
        ]
        newest = ""
        for size in sorted(sizes):
            name, note = f"{STAMPS}{size}.tsr", f"log/checkpoints/{size}"
            if note not in self.files.names():
                yield Problem(name, "the checkpoint it is of is not in the package")
                continue
            try:
                said = token(self._read(name))
            except ValueError as error:
                yield Problem(name, f"it is no time stamp: {error}")
                continue
            if said is None:
                yield Problem(name, "no time stamp was granted")
                continue
            if hashlib.new(said.algorithm, self._read(note)).digest() != said.imprint:
                yield Problem(name, f"it is of something else than {note}")
            if said.at < newest:
                yield Problem(name, f"it is of {said.at}, and one of a shorter log of {newest}")
            newest = max(newest, said.at)
        if sizes:
            told = f"{len(sizes)} time stamps are of their checkpoints, the newest of {newest}"
            self.done.append(f"{told}; who signed them was not looked at")

    def _proofs(self) -> Iterator[Problem]:
        """Every inclusion proof, from its entry to the root that was signed."""
        count = 0
        for name in self.files.names():
            if name.endswith(".tlog-proof"):
                count += 1
                head, _, note = self._read(name).partition(b"\n\n")
                _, index, *hashes = head.decode().split("\n")
                place = int(index.removeprefix("index "))
                _, size, root = checkpoint(note)
                beside = [base64.b64decode(line, validate=True) for line in hashes]
                if not signers(note, self.keys)[0]:
                    yield Problem(name, "no known key signed its checkpoint")
                elif root_by(beside, self.leaves[place], place, size) != root:
                    yield Problem(name, f"it does not lead from entry {place + 1} to the root")
        self.done.append(f"{count} inclusion proofs")

    def _evidence(self) -> Iterator[Problem]:
        """Every piece of raw evidence against its name, and the window against the log."""
        names = set(self.files.names())
        raw = [name for name in names if name.startswith("evidence/raw/")]
        for name in sorted(raw):
            if self._sha256(name) != name.rpartition("/")[2]:
                yield Problem(name, "its content is not what the log names")
        rows = {int(row["entry"]): row for row in self.table("evidence/index.csv")}
        for number, named in self.kept.items():
            if number not in self.seen:
                continue
            if number not in rows:
                yield Problem("evidence/index.csv", f"log entry {number} is left out")
            elif self.edition == "full" and rows[number]["at_hand"] == "yes":
                for digest in named:
                    if f"evidence/raw/{digest}" not in names:
                        yield Problem(f"evidence/raw/{digest}", f"log entry {number} rests on it")
        self.done.append(f"{len(rows)} evidence records, {len(raw)} pieces of raw evidence")

    def _items(self) -> Iterator[Problem]:
        """Every item's leaf from its fields, whether opened or withheld; opened ones against raw.

        The leaves are the same in a full and in a redacted edition.
        """
        listed: dict[str, list[str]] = {}
        for row in self.table("evidence/items/leaves.csv"):
            listed.setdefault(row["entry"], []).append(row["leaf"])
        for name in self.files.names():
            if name.startswith("evidence/items/") and name.endswith(".jsonl"):
                entry = name.rpartition("/")[2].removesuffix(".jsonl")
                lines = [json.loads(line) for line in self._read(name).splitlines()]
                own = [_leaf_of(line["fields"]) for line in lines]
                if own != listed.pop(entry, []) or own != [line["leaf"] for line in lines]:
                    yield Problem(name, "its leaves are not those of its fields")
                elif self.edition == "full" and not self._opened(int(entry), lines):
                    yield Problem(name, "its fields are not those of the records")
        for entry in listed:
            yield Problem(f"evidence/items/{entry}.jsonl", "missing")
        self.done.append("every item's leaf from the salted hashes of its fields")

    def _opened(self, entry: int, lines: list[dict[str, Any]]) -> bool:
        """Whether opened fields are what the records that were judged say."""
        records = self._json(f"evidence/raw/{self.kept[entry][0]}")
        return bool(
            records
            == [{name: one["value"] for name, one in line["fields"].items()} for line in lines]
        )

    def _samples(self) -> Iterator[Problem]:
        """Populations against what was frozen in the log, samples drawn again."""
        lines = self.table("samples/index.csv")
        for line in lines:
            frozen = self.frozen.get(int(line["frozen_in_entry"]))
            population = line["population"]
            known = {one["name"]: one["sha256"] for one in frozen["populations"]} if frozen else {}
            if self.edition == "full" and known.get(population) != self._sha256(population):
                yield Problem(population, "it is not the population that was frozen")
            if line["seed_in_entry"]:
                yield from self._drawn(line, known.get(population, ""))
        self.done.append(f"{len(lines)} populations, their samples drawn again")

    def _drawn(self, line: dict[str, str], population: str) -> Iterator[Problem]:
        if self.edition != "full":
            return
        given = self.seeds.get(int(line["seed_in_entry"]))
        if given is None or given["frozen"] != int(line["frozen_in_entry"]):
            yield Problem("samples/index.csv", "the log does not know this seed")
            return
        if int(line["seed_in_entry"]) <= given["frozen"]:
            yield Problem(line["sample"], "the seed was there before the population was frozen")
        items = (unescaped(row["item_id"]) for row in self.table(line["population"]))
        order = sorted((rank(given["seed"], population, item), item) for item in items)
        drawn = [unescaped(row["item_id"]) for row in self.table(line["sample"])]
        if drawn != [item for _, item in order[: int(line["items_drawn"])]]:
            yield Problem(line["sample"], "seed and population give other items, or another order")

    def table(self, name: str) -> list[dict[str, str]]:
        """The rows of one table."""
        with self.files.open(name) as file:
            text = io.TextIOWrapper(file, encoding="utf-8", newline="")
            return list(csv.DictReader(text))

    def _json(self, name: str) -> Any:
        return json.loads(self._read(name))

    def _read(self, name: str) -> bytes:
        with self.files.open(name) as file:
            content: bytes = file.read()
        return content

    def _sha256(self, name: str) -> str:
        digest = hashlib.sha256()
        with self.files.open(name) as file:
            while piece := file.read(PIECE):
                digest.update(piece)
        return digest.hexdigest()


def field_hash(salt: bytes, name: str, value: Any) -> bytes:
    """The hash of one field: without its salt it says nothing of the value."""
    content = json.dumps([name, value], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(b"\2" + salt + content.encode()).digest()


def item_leaf(hashes: dict[str, bytes]) -> bytes:
    """The hash over all fields of one record, in the order of their names."""
    return leaf_hash(b"".join(hashes[name] for name in sorted(hashes)))


def _leaf_of(fields: dict[str, dict[str, Any]]) -> str:
    hashes = {
        name: bytes.fromhex(one["hash"])
        if "hash" in one
        else field_hash(bytes.fromhex(one["salt"]), name, one["value"])
        for name, one in fields.items()
    }
    return item_leaf(hashes).hex()


def rank(seed: str, population: str, item: str) -> str:
    """By what a sample is ordered: the auditor's seed, the frozen population, the item."""
    return hashlib.sha256(f"{seed}{population}{item}".encode()).hexdigest()


def unescaped(cell: str) -> str:
    """What a cell says: the apostrophe that keeps it from being a formula is not part of it."""
    return cell.removeprefix("'")


def _named(event: dict[str, Any]) -> list[str]:
    """What evidence rests on, its records first."""
    named = [event["records_digest"], event["assessments"], event["circumstances"]]
    return [digest for digest in (*named, *event["answers"]) if digest]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _told(part: Any) -> Iterator[Problem]:
    """What one part names; what it cannot read was signed so, and is no package of ours."""
    try:
        yield from part()
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OSError) as error:
        name = part.__name__.removeprefix("_")
        yield Problem(name, f"it cannot be read: {type(error).__name__}: {error}")


def files_of(path: Path) -> "Folder | Archive":
    """The package at a path.

    Raises:
        ValueError: it is no archive.
        OSError: it cannot be read.
    """
    if path.is_dir():
        return Folder(path)
    try:
        return Archive(path)
    except zipfile.BadZipFile as error:
        raise ValueError(f"{path.name} is no archive that can be read: {error}") from None
    except (NotImplementedError, UnicodeDecodeError):
        raise ValueError(f"{path.name} is no archive of a package") from None


def main() -> int:
    """Tell what is wrong, a line each; 0 if nothing is."""
    parser = argparse.ArgumentParser(description="Prove a package offline.")
    parser.add_argument("package", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--key", action="append", default=[], help="a public key you trust")
    given = parser.parse_args()
    try:
        keys = [parsed_key(text) for text in given.key]
        proof = Proof(files_of(given.package), keys)
        problems = list(proof.look())
    except (OSError, ValueError) as error:
        sys.stdout.write(f"{given.package.name}: {error}\n")
        return 1
    for problem in problems:
        sys.stdout.write(f"{problem.name}: {problem.why}\n")
    if problems:
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in proof.done))
    if not keys:
        sys.stdout.write("signed by the package's own word, as no public key was given\n")
    if proof.withheld:
        sys.stdout.write(f"redacted: {proof.withheld} log entries are given by their hash alone\n")
    sys.stdout.write("not looked at: the time stamps' signatures, and whether verdicts follow\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
