"""Log groups, and how long they remember."""

from collectors.evidence.aws.policy import ResourceStatement
from collectors.evidence.record import Record, Unread


class LogGroup(Record, frozen=True, tag="aws.log_group"):
    """A log group of CloudWatch Logs."""

    retention_days: int | None
    """`None` when its events never expire."""
    log_class: str | None
    """AWS's word for it; `None` when AWS names none: the class is then the standard one."""


class LogSharing(Record, frozen=True, tag="aws.log_sharing"):
    """A policy of CloudWatch Logs: of the region's log groups, or of a destination for others."""

    account_id: str
    statements: tuple[ResourceStatement, ...] | Unread | None
    """`None` for a destination without a policy: nobody else may send to it."""
