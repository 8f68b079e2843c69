"""Data stores, and the latest point each can be brought back to."""

from collections.abc import Iterator, Mapping

from collectors.aws.account import Region, Response, moment, told
from collectors.aws.dynamodb import (
    CONTINUOUS_BACKUPS,
    LIST_TABLES,
    TABLE,
    point_in_time_recovery,
    table_arn,
)
from collectors.aws.ec2_volumes import OWN, SNAPSHOTS, VOLUMES
from collectors.aws.rds import (
    CLUSTERS,
    INSTANCES,
    cluster_of,
    source_of_cluster,
    source_of_instance,
)
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.backup import StoreRecovery
from collectors.evidence.record import Instant, Unread

PROTECTED = ApiCall("backup", "ListProtectedResources", "backup:ListProtectedResources")

Point = Instant | Unread | None
Protected = Mapping[str, Response] | Unread


@collector(
    id="aws.backup.stores",
    calls=(
        PROTECTED,
        INSTANCES,
        CLUSTERS,
        LIST_TABLES,
        TABLE,
        CONTINUOUS_BACKUPS,
        VOLUMES,
        SNAPSHOTS,
    ),
)
def backup_stores(region: Region) -> Iterator[StoreRecovery]:
    """Every database, table and volume in use of the region, with its latest recovery points.

    Two things make them: AWS Backup, and the store's own backups. A volume's own are its
    snapshots, whoever had them made.
    """
    protected = _by_arn(region.listed(PROTECTED, "Results"))
    snapshots = region.listed(SNAPSHOTS, "Snapshots", OwnerIds=OWN)
    yield from region.in_turn(
        _instances(region, protected),
        _clusters(region, protected),
        _tables(region, protected),
        _volumes(region, protected, _latest(snapshots)),
    )


def _instances(region: Region, protected: Protected) -> Iterator[StoreRecovery]:
    for instance in region.each(INSTANCES, "DBInstances"):
        arn = instance["DBInstanceArn"]
        yield StoreRecovery(
            id=arn,
            name=instance["DBInstanceIdentifier"],
            account_id=region.id,
            form="database instance",
            judged_at=cluster_of(instance) or source_of_instance(instance),
            stopped=_is_stopped(told(INSTANCES, instance, "DBInstanceStatus", str)),
            created_at=moment(INSTANCES, instance, "InstanceCreateTime"),
            backed_up_at=_backed_up_at(protected, arn),
            restorable_to=_restorable_to(INSTANCES, instance),
        )


def _clusters(region: Region, protected: Protected) -> Iterator[StoreRecovery]:
    for cluster in region.each(CLUSTERS, "DBClusters"):
        arn = cluster["DBClusterArn"]
        yield StoreRecovery(
            id=arn,
            name=cluster["DBClusterIdentifier"],
            account_id=region.id,
            form="database cluster",
            judged_at=source_of_cluster(cluster),
            stopped=_is_stopped(told(CLUSTERS, cluster, "Status", str)),
            created_at=moment(CLUSTERS, cluster, "ClusterCreateTime"),
            backed_up_at=_backed_up_at(protected, arn),
            restorable_to=_restorable_to(CLUSTERS, cluster),
        )


def _tables(region: Region, protected: Protected) -> Iterator[StoreRecovery]:
    def describe(name: str) -> StoreRecovery:
        arn = table_arn(region, name)
        table = told(TABLE, region.detail(TABLE, TableName=name), "Table", dict)
        return StoreRecovery(
            id=arn,
            name=name,
            account_id=region.id,
            form="table",
            judged_at=None,
            stopped=False,
            created_at=moment(TABLE, table, "CreationDateTime"),
            backed_up_at=_backed_up_at(protected, arn),
            restorable_to=_table_restorable_to(point_in_time_recovery(region, name)),
        )

    return region.concurrently(describe, region.each(LIST_TABLES, "TableNames"))


def _volumes(
    region: Region, protected: Protected, latest: Mapping[str, Instant] | Unread
) -> Iterator[StoreRecovery]:
    for volume in region.each(VOLUMES, "Volumes"):
        if volume["State"] != "in-use":
            continue
        volume_id = volume["VolumeId"]
        arn = f"arn:{region.partition}:ec2:{region.region}:{region.id}:volume/{volume_id}"
        yield StoreRecovery(
            id=arn,
            name=volume_id,
            account_id=region.id,
            form="volume",
            judged_at=None,
            stopped=False,
            created_at=moment(VOLUMES, volume, "CreateTime"),
            backed_up_at=_backed_up_at(protected, arn),
            restorable_to=latest if isinstance(latest, Unread) else latest.get(volume_id),
        )


def _is_stopped(status: str | Unread) -> bool | Unread:
    return status if isinstance(status, Unread) else status == "stopped"


def _by_arn(resources: tuple[Response, ...] | Unread) -> Protected:
    if isinstance(resources, Unread):
        return resources
    return {resource["ResourceArn"]: resource for resource in resources}


def _backed_up_at(protected: Protected, arn: str) -> Point:
    """AWS Backup lists every resource it ever backed up, and no other."""
    if isinstance(protected, Unread):
        return protected
    resource = protected.get(arn)
    return None if resource is None else moment(PROTECTED, resource, "LastBackupTime")


def _restorable_to(call: ApiCall, database: Response) -> Point:
    kept_days = told(call, database, "BackupRetentionPeriod", int)
    if isinstance(kept_days, Unread):
        return kept_days
    return moment(call, database, "LatestRestorableTime") if kept_days else None


def _table_restorable_to(recovery: Response | Unread) -> Point:
    status = told(CONTINUOUS_BACKUPS, recovery, "PointInTimeRecoveryStatus", str)
    if isinstance(status, Unread):
        return status
    if status != "ENABLED":
        return None
    return moment(CONTINUOUS_BACKUPS, recovery, "LatestRestorableDateTime")


def _latest(snapshots: tuple[Response, ...] | Unread) -> Mapping[str, Instant] | Unread:
    """When the latest completed snapshot of each volume was begun: it holds what was then."""
    if isinstance(snapshots, Unread):
        return snapshots
    latest: dict[str, Instant] = {}
    for snapshot in snapshots:
        if snapshot["State"] != "completed":
            continue
        volume_id, begun = snapshot["VolumeId"], moment(SNAPSHOTS, snapshot, "StartTime")
        if isinstance(begun, Unread):
            return begun
        latest[volume_id] = max(begun, latest.get(volume_id, begun))
    return latest
