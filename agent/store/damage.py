"""What verification says of an entry that is not as it was written."""

import msgspec


class Damage(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as it was written, and how one can tell."""

    entry: str
    why: str


def named(first: int, last: int) -> str:
    """Some entries of the log, for a person."""
    return f"log entry {first}" if first == last else f"log entries {first} to {last}"
