"""Are machines looked after, and patched?"""

from datetime import timedelta

from checks.contract import (
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.aws.fleet import PatchedMachine, Patches, WatchedInstance
from collectors.evidence.record import Instant, Unread


@check(
    id="aws.ssm.instance-managed",
    title="Systems Manager hears of every machine that runs",
    controls=("VUL-02", "MON-04", "AST-01"),
    severity=Severity.MEDIUM,
    remediation="Attach the role to the machine, and install the agent.",
    empty=Outcome.NOT_APPLICABLE,
)
def ssm_instance_managed(
    instance: WatchedInstance,
    *,
    as_of: Instant,
    max_silence_days: int = 2,
    judge_nodes: bool = False,
) -> Verdict:
    """Nobody patches a machine, or looks into it after an attack, that nobody can reach.

    Nodes of Kubernetes clusters are replaced from an image instead: they are judged only
    where that is asked for.
    """
    if isinstance(instance.state, Unread):
        return undetermined(instance.state)
    if instance.is_node and not judge_nodes:
        return not_applicable("a node of a cluster, replaced from an image")
    heard_at = instance.heard_at
    if isinstance(heard_at, Unread):
        return undetermined(heard_at)
    if heard_at is None:
        return failed("its agent was never heard of")
    if heard_at < as_of - timedelta(days=max_silence_days):
        return failed(
            f"its agent was last heard of on {heard_at:%Y-%m-%d}", heard_at=heard_at.isoformat()
        )
    return passed(f"its agent was heard of within {max_silence_days} days")


@check(
    id="aws.ssm.patches-applied",
    title="Machines have the patches of their baseline",
    controls=("VUL-02",),
    severity=Severity.HIGH,
    remediation="Run the patch baseline, and restart what waits for it.",
    empty=Outcome.NOT_APPLICABLE,
)
def ssm_patches_applied(
    machine: PatchedMachine, *, as_of: Instant, max_scan_age_days: int = 7
) -> Verdict:
    """A weakness is used within days of the day its patch came out.

    Missing are the patches that the baseline approves, so its own delay counts; since when
    one is missing, no operation tells. A patch that waits for a restart has no effect yet.
    A machine that nobody ever looked at for patches is not known to have them.
    """
    patches = machine.patches
    if isinstance(patches, Unread):
        return undetermined(patches)
    if patches is None:
        return undetermined("nobody ever looked for its patches")
    lacking = _lacking(patches)
    if lacking:
        return failed(", ".join(lacking))
    if patches.looked_at < as_of - timedelta(days=max_scan_age_days):
        return failed(
            f"its patches were last looked at on {patches.looked_at:%Y-%m-%d}",
            looked_at=patches.looked_at.isoformat(),
        )
    return passed(f"no patch is missing, looked at within {max_scan_age_days} days")


def _lacking(patches: Patches) -> tuple[str, ...]:
    counts = {
        "missing": patches.missing,
        "failed": patches.failed,
        "waiting for a restart": patches.waiting,
    }
    return tuple(f"{count} {what}" for what, count in counts.items() if count)
