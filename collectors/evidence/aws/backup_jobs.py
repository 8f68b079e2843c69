"""What AWS Backup did: backups, copies and restores, and the vaults they lie in."""

from collectors.evidence.aws.tags import Tag
from collectors.evidence.record import Fact, Instant, Occurrence, Record, Unread


class BackupJob(Occurrence, frozen=True, tag="aws.backup_job"):
    """A backup or a copy that ended; it happened when it began."""

    store: str
    """The ARN of what was backed up."""
    state: str | Unread
    """AWS's word for how it ended: `COMPLETED`, or another."""
    made_good_at: Instant | None
    """When the next job of the store was done that succeeded; `None` while there is none."""


class BackupVault(Record, frozen=True, tag="aws.backup_vault"):
    """A vault of backups."""

    holds_any: bool | Unread
    """Whether any recovery point lies in it."""
    locked: bool
    """Whether its recovery points are kept from being deleted before their time."""
    plain: tuple[str, ...] | Unread
    """Recovery points that are not encrypted."""
    copied_to: tuple[str, ...] | Unread
    """Vaults of other regions and accounts that took a copy in the last 30 days."""


class StoreRestore(Fact, frozen=True, tag="aws.store_restore"):
    """A restore that AWS Backup completed."""

    done_at: Instant
    validation: str | None
    """AWS's word for how its validation ended; `None` where none was asked for."""


class RestoredStore(Record, frozen=True, tag="aws.restored_store"):
    """A store, with the restores of it that AWS Backup completed."""

    form: str
    judged_at: str | None
    """The cluster it belongs to, or the source it copies."""
    tags: tuple[Tag, ...] | Unread
    restores: tuple[StoreRestore, ...] | Unread
