"""Strings that stand for secrets: nobody else writes them, so wherever one turns up it leaked."""

import base64
import hashlib
import json
import secrets
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, quote_plus

import zstandard

DIGESTS = (hashlib.md5, hashlib.sha1, hashlib.sha256)
BITS_OF_A_LETTER = 6
SQLITE = b"SQLite format 3\0"


class Leak(NamedTuple):
    """A secret that was found, by the place it was planted in."""

    secret: str
    form: str
    found_in: str


@dataclass(frozen=True)
class Canaries:
    """Every secret by the place it lies in."""

    planted: dict[str, str] = field(default_factory=dict)
    whose: str = ""

    def of(self, whose: str) -> "Canaries":
        """The same, for planting places that belong to one source."""
        return replace(self, whose=f"{whose}: ")

    def plant(self, place: str) -> str:
        """A new secret; it can stand wherever letters and figures can."""
        return self.add(place, f"Canary{secrets.token_hex(10)}")

    def add(self, place: str, secret: str) -> str:
        """A secret that somebody else made up."""
        assert self.planted.setdefault(f"{self.whose}{place}", secret) == secret
        return secret

    def leaks(self, written: Mapping[str, bytes]) -> list[Leak]:
        """Every secret in whatever form, in whatever was written."""
        return [
            Leak(place, form, name)
            for place, secret in self.planted.items()
            for form, needle in forms(secret)
            for name, content in written.items()
            if needle in content
        ]

    def places(self, written: Mapping[str, bytes]) -> set[str]:
        """Where the secrets that were found lie."""
        return {leak.secret for leak in self.leaks(written)}


def forms(secret: str) -> Iterator[tuple[str, bytes]]:
    """What a secret may look like once it was copied, escaped, packed or hashed without a key."""
    plain = secret.encode()
    yield "plain", plain
    escaped = (json.dumps(secret)[1:-1], escape(secret), quote(secret, safe=""), quote_plus(secret))
    for text in {*escaped} - {secret}:
        yield "escaped", text.encode()
    yield "in hex", plain.hex().encode()
    yield "in hex", plain.hex().upper().encode()
    for before in range(3):  # where it begins in a group of three bytes decides its letters
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            letters = encode(bytes(before) + plain)
            first = -(-before * 8 // BITS_OF_A_LETTER)
            yield "in base64", letters[first : (before + len(plain)) * 8 // BITS_OF_A_LETTER]
    for digest in DIGESTS:
        for hashed in (plain, json.dumps(secret).encode()):
            found = digest(hashed)
            yield f"as {found.name}", found.hexdigest().encode()
            yield f"as {found.name} in base64", base64.b64encode(found.digest()).rstrip(b"=")


def files(folder: Path, *, but: Collection[str]) -> dict[str, bytes]:
    """Every file in a folder but some: as it lies there, and as it can be read."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name.parts[0] not in but:
            found[str(name)] = path.read_bytes()
            found[f"{name} as text"] = readable(path)
    return found


def readable(path: Path) -> bytes:
    """What stands in a compressed file or in a database's tables."""
    content = path.read_bytes()
    if path.suffix == ".zst":
        return zstandard.decompress(content)
    if content.startswith(SQLITE):
        with closing(sqlite3.connect(path)) as connection:
            return "\n".join(connection.iterdump()).encode()
    return b""
