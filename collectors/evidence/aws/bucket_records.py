"""Buckets: who is seen to read them, how long they keep things, and what cannot be removed."""

from collectors.evidence.aws.data_events import DataRecorder
from collectors.evidence.record import Fact, Record, Unread


class BucketAccess(Record, frozen=True, tag="aws.bucket_access"):
    """A bucket, and everything that may record access to its objects."""

    account_id: str
    tags: frozenset[str] | Unread
    """The names of its tags."""
    access_log_to: str | Unread | None
    """The bucket that its access log is written to; `None` where none is written."""
    trails: tuple[DataRecorder, ...] | Unread
    stores: tuple[DataRecorder, ...] | Unread


class ClassifiedBucket(Record, frozen=True, tag="aws.classified_bucket"):
    """A bucket with a tag that says what is in it, and whether that can be removed."""

    account_id: str
    classification: str
    locked: bool | Unread
    """Whether Object Lock is on."""
    retained_days: int | Unread | None
    """How long a new object is locked by default, a year being 365; `None` if it is not."""


class ExpiryRule(Fact, frozen=True, tag="aws.expiry_rule"):
    """One lifecycle rule that is in force and speaks of every object of its bucket."""

    objects_days: int | None
    """Days after which an object is removed, or becomes an old version."""
    versions_days: int | None
    """Days after which an old version is removed."""
    versions_kept: int
    """So many newest old versions stay, however old."""
    uploads_days: int | None
    """Days after which the parts of an upload that was never finished are removed."""


class LimitedBucket(Record, frozen=True, tag="aws.limited_bucket"):
    """A bucket with a tag that says how long its objects may be kept."""

    account_id: str
    limit: str
    """The tag's value: days."""
    rules: tuple[ExpiryRule, ...] | Unread
    versioning: str | Unread | None
    """`Enabled` or `Suspended`; `None` when it was never turned on, and there are no old ones."""
