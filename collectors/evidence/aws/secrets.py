"""Secrets that Secrets Manager keeps; their values are never read."""

from collectors.evidence.record import Instant, Record, Unread


class ManagedSecret(Record, frozen=True, tag="aws.managed_secret"):
    """A secret, and when its value last changed."""

    rotates: bool
    """Whether it is changed automatically."""
    rotation_due_at: Instant | None
    """When the next automatic change is due; `None` where none is."""
    changed_at: Instant | Unread
    """When the value, or anything else of the secret, last changed."""
