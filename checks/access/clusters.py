"""Who can reach the control plane of Kubernetes clusters."""

from ipaddress import ip_network

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.containers import KubernetesCluster
from collectors.evidence.record import Unread


@check(
    id="aws.eks.endpoint-restricted",
    title="Kubernetes clusters cannot be reached from the whole internet",
    controls=("NET-01",),
    severity=Severity.HIGH,
    remediation="Restrict the address ranges of the public endpoint, or turn it off.",
    empty=Outcome.NOT_APPLICABLE,
)
def eks_endpoint_restricted(cluster: KubernetesCluster) -> Verdict:
    """The API of a cluster commands everything in it; a flaw in it is everybody's to try.

    A public endpoint passes if it admits listed ranges only, and none of them is everything.
    """
    if cluster.public is False:
        return passed("the API has no address of the internet")
    if isinstance(cluster.admitted, Unread):
        return undetermined(cluster.admitted)
    if not any(ip_network(each, strict=False).prefixlen == 0 for each in cluster.admitted):
        return passed("the API admits listed addresses only", admitted=cluster.admitted)
    if isinstance(cluster.public, Unread):
        return undetermined(cluster.public)
    return failed("the API admits the whole internet", admitted=cluster.admitted)
