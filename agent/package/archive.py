"""The archive of a package: written from front to back, the same bytes for the same content."""

import base64
import hashlib
from collections.abc import Iterable
from typing import IO, Self
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec

from agent.package.verifier import MANIFEST, PAYLOAD_TYPE, PREDICATE_TYPE, SIGNED_MANIFEST
from agent.store.keys import SignerKey

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that an archive can name; its files have no moment of their own."""
FILE_MODE = 0o100644 << 16
UNIX = 3
LEVEL = 6
MOST_BYTES = (1 << 31) - 1
"""Of one file: what every program that unpacks can take, and what needs no larger headers."""


class TooLarge(Exception):
    """One file of a package is more than an archive in the usual form holds."""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the manifest."""

    path: str
    size: int
    sha256: str
    controls: tuple[str, ...] = ()


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """What the other edition has and this one has not."""

    path: str
    """A folder, or a pattern of files."""
    why: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a package holds, and what it is about."""

    company: str
    service: str
    edition: str
    """`full` or `redacted`."""
    start: str = msgspec.field(name="from")
    end: str = msgspec.field(name="to")
    checkpoint: int
    """The size of the log whose signed root vouches for every entry in the package."""
    as_of: str
    """When that checkpoint was signed."""
    producer: str
    tool_version: str
    tables_sha256: str
    """Of the program that works the tables out: the same program gives the same tables."""
    files: tuple[Listed, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class Archive:
    """Takes files in order, and remembers what the manifest has to say of each."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = ZipFile(file, "w", ZIP_DEFLATED, compresslevel=LEVEL)
        self._files: list[Listed] = []
        self._paths: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def __contains__(self, path: str) -> bool:
        return path in self._paths

    def write(self, path: str, content: Iterable[bytes], *, controls: Iterable[str] = ()) -> str:
        """Add one file, piece by piece; returns the SHA-256 of its content.

        Raises:
            TooLarge: it is more than an archive in the usual form holds.
        """
        digest, size = hashlib.sha256(), 0
        with self._zip.open(_info(path), "w") as file:
            for piece in content:
                if size + len(piece) > MOST_BYTES:
                    raise TooLarge(
                        f"{path} would be larger than {MOST_BYTES / (1 << 30):.0f} GiB: make "
                        "packages of fewer days with --from and --to"
                    )
                digest.update(piece)
                size += file.write(piece)
        self._paths.add(path)
        listed = Listed(
            path=path, size=size, sha256=digest.hexdigest(), controls=tuple(sorted(set(controls)))
        )
        self._files.append(listed)
        return listed.sha256

    def seal(self, manifest: Manifest, key: SignerKey) -> None:
        """Write the manifest over all files, and its signature; nothing follows."""
        files = tuple(sorted(self._files, key=lambda one: one.path))
        content = _canonical(msgspec.structs.replace(manifest, files=files))
        for path, written in ((MANIFEST, content), (SIGNED_MANIFEST, signed(content, key))):
            with self._zip.open(_info(path), "w") as file:
                file.write(written)
        self._zip.close()


def signed(manifest: bytes, key: SignerKey) -> bytes:
    """An in-toto statement about a manifest, in a DSSE envelope."""
    statement = _canonical(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [
                {"name": MANIFEST, "digest": {"sha256": hashlib.sha256(manifest).hexdigest()}}
            ],
            "predicateType": PREDICATE_TYPE,
            "predicate": {"log": key.name},
        }
    )
    packed = f"DSSEv1 {len(PAYLOAD_TYPE)} {PAYLOAD_TYPE} {len(statement)} ".encode() + statement
    keyid = f"{key.name}+{key.verifier.id.hex()}"
    return _canonical(
        {
            "payloadType": PAYLOAD_TYPE,
            "payload": base64.b64encode(statement).decode(),
            "signatures": [{"keyid": keyid, "sig": base64.b64encode(key.sign(packed)).decode()}],
        }
    )


def _canonical(value: object) -> bytes:
    """JSON as RFC 8785 writes it: our keys are ASCII, and our numbers whole."""
    return msgspec.json.encode(value, order="sorted")


def _info(path: str) -> ZipInfo:
    info = ZipInfo(path, EPOCH)
    info.compress_type = ZIP_DEFLATED
    info.create_system = UNIX
    info.external_attr = FILE_MODE
    return info
