"""Macie: does anything look for confidential data where it should not be?"""

from collectors.evidence.record import Record, Unread


class DataDiscovery(Record, frozen=True, tag="aws.data_discovery"):
    """A region of an account, with Macie in it and the buckets that are classified."""

    session: str | Unread | None
    """AWS's word for it: `ENABLED` or `PAUSED`; `None` where Macie was never turned on."""
    automated: str | Unread | None
    """Whether Macie samples every bucket by itself: `ENABLED` or `DISABLED`."""
    classes: frozenset[str] | Unread
    """The classes of the region's buckets, by their tag `classification`."""
