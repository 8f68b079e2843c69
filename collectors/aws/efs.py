"""File systems of EFS: encrypted, and backed up."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, moment, told
from collectors.aws.backup import PROTECTED
from collectors.aws.rds_settings import WAREHOUSES
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.efs import FileSystemBackup, StoreEncryption
from collectors.evidence.record import Instant, Unread

FILE_SYSTEMS = ApiCall(
    "efs", "DescribeFileSystems", "elasticfilesystem:DescribeFileSystems"
).without("FileSystems.SizeInBytes")
"""How much lies in them moves with every write, and nobody reads it."""
BACKUP_POLICY = ApiCall("efs", "DescribeBackupPolicy", "elasticfilesystem:DescribeBackupPolicy")
NO_POLICY = "PolicyNotFound"


@collector(id="aws.storage.encryption", calls=(FILE_SYSTEMS, WAREHOUSES))
def store_encryption(region: Region) -> Iterator[StoreEncryption]:
    """Every file system and every warehouse cluster, and whether it is encrypted.

    Serverless warehouses are left out: Redshift encrypts every one of them.
    """

    def file_system(answer: Response) -> StoreEncryption:
        return StoreEncryption(
            id=answer["FileSystemArn"],
            name=answer.get("Name") or answer["FileSystemId"],
            form="file system",
            encrypted=told(FILE_SYSTEMS, answer, "Encrypted", bool),
            key=answer.get("KmsKeyId"),
        )

    def warehouse(answer: Response) -> StoreEncryption:
        name = answer["ClusterIdentifier"]
        return StoreEncryption(
            id=f"arn:{region.partition}:redshift:{region.region}:{region.id}:cluster:{name}",
            name=name,
            form="warehouse",
            encrypted=told(WAREHOUSES, answer, "Encrypted", bool),
            key=answer.get("KmsKeyId"),
        )

    yield from region.in_turn(
        map(file_system, region.each(FILE_SYSTEMS, "FileSystems")),
        map(warehouse, region.each(WAREHOUSES, "Clusters")),
    )


@collector(id="aws.efs.backups", calls=(FILE_SYSTEMS, BACKUP_POLICY, PROTECTED))
def file_system_backups(region: Region) -> Iterator[FileSystemBackup]:
    """Every file system, with its own switch for backups and its last one by AWS Backup."""
    protected = region.listed(PROTECTED, "Results")

    def describe(answer: Response) -> FileSystemBackup:
        policy = region.detail(BACKUP_POLICY, absent=NO_POLICY, FileSystemId=answer["FileSystemId"])
        return FileSystemBackup(
            id=answer["FileSystemArn"],
            name=answer.get("Name") or answer["FileSystemId"],
            automatic=None if policy is None else _status(policy),
            backed_up_at=_backed_up_at(protected, answer["FileSystemArn"]),
        )

    yield from region.concurrently(describe, region.each(FILE_SYSTEMS, "FileSystems"))


def _status(policy: Response | Unread) -> str | Unread:
    return told(BACKUP_POLICY, told(BACKUP_POLICY, policy, "BackupPolicy", dict), "Status", str)


def _backed_up_at(protected: tuple[Response, ...] | Unread, arn: str) -> Instant | Unread | None:
    """AWS Backup lists every resource it ever backed up, and no other."""
    if isinstance(protected, Unread):
        return protected
    found = next((one for one in protected if one.get("ResourceArn") == arn), None)
    return None if found is None else moment(PROTECTED, found, "LastBackupTime")
