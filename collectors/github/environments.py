"""Environments, and the secrets of organisation, repositories and environments."""

from collections.abc import Iterator
from urllib.parse import quote

from collectors.contract import ApiCall, collector
from collectors.evidence.github.actions import ActionsSecret, Environment
from collectors.evidence.record import Unread
from collectors.github.organisation import Answer, Organisation, field, moment
from collectors.github.repositories import LIST_REPOSITORIES, repositories
from collectors.github.settings import ORGANISATION

IN_REPOSITORY = "GET /repos/{owner}/{repo}"
IN_ENVIRONMENT = f"{IN_REPOSITORY}/environments/{{environment_name}}"
LIST_ENVIRONMENTS = ApiCall("github", f"{IN_REPOSITORY}/environments", "actions:read")
LIST_PATTERNS = ApiCall("github", f"{IN_ENVIRONMENT}/deployment-branch-policies", "actions:read")
OTHER_RULES = ApiCall("github", f"{IN_ENVIRONMENT}/deployment_protection_rules", "actions:read")
ORGANISATION_SECRETS = ApiCall(
    "github", "GET /orgs/{org}/actions/secrets", "organization_secrets:read"
)
REPOSITORY_SECRETS = ApiCall("github", f"{IN_REPOSITORY}/actions/secrets", "secrets:read")
ENVIRONMENT_SECRETS = ApiCall("github", f"{IN_ENVIRONMENT}/secrets", "environments:read")
REVIEWERS = "required_reviewers"


@collector(
    id="github.environments",
    calls=(LIST_REPOSITORIES, ORGANISATION, LIST_ENVIRONMENTS, LIST_PATTERNS, OTHER_RULES),
)
def environments(organisation: Organisation) -> Iterator[Environment]:
    """Every environment of every repository, with what a deployment to it has to pass."""

    def describe(repository: Answer) -> tuple[Environment, ...]:
        return tuple(
            _environment(organisation, repository, one)
            for one in _environments(organisation, repository)
        )

    for found in organisation.concurrently(describe, _at_work(organisation)):
        yield from found


@collector(
    id="github.actions-secrets",
    calls=(
        *(LIST_REPOSITORIES, ORGANISATION, LIST_ENVIRONMENTS),
        *(ORGANISATION_SECRETS, REPOSITORY_SECRETS, ENVIRONMENT_SECRETS),
    ),
)
def actions_secrets(organisation: Organisation) -> Iterator[ActionsSecret]:
    """Every secret of organisation, repositories and environments, by name and age."""
    yield from organisation.in_turn(_of_all(organisation), _of_repositories(organisation))


def _at_work(organisation: Organisation) -> Iterator[Answer]:
    """Repositories in which something can run."""
    return (one for one in repositories(organisation) if one.get("archived") is not True)


def _environments(organisation: Organisation, repository: Answer) -> Iterator[Answer]:
    return organisation.each(
        LIST_ENVIRONMENTS, "environments", needs=("name", "node_id"), **_place(repository)
    )


def _place(repository: Answer) -> dict[str, str]:
    owner, _, name = repository["full_name"].partition("/")
    return {"owner": owner, "repo": name}


def _environment(organisation: Organisation, repository: Answer, found: Answer) -> Environment:
    where = {**_place(repository), "environment_name": found["name"]}
    rules = field(LIST_ENVIRONMENTS, found, "protection_rules", list)
    reviewers = (
        rules
        if isinstance(rules, Unread)
        else next((rule for rule in rules if rule.get("type") == REVIEWERS), None)
    )
    branches = _branches(found)
    return Environment(
        id=found["node_id"],
        name=f"{repository['full_name']} {found['name']}",
        repository=repository["full_name"],
        called=found["name"],
        has_reviewers=reviewers
        if isinstance(reviewers, Unread)
        else bool(reviewers and reviewers.get("reviewers")),
        prevents_self_review=False
        if reviewers is None
        else field(LIST_ENVIRONMENTS, reviewers, "prevent_self_review", bool),
        has_other_rules=_other_rules(organisation, where) if reviewers is None else False,
        branches=branches,
        patterns=_patterns(organisation, where) if branches == "named" else frozenset(),
        administrators_bypass=field(LIST_ENVIRONMENTS, found, "can_admins_bypass", bool),
    )


def _branches(found: Answer) -> str | Unread | None:
    if "deployment_branch_policy" in found and found["deployment_branch_policy"] is None:
        return None
    protected = field(LIST_ENVIRONMENTS, found, "deployment_branch_policy.protected_branches", bool)
    return protected if isinstance(protected, Unread) else "protected" if protected else "named"


def _patterns(organisation: Organisation, where: dict[str, str]) -> frozenset[str] | Unread:
    named = organisation.listed(LIST_PATTERNS, "branch_policies", needs=("name",), **where)
    return named if isinstance(named, Unread) else frozenset(one["name"] for one in named)


def _other_rules(organisation: Organisation, where: dict[str, str]) -> bool | Unread:
    answer = organisation.at(where, OTHER_RULES)
    rules = field(OTHER_RULES, answer, "custom_deployment_protection_rules", list)
    return rules if isinstance(rules, Unread) else any(rule.get("enabled") for rule in rules)


def _of_all(organisation: Organisation) -> Iterator[ActionsSecret]:
    org = organisation.login
    for secret in organisation.each(ORGANISATION_SECRETS, "secrets", needs=("name",), org=org):
        yield _secret(ORGANISATION_SECRETS, secret, organisation.scope, org)


def _of_repositories(organisation: Organisation) -> Iterator[ActionsSecret]:
    def describe(repository: Answer) -> tuple[ActionsSecret, ...]:
        return tuple(
            organisation.in_turn(
                _of_repository(organisation, repository), _in_environments(organisation, repository)
            )
        )

    for found in organisation.concurrently(describe, _at_work(organisation)):
        yield from found


def _of_repository(organisation: Organisation, repository: Answer) -> Iterator[ActionsSecret]:
    where = _place(repository)
    for secret in organisation.each(REPOSITORY_SECRETS, "secrets", needs=("name",), **where):
        node_id, full_name = repository["node_id"], repository["full_name"]
        yield _secret(REPOSITORY_SECRETS, secret, node_id, full_name)


def _in_environments(organisation: Organisation, repository: Answer) -> Iterator[ActionsSecret]:
    for found in _environments(organisation, repository):
        where = {**_place(repository), "environment_name": found["name"]}
        place = f"{repository['full_name']} {found['name']}"
        for secret in organisation.each(ENVIRONMENT_SECRETS, "secrets", needs=("name",), **where):
            yield _secret(ENVIRONMENT_SECRETS, secret, found["node_id"], place)


def _secret(call: ApiCall, secret: Answer, where: str, place: str) -> ActionsSecret:
    return ActionsSecret(
        id=f"{where}/secrets/{quote(secret['name'])}",
        name=f"{place} {secret['name']}",
        called=secret["name"],
        updated_at=moment(call, secret, "updated_at"),
    )
