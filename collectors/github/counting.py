"""The second count: pull requests that GitHub says were merged, against those the walk met."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from collectors.evidence.record import Instant, Unread
from collectors.github.heads import Branch
from collectors.github.line import Landing
from collectors.github.organisation import Answer, Organisation, Query, moment, whole

MERGED = Query(
    "graphql",
    "MergedPullRequests",
    "pull_requests:read",
    text="""
query MergedPullRequests($owner: String!, $name: String!, $branch: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequests(
      first: 100, after: $after, states: MERGED, baseRefName: $branch,
      orderBy: {field: UPDATED_AT, direction: DESC}
    ) {
      pageInfo { hasNextPage endCursor }
      nodes { number mergedAt updatedAt mergeCommit { oid } }
    }
  }
  rateLimit { cost }
}
""",
)
COUNTED = "counted"


def counted_again(
    organisation: Organisation, branch: Branch, landings: Sequence[Landing]
) -> str | Unread:
    """Hold the walk against GitHub's own list; what only the list knows is an omission.

    Gives what was counted, and up to which moment: requests that were merged after the head
    was read wait for the next time.
    """
    until = max(landing.at for landing in landings)
    before = organisation.since.get(f"{branch.stretch} {COUNTED}", "").partition(" ")[0]
    since = datetime.fromisoformat(before) if before else organisation.begins
    listed = whole(organisation.until_refused(_merged_since(organisation, branch, since)))
    if isinstance(listed, Unread):
        return listed
    numbers = {answer["number"] for answer in listed if _between(answer, since, until)}
    missing = sorted(numbers - frozenset().union(*(landing.numbers for landing in landings)))
    if missing:
        named = ", ".join(f"#{number}" for number in missing)
        organisation.omit(
            branch.where,
            f"of {len(numbers)} merged pull requests {len(missing)} are not on the branch: {named}",
        )
    counts = f"{len(numbers)} merged pull requests, {len(landings)} first-parent commits"
    return f"{until.isoformat()} {counts}"


def _merged_since(organisation: Organisation, branch: Branch, since: Instant) -> Iterator[Answer]:
    """The latest first: to merge a pull request updates it, so older ones were merged before."""
    place = branch.place
    for request in organisation.nodes(
        MERGED,
        "repository.pullRequests",
        cursor="after",
        owner=place["owner"],
        name=place["repo"],
        branch=branch.name,
    ):
        updated_at = moment(MERGED, request, "updatedAt")
        if not isinstance(updated_at, Unread) and updated_at < since:
            return
        yield request


def _between(answer: Answer, since: Instant, until: Instant) -> bool:
    merged_at = moment(MERGED, answer, "mergedAt")
    return not isinstance(merged_at, Unread) and since < merged_at <= until
