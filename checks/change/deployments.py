"""What was put into production, from where, and who let it through."""

from collections.abc import Sequence

from checks.contract import (
    Observed,
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.github.deployments import Approval, Deployment
from collectors.evidence.record import Unread

REACHED = frozenset({"in_progress", "success", "inactive"})
"""States of which one at least is reported of what really began."""


@check(
    id="github.deployment.from-protected-branch",
    title="Production gets what lies on a protected branch",
    controls=("CHG-04", "WRK-01"),
    severity=Severity.HIGH,
    remediation="Deploy from the default branch, and let the environment refuse others.",
    empty=Outcome.NOT_APPLICABLE,
)
def deployment_from_protected_branch(
    deployment: Deployment, *, allowed_actors: tuple[str, ...] = ()
) -> Verdict:
    """What skips the protected branch skips its review and its tests.

    The commit had to be in the history of a protected branch at the moment it was deployed,
    by name or by a tag: what was merged afterwards does not count. Which branches are
    protected is known of the day of the reading only. Where `allowed_actors` are named,
    nobody else deploys. A deployment that never began is not applicable.
    """
    if never_began(deployment):
        return not_applicable("it did not reach production", commit=deployment.commit)
    branch, by = deployment.from_branch, deployment.created_by
    observed: dict[str, Observed] = {
        "commit": deployment.commit,
        "environment": deployment.environment,
    }
    if branch is None:
        return failed("no protected branch held the commit when it was deployed", **observed)
    if allowed_actors and isinstance(by, str) and by not in allowed_actors:
        return failed("somebody deployed who is not allowed to", by=by, **observed)
    if isinstance(branch, Unread):
        return undetermined(branch, **observed)
    if allowed_actors and isinstance(by, Unread):
        return undetermined(by, **observed)
    return passed("a protected branch held the commit when it was deployed", branch=branch)


@check(
    id="github.deployment.approved",
    title="Somebody else lets a deployment through to production",
    controls=("CHG-04", "ACC-09"),
    severity=Severity.MEDIUM,
    remediation="Require a reviewer on the environment, or declare continuous deployment.",
    empty=Outcome.NOT_APPLICABLE,
)
def deployment_approved(deployment: Deployment, *, continuous_deployment: bool = False) -> Verdict:
    """Whoever starts a deployment should not be the only one who decides about it.

    An approval counts if a person gave it to this run for this environment, did not start
    the run, and did not write all that it brought. `continuous_deployment` declares that
    changes go out without one: then the commit has to lie on a protected branch, and the
    review of each change is judged by itself.
    """
    if never_began(deployment):
        return not_applicable("it did not reach production", commit=deployment.commit)
    if continuous_deployment and isinstance(deployment.from_branch, str):
        return passed("deployed from a protected branch", branch=deployment.from_branch)
    verdict, branch = _approved(deployment), deployment.from_branch
    if continuous_deployment and isinstance(branch, Unread) and verdict.outcome == "failed":
        return undetermined(branch, commit=deployment.commit)
    return verdict


def never_began(deployment: Deployment) -> bool:
    """Whether it is known not to have reached the environment: it was refused, or it waits."""
    states = deployment.states
    return isinstance(states, frozenset) and bool(states) and not states & REACHED


def _approved(deployment: Deployment) -> Verdict:
    run, commit = deployment.run, deployment.commit
    if run is None:
        return failed("no run deployed that somebody could approve", commit=commit)
    if isinstance(run, Unread):
        return undetermined(run, commit=commit)
    said = run.approvals
    if isinstance(said, Unread):
        return undetermined(said, commit=commit)
    approvers = frozenset(one.by for one in said if one.is_person and isinstance(one.by, str))
    starters = run.started_by if isinstance(run.started_by, frozenset) else frozenset()
    independent = [one for one in approvers - starters if not _wrote_all(deployment, one)]
    observed: dict[str, Observed] = {"commit": commit, "approvers": tuple(sorted(approvers))}
    doubts = (
        run.started_by if approvers else None,
        deployment.authors if independent else _unknown_approver(said),
    )
    for doubt in doubts:
        if isinstance(doubt, Unread):
            return undetermined(doubt, **observed)
    if independent:
        return passed("approved by a person who did not start it", **observed)
    return failed("no other person approved the run", **observed)


def _wrote_all(deployment: Deployment, person: str) -> bool:
    return deployment.authors == frozenset({person})


def _unknown_approver(said: Sequence[Approval]) -> Unread | None:
    return next((one.by for one in said if isinstance(one.by, Unread)), None)
