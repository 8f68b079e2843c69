"""Whether a set of OSCAL documents is of one piece: no validator of others looks for this.

Identities are unique, whatever points somewhere points to something, methods are those there are.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

METHODS = {"EXAMINE", "INTERVIEW", "TEST", "UNKNOWN"}
STATES = {"satisfied", "not-satisfied"}
POINTERS = {
    "observation-uuid": "observations",
    "risk-uuid": "risks",
    "finding-uuid": "findings",
    "activity-uuid": "activities",
    "subject-uuid": ("components", "inventory-items"),
    "component-uuid": "components",
}
"""Which lists hold what a field points to, in the same document."""
CONTROLS = {"control-id", "target-id", "id-ref"}


class Dangling(Exception):
    """The documents contradict each other; a line for each contradiction."""


class Node(NamedTuple):
    """One value, where it stands, and in which list."""

    where: str
    name: str
    value: Any
    within: str


def contradictions(documents: Mapping[str, Any]) -> Iterator[str]:
    """Everything that points nowhere, by file and place; the documents by their file's name."""
    controls = {
        node.value
        for document in documents.values()
        if "catalog" in document
        for node in _walk(document)
        if node.name == "id"
    }
    for file, document in documents.items():
        for problem in _of_document(document, controls, set(documents)):
            yield f"{file}: {problem}"


def _of_document(document: Any, controls: set[str], files: set[str]) -> Iterator[str]:
    nodes = list(_walk(document))
    held: dict[str, set[str]] = {}
    uuids: Counter[str] = Counter()
    for node in nodes:
        if node.name == "uuid":
            uuids[node.value] += 1
            held.setdefault(node.within, set()).add(node.value)
    for uuid, count in uuids.items():
        if count > 1:
            yield f"the uuid {uuid} is given {count} times"
    for node in nodes:
        yield from _of_node(node, held, controls, files)


def _of_node(
    node: Node, held: Mapping[str, set[str]], controls: set[str], files: set[str]
) -> Iterator[str]:
    if node.name in POINTERS:
        lists = POINTERS[node.name]
        known = [held.get(one, set()) for one in ((lists,) if isinstance(lists, str) else lists)]
        if not any(node.value in each for each in known):
            yield f"{node.where} points to {node.value}, which is not there"
    elif node.name in CONTROLS and node.value not in controls:
        yield f"{node.where} names {node.value}, which is in no catalogue"
    elif node.name in ("href", "source") and isinstance(node.value, str):
        yield from _of_address(node, held, files)
    elif node.within == "methods" and node.value not in METHODS:
        yield f"{node.where} names the method {node.value}, which there is not"
    elif node.name == "party-uuids" and node.value not in held.get("parties", set()):
        yield f"{node.where} points to {node.value}, which is no party"
    elif node.where.endswith(".target.status.state") and node.value not in STATES:
        yield f"{node.where} is {node.value}, which is no state"


def _of_address(node: Node, held: Mapping[str, set[str]], files: set[str]) -> Iterator[str]:
    if node.value.startswith("#"):
        if node.value[1:] not in held.get("resources", set()):
            yield f"{node.where} points to {node.value}, which the back matter does not have"
    elif "://" not in node.value and node.value not in files:
        yield f"{node.where} names the file {node.value}, which is not in the set"


def _walk(value: Any, where: str = "$", name: str = "", within: str = "") -> Iterator[Node]:
    """Every plain value; a list gives its name to what stands in it."""
    if isinstance(value, dict):
        for inner, content in value.items():
            yield from _walk(content, f"{where}.{inner}", inner, within)
    elif isinstance(value, list):
        for place, content in enumerate(value):
            yield from _walk(content, f"{where}[{place}]", name, name)
    else:
        yield Node(where, name, value, within)
