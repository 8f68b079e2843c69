"""A proof in one text file that an entry is in the log, good offline and for ever (tlog-proof).

With the entry, this file and the log's public key, anybody can check; nothing else of ours is
needed. The file's ending is `.tlog-proof`.

    c2sp.org/tlog-proof@v1
    index 73894
    gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
    ...

    (the signed checkpoint, as it was)
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from agent.store.keys import VerifierKey, unbase64
from agent.store.merkle import HASH_BYTES, check_inclusion, leaf_hash
from agent.store.note import DECIMAL, Checkpoint, opened_checkpoint

HEADER = "c2sp.org/tlog-proof@v1"
ENDING = ".tlog-proof"


class MalformedProof(Exception):
    """The bytes are no proof in this format."""


@dataclass(frozen=True)
class TlogProof:
    """An entry's place, the hashes from it to the root, and the root, signed."""

    index: int
    """The entry's place, counted from 0."""
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    """The signed note, as it was."""
    extra: bytes = b""
    """For whoever made the file; nothing vouches for it."""

    def encode(self) -> bytes:
        """The text form."""
        extra = [f"extra {_base64(self.extra)}"] if self.extra else []
        lines = (HEADER, *extra, f"index {self.index}", *map(_base64, self.hashes))
        return "".join(f"{line}\n" for line in lines).encode() + b"\n" + self.checkpoint

    @classmethod
    def parse(cls, proof: bytes) -> "TlogProof":
        """Read the text form; whether it proves anything, `check` says.

        Raises:
            MalformedProof: it is none.
        """
        head, blank, checkpoint = proof.partition(b"\n\n")
        if not blank or not head.isascii():
            raise MalformedProof("a proof is lines of ASCII, an empty line, and a checkpoint")
        header, *lines = head.decode().split("\n")
        if header != HEADER:
            raise MalformedProof(f"a proof begins with {HEADER}")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = _decoded(lines.pop(0).removeprefix("extra "))
        word, _, index = lines.pop(0).partition(" ") if lines else ("", "", "")
        if word != "index" or not DECIMAL.fullmatch(index):
            raise MalformedProof("a proof names the entry's index, in decimal")
        return cls(int(index), tuple(_hash(line) for line in lines), checkpoint, extra)

    def check(self, entry: bytes, known: Iterable[VerifierKey]) -> Checkpoint:
        """The checkpoint that vouches for the entry: its bytes as the log has them.

        Raises:
            MalformedNote: the checkpoint is none.
            NotSigned: no known key of the log signed it.
            NotIncluded: the entry is not in the log at this place.
        """
        checkpoint = opened_checkpoint(self.checkpoint, known)
        check_inclusion(
            leaf_hash(entry),
            self.hashes,
            index=self.index,
            size=checkpoint.size,
            root=checkpoint.root,
        )
        return checkpoint


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _decoded(text: str) -> bytes:
    content = unbase64(text)
    if not content:
        raise MalformedProof("what a proof holds in base64 is not written in its standard form")
    return content


def _hash(line: str) -> bytes:
    content = _decoded(line)
    if len(content) != HASH_BYTES:
        raise MalformedProof("a line of the proof is not a SHA-256 hash")
    return content
