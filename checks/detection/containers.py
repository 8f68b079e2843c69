"""Containers: are images scanned, and is what administrators do written down?"""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from checks.policies import covers
from collectors.evidence.aws.containers import ImageRepository, KubernetesCluster
from collectors.evidence.record import Unread


@check(
    id="aws.ecr.image-scanned",
    title="New container images are scanned for known weaknesses",
    controls=("VUL-01", "WRK-01"),
    severity=Severity.MEDIUM,
    remediation="Turn on scanning for the registry.",
    empty=Outcome.NOT_APPLICABLE,
)
def ecr_image_scanned(repository: ImageRepository) -> Verdict:
    """What an image brings along is known to attackers as soon as it is known to anybody.

    A rule of the registry counts that scans on push or all the time, and so does the
    repository's own setting.
    """
    if repository.scans_on_push is True:
        return passed("the repository scans on push")
    rules = repository.registry_rules
    if isinstance(rules, Unread):
        return undetermined(rules)
    matching = tuple(rule for rule in rules if covers(rule, repository.name))
    if matching:
        return passed("the registry scans it", rules=matching)
    if isinstance(repository.scans_on_push, Unread):
        return undetermined(repository.scans_on_push)
    return failed("new images are not scanned")


@check(
    id="aws.eks.control-plane-logged",
    title="Kubernetes clusters log what is asked of their control plane",
    controls=("MON-01",),
    severity=Severity.MEDIUM,
    remediation="Turn on the control plane logs of the cluster.",
    empty=Outcome.NOT_APPLICABLE,
)
def eks_control_plane_logged(
    cluster: KubernetesCluster, *, types: tuple[str, ...] = ("api", "audit", "authenticator")
) -> Verdict:
    """Whoever administers a cluster does so through its API, and CloudTrail sees none of it."""
    if isinstance(cluster.logged, Unread):
        return undetermined(cluster.logged)
    missing = tuple(sorted(set(types) - cluster.logged))
    if missing:
        return failed(f"{len(missing)} of {len(types)} logs are off", missing=missing)
    return passed("the logs are on", logged=tuple(sorted(cluster.logged)))
