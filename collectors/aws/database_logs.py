"""Databases and warehouses, and which of their logs leave them."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, instant, told
from collectors.aws.rds import SETTLED_CLUSTERS, SETTLED_INSTANCES, cluster_of
from collectors.aws.rds_settings import WAREHOUSES
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.database_logs import DatabaseLogs
from collectors.evidence.record import Unread

AUDIT = ApiCall(
    "redshift",
    "DescribeLoggingStatus",
    "redshift:DescribeLoggingStatus",
    redact=("LastFailureMessage",),
)
NAMESPACES = ApiCall(
    "redshift-serverless",
    "ListNamespaces",
    "redshift-serverless:ListNamespaces",
    redact=("namespaces.adminUsername",),
)
TO_BUCKETS = frozenset({"connectionlog", "userlog"})
"""What a warehouse sends to a bucket: always both; users' queries only if a parameter says so."""


@collector(
    id="aws.database.logs",
    calls=(SETTLED_INSTANCES, SETTLED_CLUSTERS, WAREHOUSES, AUDIT, NAMESPACES),
)
def database_logs(region: Region) -> Iterator[DatabaseLogs]:
    """Every database instance, cluster and warehouse, with the logs that are exported.

    RDS leaves the list out of a database that exports none.
    """

    def instance(answer: Response) -> DatabaseLogs:
        return DatabaseLogs(
            id=answer["DBInstanceArn"],
            name=answer["DBInstanceIdentifier"],
            form="instance",
            engine=told(SETTLED_INSTANCES, answer, "Engine", str),
            member_of=cluster_of(answer),
            exported=frozenset(answer.get("EnabledCloudwatchLogsExports") or ()),
            delivery_failed=False,
        )

    def cluster(answer: Response) -> DatabaseLogs:
        return DatabaseLogs(
            id=answer["DBClusterArn"],
            name=answer["DBClusterIdentifier"],
            form="cluster",
            engine=told(SETTLED_CLUSTERS, answer, "Engine", str),
            member_of=None,
            exported=frozenset(answer.get("EnabledCloudwatchLogsExports") or ()),
            delivery_failed=False,
        )

    def warehouse(answer: Response) -> DatabaseLogs:
        name = answer["ClusterIdentifier"]
        status = region.detail(AUDIT, ClusterIdentifier=name)
        return DatabaseLogs(
            id=f"arn:{region.partition}:redshift:{region.region}:{region.id}:cluster:{name}",
            name=name,
            form="warehouse",
            engine="redshift",
            member_of=None,
            exported=_sent(status),
            delivery_failed=status if isinstance(status, Unread) else _failed(status),
        )

    def namespace(answer: Response) -> DatabaseLogs:
        return DatabaseLogs(
            id=answer["namespaceArn"],
            name=answer["namespaceName"],
            form="warehouse",
            engine="redshift",
            member_of=None,
            exported=frozenset(answer.get("logExports") or ()),
            delivery_failed=False,
        )

    yield from region.in_turn(
        map(instance, region.each(SETTLED_INSTANCES, "DBInstances")),
        map(cluster, region.each(SETTLED_CLUSTERS, "DBClusters")),
        region.concurrently(warehouse, region.each(WAREHOUSES, "Clusters")),
        map(namespace, region.each(NAMESPACES, "namespaces")),
    )


def _sent(status: Response | Unread) -> frozenset[str] | Unread:
    on = told(AUDIT, status, "LoggingEnabled", bool)
    if isinstance(status, Unread) or isinstance(on, Unread):
        return on if isinstance(on, Unread) else frozenset()
    if not on:
        return frozenset()
    return frozenset(status.get("LogExports") or TO_BUCKETS)


def _failed(status: Response) -> bool:
    """Redshift leaves out the time of what never happened."""
    failure, success = status.get("LastFailureTime"), status.get("LastSuccessfulDeliveryTime")
    if failure is None:
        return False
    return success is None or instant(failure) > instant(success)
