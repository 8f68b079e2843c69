"""Data stores, and the latest point each can be brought back to."""

from typing import Literal

from collectors.evidence.record import Instant, Record, Unread


class StoreRecovery(Record, frozen=True, tag="aws.store_recovery"):
    """A data store, with its latest recovery points from wherever they come."""

    account_id: str
    form: Literal["database instance", "database cluster", "table", "volume"]
    judged_at: str | None
    """The cluster it belongs to, or the source it copies: that store's points are its own."""
    stopped: bool | Unread
    """Whether it takes no writes now: its last point then holds all there is."""
    created_at: Instant | Unread
    backed_up_at: Instant | Unread | None
    """Its last backup by AWS Backup; `None` if AWS Backup never made one."""
    restorable_to: Instant | Unread | None
    """The latest point of its own automatic backups or snapshots; `None` if they are off."""
