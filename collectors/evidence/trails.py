"""Who did what to a subject, as its source's own log of changes tells it."""

from collections.abc import Iterable

import msgspec

from collectors.evidence.record import Fact, Instant, Record, Unread


class Deed(Fact, frozen=True, tag="trails.deed"):
    """One change that somebody made, in the source's own words."""

    call: str
    """What was called, such as `PutBucketPolicy`."""
    principal: str | None
    """Who called it; `None` where the source names nobody."""
    at: Instant


class Trail(Record, frozen=True, tag="trails.trail"):
    """What was done to one subject in a stretch of time, the newest first."""

    deeds: tuple[Deed, ...] | Unread


class Sought(Fact, frozen=True, tag="trails.sought"):
    """A subject that drifted, and the two observations between which it did."""

    id: str
    name: str
    after: Instant
    before: Instant


def as_text(sought: Iterable[Sought]) -> str:
    """Subjects as the text that is kept with the evidence: what the log was asked about."""
    return msgspec.json.encode(tuple(sought), order="deterministic").decode()


def from_text(text: str) -> tuple[Sought, ...]:
    """The subjects of a text written by `as_text`."""
    return msgspec.json.decode(text, type=tuple[Sought, ...])
