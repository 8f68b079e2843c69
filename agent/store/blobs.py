"""Evidence as content-addressed files: written once, compressed, checked whenever read."""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import zstandard

ENDING = ".zst"


class BlobDamaged(Exception):
    """A blob is missing, cannot be decompressed, or is not what its name says."""

    def __init__(self, digest: str, why: str) -> None:
        super().__init__(f"evidence {digest}: {why}")
        self.digest = digest


class Blobs:
    """A folder of blobs; a blob's name is the SHA-256 of its content before compression."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep the content and return its digest; equal content is stored once.

        The file appears whole or not at all, and is on the disk before its name is.
        """
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if not path.exists():
            self._write(path, zstandard.compress(content, 9))
        return digest

    def get(self, digest: str) -> bytes:
        """The content, compared with its name.

        Raises:
            BlobDamaged: it is missing or was changed.
        """
        try:
            content = zstandard.decompress(self._path(digest).read_bytes())
        except FileNotFoundError:
            raise BlobDamaged(digest, "missing") from None
        except zstandard.ZstdError:
            raise BlobDamaged(digest, "cannot be decompressed") from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise BlobDamaged(digest, "its content was changed")
        return content

    def digests(self) -> Iterator[str]:
        """Every blob there is."""
        for path in sorted(self.folder.glob(f"??/*{ENDING}")):
            yield path.parent.name + path.name.removesuffix(ENDING)

    def redaction_key(self) -> bytes:
        """The key under which removed fields are hashed; made once, readable by the owner only."""
        path = self.folder / "redaction.key"
        if not path.exists():
            self._write(path, secrets.token_bytes(32))
        return path.read_bytes()

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / f"{digest[2:]}{ENDING}"

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
