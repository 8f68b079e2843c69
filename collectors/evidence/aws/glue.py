"""Data jobs of Glue."""

from collectors.evidence.record import Record, Unread


class JobEncryption(Record, frozen=True, tag="aws.job_encryption"):
    """A data job, with what its security configuration encrypts."""

    configuration: str | None
    """The name of its security configuration; `None` where it has none."""
    outputs: str | Unread | None
    """How what it writes to storage is encrypted; `None` for not at all."""
    logs: str | Unread | None
    """How its logs are encrypted; `None` for not at all."""
