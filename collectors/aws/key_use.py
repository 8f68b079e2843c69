"""Keys that are turned off or about to be deleted, and what is still encrypted with them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from collectors.aws.account import Region, Response, told
from collectors.aws.dynamodb import LIST_TABLES, TABLE, table_arn
from collectors.aws.ec2_volumes import OWN, SNAPSHOTS, VOLUMES
from collectors.aws.efs import FILE_SYSTEMS
from collectors.aws.kms import DESCRIBE_KEY, LIST_ALIASES, LIST_KEYS
from collectors.aws.rds import SETTLED_CLUSTERS, SETTLED_INSTANCES
from collectors.aws.rds_settings import WAREHOUSES
from collectors.aws.s3 import ENCRYPTION, LIST_BUCKETS, NO_ENCRYPTION
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.kms import RetiredKey
from collectors.evidence.record import Unread

RETIRED = frozenset({"Disabled", "PendingDeletion", "PendingReplicaDeletion"})

Use = tuple[str, str | None] | Unread
"""A store, by ARN, with the key it names; `Unread` for stores that could not be seen."""


@collector(
    id="aws.kms.retired-keys",
    calls=(
        *(LIST_KEYS, DESCRIBE_KEY, LIST_ALIASES, VOLUMES, SNAPSHOTS),
        *(SETTLED_INSTANCES, SETTLED_CLUSTERS, LIST_TABLES, TABLE),
        *(LIST_BUCKETS, ENCRYPTION, FILE_SYSTEMS, WAREHOUSES),
    ),
)
def retired_keys(region: Region) -> Iterator[RetiredKey]:
    """Every own key that is turned off or about to be deleted, with the stores that name it.

    The stores are asked only where there is such a key. A key of KMS is used in its own
    region, so the buckets of the region are all that can name it.
    """

    def describe(key: Response) -> RetiredKey | None:
        answer = region.detail(DESCRIBE_KEY, KeyId=key["KeyId"])
        metadata = told(DESCRIBE_KEY, answer, "KeyMetadata", dict)
        state = told(DESCRIBE_KEY, metadata, "KeyState", str)
        manager = told(DESCRIBE_KEY, metadata, "KeyManager", str)
        if manager == "AWS" or (isinstance(state, str) and state not in RETIRED):
            return None
        return RetiredKey(id=key["KeyArn"], name=key["KeyId"], state=state, users=(), unseen=None)

    listed = region.concurrently(describe, region.each(LIST_KEYS, "Keys"))
    found = [key for key in listed if key is not None]
    if not found:
        return
    users, unseen = _users(region)
    for key in found:
        using = tuple(sorted(users.get(key.name, ())))
        yield RetiredKey(id=key.id, name=key.name, state=key.state, users=using, unseen=unseen)


def _users(region: Region) -> tuple[Mapping[str, set[str]], Unread | None]:
    """The stores by the id of the key they name, and the first that could not be seen."""
    aliases = region.listed(LIST_ALIASES, "Aliases")
    uses = [*_uses(region), *((aliases,) if isinstance(aliases, Unread) else ())]
    ids = {} if isinstance(aliases, Unread) else _ids(aliases)
    users: dict[str, set[str]] = defaultdict(set)
    for use in uses:
        if not isinstance(use, Unread) and use[1]:
            store, named = use
            users[ids.get(named, named.rpartition("/")[2])].add(store)
    return users, next((use for use in uses if isinstance(use, Unread)), None)


def _ids(aliases: tuple[Response, ...]) -> Mapping[str, str]:
    return {
        name: alias["TargetKeyId"]
        for alias in aliases
        if "TargetKeyId" in alias
        for name in (alias["AliasName"], alias["AliasArn"])
    }


def _uses(region: Region) -> Iterator[Use]:
    here = f"{region.region}:{region.id}"
    ec2 = f"arn:{region.partition}:ec2"
    yield from _listed(region, VOLUMES, "Volumes", "VolumeId", f"{ec2}:{here}:volume/")
    yield from _listed(
        region,
        SNAPSHOTS,
        "Snapshots",
        "SnapshotId",
        f"{ec2}:{region.region}::snapshot/",
        OwnerIds=OWN,
    )
    yield from _listed(region, SETTLED_INSTANCES, "DBInstances", "DBInstanceArn")
    yield from _listed(region, SETTLED_CLUSTERS, "DBClusters", "DBClusterArn")
    yield from _listed(region, FILE_SYSTEMS, "FileSystems", "FileSystemArn")
    yield from _listed(
        region,
        WAREHOUSES,
        "Clusters",
        "ClusterIdentifier",
        f"arn:{region.partition}:redshift:{here}:cluster:",
    )
    yield from _tables(region)
    yield from _buckets(region)


def _listed(
    region: Region, call: ApiCall, of: str, name: str, prefix: str = "", **arguments: object
) -> Iterator[Use]:
    """One listing whose members name their keys in a field of that name, or leave it out."""
    members = region.listed(call, of, **arguments)
    if isinstance(members, Unread):
        yield members
        return
    yield from ((f"{prefix}{member[name]}", member.get("KmsKeyId")) for member in members)


def _tables(region: Region) -> Iterator[Use]:
    names = region.listed(LIST_TABLES, "TableNames")
    if isinstance(names, Unread):
        yield names
        return
    for name in names:
        table = told(TABLE, region.detail(TABLE, TableName=name), "Table", dict)
        if isinstance(table, Unread):
            yield table
        else:
            described = table.get("SSEDescription") or {}
            yield table_arn(region, name), described.get("KMSMasterKeyArn")


def _buckets(region: Region) -> Iterator[Use]:
    names = region.listed(LIST_BUCKETS, "Buckets", BucketRegion=region.region)
    if isinstance(names, Unread):
        yield names
        return
    for bucket in names:
        answer = region.detail(ENCRYPTION, absent=NO_ENCRYPTION, Bucket=bucket["Name"])
        if isinstance(answer, Unread):
            yield answer
        elif answer is not None:
            yield f"arn:{region.partition}:s3:::{bucket['Name']}", _key_of(answer)


def _key_of(answer: Response) -> str | None:
    rules = (answer.get("ServerSideEncryptionConfiguration") or {}).get("Rules") or ()
    defaults = [rule.get("ApplyServerSideEncryptionByDefault") or {} for rule in rules]
    return next((one["KMSMasterKeyID"] for one in defaults if "KMSMasterKeyID" in one), None)
