"""One property of many repositories in one question."""

from collections.abc import Mapping, Sequence

from collectors.evidence.record import Unread
from collectors.github.organisation import LARGEST_PAGE, Answer, Organisation, Query, field
from collectors.reader import unread

BROKEN_OFF = ("502 Bad Gateway", "504 Gateway Timeout")
"""What GitHub answers where a question takes it longer than ten seconds."""


def of_each(
    organisation: Organisation, query: Query, repositories: Sequence[Answer]
) -> Mapping[str, Answer | Unread]:
    """What a query over `$ids` says of each repository, by node id.

    The fewer questions, the fewer points of the hourly limit: as many at once as GitHub takes.
    """
    ids = [repository["node_id"] for repository in repositories]
    said: dict[str, Answer | Unread] = {}
    for start in range(0, len(ids), LARGEST_PAGE):
        said |= _said(organisation, query, ids[start : start + LARGEST_PAGE])
    return said


def _said(
    organisation: Organisation, query: Query, ids: Sequence[str]
) -> Mapping[str, Answer | Unread]:
    """One question about all of them; about each half where the whole takes GitHub too long."""
    answer = organisation.ask(query, ids=list(ids))
    if len(ids) > 1 and isinstance(answer, Unread) and answer.why.endswith(BROKEN_OFF):
        half = len(ids) // 2
        return {
            **_said(organisation, query, ids[:half]),
            **_said(organisation, query, ids[half:]),
        }
    nodes = field(query, answer, "nodes", list)
    if isinstance(nodes, list) and len(nodes) != len(ids):
        nodes = unread(query, "the answer is not one for each")
    if isinstance(nodes, Unread):
        return dict.fromkeys(ids, nodes)
    return {one: _seen(query, node) for one, node in zip(ids, nodes, strict=True)}


def _seen(query: Query, node: Answer | Unread | None) -> Answer | Unread:
    return unread(query, "the answer has no such repository") if node is None else node
