"""The key that signs the log: from a file of its owner's alone, or from the environment."""

import re
from collections.abc import Callable
from pathlib import Path

from agent.store.keys import KeyUnusable, SignerKey, create_key_file, read_key_file

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
                f"{path} is missing, and the log was signed with it: restore it, or make a new key "
                "with `gapwatch init --new-key`; the old public key stays in the log"
            )
        create_key_file(path, SignerKey.generate(origin(company)))
    return read_key_file(path)


def origin(company: str) -> str:
    """The log's name in the world, from the company's."""
    return f"gapwatch/{NOT_IN_A_NAME.sub('-', company.lower()).strip('-') or 'log'}"
