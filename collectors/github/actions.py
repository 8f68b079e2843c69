"""What workflows may do, in the organisation and where a repository is left to decide."""

from collections.abc import Iterator
from typing import Any

from collectors.contract import ApiCall, collector
from collectors.evidence.github.actions import ActionsPolicy, ChosenActions
from collectors.evidence.record import Unread
from collectors.github.organisation import Answer, Organisation, field, needed
from collectors.github.repositories import LIST_REPOSITORIES, repositories
from collectors.github.settings import ORGANISATION

OF_ORGANISATION = "organization_administration:read"
OF_REPOSITORY = "administration:read"
ORG, REPO = "GET /orgs/{org}/actions/permissions", "GET /repos/{owner}/{repo}/actions/permissions"

PERMISSIONS = ApiCall("github", ORG, OF_ORGANISATION)
CHOSEN = ApiCall("github", f"{ORG}/selected-actions", OF_ORGANISATION)
TOKEN = ApiCall("github", f"{ORG}/workflow", OF_ORGANISATION)
OUTSIDE_RUNS = ApiCall("github", f"{ORG}/fork-pr-contributor-approval", OF_ORGANISATION)
PRIVATE_FORKS = ApiCall("github", f"{ORG}/fork-pr-workflows-private-repos", OF_ORGANISATION)
REPOSITORY_PERMISSIONS = ApiCall("github", REPO, OF_REPOSITORY)
REPOSITORY_CHOSEN = ApiCall("github", f"{REPO}/selected-actions", OF_REPOSITORY)
REPOSITORY_TOKEN = ApiCall("github", f"{REPO}/workflow", OF_REPOSITORY)
REPOSITORY_OUTSIDE_RUNS = ApiCall("github", f"{REPO}/fork-pr-contributor-approval", OF_REPOSITORY)

GIVEN_TO_FORKS = {
    "write tokens": "send_write_tokens_to_workflows",
    "secrets": "send_secrets_and_variables",
}


@collector(
    id="github.actions-policies",
    calls=(
        *(ORGANISATION, PERMISSIONS, CHOSEN, TOKEN, OUTSIDE_RUNS, PRIVATE_FORKS),
        *(LIST_REPOSITORIES, REPOSITORY_PERMISSIONS, REPOSITORY_CHOSEN, REPOSITORY_TOKEN),
        REPOSITORY_OUTSIDE_RUNS,
    ),
)
def actions_policies(organisation: Organisation) -> Iterator[ActionsPolicy]:
    """The organisation's policy, and that of each repository which may differ from it.

    What the organisation forbids no repository can allow, so repositories are asked only
    for what it leaves open.
    """
    org = organisation.login
    known = organisation.detail(ORGANISATION, org=org)
    above = _of_organisation(organisation, needed(ORGANISATION, known, "node_id", str))
    yield above

    def describe(repository: Answer) -> ActionsPolicy:
        return _of_repository(organisation, repository, above)

    population = (
        repository
        for repository in repositories(organisation)
        if repository.get("archived") is not True
        and (_leaves_open(above) or repository.get("private") is not True)
    )
    yield from organisation.concurrently(describe, population)


def _of_organisation(organisation: Organisation, node_id: str) -> ActionsPolicy:
    org = {"org": organisation.login}
    permissions = organisation.at(org, PERMISSIONS)
    token = organisation.at(org, TOKEN)
    where = field(PERMISSIONS, permissions, "enabled_repositories", str)
    allowed = field(PERMISSIONS, permissions, "allowed_actions", str)
    return ActionsPolicy(
        id=node_id,
        name=organisation.login,
        enabled=where if isinstance(where, Unread) else where != "none",
        allowed_actions="none" if where == "none" else allowed,
        chosen=_chosen_of(organisation, CHOSEN, org, allowed),
        pins_required=field(PERMISSIONS, permissions, "sha_pinning_required", bool),
        default_permission=field(TOKEN, token, "default_workflow_permissions", str),
        may_approve=field(TOKEN, token, "can_approve_pull_request_reviews", bool),
        outside_runs_approved_for=field(
            OUTSIDE_RUNS, organisation.at(org, OUTSIDE_RUNS), "approval_policy", str
        ),
        forks_are_given=_given_to_forks(organisation.at(org, PRIVATE_FORKS)),
    )


