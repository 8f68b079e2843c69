"""A branch's own line of commits, walked back by first parents from its head."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from collectors.contract import CannotList
from collectors.evidence.github.changes import Reported
from collectors.evidence.record import Instant, Unread
from collectors.github.heads import Branch
from collectors.github.organisation import (
    Answer,
    Organisation,
    Query,
    field,
    moment,
    needed,
    whole,
)
from collectors.github.pulls import WEB_FLOW, actor
from collectors.reader import unread

LANDED_COMMITS = Query(
    "graphql",
    "LandedCommits",
    "checks:read, contents:read, pull_requests:read, statuses:read",
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
            statusCheckRollup {
              contexts(first: 100) {
                pageInfo { hasNextPage }
                nodes {
                  __typename
                  ... on CheckRun { name conclusion }
                  ... on StatusContext { context state }
                }
              }
            }
            associatedPullRequests(first: 10) {
              pageInfo { hasNextPage }
              nodes {
                number
                mergedAt
                mergedBy { __typename login }
                mergeCommit { oid }
                baseRefName
                baseRef { name }
                baseRepository { id }
              }
            }
          }
        }
      }
    }
  }
  rateLimit { cost }
}
""",
)
OLDER_IN_A_ROW = 100
"""So many commits in a row from before the window end the walk: a single one may be misdated."""


@dataclass(frozen=True)
class Landing:
    """One commit of a branch's own line, and how it came there."""

    commit: str
    parent: str | None
    at: Instant
    by: str | Unread
    number: int | Unread | None
    """The pull request it came by; `None` when it was pushed."""
    numbers: frozenset[int]
    """Every pull request that GitHub ties to it."""
    checks: tuple[Reported, ...] | Unread
    settled: bool
    """Whether asking again would say no more of the pull request."""


@dataclass(frozen=True)
class Walked:
    """A stretch of a branch's line, youngest first, and what is wrong with it."""

    landings: tuple[Landing, ...]
    broken_off: Unread | None = None
    """Why what lies before could not be read."""
    rewritten: bool = False
    """Whether none of the earlier heads was met."""


def walk(
    organisation: Organisation,
    branch: Branch,
    head: str,
    *,
    known: AbstractSet[str],
    names: AbstractSet[str],
    moved_at: Mapping[str, Instant],
) -> Walked:
    """What landed after the known heads.

    Without a known head the window's start bounds the population. A commit's date is what
    its author's machine wrote, so one among younger ones is taken for misdated, and what
    GitHub says of the push counts more.

    Args:
        organisation: The reader.
        branch: The branch.
        head: The commit it points to.
        known: Where earlier snapshots had got to.
        names: The branch's name, and those it had before.
        moved_at: When the branch came to point to a commit, as far as GitHub tells.
    """
    landings: list[Landing] = []
    older = 0
    for landing in organisation.until_refused(_own_line(organisation, branch, head, names)):
        if isinstance(landing, Unread):
            return Walked(tuple(landings), broken_off=landing)
        if landing.commit in known:
            return Walked(tuple(landings))
        landings.append(landing)
        at = max(landing.at, moved_at.get(landing.commit, landing.at))
        older = older + 1 if at < organisation.begins else 0
        if older == OLDER_IN_A_ROW:
            break
    return Walked(tuple(landings[: len(landings) - older]), rewritten=bool(known))


def _own_line(
    organisation: Organisation, branch: Branch, head: str, names: AbstractSet[str]
) -> Iterator[Landing]:
    """The branch's commits from the head back by first parents, as far as somebody asks."""
    history = organisation.nodes(
        LANDED_COMMITS,
        "repository.object.history",
        cursor="after",
        owner=branch.place["owner"],
        name=branch.place["repo"],
        head=head,
    )
    seen: dict[str, Answer] = {}
    following: str | None = head
    for node in history:
        seen[needed(LANDED_COMMITS, node, "oid", str)] = node
        while following in seen:
            landing = _landing(seen.pop(following), branch, names)
            yield landing
            following = landing.parent
        if following is None:
            return
    raise CannotList(f"{LANDED_COMMITS}: the history lacks {following}")


