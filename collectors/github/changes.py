"""Changes that landed on default branches, without holes between one snapshot and the next."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from collectors.contract import CannotList, collector
from collectors.evidence.github.changes import LandedChange, PullRequest
from collectors.evidence.record import Instant, Unread
from collectors.github.guards import BRANCH_RULES, PROTECTION, required_checks
from collectors.github.organisation import (
    Answer,
    Organisation,
    Query,
    field,
    moment,
    needed,
    whole,
)
from collectors.github.pulls import PULL_REQUEST_CALLS, WEB_FLOW, actor, pull_request
from collectors.github.repositories import (
    BRANCH,
    LIST_REPOSITORIES,
    default_branch,
    place,
    repositories,
)
from collectors.github.settings import ORGANISATION
from collectors.reader import unread

LANDED_COMMITS = Query(
    "graphql",
    "LandedCommits",
    "contents:read, pull_requests:read",
    text="""
query LandedCommits($owner: String!, $name: String!, $head: GitObjectID!, $after: String) {
  repository(owner: $owner, name: $name) {
    object(oid: $head) {
      ... on Commit {
        history(first: 100, after: $after) {
          pageInfo { hasNextPage endCursor }
          nodes {
            oid
            committedDate
            parents(first: 1) { nodes { oid } }
            author { user { login } }
            committer { user { login } }
            associatedPullRequests(first: 10) {
              pageInfo { hasNextPage }
              nodes {
                number
                mergedAt
                mergedBy { __typename login }
                mergeCommit { oid }
                baseRefName
                baseRepository { nameWithOwner }
              }
            }
          }
        }
      }
    }
  }
}
""",
)
OLDER_IN_A_ROW = 100
"""So many commits in a row from before the window end the walk: a single one may be misdated."""


@dataclass(frozen=True)
class Landing:
    """One commit of a default branch's own line, and how it came there."""

    commit: str
    parent: str | None
    at: Instant
    by: str | Unread
    number: int | Unread | None
    """The pull request it came by; `None` when it was pushed."""


@collector(
    id="github.landed-changes",
    calls=(
        *(LIST_REPOSITORIES, ORGANISATION, BRANCH, PROTECTION, BRANCH_RULES),
        *(LANDED_COMMITS, *PULL_REQUEST_CALLS),
    ),
)
def landed_changes(organisation: Organisation) -> Iterator[LandedChange]:
    """Every change that landed on a default branch since the previous snapshot.

    The population is the branch's own line of commits, so what nobody asked to merge is in
    it too. A stretch with a change that could not be read is read again next time.
    """

    def land(repository: Answer) -> tuple[LandedChange, ...]:
        branch = default_branch(organisation, repository)
        if branch is None:
            return ()
        head = needed(BRANCH, branch, "commit.sha", str)
        stretch = f"{repository['node_id']}/{repository['default_branch']}"
        previous = organisation.since.get(stretch)
        if head == previous:
            return ()
        line = _own_line(organisation, repository, head)
        landings, met = _until(previous, line, organisation.begins)
        if not met:
            where = f"{repository['full_name']} {repository['default_branch']}"
            why = f"history between {previous} and {head} was rewritten"
            organisation.omit(where, why)
        changes = _changes(organisation, repository, landings)
        if all(map(_is_read, changes)):
            organisation.mark(stretch, head)
        return changes

    for changes in organisation.concurrently(land, repositories(organisation)):
        yield from changes


def _own_line(organisation: Organisation, repository: Answer, head: str) -> Iterator[Landing]:
    """The branch's commits from the head back by first parents, as far as somebody asks."""
    where = place(repository)
    history = organisation.nodes(
        LANDED_COMMITS,
        "repository.object.history",
        cursor="after",
        owner=where["owner"],
        name=where["repo"],
        head=head,
    )
    seen: dict[str, Landing] = {}
    following: str | None = head
    for node in history:
        landing = _landing(node, repository)
        seen[landing.commit] = landing
        while following in seen:
            landing = seen.pop(following)
            yield landing
            following = landing.parent
        if following is None:
            return
    raise CannotList(f"{LANDED_COMMITS}: the history lacks {following}")


