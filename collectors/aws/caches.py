"""Caches, and what is encrypted of them."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.caches import Cache
from collectors.evidence.record import Unread

GROUPS = ApiCall(
    "elasticache",
    "DescribeReplicationGroups",
    "elasticache:DescribeReplicationGroups",
    redact=("ReplicationGroups.Description",),
)
CLUSTERS = ApiCall("elasticache", "DescribeCacheClusters", "elasticache:DescribeCacheClusters")
SERVERLESS = ApiCall(
    "elasticache",
    "DescribeServerlessCaches",
    "elasticache:DescribeServerlessCaches",
    redact=("ServerlessCaches.Description",),
)
ACCELERATORS = ApiCall(
    "dax", "DescribeClusters", "dax:DescribeClusters", redact=("Clusters.Description",)
)
BY_SERVICE = frozenset({"sse-elasticache", "sse-kms"})
TLS = "TLS"
ENCRYPTED = "ENABLED"


@collector(id="aws.caches", calls=(GROUPS, CLUSTERS, SERVERLESS, ACCELERATORS))
def caches(region: Region) -> Iterator[Cache]:
    """Every cache of the region: groups, single clusters, serverless ones and DAX.

    Members of a replication group are left out: the group is judged.
    """
    yield from region.in_turn(
        (_cache(GROUPS, group, "replication group") for group in _groups(region)),
        (_cache(CLUSTERS, cluster, "cluster") for cluster in single_clusters(region)),
        map(_serverless, region.each(SERVERLESS, "ServerlessCaches")),
        map(_accelerator, region.each(ACCELERATORS, "Clusters")),
    )


def _groups(region: Region) -> Iterator[Response]:
    return region.each(GROUPS, "ReplicationGroups")


def single_clusters(region: Region) -> Iterator[Response]:
    """Clusters that are no members of a replication group."""
    return region.each(CLUSTERS, "CacheClusters", ShowCacheClustersNotInReplicationGroups=True)


def _cache(call: ApiCall, answer: Response, form: str) -> Cache:
    group = form == "replication group"
    return Cache(
        id=answer["ARN"],
        name=answer["ReplicationGroupId" if group else "CacheClusterId"],
        form="replication group" if group else "cluster",
        engine=answer.get("Engine"),
        in_transit=told(call, answer, "TransitEncryptionEnabled", bool),
        mode=answer.get("TransitEncryptionMode"),
        at_rest=_at_rest(call, answer),
    )


def _at_rest(call: ApiCall, answer: Response) -> bool | Unread:
    """A key of ElastiCache's own counts; it stands in a field of its own."""
    if answer.get("StorageEncryptionType") in BY_SERVICE:
        return True
    return told(call, answer, "AtRestEncryptionEnabled", bool)


def _serverless(answer: Response) -> Cache:
    """Serverless caches cannot be made without encryption, in transit or at rest."""
    return Cache(
        id=answer["ARN"],
        name=answer["ServerlessCacheName"],
        form="serverless cache",
        engine=answer.get("Engine"),
        in_transit=True,
        mode=None,
        at_rest=True,
    )


def _accelerator(answer: Response) -> Cache:
    endpoint = told(ACCELERATORS, answer, "ClusterEndpointEncryptionType", str)
    storage = told(ACCELERATORS, answer, "SSEDescription", dict)
    status = told(ACCELERATORS, storage, "Status", str)
    return Cache(
        id=answer["ClusterArn"],
        name=answer["ClusterName"],
        form="accelerator",
        engine="dax",
        in_transit=endpoint if isinstance(endpoint, Unread) else endpoint == TLS,
        mode=None,
        at_rest=status if isinstance(status, Unread) else status == ENCRYPTED,
    )
