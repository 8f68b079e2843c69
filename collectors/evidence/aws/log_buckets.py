"""Buckets that receive what trails record."""

from collectors.evidence.aws.s3 import PublicAccessBlock
from collectors.evidence.record import Record, Unread


class LogBucket(Record, frozen=True, tag="aws.log_bucket"):
    """A bucket that a trail of this account and region delivers to."""

    account_id: str
    trails: tuple[str, ...]
    account_block: PublicAccessBlock | Unread | None
    """The account's layer, if the bucket is the account's own."""
    bucket_block: PublicAccessBlock | Unread | None
    object_ownership: str | Unread | None
    policy_is_public: bool | Unread | None
    public_grants: frozenset[str] | Unread
    versioned: bool | Unread
    mfa_delete: bool | Unread
    """Whether deleting a version takes a second factor."""
    locked: bool | Unread
    """Whether Object Lock is on."""
    expires_after_days: int | Unread | None
    """The soonest that a rule removes a current object; `None` where none does."""
