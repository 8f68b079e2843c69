"""One property of many repositories in one question."""

from collections.abc import Mapping, Sequence

from collectors.evidence.record import Unread
from collectors.github.organisation import Answer, Organisation, Query, field
from collectors.reader import unread

AT_ONCE = 25
"""Repositories a question; GitHub breaks off what takes it longer than ten seconds."""


def of_each(
    organisation: Organisation,
    query: Query,
    repositories: Sequence[Answer],
    *,
    at_once: int = AT_ONCE,
) -> Mapping[str, Answer | Unread]:
    """What a query over `$ids` says of each repository, by node id."""
    ids = [repository["node_id"] for repository in repositories]
    said: dict[str, Answer | Unread] = {}
    for start in range(0, len(ids), at_once):
        some = ids[start : start + at_once]
        nodes = field(query, organisation.ask(query, ids=some), "nodes", list)
        if isinstance(nodes, list) and len(nodes) != len(some):
            nodes = unread(query, "the answer is not one for each")
        if isinstance(nodes, Unread):
            said |= dict.fromkeys(some, nodes)
        else:
            said |= {one: _seen(query, node) for one, node in zip(some, nodes, strict=True)}
    return said


def _seen(query: Query, node: Answer | Unread | None) -> Answer | Unread:
    return unread(query, "the answer has no such repository") if node is None else node
