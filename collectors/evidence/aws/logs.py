"""Log groups, and how long they remember."""

from collectors.evidence.record import Record


class LogGroup(Record, frozen=True, tag="aws.log_group"):
    """A log group of CloudWatch Logs."""

    retention_days: int | None
    """`None` when its events never expire."""
    log_class: str | None
    """AWS's word for it; `None` when AWS names none: the class is then the standard one."""
