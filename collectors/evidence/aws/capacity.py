"""Limits, and how close to them the company has come."""

from typing import Literal

from collectors.evidence.record import Instant, Record, Unread


class TrackedLimit(Record, frozen=True, tag="aws.tracked_limit"):
    """A limit of the account in a region, or a scaling group that can grow."""

    form: Literal["quota", "scaling group"]
    used: float | Unread
    limit: float | Unread
    full_since: Instant | Unread | None
    """When a group that is at its limit last changed; `None` for all others."""
