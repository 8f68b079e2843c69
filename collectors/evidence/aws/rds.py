"""Databases that RDS manages: their backups and the encryption of their storage."""

from typing import Literal

from collectors.evidence.record import Instant, Record, Unread

Form = Literal["instance", "cluster", "instance snapshot", "cluster snapshot"]


class Database(Record, frozen=True, tag="aws.rds_database"):
    """A database instance or cluster, with its automatic backups.

    Clusters of the graph and document engines stand in the same listing as Aurora's.
    """

    account_id: str
    form: Literal["instance", "cluster"]
    member_of: str | None
    """The cluster an instance belongs to: storage and backups are the cluster's."""
    replica_of: str | None
    """The instance or cluster it copies, where it is a read replica."""
    status: str | Unread
    """AWS's word; a database that is `stopped` takes no backups and no writes."""
    backups_kept_days: int | Unread
    """0 means that automatic backups are off."""
    restorable_to: Instant | Unread
    """The latest moment it can be restored to."""


class DatabaseStorage(Record, frozen=True, tag="aws.rds_storage"):
    """What a database keeps on disk: an instance, a cluster, or a snapshot somebody made."""

    account_id: str
    form: Form
    member_of: str | None
    """The cluster an instance belongs to: the storage is the cluster's."""
    encrypted: bool | Unread
    encryption_type: str | None
    """`none`, `sse-kms` or `sse-rds`; `None` where the answer does not name it.

    Storage encrypted with a key that AWS owns is `sse-rds` and yet not `encrypted`.
    """
