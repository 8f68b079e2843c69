"""What a question costs by GitHub's published rule: a hundred connections are one point."""

from collections.abc import Mapping
from typing import Any

import graphql

CONNECTIONS_A_POINT = 100


def cost(query: str, variables: Mapping[str, Any]) -> int:
    """Points off the hourly limit: connections that have to be looked up, if all are full."""
    document = graphql.parse(query)
    connections = sum(
        _connections(definition.selection_set, 1, variables)
        for definition in document.definitions
        if isinstance(definition, graphql.OperationDefinitionNode)
    )
    return max(1, round(connections / CONNECTIONS_A_POINT))


def _connections(
    selected: graphql.SelectionSetNode | None, parents: int, variables: Mapping[str, Any]
) -> int:
    total = 0
    for node in selected.selections if selected else ():
        if isinstance(node, graphql.InlineFragmentNode):
            total += _connections(node.selection_set, parents, variables)
        if isinstance(node, graphql.FieldNode):
            given = {
                argument.name.value: graphql.value_from_ast_untyped(argument.value, dict(variables))
                for argument in node.arguments or ()
            }
            limit = given.get("first") or given.get("last")
            many = limit or len(given.get("ids") or (1,))
            total += parents if limit else 0
            total += _connections(node.selection_set, parents * many, variables)
    return total
