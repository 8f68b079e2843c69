"""How databases are set up: who can reach them, and what keeps them from being lost."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told
from collectors.aws.dynamodb import LIST_TABLES, TABLE, table_arn
from collectors.aws.rds import (
    CLUSTER_SNAPSHOTS,
    INSTANCE_SNAPSHOTS,
    SETTLED_CLUSTERS,
    SETTLED_INSTANCES,
    cluster_of,
    source_of_cluster,
    source_of_instance,
)
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.rds_settings import (
    DatabaseEndpoint,
    DatabaseSettings,
    DatabaseSnapshot,
    DeletionGuard,
)
from collectors.evidence.record import Unread

WAREHOUSES = ApiCall(
    "redshift",
    "DescribeClusters",
    "redshift:DescribeClusters",
    redact=("Clusters.MasterUsername", "Clusters.PendingModifiedValues.MasterUserPassword"),
)
INSTANCE_SHARES = ApiCall("rds", "DescribeDBSnapshotAttributes", "rds:DescribeDBSnapshotAttributes")
CLUSTER_SHARES = ApiCall(
    "rds", "DescribeDBClusterSnapshotAttributes", "rds:DescribeDBClusterSnapshotAttributes"
)
MANUAL = "manual"
RESTORE = "restore"


@collector(id="aws.rds.settings", calls=(SETTLED_INSTANCES, SETTLED_CLUSTERS))
def rds_settings(region: Region) -> Iterator[DatabaseSettings]:
    """Every database instance and cluster, with its zones and what its snapshots carry."""

    def instance(answer: Response) -> DatabaseSettings:
        return DatabaseSettings(
            id=answer["DBInstanceArn"],
            name=answer["DBInstanceIdentifier"],
            account_id=region.id,
            form="instance",
            member_of=cluster_of(answer),
            replica_of=source_of_instance(answer),
            several_zones=told(SETTLED_INSTANCES, answer, "MultiAZ", bool),
            copies_tags=told(SETTLED_INSTANCES, answer, "CopyTagsToSnapshot", bool),
        )

    def cluster(answer: Response) -> DatabaseSettings:
        return DatabaseSettings(
            id=answer["DBClusterArn"],
            name=answer["DBClusterIdentifier"],
            account_id=region.id,
            form="cluster",
            member_of=None,
            replica_of=source_of_cluster(answer),
            several_zones=told(SETTLED_CLUSTERS, answer, "MultiAZ", bool),
            copies_tags=told(SETTLED_CLUSTERS, answer, "CopyTagsToSnapshot", bool),
        )

    yield from region.in_turn(
        map(instance, region.each(SETTLED_INSTANCES, "DBInstances")),
        map(cluster, region.each(SETTLED_CLUSTERS, "DBClusters")),
    )


@collector(
    id="aws.rds.deletion-guards", calls=(SETTLED_INSTANCES, SETTLED_CLUSTERS, LIST_TABLES, TABLE)
)
def deletion_guards(region: Region) -> Iterator[DeletionGuard]:
    """Every database instance, cluster and table, and whether it is guarded from deletion."""

    def instance(answer: Response) -> DeletionGuard:
        return DeletionGuard(
            id=answer["DBInstanceArn"],
            name=answer["DBInstanceIdentifier"],
            form="instance",
            member_of=cluster_of(answer),
            guarded=told(SETTLED_INSTANCES, answer, "DeletionProtection", bool),
        )

    def cluster(answer: Response) -> DeletionGuard:
        return DeletionGuard(
            id=answer["DBClusterArn"],
            name=answer["DBClusterIdentifier"],
            form="cluster",
            member_of=None,
            guarded=told(SETTLED_CLUSTERS, answer, "DeletionProtection", bool),
        )

    def table(name: str) -> DeletionGuard:
        described = told(TABLE, region.detail(TABLE, TableName=name), "Table", dict)
        return DeletionGuard(
            id=table_arn(region, name),
            name=name,
            form="table",
            member_of=None,
            guarded=told(TABLE, described, "DeletionProtectionEnabled", bool),
        )

    yield from region.in_turn(
        map(instance, region.each(SETTLED_INSTANCES, "DBInstances")),
        map(cluster, region.each(SETTLED_CLUSTERS, "DBClusters")),
        region.concurrently(table, region.each(LIST_TABLES, "TableNames")),
    )


@collector(id="aws.rds.endpoints", calls=(SETTLED_INSTANCES, WAREHOUSES))
def database_endpoints(region: Region) -> Iterator[DatabaseEndpoint]:
    """Every database instance and warehouse cluster.

    The members of a cluster are among them: each has an address of its own.
    """

    def instance(answer: Response) -> DatabaseEndpoint:
        return DatabaseEndpoint(
            id=answer["DBInstanceArn"],
            name=answer["DBInstanceIdentifier"],
            form="instance",
            public=told(SETTLED_INSTANCES, answer, "PubliclyAccessible", bool),
        )

    def warehouse(answer: Response) -> DatabaseEndpoint:
        name = answer["ClusterIdentifier"]
        return DatabaseEndpoint(
            id=f"arn:{region.partition}:redshift:{region.region}:{region.id}:cluster:{name}",
            name=name,
            form="warehouse",
            public=told(WAREHOUSES, answer, "PubliclyAccessible", bool),
        )

    yield from region.in_turn(
        map(instance, region.each(SETTLED_INSTANCES, "DBInstances")),
        map(warehouse, region.each(WAREHOUSES, "Clusters")),
    )


@collector(
    id="aws.rds.snapshots",
    calls=(INSTANCE_SNAPSHOTS, INSTANCE_SHARES, CLUSTER_SNAPSHOTS, CLUSTER_SHARES),
)
def database_snapshots(region: Region) -> Iterator[DatabaseSnapshot]:
    """Every snapshot of a database that somebody made, with who may restore it."""

    def of_instance(answer: Response) -> DatabaseSnapshot:
        name = answer["DBSnapshotIdentifier"]
        shares = region.detail(INSTANCE_SHARES, DBSnapshotIdentifier=name)
        return DatabaseSnapshot(
            id=answer["DBSnapshotArn"],
            name=name,
            form="instance snapshot",
            restorable_by=_restorable_by(INSTANCE_SHARES, shares, "DBSnapshot"),
        )

    def of_cluster(answer: Response) -> DatabaseSnapshot:
        name = answer["DBClusterSnapshotIdentifier"]
        shares = region.detail(CLUSTER_SHARES, DBClusterSnapshotIdentifier=name)
        return DatabaseSnapshot(
            id=answer["DBClusterSnapshotArn"],
            name=name,
            form="cluster snapshot",
            restorable_by=_restorable_by(CLUSTER_SHARES, shares, "DBClusterSnapshot"),
        )

    instances = region.each(INSTANCE_SNAPSHOTS, "DBSnapshots", SnapshotType=MANUAL)
    clusters = region.each(CLUSTER_SNAPSHOTS, "DBClusterSnapshots", SnapshotType=MANUAL)
    yield from region.in_turn(
        region.concurrently(of_instance, instances), region.concurrently(of_cluster, clusters)
    )


def _restorable_by(call: ApiCall, answer: Response | Unread, kind: str) -> frozenset[str] | Unread:
    """RDS begins the names of its fields with the kind of what is listed."""
    attributes = told(
        call, told(call, answer, f"{kind}AttributesResult", dict), f"{kind}Attributes", list
    )
    if isinstance(attributes, Unread):
        return attributes
    return frozenset(
        account
        for attribute in attributes
        if attribute.get("AttributeName") == RESTORE
        for account in attribute.get("AttributeValues") or ()
    )
