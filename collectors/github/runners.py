"""Machines of the company's own that run workflows."""

from collections import Counter
from collections.abc import Iterator

from collectors.contract import ApiCall, collector
from collectors.evidence.github.actions import RunnerGroup
from collectors.evidence.record import Unread
from collectors.github.organisation import Answer, Organisation, field
from collectors.github.repositories import LIST_REPOSITORIES, repositories
from collectors.github.settings import ORGANISATION

OWN_MACHINES = "organization_self_hosted_runners:read"
LIST_GROUPS = ApiCall("github", "GET /orgs/{org}/actions/runner-groups", OWN_MACHINES)
LIST_RUNNERS = ApiCall("github", "GET /orgs/{org}/actions/runners", OWN_MACHINES)
WHO_MAY_HAVE_THEM = ApiCall(
    "github",
    "GET /orgs/{org}/actions/permissions/self-hosted-runners",
    "organization_administration:read",
)
REPOSITORY_RUNNERS = ApiCall(
    "github", "GET /repos/{owner}/{repo}/actions/runners", "administration:read"
)


@collector(
    id="github.runner-groups",
    calls=(
        *(LIST_GROUPS, LIST_RUNNERS, WHO_MAY_HAVE_THEM),
        *(LIST_REPOSITORIES, ORGANISATION, REPOSITORY_RUNNERS),
    ),
)
def runner_groups(organisation: Organisation) -> Iterator[RunnerGroup]:
    """Every group of runners, and every repository that has runners of its own.

    Repositories are asked only where the organisation lets them have some.
    """
    yield from organisation.in_turn(_groups(organisation), _of_repositories(organisation))


def _groups(organisation: Organisation) -> Iterator[RunnerGroup]:
    org = organisation.login
    machines = organisation.listed(LIST_RUNNERS, "runners", org=org)
    for group in organisation.each(LIST_GROUPS, "runner_groups", needs=("name",), org=org):
        yield RunnerGroup(
            id=f"{organisation.scope}/runner-groups/{group.get('id')}",
            name=f"{org} {group['name']}",
            runners=machines
            if isinstance(machines, Unread)
            else Counter(one.get("runner_group_id") for one in machines)[group.get("id")],
            visibility=field(LIST_GROUPS, group, "visibility", str),
            serves_public_repositories=field(
                LIST_GROUPS, group, "allows_public_repositories", bool
            ),
            workflows=_workflows(group),
        )


def _workflows(group: Answer) -> frozenset[str] | Unread | None:
    restricted = field(LIST_GROUPS, group, "restricted_to_workflows", bool)
    if isinstance(restricted, Unread) or not restricted:
        return restricted if isinstance(restricted, Unread) else None
    named = field(LIST_GROUPS, group, "selected_workflows", list)
    return named if isinstance(named, Unread) else frozenset(map(str, named))


def _of_repositories(organisation: Organisation) -> Iterator[RunnerGroup]:
    allowed = organisation.detail(WHO_MAY_HAVE_THEM, org=organisation.login)
    if field(WHO_MAY_HAVE_THEM, allowed, "enabled_repositories", str) == "none":
        return

    def describe(repository: Answer) -> RunnerGroup | None:
        owner, _, name = repository["full_name"].partition("/")
        found = tuple(organisation.each(REPOSITORY_RUNNERS, "runners", owner=owner, repo=name))
        return _own(repository, len(found)) if found else None

    for own in organisation.concurrently(describe, repositories(organisation)):
        if own:
            yield own


def _own(repository: Answer, machines: int) -> RunnerGroup:
    private = field(LIST_REPOSITORIES, repository, "private", bool)
    return RunnerGroup(
        id=f"{repository['node_id']}/runners",
        name=f"{repository['full_name']} runners of its own",
        runners=machines,
        visibility="repository",
        serves_public_repositories=private if isinstance(private, Unread) else not private,
        workflows=None,
    )
