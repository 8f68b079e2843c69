"""How databases are set up: who can reach them, and what keeps them from being lost."""

from typing import Literal

from collectors.evidence.record import Record, Unread


class DatabaseSettings(Record, frozen=True, tag="aws.database_settings"):
    """A database instance or cluster, with the settings that keep it available."""

    account_id: str
    form: Literal["instance", "cluster"]
    member_of: str | None
    """The cluster an instance belongs to."""
    replica_of: str | None
    """The instance or cluster it copies, where it is a read replica."""
    several_zones: bool | Unread
    copies_tags: bool | Unread
    """Whether its snapshots get its tags."""


class DeletionGuard(Record, frozen=True, tag="aws.deletion_guard"):
    """A database instance, a cluster or a table, and whether it can be deleted by one call."""

    form: Literal["instance", "cluster", "table"]
    member_of: str | None
    guarded: bool | Unread


class DatabaseEndpoint(Record, frozen=True, tag="aws.database_endpoint"):
    """A database instance or a warehouse cluster."""

    form: Literal["instance", "warehouse"]
    public: bool | Unread
    """Whether its name leads to an address of the internet."""


class DatabaseSnapshot(Record, frozen=True, tag="aws.database_snapshot"):
    """A snapshot of a database that somebody made; automatic ones cannot be shared."""

    form: Literal["instance snapshot", "cluster snapshot"]
    restorable_by: frozenset[str] | Unread
    """Accounts it is shared with; `all` for everybody."""
