"""The key that signs the log: from a file of its owner's alone, or from the environment."""

import re
import secrets
from collections.abc import Callable
from pathlib import Path

from agent.store.keys import KeyUnusable, SignerKey, create_key_file, read_key_file, sync_folder

KEY_FILE = "gapwatch.key"
NOT_IN_A_NAME = re.compile(r"[^a-z0-9.-]+")


def signer(
    reference: str, resolve: Callable[[str], str], *, company: str, signed_before: bool
) -> SignerKey:
    """The signing key behind a reference; a file that is not there is made for a new store.

    Args:
        reference: `file:PATH` or `env:NAME`.
        resolve: Looks an `env:` reference up.
        company: Gives a new key its name, which is the log's name in the world.
        signed_before: Whether the store's log was signed already: then a missing file is lost,
            and a new key in its place would have to be somebody's decision.

    Raises:
        KeyUnusable: the file cannot be read, others can read it, or it is lost.
        MalformedKey: what is there is no signer key.
        MissingSecret: the variable is not set.
    """
    kind, _, name = reference.partition(":")
    if kind != "file":
        return SignerKey.parse(resolve(reference))
    path = Path(name)
    if not path.exists():
        if signed_before:
            raise KeyUnusable(
                f"{path} is missing, and the log was signed with it: bring it back from a backup, "
                "for only the key that signed the log can introduce another one"
            )
        create_key_file(path, SignerKey.generate(origin(company)))
    return read_key_file(path)


def first_key(folder: Path) -> str:
    """Make the key that the usual configuration names, unless it is there; its public half.

    Raises:
        KeyUnusable: the file cannot be written, or is one that others can read.
    """
    path = folder / KEY_FILE
    if not path.exists():
        create_key_file(path, SignerKey.generate(origin("")))
    return read_key_file(path).verifier.encode()


def origin(company: str) -> str:
    """A name for a new log, the only one of its kind in the world."""
    name = NOT_IN_A_NAME.sub("-", company.lower()).strip("-") or "log"
    return f"gapwatch/{name}-{secrets.token_hex(4)}"


def replacement(path: Path, old: SignerKey) -> tuple[SignerKey, Path]:
    """A new key of the same log, in a file beside the old one's.

    The one that an interrupted replacement left there is taken again.

    Raises:
        KeyUnusable: the file cannot be written, or is one that others can read.
        MalformedKey: what is there is no signer key.
    """
    fresh = path.with_name(f"{path.name}.new")
    if not fresh.exists():
        create_key_file(fresh, SignerKey.generate(old.name))
    return read_key_file(fresh), fresh


def swap(path: Path, fresh: Path, old: SignerKey) -> None:
    """Put the new key in the old one's place; the old one stays beside it, retired.

    There is a key in the place at any instant.

    Raises:
        KeyUnusable: the files cannot be written.
    """
    retired = path.with_name(f"{path.name}.{old.verifier.id.hex()}.retired")
    if not retired.exists():
        create_key_file(retired, old)
    try:
        fresh.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise KeyUnusable(f"{path} cannot be replaced: {error.strerror}") from None
