"""Log groups, and how long they remember."""

from typing import Literal

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


class ProtectedLogGroup(Record, frozen=True, tag="aws.protected_log_group"):
    """A log group, the key that protects it, and what the company says of its content."""

    classification: str | Unread | None
    """The value of its tag `classification`; `None` without one."""
    key: str | None
    """The ARN of the customer's key; `None` where CloudWatch Logs uses one of its own."""
    key_state: str | Unread | None
    """AWS's word for it: `Enabled` while it can be used; `None` without a key."""


class TelemetrySharing(Record, frozen=True, tag="aws.telemetry_sharing"):
    """A way by which another account may see metrics and logs, or send its own here."""

    account_id: str
    form: Literal["role", "link", "sink"]
    shared_with: str | Unread | None
    """The account that a link leads to; `None` for roles and sinks, whose policies say it."""
    statements: tuple[ResourceStatement, ...] | Unread | None
    """The trust of a role, or the policy of a sink; `None` for links, and for sinks without."""
