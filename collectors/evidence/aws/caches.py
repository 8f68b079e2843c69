"""Caches: ElastiCache's groups, clusters and serverless ones, and DAX in front of DynamoDB."""

from typing import Literal

from collectors.evidence.record import Record, Unread


class Cache(Record, frozen=True, tag="aws.cache"):
    """A cache, with what is encrypted of it."""

    form: Literal["replication group", "cluster", "serverless cache", "accelerator"]
    engine: str | Unread | None
    """AWS's word for it; `None` where the answer leaves it out, as it does of older groups."""
    in_transit: bool | Unread
    mode: str | None
    """`required` or `preferred`; `None` where AWS names none: it is then always required."""
    at_rest: bool | Unread
