"""On whose machines workflows run."""

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
from collectors.evidence.github.actions import RunnerGroup
from collectors.evidence.record import Unread


@check(
    id="github.runner.group-restricted",
    title="Own runners serve chosen repositories only",
    controls=("WRK-01", "CHG-04"),
    severity=Severity.HIGH,
    remediation="Restrict the group to selected repositories, none of them public.",
    empty=Outcome.NOT_APPLICABLE,
)
def runner_group_restricted(group: RunnerGroup) -> Verdict:
    """Whoever can start a workflow on a machine can take what the machine knows.

    A group has to name the repositories it serves, and none of them may be public. Runners
    of one repository's own are in no group and under nobody's rules. A group without
    runners is left out.
    """
    if group.runners == 0:
        return not_applicable("no runner is in the group")
    if group.visibility == "repository":
        return failed("a repository has runners of its own", runners=_number(group))
    if group.serves_public_repositories is True:
        return failed("public repositories may use the runners", runners=_number(group))
    if isinstance(group.visibility, str) and group.visibility != "selected":
        return failed(
            f"{group.visibility} repositories may use the runners", runners=_number(group)
        )
    for part in (group.visibility, group.serves_public_repositories):
        if isinstance(part, Unread):
            return undetermined(part)
    workflows = group.workflows if isinstance(group.workflows, frozenset) else frozenset()
    return passed("selected repositories use the runners", workflows=tuple(sorted(workflows)))


def _number(group: RunnerGroup) -> int | None:
    return group.runners if isinstance(group.runners, int) else None