def _until(
    previous: str | None, line: Iterable[Landing], begins: Instant
) -> tuple[tuple[Landing, ...], bool]:
    """What landed after the previous head, and whether that head was met.

    Without a previous head the window's start bounds the population. A commit's date is
    what its author's machine wrote, so one among younger ones is taken for misdated.
    """
    landings: list[Landing] = []
    older = 0
    for landing in line:
        if landing.commit == previous:
            return tuple(landings), True
        landings.append(landing)
        older = older + 1 if landing.at < begins else 0
        if older == OLDER_IN_A_ROW:
            break
    return tuple(landings[: len(landings) - older]), previous is None


def _landing(node: Answer, repository: Answer) -> Landing:
    committed_at = moment(LANDED_COMMITS, node, "committedDate")
    if isinstance(committed_at, Unread):
        raise CannotList(committed_at.why)
    parents = needed(LANDED_COMMITS, node, "parents.nodes", list)
    commit = needed(LANDED_COMMITS, node, "oid", str)
    parent = needed(LANDED_COMMITS, parents[0], "oid", str) if parents else None
    merged = _merged(node, repository)
    if not isinstance(merged, Mapping):
        return Landing(commit, parent, at=committed_at, by=_pushed_by(node), number=merged)
    return Landing(
        commit,
        parent,
        at=datetime.fromisoformat(merged["mergedAt"]),
        by=actor(LANDED_COMMITS, merged, "mergedBy"),
        number=field(LANDED_COMMITS, merged, "number", int),
    )


def _merged(node: Answer, repository: Answer) -> Answer | Unread | None:
    """The pull request that brought a commit to this very branch; `None` if none did."""
    more = field(LANDED_COMMITS, node, "associatedPullRequests.pageInfo.hasNextPage", bool)
    nodes = field(LANDED_COMMITS, node, "associatedPullRequests.nodes", list)
    requests = nodes if isinstance(nodes, Unread) else whole(nodes)
    if isinstance(requests, Unread):
        return requests
    merged = [request for request in requests if _merged_into(request, repository)]
    by_itself = [r for r in merged if (r.get("mergeCommit") or {}).get("oid") == node["oid"]]
    if more is not False and not by_itself:
        return unread(LANDED_COMMITS, "a commit belongs to more pull requests than were answered")
    return next(iter(by_itself or sorted(merged, key=lambda request: request["mergedAt"])), None)


def _merged_into(request: Answer, repository: Answer) -> bool:
    into = field(LANDED_COMMITS, request, "baseRepository.nameWithOwner", str)
    return (
        isinstance(request.get("mergedAt"), str)
        and request.get("baseRefName") == repository["default_branch"]
        and into == repository["full_name"]
    )


def _pushed_by(node: Answer) -> str | Unread:
    """The committer; in the browser GitHub commits, and the author did it."""
    committer = field(LANDED_COMMITS, node, "committer.user.login", str)
    if committer == WEB_FLOW:
        return field(LANDED_COMMITS, node, "author.user.login", str)
    return committer


def _changes(
    organisation: Organisation, repository: Answer, landings: tuple[Landing, ...]
) -> tuple[LandedChange, ...]:
    if not landings:
        return ()
    required = required_checks(organisation, repository)
    full_name, branch = repository["full_name"], repository["default_branch"]
    return tuple(
        LandedChange(
            id=f"{repository['node_id']}/{landing.commit}",
            name=_name(full_name, landing),
            occurred_at=landing.at,
            repository=full_name,
            branch=branch,
            commit=landing.commit,
            landed_by=landing.by,
            required_checks=required,
            pull_request=_pull_request(organisation, repository, landing),
        )
        for landing in landings
    )


def _pull_request(
    organisation: Organisation, repository: Answer, landing: Landing
) -> PullRequest | Unread | None:
    if not isinstance(landing.number, int):
        return landing.number
    where = place(repository)
    return pull_request(
        organisation,
        owner=where["owner"],
        name=where["repo"],
        number=landing.number,
        landed_as=landing.commit,
    )


def _name(repository: str, landing: Landing) -> str:
    """What people call it: the pull request, or the commit where there is none."""
    number = landing.number
    return (
        f"{repository}#{number}"
        if isinstance(number, int)
        else f"{repository}@{landing.commit[:12]}"
    )


def _is_read(change: LandedChange) -> bool:
    """Whether nothing was refused; an author GitHub cannot name will not be known later either."""
    request = change.pull_request
    if isinstance(request, PullRequest):
        return not isinstance(request.reviews, Unread) and not isinstance(request.checks, Unread)
    return request is None
