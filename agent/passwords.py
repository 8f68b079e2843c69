"""Passwords of those who sign in to the dashboard: made into a hash, and compared with one."""

import unicodedata

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 1024
"""Characters; hashing more would only keep the machine busy."""
HASHER = PasswordHasher()


def hashed(password: str) -> str:
    """A hash that tells nothing of the password (Argon2id, by the library's own parameters)."""
    return HASHER.hash(_plain(password))


def fits(password: str, known: str) -> bool:
    """Whether a hash was made of this password; takes as long if it was not."""
    try:
        return HASHER.verify(known, _plain(password))
    except VerificationError:
        return False


def is_hash(text: str) -> bool:
    """Whether a text is such a hash."""
    try:
        extract_parameters(text)
    except InvalidHashError:
        return False
    return True


def _plain(password: str) -> str:
    """One spelling, however a keyboard composes its letters."""
    return unicodedata.normalize("NFC", password[:LONGEST])
