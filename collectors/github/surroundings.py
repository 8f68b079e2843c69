"""What of a repository's files and past says whether its guards work: many at once."""

from collections.abc import Mapping

from collectors.evidence.record import Unread
from collectors.github.organisation import Answer, Query, field
from collectors.reader import unread

SURROUNDINGS = Query(
    "graphql",
    "BranchSurroundings",
    "contents:read, pull_requests:read, checks:read, statuses:read",
    text="""
query BranchSurroundings($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Repository {
      id
      first: object(expression: "HEAD:.github/CODEOWNERS") { oid }
      second: object(expression: "HEAD:CODEOWNERS") { oid }
      third: object(expression: "HEAD:docs/CODEOWNERS") { oid }
      pullRequests(states: MERGED, first: 3, orderBy: {field: UPDATED_AT, direction: DESC}) {
        nodes {
          baseRefName
          statusCheckRollup {
            contexts(first: 100) {
              pageInfo { hasNextPage }
              nodes {
                __typename
                ... on CheckRun { name }
                ... on StatusContext { context }
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
PLACES = ("first", "second", "third")
"""Where GitHub looks for code owners, in its order."""
NOT_SAID = Unread(why=f"{SURROUNDINGS}: the answer does not say")


def has_code_owners(seen: Answer | Unread) -> bool | Unread:
    """Whether one of the three places holds a file; `null` is GitHub's word for "no such file"."""
    if isinstance(seen, Unread):
        return seen
    found = [seen.get(place, NOT_SAID) for place in PLACES]
    if any(isinstance(one, Mapping) for one in found):
        return True
    return next((one for one in found if isinstance(one, Unread)), False)


def reported_checks(seen: Answer | Unread, branch: str) -> frozenset[str] | Unread | None:
    """Names of all runs and statuses on the newest pull requests merged into a branch."""
    pulls = field(SURROUNDINGS, seen, "pullRequests.nodes", list)
    if isinstance(pulls, Unread):
        return pulls
    into = [pull for pull in pulls if _is_into(pull, branch)]
    if not into:
        return None
    names: set[str] = set()
    for pull in into:
        found = _names(pull)
        if isinstance(found, Unread):
            return found
        names |= found
    return frozenset(names)


def _is_into(pull: Answer | Unread | None, branch: str) -> bool:
    return not isinstance(pull, Mapping) or pull.get("baseRefName", branch) == branch


def _names(pull: Answer | Unread | None) -> frozenset[str] | Unread:
    """What ran on the request's head; GitHub answers null where nothing ever did."""
    if isinstance(pull, Mapping) and pull.get("statusCheckRollup", NOT_SAID) is None:
        return frozenset()
    asked = pull or unread(SURROUNDINGS, "the answer lists a null")
    contexts = field(SURROUNDINGS, asked, "statusCheckRollup.contexts.nodes", list)
    if isinstance(contexts, Unread):
        return contexts
    more = "statusCheckRollup.contexts.pageInfo.hasNextPage"
    if field(SURROUNDINGS, asked, more, bool) is not False:
        return unread(SURROUNDINGS, "a pull request has more checks than were answered")
    said = [context.get("name") or context.get("context") for context in contexts if context]
    return frozenset(name for name in said if isinstance(name, str))
