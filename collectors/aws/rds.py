"""Databases that RDS manages: their backups and the encryption of their storage."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, moment, told
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.rds import Database, DatabaseStorage, Form

INSTANCES = ApiCall(
    "rds",
    "DescribeDBInstances",
    "rds:DescribeDBInstances",
    redact=("DBInstances.MasterUsername", "DBInstances.PendingModifiedValues.MasterUserPassword"),
)
CLUSTERS = ApiCall(
    "rds",
    "DescribeDBClusters",
    "rds:DescribeDBClusters",
    redact=("DBClusters.MasterUsername", "DBClusters.PendingModifiedValues.MasterUserPassword"),
)
SETTLED_INSTANCES = INSTANCES.without("DBInstances.LatestRestorableTime")
SETTLED_CLUSTERS = CLUSTERS.without(
    "DBClusters.LatestRestorableTime", "DBClusters.EarliestRestorableTime"
)
"""For those who ask how databases are set up; how far they can be restored moves by the minute."""
INSTANCE_SNAPSHOTS = ApiCall(
    "rds", "DescribeDBSnapshots", "rds:DescribeDBSnapshots", redact=("DBSnapshots.MasterUsername",)
)
CLUSTER_SNAPSHOTS = ApiCall(
    "rds",
    "DescribeDBClusterSnapshots",
    "rds:DescribeDBClusterSnapshots",
    redact=("DBClusterSnapshots.MasterUsername",),
)


@collector(id="aws.rds.databases", calls=(INSTANCES, CLUSTERS))
def rds_databases(region: Region) -> Iterator[Database]:
    """Every database instance and cluster of the region, with its automatic backups."""

    def instance(answer: Response) -> Database:
        return Database(
            id=answer["DBInstanceArn"],
            name=answer["DBInstanceIdentifier"],
            account_id=region.id,
            form="instance",
            member_of=cluster_of(answer),
            replica_of=source_of_instance(answer),
            status=told(INSTANCES, answer, "DBInstanceStatus", str),
            backups_kept_days=told(INSTANCES, answer, "BackupRetentionPeriod", int),
            restorable_to=moment(INSTANCES, answer, "LatestRestorableTime"),
        )

    def cluster(answer: Response) -> Database:
        return Database(
            id=answer["DBClusterArn"],
            name=answer["DBClusterIdentifier"],
            account_id=region.id,
            form="cluster",
            member_of=None,
            replica_of=source_of_cluster(answer),
            status=told(CLUSTERS, answer, "Status", str),
            backups_kept_days=told(CLUSTERS, answer, "BackupRetentionPeriod", int),
            restorable_to=moment(CLUSTERS, answer, "LatestRestorableTime"),
        )

    yield from region.in_turn(
        map(instance, region.each(INSTANCES, "DBInstances")),
        map(cluster, region.each(CLUSTERS, "DBClusters")),
    )


@collector(
    id="aws.rds.storage",
    calls=(SETTLED_INSTANCES, SETTLED_CLUSTERS, INSTANCE_SNAPSHOTS, CLUSTER_SNAPSHOTS),
)
def rds_storage(region: Region) -> Iterator[DatabaseStorage]:
    """Every database instance and cluster of the region, and every snapshot somebody made.

    Automatic snapshots are left out: they are encrypted if and only if their database is.
    """
    yield from region.in_turn(
        _storage(region, SETTLED_INSTANCES, "DBInstance", "instance"),
        _storage(region, SETTLED_CLUSTERS, "DBCluster", "cluster"),
        _storage(
            region,
            INSTANCE_SNAPSHOTS,
            "DBSnapshot",
            "instance snapshot",
            encrypted="Encrypted",
            SnapshotType="manual",
        ),
        _storage(
            region,
            CLUSTER_SNAPSHOTS,
            "DBClusterSnapshot",
            "cluster snapshot",
            SnapshotType="manual",
        ),
    )


def _storage(
    region: Region,
    call: ApiCall,
    kind: str,
    form: Form,
    *,
    encrypted: str = "StorageEncrypted",
    **arguments: str,
) -> Iterator[DatabaseStorage]:
    """One listing: RDS begins the names of its fields with the kind of what is listed."""
    for answer in region.each(call, f"{kind}s", **arguments):
        yield DatabaseStorage(
            id=answer[f"{kind}Arn"],
            name=answer[f"{kind}Identifier"],
            account_id=region.id,
            form=form,
            member_of=cluster_of(answer) if form == "instance" else None,
            encrypted=told(call, answer, encrypted, bool),
            encryption_type=answer.get("StorageEncryptionType"),
        )


def cluster_of(instance: Response) -> str | None:
    """The cluster an instance belongs to; RDS names it only for members."""
    return instance.get("DBClusterIdentifier") or None


def source_of_instance(instance: Response) -> str | None:
    """What a read replica copies; RDS names a source only for replicas."""
    source = instance.get("ReadReplicaSourceDBInstanceIdentifier")
    return source or instance.get("ReadReplicaSourceDBClusterIdentifier") or None


def source_of_cluster(cluster: Response) -> str | None:
    """What a replica cluster copies; RDS names a source only for replicas."""
    return cluster.get("ReplicationSourceIdentifier") or None
