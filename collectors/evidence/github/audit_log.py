"""The organisation's own log of who did what."""

from collectors.evidence.github.plan import NotOffered
from collectors.evidence.record import Fact, Instant, Record, Unread


class Hole(Fact, frozen=True, tag="github.hole"):
    """A stretch of the log that was gone before it was read."""

    read_until: Instant
    """The last entry that had been read before."""
    goes_on_at: Instant | None
    """The oldest entry that is there now; `None` where there is none."""


class AuditLog(Record, frozen=True, tag="github.audit_log"):
    """Whether the log was read from where the previous reading ended."""

    hole: Hole | NotOffered | Unread | None
    """`None` where there is no hole."""
