"""File systems of EFS, and warehouses beside them: encrypted, and backed up."""

from typing import Literal

from collectors.evidence.record import Instant, Record, Unread


class StoreEncryption(Record, frozen=True, tag="aws.store_encryption"):
    """A file system or a warehouse cluster."""

    form: Literal["file system", "warehouse"]
    encrypted: bool | Unread
    key: str | None
    """The key, as AWS names it; `None` for what is not encrypted, or with a key of AWS's own."""


class FileSystemBackup(Record, frozen=True, tag="aws.file_system_backup"):
    """A file system, with what backs it up."""

    automatic: str | Unread | None
    """AWS's word for its own switch, `ENABLED` or another; `None` where it was never set."""
    backed_up_at: Instant | Unread | None
    """Its last backup by AWS Backup; `None` if AWS Backup never made one."""