def _leaves_open(policy: ActionsPolicy) -> bool:
    """Whether a repository of the organisation is known to be free to be laxer or stricter."""
    return (
        policy.allowed_actions == "all"
        or policy.default_permission == "write"
        or policy.may_approve is True
    )


def _of_repository(
    organisation: Organisation, repository: Answer, above: ActionsPolicy
) -> ActionsPolicy:
    owner, _, name = repository["full_name"].partition("/")
    where = {"owner": owner, "repo": name}
    own = _leaves_open(above)
    permissions = organisation.at(where, REPOSITORY_PERMISSIONS) if own else {}
    token = organisation.at(where, REPOSITORY_TOKEN) if own else {}

    def of_own(call: ApiCall, answer: Answer | Unread, path: str, kind: Any, inherited: Any) -> Any:
        return field(call, answer, path, kind) if own else inherited

    enabled = of_own(REPOSITORY_PERMISSIONS, permissions, "enabled", bool, above.enabled)
    allowed = (
        "none"
        if enabled is False
        else of_own(
            REPOSITORY_PERMISSIONS, permissions, "allowed_actions", str, above.allowed_actions
        )
    )
    return ActionsPolicy(
        id=repository["node_id"],
        name=repository["full_name"],
        enabled=enabled,
        allowed_actions=allowed,
        chosen=_chosen_of(organisation, REPOSITORY_CHOSEN, where, allowed) if own else above.chosen,
        pins_required=of_own(
            REPOSITORY_PERMISSIONS, permissions, "sha_pinning_required", bool, above.pins_required
        ),
        default_permission=of_own(
            REPOSITORY_TOKEN, token, "default_workflow_permissions", str, above.default_permission
        ),
        may_approve=of_own(
            REPOSITORY_TOKEN, token, "can_approve_pull_request_reviews", bool, above.may_approve
        ),
        outside_runs_approved_for=_outside_runs(organisation, repository, where),
        forks_are_given=above.forks_are_given,
    )


def _chosen_of(
    organisation: Organisation, call: ApiCall, where: dict[str, str], allowed: str | Unread
) -> ChosenActions | Unread | None:
    if isinstance(allowed, Unread) or allowed != "selected":
        return allowed if isinstance(allowed, Unread) else None
    answer = organisation.at(where, call)
    patterns = field(call, answer, "patterns_allowed", list)
    return ChosenActions(
        of_github=field(call, answer, "github_owned_allowed", bool),
        of_verified_creators=field(call, answer, "verified_allowed", bool),
        patterns=patterns if isinstance(patterns, Unread) else frozenset(map(str, patterns)),
    )


def _outside_runs(
    organisation: Organisation, repository: Answer, where: dict[str, str]
) -> str | Unread | None:
    """Nobody from outside sees a private repository, let alone runs something in it."""
    if repository.get("private") is True:
        return None
    answer = organisation.at(where, REPOSITORY_OUTSIDE_RUNS)
    return field(REPOSITORY_OUTSIDE_RUNS, answer, "approval_policy", str)


def _given_to_forks(answer: Answer | Unread) -> frozenset[str] | Unread:
    runs = field(PRIVATE_FORKS, answer, "run_workflows_from_fork_pull_requests", bool)
    if isinstance(runs, Unread) or not runs:
        return runs if isinstance(runs, Unread) else frozenset()
    given: set[str] = set()
    for what, name in GIVEN_TO_FORKS.items():
        on = field(PRIVATE_FORKS, answer, name, bool)
        if isinstance(on, Unread):
            return on
        given |= {what} if on else set()
    return frozenset(given)
