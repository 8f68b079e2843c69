"""Evidence as content-addressed blobs: written once, compressed, checked whenever read."""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import Protocol

import zstandard

from agent.store.faults import StoreUnusable, unusable

ENDING = ".zst"
COMPRESSION = 9
KEY_BYTES = 32
SEAL = (0x184D2A50).to_bytes(4, "little") + hashlib.sha256().digest_size.to_bytes(4, "little")
"""The head of a skippable frame (RFC 8878, section 3.1.2): any zstd reads past it."""


class BlobDamaged(Exception):
    """A blob is missing, cannot be read, or is not what its name says."""

    def __init__(self, digest: str, why: str) -> None:
        super().__init__(f"evidence {digest}: {why}")
        self.digest = digest
        self.why = why


class BlobMissing(BlobDamaged):
    """There is nothing under a blob's name."""


class Blobs(Protocol):
    """Where evidence is kept; a blob's name is the SHA-256 of its content before compression.

    A fault of the place itself is a `StoreUnusable`, whatever is done.
    """

    def put(self, content: bytes) -> str:
        """Keep the content and return its digest; equal content is stored once.

        When this returns, the content is there to stay: the log may speak of it.
        """
        ...

    def get(self, digest: str) -> bytes:
        """The content, compared with its name.

        Raises:
            BlobDamaged: it was changed, or is a `BlobMissing`.
        """
        ...

    def digests(self) -> Iterator[str]:
        """Every blob there is."""
        ...

    def locked(self, digest: str) -> bool:
        """Whether the place itself will not let the blob be removed yet."""
        ...

    def remove(self, digest: str) -> None:
        """Remove a blob for good; one that is not there is no fault."""
        ...

    def redaction_key(self) -> bytes:
        """The key under which removed fields are hashed: the same in every cycle."""
        ...


class FolderBlobs:
    """Blobs as files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep the content and return its digest; equal content is stored once.

        The file appears whole or not at all, and is on the disk before its name is.

        Raises:
            StoreUnusable: the folder cannot be written.
        """
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if not _exists(path):
            _write(path, sealed(content), name=_replace)
        return digest

    def get(self, digest: str) -> bytes:
        """The content, compared with its name.

        Raises:
            BlobDamaged: it is missing or was changed.
        """
        try:
            file = self._path(digest).read_bytes()
        except FileNotFoundError:
            raise BlobMissing(digest, "missing") from None
        except OSError as error:
            raise BlobDamaged(digest, f"cannot be read: {error.strerror}") from None
        return unsealed(file, digest)

    def digests(self) -> Iterator[str]:
        """Every blob there is."""
        for path in sorted(self.folder.glob(f"??/*{ENDING}")):
            yield path.parent.name + path.name.removesuffix(ENDING)

    def locked(self, digest: str) -> bool:  # noqa: ARG002 - a folder holds nothing back
        """Never: a folder holds nothing back."""
        return False

    def remove(self, digest: str) -> None:
        """Remove the file; gone from the disk when this returns.

        Raises:
            StoreUnusable: the folder cannot be written.
        """
        path = self._path(digest)
        try:
            path.unlink(missing_ok=True)
            if path.parent.exists():
                _sync(path.parent)
        except OSError as error:
            raise unusable(str(path), error) from error

    def redaction_key(self) -> bytes:
        """The key beside the blobs; made once, readable by the owner only.

        Raises:
            StoreUnusable: it cannot be read or written, or is not a key.
        """
        return key_in(self.folder / "redaction.key")

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / f"{digest[2:]}{ENDING}"


def key_in(path: Path) -> bytes:
    """The redaction key in a file; made if there is none, readable by the owner only.

    Raises:
        StoreUnusable: it cannot be read or written, or is not a key.
    """
    if not _exists(path):
        _write(path, secrets.token_bytes(KEY_BYTES), name=_first)
    try:
        key = path.read_bytes()
    except OSError as error:
        raise unusable(str(path), error) from error
    if len(key) != KEY_BYTES:
        message = f"{path} is not a key of {KEY_BYTES} bytes: bring it back from a backup"
        raise StoreUnusable(message)
    return key


def sealed(content: bytes) -> bytes:
    """What is written: a zstd frame, sealed with the SHA-256 of that frame.

    zstd ignores some bits and whatever follows, but no byte of evidence may change unnoticed.
    """
    frame = zstandard.compress(content, COMPRESSION)
    return frame + SEAL + hashlib.sha256(frame).digest()


def unsealed(file: bytes, digest: str) -> bytes:
    """The content of what was written, compared with the blob's name.

    Raises:
        BlobDamaged: it was changed.
    """
    frame, seal = file[: -len(SEAL) - 32], file[-len(SEAL) - 32 :]
    if seal != SEAL + hashlib.sha256(frame).digest():
        raise BlobDamaged(digest, "its file was changed")
    try:
        content = zstandard.decompress(frame)
    except zstandard.ZstdError:
        raise BlobDamaged(digest, "its file was changed") from None
    if hashlib.sha256(content).hexdigest() != digest:
        raise BlobDamaged(digest, "its content was changed")
    return content


def _write(path: Path, content: bytes, *, name: Callable[[Path, Path], None]) -> None:
    try:
        made = _make(path.parent)
        handle, new = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            name(Path(new), path)
        except BaseException:
            Path(new).unlink(missing_ok=True)
            raise
        for folder in (path.parent, *made):
            _sync(folder)
    except OSError as error:
        raise unusable(str(path), error) from error


def _replace(new: Path, path: Path) -> None:
    new.replace(path)


def _first(new: Path, path: Path) -> None:
    """Give the name unless somebody was quicker; theirs is then the one."""
    with suppress(FileExistsError):
        path.hardlink_to(new)
    new.unlink()


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        raise unusable(str(path), error) from error


def _make(folder: Path) -> list[Path]:
    """Make a folder; returns the folders in which a name is new."""
    if folder.is_dir():
        return []
    missing = list(takewhile(lambda above: not above.exists(), (folder, *folder.parents)))
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
    return [new.parent for new in missing]


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
