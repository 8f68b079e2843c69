"""The words every record is made of: a value, "there is none", and "we could not look"."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Generic, TypeVar

import msgspec

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""A moment with its zone; naive datetimes are refused when evidence is decoded."""


class Fact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """An immutable value as the source reported it."""


class Unread(Fact, frozen=True, tag="unread"):
    """A value we asked for and did not get.

    `None` means the source said "there is none"; `Unread` means we could not look.
    A check must never treat the two alike.
    """

    why: str


class Record(Fact, frozen=True):
    """One member of a population, with everything a verdict on it needs."""

    id: str
    """The vendor's immutable id where there is one: a rename is not one gone and one new."""
    name: str
    """What people call it; it may change, and identifies nothing."""


class Occurrence(Record, frozen=True):
    """Something that happened: it can be explained, but not repaired."""

    occurred_at: Instant


class Omission(Fact, frozen=True, tag="omission"):
    """A part of the population that could not be listed, so its size is unknown."""

    where: str
    why: str


R_co = TypeVar("R_co", bound=Record, covariant=True)


class Snapshot(msgspec.Struct, Generic[R_co], frozen=True, kw_only=True):
    """What one collector saw of one scope at one moment."""

    collector: str
    scope: str
    observed_at: Instant
    transcripts: tuple[str, ...]
    """Digests of the exchanges that the records were read from."""
    records: tuple[R_co, ...]
    omissions: tuple[Omission, ...] = ()
    searched: tuple[Omission, ...] = ()
    """Of a join: those of them that concern what others are looked up in."""
    since: Mapping[str, str] = {}
    """Where the previous snapshot of a growing population had got to, by stretch."""
    reached: Mapping[str, str] = {}
    """Where this one got to: the next one covers what lies beyond."""

    @property
    def source(self) -> str:
        """The first word of the scope: `aws`, `gcp`, `github`, `documents` or `derived`."""
        return self.scope.partition(":")[0]

    @property
    def complete(self) -> bool:
        """Whether the whole population was listed; only then may its check pass."""
        return not self.omissions

    def stale(self, now: Instant, interval: timedelta) -> bool:
        """Whether the evidence is older than its schedule allows."""
        return now - self.observed_at > interval
