"""Cuts GitHub's published GraphQL schema down to what our questions touch.

`python -m agent.demo.github.graphql.extract schema.graphql VERSION` writes the extract that
the local GitHub executes. The schema comes from npm: `npm pack @octokit/graphql-schema`.
"""

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import graphql
from graphql import GraphQLSchema, TypeInfo, TypeInfoVisitor, Visitor

EXTRACT = Path(__file__).with_name("schema.graphql")
HEADER = """\
# From @octokit/graphql-schema {version} (MIT), schema.graphql with SHA-256
# {digest},
# cut down to what our questions touch by agent/demo/github/graphql/extract.py.

"""
ROOT = "Query"
ASKED_AS_SUCH = ("Actor", "GitObject")
"""Interfaces that are asked for without saying which kind is meant: each kind is kept."""
IDENTIFYING = ("id", "oid")
"""An interface has at least one field, whether anybody asks for it or not."""
DESCRIPTION = re.compile(r'"""[\s\S]*?(?<!\\)"""')
Touched = dict[str, set[str]]


def extract(published: str, questions: Iterable[str]) -> str:
    """The types and fields of a schema that questions touch, as one more schema.

    Raises:
        ValueError: a question asks for what the schema does not have.
    """
    # the published one gives two fields twice, and deprecates fields that interfaces demand
    schema = graphql.build_schema(published, assume_valid=True)
    touched: Touched = {}
    for text in questions:
        question = graphql.parse(text)
        faults = graphql.validate(schema, question)
        if faults:
            raise ValueError(str(faults[0]))
        _touch(schema, question, touched)
    _close(schema, touched)
    document = graphql.parse(DESCRIPTION.sub("", published), no_location=True)
    kept = [
        _cut(definition, touched)
        for definition in document.definitions
        if getattr(definition, "name", None) and definition.name.value in touched  # type: ignore[attr-defined]
    ]
    return "\n\n".join(graphql.print_ast(definition) for definition in kept) + "\n"


def _touch(schema: GraphQLSchema, question: graphql.DocumentNode, touched: Touched) -> None:
    types = TypeInfo(schema)

    class Fields(Visitor):
        def enter_field(self, node: graphql.FieldNode, *_: Any) -> None:
            parent = types.get_parent_type()
            if parent is not None and not node.name.value.startswith("__"):
                touched.setdefault(parent.name, set()).add(node.name.value)

        def enter_variable_definition(self, node: graphql.VariableDefinitionNode, *_: Any) -> None:
            named = graphql.get_named_type(types.get_input_type())
            if named is not None:
                touched.setdefault(named.name, set())
            del node

        def enter_inline_fragment(self, node: graphql.InlineFragmentNode, *_: Any) -> None:
            if node.type_condition:
                touched.setdefault(node.type_condition.name.value, set())

    graphql.visit(question, TypeInfoVisitor(types, Fields()))


def _close(schema: GraphQLSchema, touched: Touched) -> None:
    """What the touched fields are made of: their types, arguments, and interfaces."""
    touched.setdefault(ROOT, set())
    for interface in touched.keys() & {*ASKED_AS_SUCH}:
        kinds = schema.get_possible_types(schema.type_map[interface])  # type: ignore[arg-type]
        touched |= {one.name: touched.get(one.name, set()) for one in kinds}
    before = -1
    while before != (before := sum(1 + len(fields) for fields in touched.values())):
        for name in list(touched):
            kind = schema.type_map[name]
            touched[name] |= _demanded(kind, touched)
            for part in _parts(kind, touched[name]):
                if part not in graphql.specified_scalar_types:
                    touched.setdefault(part, set())


def _demanded(kind: graphql.GraphQLNamedType, touched: Touched) -> set[str]:
    """The fields that a type has to have whether anybody asks for them or not."""
    if graphql.is_interface_type(kind) and not touched[kind.name]:
        return {next(field for field in IDENTIFYING if field in kind.fields)}
    if graphql.is_object_type(kind):
        return set().union(*(touched.get(one.name, ()) for one in kind.interfaces))
    return set()


def _parts(kind: graphql.GraphQLNamedType, fields: Iterable[str]) -> Iterator[str]:
    """The types of what is kept of a type."""
    if graphql.is_input_object_type(kind):
        yield from (graphql.get_named_type(given.type).name for given in kind.fields.values())
    if graphql.is_object_type(kind) or graphql.is_interface_type(kind):
        for field in (kind.fields[name] for name in fields):
            yield graphql.get_named_type(field.type).name
            yield from (graphql.get_named_type(given.type).name for given in field.args.values())


def _cut(definition: graphql.Node, touched: Touched) -> graphql.Node:
    """One definition, without what nobody asks for."""

    class Cutting(Visitor):
        def enter_field_definition(self, node: graphql.FieldDefinitionNode, *_: Any) -> Any:
            return None if node.name.value in touched[name] else graphql.REMOVE

        def enter_named_type(
            self, node: graphql.NamedTypeNode, _key: Any, _parent: Any, path: list[Any], *_: Any
        ) -> Any:
            listed = path[-2:-1] in (["interfaces"], ["types"])
            return graphql.REMOVE if listed and node.name.value not in touched else None

        def enter_directive(self, *_: Any) -> Any:
            return graphql.REMOVE

    name = definition.name.value  # type: ignore[attr-defined]
    cut: graphql.Node = graphql.visit(definition, Cutting())
    return cut


def questions() -> list[str]:
    """Every GraphQL question that anything of ours asks."""
    from agent.connections.github import WHICH_APP  # noqa: PLC0415 - only for the extract
    from agent.registry import all_collectors  # noqa: PLC0415 - the same
    from collectors.github.organisation import Query  # noqa: PLC0415 - the same

    declared = {call for one in all_collectors().values() for call in one.calls}
    asked = sorted((call for call in declared if isinstance(call, Query)), key=str)
    return [query.text for query in (WHICH_APP, *asked)]


def main(path: str, version: str) -> None:
    """Write the extract."""
    published = Path(path).read_text("utf-8")
    digest = hashlib.sha256(published.encode()).hexdigest()
    head = HEADER.format(version=version, digest=digest)
    EXTRACT.write_text(head + extract(published, questions()), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
