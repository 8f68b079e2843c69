"""Repositories in which there is nothing of a kind, known of many by one question."""

from collections.abc import Sequence

from collectors.evidence.record import Unread
from collectors.github.batches import of_each
from collectors.github.organisation import Answer, Organisation, Query, field

COUNTS = Query(
    "graphql",
    "RepositoryCounts",
    "contents:read, deployments:read",
    text="""
query RepositoryCounts($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Repository {
      id
      deployments(first: 1) { totalCount }
      releases(first: 1) { totalCount }
    }
  }
}
""",
)


def counting_none(
    organisation: Organisation, population: Sequence[Answer], what: str, *, of_the_first: object
) -> frozenset[str]:
    """The node ids of the repositories in which GitHub counts none, `deployments` or `releases`.

    A count of nothing may mean "not for you", so it holds only where the list itself is given
    for the first repository (`of_the_first`): a credential has one set of permissions in all.
    """
    if isinstance(of_the_first, Unread):
        return frozenset()
    said = of_each(organisation, COUNTS, population)
    return frozenset(
        node_id
        for node_id, answer in said.items()
        if field(COUNTS, answer, f"{what}.totalCount", int) == 0
    )
