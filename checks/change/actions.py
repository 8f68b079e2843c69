"""What workflows may run, and with which rights."""

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
from collectors.evidence.github.actions import ActionsPolicy, ChosenActions
from collectors.evidence.record import Unread

EVERYTHING = {"*", "*/*"}
"""Patterns of actions that let every action in."""


@check(
    id="github.actions.source-restricted",
    title="Workflows use actions from known sources only",
    controls=("WRK-01", "ACC-09"),
    severity=Severity.HIGH,
    remediation="Allow selected actions only: your own, GitHub's, and those you list.",
    empty=Outcome.FAILED,
)
def actions_source_restricted(
    policy: ActionsPolicy, *, verified_creators_allowed: bool = True
) -> Verdict:
    """An action is somebody else's program that runs with the company's secrets.

    Own actions, GitHub's, those of verified creators where the company accepts them, and
    listed ones may run. A list with a pattern for everything is no list.
    """
    if isinstance(policy.allowed_actions, Unread):
        return undetermined(policy.allowed_actions)
    if policy.allowed_actions == "none":
        return passed("no workflow runs")
    if policy.allowed_actions == "all":
        return failed("every action may run", allowed_actions="all")
    if policy.allowed_actions == "local_only":
        return passed("only the organisation's own actions run")
    return _of_choice(policy.chosen, verified_creators_allowed=verified_creators_allowed)


def _of_choice(
    chosen: ChosenActions | Unread | None, *, verified_creators_allowed: bool
) -> Verdict:
    if not isinstance(chosen, ChosenActions):
        return undetermined(chosen or "which actions were selected was not asked")
    patterns = chosen.patterns if isinstance(chosen.patterns, frozenset) else frozenset()
    if patterns & EVERYTHING:
        return failed("the list lets every action in", patterns=tuple(sorted(patterns)))
    if chosen.of_verified_creators is True and not verified_creators_allowed:
        return failed("actions of all verified creators may run")
    for part in (chosen.patterns, chosen.of_verified_creators):
        if isinstance(part, Unread):
            return undetermined(part)
    return passed("selected actions run only", patterns=tuple(sorted(patterns)))


@check(
    id="github.actions.token-read-only",
    title="Workflows get a token that only reads",
    controls=("WRK-01", "ACC-07"),
    severity=Severity.HIGH,
    remediation="Set the default permission of the workflow token to read.",
    empty=Outcome.FAILED,
)
def actions_token_read_only(policy: ActionsPolicy) -> Verdict:
    """A workflow that needs to write should have to say so, in a file that is reviewed."""
    if isinstance(policy.default_permission, Unread):
        return undetermined(policy.default_permission)
    judge = passed if policy.default_permission == "read" else failed
    return judge(f"the default token may {policy.default_permission}")


@check(
    id="github.actions.cannot-approve",
    title="Workflows cannot approve changes",
    controls=("CHG-02", "ACC-09"),
    severity=Severity.MEDIUM,
    remediation="Turn off that workflows create and approve pull requests.",
    empty=Outcome.FAILED,
)
def actions_cannot_approve(policy: ActionsPolicy) -> Verdict:
    """A workflow that may approve turns one person's change into a reviewed one."""
    if isinstance(policy.may_approve, Unread):
        return undetermined(policy.may_approve)
    if policy.may_approve:
        return failed("workflows may create and approve pull requests")
    return passed("workflows can neither create nor approve pull requests")


@check(
    id="github.actions.fork-runs-approved",
    title="Runs from outside wait for an approval",
    controls=("WRK-01",),
    severity=Severity.MEDIUM,
    remediation="Ask for approval of outside runs, and give forks neither tokens nor secrets.",
    empty=Outcome.NOT_APPLICABLE,
)
def actions_fork_runs_approved(
    settings: ActionsPolicy,
    *,
    policy: tuple[str, ...] = ("first_time_contributors", "all_external_contributors"),
) -> Verdict:
    """Anybody can propose a change to a public repository, and with it a workflow.

    In public repositories such runs have to wait for somebody of the company; runs from
    forks of private ones get neither a token that writes nor secrets.
    """
    outside = settings.outside_runs_approved_for
    if isinstance(outside, str) and outside not in policy:
        return failed("runs of outside contributors start by themselves", approved_for=outside)
    if isinstance(settings.forks_are_given, frozenset) and settings.forks_are_given:
        given = tuple(sorted(settings.forks_are_given))
        return failed(f"runs from forks are given {' and '.join(given)}", given=given)
    if isinstance(outside, Unread):
        return undetermined(outside)
    if isinstance(settings.forks_are_given, Unread):
        return undetermined(settings.forks_are_given)
    if outside is None:
        return not_applicable("nobody from outside runs anything in a private repository")
    return passed("runs from outside wait for an approval", approved_for=outside)
