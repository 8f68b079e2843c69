"""Databases and warehouses, and which of their logs leave them."""

from typing import Literal

from collectors.evidence.record import Record, Unread


class DatabaseLogs(Record, frozen=True, tag="aws.database_logs"):
    """A database instance, cluster or warehouse, with the logs that are exported."""

    form: Literal["instance", "cluster", "warehouse"]
    engine: str | Unread
    """AWS's word for it, such as `aurora-postgresql`; `redshift` for every warehouse."""
    member_of: str | None
    """The cluster it belongs to, which exports for all of its members."""
    exported: frozenset[str] | Unread
    delivery_failed: bool | Unread
    """Whether the last delivery to a bucket failed."""
