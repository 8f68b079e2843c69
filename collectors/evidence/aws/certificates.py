"""Certificates: of ACM, and those that were uploaded to IAM."""

from collectors.evidence.record import Instant, Record, Unread


class Certificate(Record, frozen=True, tag="aws.certificate"):
    """A certificate, with its end and what renews it."""

    form: str
    """ACM's word: `AMAZON_ISSUED`, `PRIVATE` or `IMPORTED`; `uploaded` for one of IAM."""
    status: str | Unread
    """ACM's word: `ISSUED`, `EXPIRED`, `REVOKED`, `PENDING_VALIDATION`; IAM's are all issued."""
    in_use: bool | Unread | None
    """`None` for one of IAM, which does not say."""
    expires_at: Instant | Unread | None
    """`None` where it was never issued."""
    renewal: str | Unread | None
    """ACM's word for the last automatic renewal; `None` where none was tried or due."""
