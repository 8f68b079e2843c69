"""GitHub's GraphQL, in small: a subset of the published schema, executed for real.

Types and fields have GitHub's names; a field that is not in the subset is refused, as
GitHub refuses one it does not know.
"""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLSchema,
    build_schema,
    default_field_resolver,
    graphql_sync,
)

from agent.demo.github.graphql.cost import cost
from agent.demo.github.graphql.repositories import Repositories
from agent.demo.github.graphql.world import Fields, Info, refusal
from agent.demo.github.state import GithubState

SCHEMA = Path(__file__).with_name("schema.graphql")


def execute(  # noqa: D417 - the query and its variables are what they are called
    state: GithubState,
    query: str,
    variables: Mapping[str, Any],
    *,
    viewer: str,
    viewer_owns: bool,
    denied: AbstractSet[str],
    page_limit: int,
) -> Fields:
    """Answer one question as GitHub would.

    Args:
        denied: Fields such as `PullRequest.reviews` that are answered with `FORBIDDEN`.
        page_limit: No page has more members, however many are asked for.
    """
    world = Repositories(
        state,
        viewer=viewer,
        viewer_owns=viewer_owns,
        page_limit=page_limit,
        cost=cost(query, variables),
    )
    result = graphql_sync(
        _schema(),
        query,
        world.root(),
        variable_values=dict(variables),
        field_resolver=_refusing(denied),
    )
    answer: Fields = {} if result.data is None else {"data": result.data}
    if result.errors:
        answer["errors"] = [_as_github_says(error) for error in result.errors]
    return answer


@cache
def _schema() -> GraphQLSchema:
    return build_schema(SCHEMA.read_text("utf-8"))


def _refusing(denied: AbstractSet[str]) -> Callable[..., Any]:
    def resolve(source: Any, info: Info, **arguments: Any) -> Any:
        if f"{info.parent_type.name}.{info.field_name}" in denied:
            raise refusal("FORBIDDEN", "Resource not accessible by integration")
        return default_field_resolver(source, info, **arguments)

    return resolve


def _as_github_says(error: GraphQLError) -> Fields:
    """GitHub puts the type beside the message; a query it cannot read has a code only.

    Raises:
        Exception: the local GitHub itself is at fault, which no client may take for an answer.
    """
    said: Fields = dict(error.formatted)
    extensions = said.pop("extensions", None)
    if extensions:
        return {"type": extensions["type"], **said}
    if error.original_error:
        raise error.original_error
    return {**said, "extensions": {"code": "undefinedField"}}
