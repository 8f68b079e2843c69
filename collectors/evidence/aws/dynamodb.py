"""DynamoDB tables: whose key encrypts them, and how far back they can be restored."""

from collectors.evidence.record import Fact, Record, Unread


class TableKey(Fact, frozen=True, tag="aws.dynamodb_table_key"):
    """The KMS key that encrypts a table."""

    arn: str
    manager: str | Unread
    """`CUSTOMER` or `AWS`: who made the key and decides about it."""
    state: str | Unread
    """`Enabled`, or why the key cannot be used."""


class DynamodbTable(Record, frozen=True, tag="aws.dynamodb_table"):
    """A table, with the key that encrypts it."""

    account_id: str
    key: TableKey | Unread | None
    """`None` when the table is encrypted with a key of DynamoDB's own, the default."""


class DynamodbTableBackups(Record, frozen=True, tag="aws.dynamodb_table_backups"):
    """A table, with its continuous backups."""

    account_id: str
    point_in_time_recovery: str | Unread
    """`ENABLED` or `DISABLED`."""
