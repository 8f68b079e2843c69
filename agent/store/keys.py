"""The keys that sign the log: Ed25519, in the text forms of C2SP signed notes.

A verifier key (`name+id+base64`) is public: print it, mail it, keep it for good, for what it signed
stays signed. A signer key (`PRIVATE+KEY+name+id+base64`) is a secret.
"""

import base64
import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

ED25519 = b"\x01"
"""The signature type of the note's specification, which stands before the key's own bytes."""
KEY_BYTES = 32
ID_BYTES = 4
PRIVATE = "PRIVATE+KEY+"


class MalformedKey(Exception):
    """A text is not a key, or not the key that it says it is; the text is never repeated."""


class KeyUnusable(Exception):
    """A key file cannot be made or read, or others may read it; it names file and remedy."""


@dataclass(frozen=True)
class VerifierKey:
    """Tells whether a signature was made by its owner."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        named = self.name.encode() + b"\n" + ED25519 + self.public
        return hashlib.sha256(named).digest()[:ID_BYTES]

    def encode(self) -> str:
        """The text form, fit to be published."""
        return f"{self.name}+{self.id.hex()}+{_base64(ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read the text form.

        Raises:
            MalformedKey: it is none, of another kind, or its id is that of another key.
        """
        name, written_id, public = _parts(text, "verifier")
        key = cls(name, public)
        if key.id.hex() != written_id:
            raise MalformedKey(f"the verifier key of {name} does not belong to its id")
        return key

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether this key's owner signed exactly this message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class SignerKey:
    """Signs in the name of the log."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str) -> "SignerKey":
        """A new key; the name is best the log's origin, like `acme.example/gapwatch`.

        Raises:
            MalformedKey: the name is empty, or has a space or a plus in it.
        """
        return cls(_named(name, "signer"), Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self._private.public_key().public_bytes_raw())

    def encode(self) -> str:
        """The text form: whoever has it can sign."""
        return f"{PRIVATE}{self.name}+{self.verifier.id.hex()}+{_base64(ED25519 + self.seed)}"

    @classmethod
    def parse(cls, text: str) -> "SignerKey":
        """Read the text form.

        Raises:
            MalformedKey: it is none, of another kind, or its id is that of another key.
        """
        if not text.startswith(PRIVATE):
            raise MalformedKey(f"the signer key does not begin with {PRIVATE}")
        name, written_id, seed = _parts(text.removeprefix(PRIVATE), "signer")
        key = cls(name, seed)
        if key.verifier.id.hex() != written_id:
            raise MalformedKey(f"the signer key of {name} does not belong to its id")
        return key

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the signature; the same message gives the same."""
        return self._private.sign(message)

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def create_key_file(path: Path, key: SignerKey) -> None:
    """Write a new key file that only its owner can read; what is there is never written over.

    The file appears whole or not at all: half of a key would stop every later cycle.

    Raises:
        KeyUnusable: there is a file of this name, or it cannot be written.
    """
    try:
        handle, new = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(key.encode() + "\n")
                file.flush()
                os.fsync(file.fileno())
            path.hardlink_to(new)
        finally:
            Path(new).unlink()
        sync_folder(path.parent)
    except FileExistsError:
        raise KeyUnusable(f"{path} exists: a signing key is never written over") from None
    except OSError as error:
        raise KeyUnusable(f"{path} cannot be written: {error.strerror}") from None


def sync_folder(folder: Path) -> None:
    """What was named in a folder is on the disk when this returns."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_key_file(path: Path) -> SignerKey:
    """Read a key file that nobody else can read or change.

    A file of root may be readable by a group: so are secrets mounted into a container.

    Raises:
        KeyUnusable: it cannot be read, or others can.
        MalformedKey: it holds no signer key.
    """
    try:
        with path.open("rb") as file:
            _refuse_if_exposed(path, os.fstat(file.fileno()))
            content = file.read()
    except OSError as error:
        raise KeyUnusable(f"{path} cannot be read: {error.strerror}") from None
    try:
        return SignerKey.parse(content.decode().strip())
    except UnicodeDecodeError:
        raise MalformedKey("the signer key is not text in UTF-8") from None


def _refuse_if_exposed(path: Path, status: os.stat_result) -> None:
    owner = os.geteuid()
    if status.st_uid not in (owner, 0):
        raise KeyUnusable(f"{path} belongs to somebody else: make it yours with chown")
    group = stat.S_IWGRP | stat.S_IXGRP if status.st_uid != owner else stat.S_IRWXG
    if status.st_mode & (group | stat.S_IRWXO):
        raise KeyUnusable(f"{path} can be read or changed by others: chmod 600 {path}")


def _parts(text: str, kind: str) -> tuple[str, str, bytes]:
    """Name, id and the 32 bytes of a key's text form."""
    name, _, rest = text.partition("+")
    written_id, _, encoded = rest.partition("+")
    key = unbase64(encoded)
    if key is None or len(key) != len(ED25519) + KEY_BYTES:
        raise MalformedKey(f"the {kind} key is cut short, or not written as name+id+base64")
    if not key.startswith(ED25519):
        raise MalformedKey(f"the {kind} key is not of the kind Ed25519")
    return _named(name, kind), written_id, key.removeprefix(ED25519)


def _named(name: str, kind: str) -> str:
    if not is_name(name):
        raise MalformedKey(f"the name of a {kind} key cannot be empty or hold a space or a plus")
    return name


def is_name(name: str) -> bool:
    """Whether a key may be called so."""
    return bool(name) and "+" not in name and all(_visible(character) for character in name)


def _visible(character: str) -> bool:
    return not character.isspace() and character >= " "


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def unbase64(text: str) -> bytes | None:
    """Decode the one standard encoding of some bytes; `None` for everything else."""
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return content if _base64(content) == text else None
