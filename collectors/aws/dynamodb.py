"""DynamoDB tables: whose key encrypts them, and how far back they can be restored."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told
from collectors.aws.kms import DESCRIBE_KEY
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.dynamodb import DynamodbTable, DynamodbTableBackups, TableKey
from collectors.evidence.record import Unread

LIST_TABLES = ApiCall("dynamodb", "ListTables", "dynamodb:ListTables")
TABLE = ApiCall("dynamodb", "DescribeTable", "dynamodb:DescribeTable")
CONTINUOUS_BACKUPS = ApiCall(
    "dynamodb", "DescribeContinuousBackups", "dynamodb:DescribeContinuousBackups"
)


@collector(id="aws.dynamodb.tables", calls=(LIST_TABLES, TABLE, DESCRIBE_KEY))
def dynamodb_tables(region: Region) -> Iterator[DynamodbTable]:
    """Every table of the region, with the key that encrypts it."""

    def describe(name: str) -> DynamodbTable:
        answer = region.detail(TABLE, TableName=name)
        return DynamodbTable(
            id=table_arn(region, name),
            name=name,
            account_id=region.id,
            key=_key(region, told(TABLE, answer, "Table", dict)),
        )

    yield from region.concurrently(describe, region.each(LIST_TABLES, "TableNames"))


@collector(id="aws.dynamodb.continuous-backups", calls=(LIST_TABLES, CONTINUOUS_BACKUPS))
def dynamodb_continuous_backups(region: Region) -> Iterator[DynamodbTableBackups]:
    """Every table of the region, and whether it can be restored to any point in time."""

    def describe(name: str) -> DynamodbTableBackups:
        recovery = point_in_time_recovery(region, name)
        return DynamodbTableBackups(
            id=table_arn(region, name),
            name=name,
            account_id=region.id,
            point_in_time_recovery=told(
                CONTINUOUS_BACKUPS, recovery, "PointInTimeRecoveryStatus", str
            ),
        )

    yield from region.concurrently(describe, region.each(LIST_TABLES, "TableNames"))


def table_arn(region: Region, name: str) -> str:
    """The ARN of a table; the listing gives names only."""
    return f"arn:{region.partition}:dynamodb:{region.region}:{region.id}:table/{name}"


def point_in_time_recovery(region: Region, name: str) -> Response | Unread:
    """What DynamoDB says of a table's point-in-time recovery."""
    answer = region.detail(CONTINUOUS_BACKUPS, TableName=name)
    backups = told(CONTINUOUS_BACKUPS, answer, "ContinuousBackupsDescription", dict)
    return told(CONTINUOUS_BACKUPS, backups, "PointInTimeRecoveryDescription", dict)


def _key(region: Region, table: Response | Unread) -> TableKey | Unread | None:
    """DynamoDB describes the encryption only where it is not its default."""
    if isinstance(table, Unread):
        return table
    if "SSEDescription" not in table:
        return None
    arn = told(TABLE, table["SSEDescription"], "KMSMasterKeyArn", str)
    if isinstance(arn, Unread):
        return arn
    metadata = told(DESCRIBE_KEY, region.detail(DESCRIBE_KEY, KeyId=arn), "KeyMetadata", dict)
    return TableKey(
        arn=arn,
        manager=told(DESCRIBE_KEY, metadata, "KeyManager", str),
        state=told(DESCRIBE_KEY, metadata, "KeyState", str),
    )
