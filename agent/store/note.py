"""Signed notes and checkpoints, as C2SP writes them down (signed-note, tlog-checkpoint).

A checkpoint says how long the log was and what its root was. Signed, it binds whoever signed it
to every entry before it: a log that differs later cannot have the same root.

    example.com/log
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — example.com/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9...

Text is to be believed only after `opened`: reading is checking.
"""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.store.keys import ID_BYTES, SignerKey, VerifierKey, is_name, unbase64
from agent.store.merkle import HASH_BYTES

DASH = "\N{EM DASH} "
MOST_SIGNATURES = 100
DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
"""A number as the specifications write it: no sign, no leading zero."""
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class MalformedNote(Exception):
    """The bytes are no signed note, or the text in it is no checkpoint."""


class NotSigned(Exception):
    """No known key signed this, or a known key's signature is wrong."""


@dataclass(frozen=True)
class Signature:
    """One line under a note."""

    name: str
    id: bytes
    """Of the key; with its name it says which key signed."""
    content: bytes

    def __str__(self) -> str:
        return f"{DASH}{self.name} {base64.b64encode(self.id + self.content).decode()}\n"


@dataclass(frozen=True)
class OpenedNote:
    """A text, and the known keys that signed it."""

    text: str
    signed_by: tuple[VerifierKey, ...]


@dataclass(frozen=True)
class Checkpoint:
    """What the log was at one size."""

    origin: str
    """The log's name in the world; also the name of the keys that sign it."""
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()
    """Lines other logs add; we write none."""

    def encode(self) -> str:
        """The text to be signed."""
        root = base64.b64encode(self.root).decode()
        return "".join(f"{line}\n" for line in (self.origin, self.size, root, *self.extensions))

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the text of a note.

        Raises:
            MalformedNote: it is not the text of a checkpoint.
        """
        *lines, end = text.split("\n")
        if end or len(lines) < 3 or not all(lines):  # noqa: PLR2004 - origin, size and root
            raise MalformedNote("a checkpoint has three lines or more, none of them empty")
        origin, size, encoded, *extensions = lines
        root = unbase64(encoded)
        if not DECIMAL.fullmatch(size):
            raise MalformedNote("the second line of a checkpoint is its size, in decimal")
        if root is None or len(root) != HASH_BYTES:
            raise MalformedNote("the third line of a checkpoint is a SHA-256 hash in base64")
        return cls(origin, int(size), root, tuple(extensions))


def signed(text: str, keys: Sequence[SignerKey]) -> bytes:
    """The note that these keys sign; two of them while one is taking the other's place.

    Raises:
        MalformedNote: the text does not end with a line's end, or holds control characters.
    """
    content = text.encode()
    signatures = [Signature(key.name, key.verifier.id, key.sign(content)) for key in keys]
    note = f"{text}\n{''.join(map(str, signatures))}".encode()
    if _parse(note) != (text, signatures):
        raise MalformedNote("a note's text ends with the end of a line, and somebody signs it")
    return note


def opened(note: bytes, known: Iterable[VerifierKey]) -> OpenedNote:
    """The text of a note, once every signature by a known key was found right.

    Signatures by unknown keys say nothing and are passed over.

    Raises:
        MalformedNote: it is no signed note.
        NotSigned: no known key signed it, or the signature of one is wrong.
    """
    text, signatures = _parse(note)
    keys = _by_identity(known)
    signed_by: dict[VerifierKey, None] = {}
    for signature in signatures:
        key = keys.get((signature.name, signature.id))
        if key is None:
            continue
        if not key.verifies(signature.content, text.encode()):
            raise NotSigned(f"the signature of {key.name}+{key.id.hex()} is wrong")
        signed_by[key] = None
    if not signed_by:
        claimed = ", ".join(f"{each.name}+{each.id.hex()}" for each in signatures)
        raise NotSigned(f"none of the known keys signed it, but {claimed}")
    return OpenedNote(text, tuple(signed_by))


def signed_checkpoint(checkpoint: Checkpoint, keys: Sequence[SignerKey]) -> bytes:
    """The checkpoint as a signed note.

    Raises:
        MalformedNote: the checkpoint cannot be written so that it reads back the same.
        NotSigned: none of the keys has the name of the log.
    """
    note = signed(checkpoint.encode(), keys)
    if opened_checkpoint(note, [key.verifier for key in keys]) != checkpoint:
        raise MalformedNote("the checkpoint's lines cannot hold the end of a line")
    return note


def opened_checkpoint(note: bytes, known: Iterable[VerifierKey]) -> Checkpoint:
    """The checkpoint in a note that the log itself signed, with a key of its own name.

    Raises:
        MalformedNote: it is no signed note, or no checkpoint.
        NotSigned: no known key of the log signed it, or a known key's signature is wrong.
    """
    note_opened = opened(note, known)
    checkpoint = Checkpoint.parse(note_opened.text)
    if all(key.name != checkpoint.origin for key in note_opened.signed_by):
        raise NotSigned(f"no known key of {checkpoint.origin} signed its checkpoint")
    return checkpoint


def _by_identity(known: Iterable[VerifierKey]) -> dict[tuple[str, bytes], VerifierKey]:
    keys: dict[tuple[str, bytes], VerifierKey] = {}
    for key in known:
        if keys.setdefault((key.name, key.id), key) != key:
            raise NotSigned(
                f"which of two keys called {key.name}+{key.id.hex()} it was is not known"
            )
    return keys


def _parse(note: bytes) -> tuple[str, list[Signature]]:
    try:
        content = note.decode()
    except UnicodeDecodeError:
        raise MalformedNote("a note is text in UTF-8") from None
    if CONTROL.search(content):
        raise MalformedNote("a note holds no control characters")
    text, blank, block = content.rpartition("\n\n")
    *lines, end = block.split("\n")
    if not blank or not lines or end:
        raise MalformedNote("a note is a text, an empty line, and lines with signatures")
    if len(lines) > MOST_SIGNATURES:
        raise MalformedNote(f"a note has at most {MOST_SIGNATURES} signatures")
    return f"{text}\n", [_signature(line) for line in lines]


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(DASH).partition(" ")
    content = unbase64(encoded)
    if not line.startswith(DASH) or not is_name(name) or content is None:
        raise MalformedNote("a signature is a line with a dash, the key's name, and base64")
    if len(content) <= ID_BYTES:
        raise MalformedNote(f"the signature of {name} is cut short")
    return Signature(name, content[:ID_BYTES], content[ID_BYTES:])
