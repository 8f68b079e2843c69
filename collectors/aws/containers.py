"""Images of containers, and the clusters that run them."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.containers import ImageRepository, KubernetesCluster
from collectors.evidence.record import Unread

REPOSITORIES = ApiCall("ecr", "DescribeRepositories", "ecr:DescribeRepositories")
SCANNING = ApiCall(
    "ecr", "GetRegistryScanningConfiguration", "ecr:GetRegistryScanningConfiguration"
)
CLUSTERS = ApiCall("eks", "ListClusters", "eks:ListClusters")
CLUSTER = ApiCall("eks", "DescribeCluster", "eks:DescribeCluster")
MANUAL = "MANUAL"


@collector(id="aws.ecr.repositories", calls=(REPOSITORIES, SCANNING))
def image_repositories(region: Region) -> Iterator[ImageRepository]:
    """Every repository of images, with the registry's rules of what it scans."""
    rules = _rules(region.detail(SCANNING))
    for repository in region.each(REPOSITORIES, "repositories"):
        scanning = told(REPOSITORIES, repository, "imageScanningConfiguration", dict)
        filters = repository.get("imageTagMutabilityExclusionFilters") or ()
        yield ImageRepository(
            id=repository["repositoryArn"],
            name=repository["repositoryName"],
            mutability=told(REPOSITORIES, repository, "imageTagMutability", str),
            excluded=tuple(sorted(each["filter"] for each in filters)),
            scans_on_push=told(REPOSITORIES, scanning, "scanOnPush", bool),
            registry_rules=rules,
        )


@collector(id="aws.eks.clusters", calls=(CLUSTERS, CLUSTER))
def kubernetes_clusters(region: Region) -> Iterator[KubernetesCluster]:
    """Every cluster, with its logs and who may reach its API."""

    def describe(name: str) -> KubernetesCluster:
        cluster = told(CLUSTER, region.detail(CLUSTER, name=name), "cluster", dict)
        network = told(CLUSTER, cluster, "resourcesVpcConfig", dict)
        return KubernetesCluster(
            id=f"arn:{region.partition}:eks:{region.region}:{region.id}:cluster/{name}",
            name=name,
            logged=_logged(cluster),
            public=told(CLUSTER, network, "endpointPublicAccess", bool),
            admitted=_admitted(network),
        )

    yield from region.concurrently(describe, region.each(CLUSTERS, "clusters"))


def _rules(answer: Response | Unread) -> tuple[str, ...] | Unread:
    configuration = told(SCANNING, answer, "scanningConfiguration", dict)
    rules = told(SCANNING, configuration, "rules", list)
    if isinstance(rules, Unread):
        return rules
    return tuple(
        each["filter"]
        for rule in rules
        if rule.get("scanFrequency") != MANUAL
        for each in rule.get("repositoryFilters") or ()
    )


def _logged(cluster: Response | Unread) -> frozenset[str] | Unread:
    """EKS leaves the setting out of a cluster where it was never touched: nothing is logged."""
    if isinstance(cluster, Unread):
        return cluster
    setups = (cluster.get("logging") or {}).get("clusterLogging") or ()
    return frozenset(kind for setup in setups if setup.get("enabled") for kind in setup["types"])


def _admitted(network: Response | Unread) -> tuple[str, ...] | Unread:
    ranges = told(CLUSTER, network, "publicAccessCidrs", list)
    return ranges if isinstance(ranges, Unread) else tuple(sorted(ranges))