def _landing(node: Answer, branch: Branch, names: AbstractSet[str]) -> Landing:
    committed_at = moment(LANDED_COMMITS, node, "committedDate")
    if isinstance(committed_at, Unread):
        raise CannotList(committed_at.why)
    parents = needed(LANDED_COMMITS, node, "parents.nodes", list)
    merged = _merged(node, branch, names)
    at, by, number = (
        (
            datetime.fromisoformat(merged["mergedAt"]),
            actor(LANDED_COMMITS, merged, "mergedBy"),
            field(LANDED_COMMITS, merged, "number", int),
        )
        if isinstance(merged, Mapping)
        else (committed_at, _committed_by(node), merged)
    )
    return Landing(
        commit=node["oid"],
        parent=needed(LANDED_COMMITS, parents[0], "oid", str) if parents else None,
        at=at,
        by=by,
        number=number,
        numbers=_numbers(node),
        checks=_checks(node),
        settled=not isinstance(_requests(node), Unread),
    )


def _merged(node: Answer, branch: Branch, names: AbstractSet[str]) -> Answer | Unread | None:
    """The pull request that brought a commit to this very branch; `None` if none did."""
    more = field(LANDED_COMMITS, node, "associatedPullRequests.pageInfo.hasNextPage", bool)
    requests = _requests(node)
    if isinstance(requests, Unread):
        return requests
    merged = [request for request in requests if isinstance(request.get("mergedAt"), str)]
    here = [request for request in merged if _is_here(request, branch)]
    into = [request for request in here if request.get("baseRefName") in names]
    by_itself = [request for request in into if _is_its_commit(request, node)]
    if more is not False and not by_itself:
        return unread(LANDED_COMMITS, "a commit belongs to more pull requests than were answered")
    if into:
        return min(by_itself or into, key=lambda request: str(request["mergedAt"]))
    return _doubt(node, here, [request for request in merged if request not in here])


def _doubt(node: Answer, here: list[Answer], elsewhere: list[Answer]) -> Unread | None:
    """Why it is not known whether a pull request brought a commit; `None` if it was pushed.

    A base branch that is gone was renamed, or was deleted after somebody pushed on from it.
    """
    for request in here:
        if request.get("baseRef") is None and _is_its_commit(request, node):
            gone = request.get("baseRefName")
            return unread(
                LANDED_COMMITS, f"it was merged into {gone}, which is gone: renamed, or pushed on"
            )
    if elsewhere:
        return unread(LANDED_COMMITS, "it was merged in another repository and came from there")
    return None


def _is_here(request: Answer, branch: Branch) -> bool:
    into = field(LANDED_COMMITS, request, "baseRepository.id", str)
    return bool(into == branch.repository["node_id"])


def _is_its_commit(request: Answer, node: Answer) -> bool:
    return bool(field(LANDED_COMMITS, request, "mergeCommit.oid", str) == node["oid"])


def _requests(node: Answer) -> tuple[Answer, ...] | Unread:
    nodes = field(LANDED_COMMITS, node, "associatedPullRequests.nodes", list)
    return nodes if isinstance(nodes, Unread) else whole(nodes)


def _numbers(node: Answer) -> frozenset[int]:
    requests = _requests(node)
    return frozenset(
        request["number"]
        for request in (() if isinstance(requests, Unread) else requests)
        if isinstance(request.get("number"), int)
    )


def _checks(node: Answer) -> tuple[Reported, ...] | Unread:
    """The newest result of each check; GitHub answers null where nothing ever ran."""
    if node.get("statusCheckRollup", False) is None:
        return ()
    more = field(LANDED_COMMITS, node, "statusCheckRollup.contexts.pageInfo.hasNextPage", bool)
    contexts = field(LANDED_COMMITS, node, "statusCheckRollup.contexts.nodes", list)
    if isinstance(contexts, Unread):
        return contexts
    if more is not False:
        return unread(LANDED_COMMITS, "a commit has more checks than were answered")
    return tuple(sorted(map(_reported, contexts), key=lambda said: said.name))


def _reported(said: Answer) -> Reported:
    conclusion = said.get("conclusion") or said.get("state") or "unfinished"
    return Reported(
        name=str(said.get("name") or said.get("context")), conclusion=str(conclusion).lower()
    )


def _committed_by(node: Answer) -> str | Unread:
    """The committer; in the browser GitHub commits, and the author did it."""
    committer = field(LANDED_COMMITS, node, "committer.user.login", str)
    if committer == WEB_FLOW:
        return field(LANDED_COMMITS, node, "author.user.login", str)
    return committer
