"""What serves people, and over how many zones it is spread."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told, whole
from collectors.aws.balancers import BALANCERS, CLASSIC_BALANCERS, classic_arn
from collectors.aws.batches import batches
from collectors.aws.caches import CLUSTERS, single_clusters
from collectors.aws.caches import GROUPS as CACHES
from collectors.aws.opensearch import AT_ONCE, DOMAINS
from collectors.aws.opensearch import NAMES as DOMAIN_NAMES
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.zones import ZonedComponent
from collectors.evidence.record import Unread

GROUPS = ApiCall(
    "autoscaling", "DescribeAutoScalingGroups", "autoscaling:DescribeAutoScalingGroups"
)
WITHOUT_A_NUMBER = 2
"""The zones of what is spread and does not say over how many."""
SPREAD = "Multiple"
"""What ElastiCache calls the zone of a cluster whose nodes stand in several."""


@collector(
    id="aws.compute.zones",
    calls=(
        *(GROUPS, BALANCERS, CLASSIC_BALANCERS),
        *(CACHES, CLUSTERS, DOMAIN_NAMES, DOMAINS),
    ),
)
def zoned_components(region: Region) -> Iterator[ZonedComponent]:
    """Every scaling group, load balancer, cache and search domain.

    Serverless caches are left out: AWS spreads them itself.
    """
    yield from region.in_turn(
        map(_group, region.each(GROUPS, "AutoScalingGroups")),
        map(_balancer, region.each(BALANCERS, "LoadBalancers")),
        (
            _classic(region, one)
            for one in region.each(CLASSIC_BALANCERS, "LoadBalancerDescriptions")
        ),
        map(_cache, region.each(CACHES, "ReplicationGroups")),
        map(_single_cache, single_clusters(region)),
        _domains(region),
    )


def _group(answer: Response) -> ZonedComponent:
    zones = told(GROUPS, answer, "AvailabilityZones", list)
    return ZonedComponent(
        id=answer["AutoScalingGroupARN"],
        name=answer["AutoScalingGroupName"],
        form="scaling group",
        zones=zones if isinstance(zones, Unread) else len(zones),
        fails_over=None,
    )


def _balancer(answer: Response) -> ZonedComponent:
    zones = told(BALANCERS, answer, "AvailabilityZones", list)
    return ZonedComponent(
        id=answer["LoadBalancerArn"],
        name=answer["LoadBalancerName"],
        form="load balancer",
        zones=zones if isinstance(zones, Unread) else len(zones),
        fails_over=None,
    )


def _classic(region: Region, answer: Response) -> ZonedComponent:
    zones = told(CLASSIC_BALANCERS, answer, "AvailabilityZones", list)
    return ZonedComponent(
        id=classic_arn(region, answer["LoadBalancerName"]),
        name=answer["LoadBalancerName"],
        form="load balancer",
        zones=zones if isinstance(zones, Unread) else len(zones),
        fails_over=None,
    )


def _cache(answer: Response) -> ZonedComponent:
    switches = whole(told(CACHES, answer, name, str) for name in ("MultiAZ", "AutomaticFailover"))
    return ZonedComponent(
        id=answer["ARN"],
        name=answer["ReplicationGroupId"],
        form="cache",
        zones=_zones_of_nodes(answer),
        fails_over=switches
        if isinstance(switches, Unread)
        else all(switch == "enabled" for switch in switches),
    )


def _single_cache(answer: Response) -> ZonedComponent:
    """A cluster without replicas: one node, or Memcached's several, each with a part."""
    zone = told(CLUSTERS, answer, "PreferredAvailabilityZone", str)
    number = WITHOUT_A_NUMBER if zone == SPREAD else 1
    return ZonedComponent(
        id=answer["ARN"],
        name=answer["CacheClusterId"],
        form="cache",
        zones=zone if isinstance(zone, Unread) else number,
        fails_over=None,
    )


def _zones_of_nodes(cache: Response) -> int | Unread:
    """The zones of the shard that is spread the least: each holds data of its own."""
    shards = told(CACHES, cache, "NodeGroups", list)
    if isinstance(shards, Unread):
        return shards
    spread = [
        len({node.get("PreferredAvailabilityZone") for node in shard.get("NodeGroupMembers") or ()})
        for shard in shards
    ]
    return min(spread, default=0)


def _domains(region: Region) -> Iterator[ZonedComponent]:
    listed = sorted(one["DomainName"] for one in region.each(DOMAIN_NAMES, "DomainNames"))
    for names in batches(listed, AT_ONCE):
        answer = told(DOMAINS, region.detail(DOMAINS, DomainNames=names), "DomainStatusList", list)
        known: dict[str, int | Unread] = (
            dict.fromkeys(names, answer)
            if isinstance(answer, Unread)
            else {one["DomainName"]: _zones_of_domain(one) for one in answer}
        )
        for name, zones in known.items():
            yield ZonedComponent(
                id=f"arn:{region.partition}:es:{region.region}:{region.id}:domain/{name}",
                name=name,
                form="search domain",
                zones=zones,
                fails_over=None,
            )


def _zones_of_domain(answer: Response) -> int | Unread:
    cluster = told(DOMAINS, answer, "ClusterConfig", dict)
    spread = told(DOMAINS, cluster, "ZoneAwarenessEnabled", bool)
    if isinstance(cluster, Unread) or isinstance(spread, Unread):
        return spread if isinstance(spread, Unread) else WITHOUT_A_NUMBER
    if not spread:
        return 1
    number = (cluster.get("ZoneAwarenessConfig") or {}).get("AvailabilityZoneCount")
    return int(number or WITHOUT_A_NUMBER)
