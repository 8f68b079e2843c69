"""Versions that AWS runs for the company, and until when it supports them."""

from collections.abc import Iterator, Mapping

from collectors.aws.account import Region, Response, moment, told
from collectors.aws.containers import CLUSTER, CLUSTERS
from collectors.aws.functions import FUNCTIONS
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.versions import ManagedVersion
from collectors.evidence.record import Instant, Unread
from collectors.reader import unread

CLUSTER_VERSIONS = ApiCall("eks", "DescribeClusterVersions", "eks:DescribeClusterVersions")


@collector(id="aws.compute.versions", calls=(FUNCTIONS, CLUSTERS, CLUSTER, CLUSTER_VERSIONS))
def managed_versions(region: Region) -> Iterator[ManagedVersion]:
    """Every function with a managed runtime, and every Kubernetes cluster.

    Functions made of an image are left out: what is in it is the company's own. Until when a
    runtime is supported, no operation says.
    """
    yield from region.in_turn(_functions(region), _clusters(region))


def _functions(region: Region) -> Iterator[ManagedVersion]:
    for function in region.each(FUNCTIONS, "Functions"):
        if function.get("PackageType") == "Image":
            continue
        yield ManagedVersion(
            id=function["FunctionArn"],
            name=function["FunctionName"],
            form="function",
            version=told(FUNCTIONS, function, "Runtime", str),
            supported_until=None,
        )


def _clusters(region: Region) -> Iterator[ManagedVersion]:
    names = list(region.each(CLUSTERS, "clusters"))
    ends = _ends(region) if names else {}

    def describe(name: str) -> ManagedVersion:
        cluster = told(CLUSTER, region.detail(CLUSTER, name=name), "cluster", dict)
        version = told(CLUSTER, cluster, "version", str)
        return ManagedVersion(
            id=f"arn:{region.partition}:eks:{region.region}:{region.id}:cluster/{name}",
            name=name,
            form="cluster",
            version=version,
            supported_until=version if isinstance(version, Unread) else _end(ends, version),
        )

    yield from region.concurrently(describe, names)


def _ends(region: Region) -> Mapping[str, Response] | Unread:
    listed = region.listed(CLUSTER_VERSIONS, "clusterVersions", includeAll=True)
    if isinstance(listed, Unread):
        return listed
    return {one["clusterVersion"]: one for one in listed if "clusterVersion" in one}


def _end(ends: Mapping[str, Response] | Unread, version: str) -> Instant | Unread:
    if isinstance(ends, Unread):
        return ends
    if version not in ends:
        return unread(CLUSTER_VERSIONS, "the answer does not name the version")
    return moment(CLUSTER_VERSIONS, ends[version], "endOfStandardSupportDate")
