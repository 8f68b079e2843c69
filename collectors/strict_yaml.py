"""YAML without its traps: what could be read in two ways is refused, with the line and the remedy.

The configuration, the catalogue, the registers and the front matter of documents are all
read here, so a file means the same wherever it is opened.
"""

import math
import re
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML's own, or libyaml's where it is there: ten times faster, and the same nodes."""
TEXT = "tag:yaml.org,2002:str"
NULL = "tag:yaml.org,2002:null"
DATE = "tag:yaml.org,2002:timestamp"
A_TAG = "what begins with ! is a tag, and tags are not read: leave it out, or use quotes"
"""It does not name the tag: a password may begin with that sign."""
BOOLEANS = {"true": True, "false": False}
WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)")
DECIMAL_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
LOOKS_LIKE_A_NUMBER = re.compile(
    r"[-+]?[0-9][0-9_]*|[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+|0o[0-7]+"
)
"""Text to YAML 1.1 and a number to YAML 1.2, or the other way round."""
DEEPEST = 50
LARGEST = 2**63 - 1
"""What JSON and SQL can hold without loss."""


class BadYaml(Exception):
    """A file that cannot be read in one way only: where, and what to write instead."""

    def __init__(self, *, file: str, line: int, key: str, remedy: str) -> None:
        where = f"{file}, line {line}, {key}" if key else f"{file}, line {line}"
        super().__init__(f"{where}: {remedy}")
        self.file = file
        self.line = line
        self.key = key
        """The path to the value, such as `sources.aws[0].account`; empty for the whole file."""
        self.remedy = remedy


def load(text: str, *, file: str) -> Any:
    """Read one YAML document into plain JSON values; an empty one is `None`.

    Refused are a key given twice, a key that is not text, an alias, a tag of somebody's own,
    and a plain value that YAML takes for something else than it looks like: `NO`, `0123`,
    `12:30`. Dates stay text: whoever declares a date reads it as one.

    Raises:
        BadYaml: with file, line, key and remedy.
    """
    try:
        _refuse_what_explodes(text, file)
        root = yaml.compose(text, Loader=LOADER)
        return None if root is None else _value(root, file, "")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = min(mark.line, text.count("\n")) + 1 if mark else 1
        raise BadYaml(file=file, line=line, key="", remedy=_plain(error)) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        remedy = "remove the control character"
        raise BadYaml(file=file, line=line, key="", remedy=remedy) from None


def _refuse_what_explodes(text: str, file: str) -> None:
    """Refuse aliases and deep nesting before anything is built.

    An alias can make a small file enormous, and a value change far from where it stands;
    libyaml builds nested values by recursion, and a deep enough file ends the program.
    """
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            remedy = "aliases are not read: write the value out"
            raise BadYaml(file=file, line=line, key="", remedy=remedy)
        if depth > DEEPEST:
            raise BadYaml(file=file, line=line, key="", remedy="nest it less deeply")


def _plain(error: yaml.MarkedYAMLError) -> str:
    """PyYAML's own words; an indentation or a bracket is best explained where it broke."""
    words = " ".join(part for part in (error.problem, error.context) if part)
    return A_TAG if "tag handle" in words else words or "is not YAML"


def _value(node: Any, file: str, key: str) -> Any:
    if isinstance(node, MappingNode):
        return _mapping(node, file, key)
    if isinstance(node, SequenceNode):
        _untagged(node, file, key, "tag:yaml.org,2002:seq")
        return [_value(member, file, f"{key}[{n}]") for n, member in enumerate(node.value)]
    return _scalar(node, file, key)


def _mapping(node: MappingNode, file: str, key: str) -> dict[str, Any]:
    _untagged(node, file, key, "tag:yaml.org,2002:map")
    lines: dict[str, int] = {}
    read: dict[str, Any] = {}
    for name_node, value_node in node.value:
        name = _name(name_node, file, key)
        path = f"{key}.{name}" if key else name
        if name in read:
            remedy = f"is given twice, first on line {lines[name]}: remove one of the two"
            raise _bad(name_node, file, path, remedy)
        lines[name] = name_node.start_mark.line + 1
        read[name] = _value(value_node, file, path)
    return read


def _name(node: Node, file: str, key: str) -> str:
    name = _value(node, file, key) if isinstance(node, ScalarNode) else None
    if not isinstance(name, str):
        raise _bad(node, file, key, "a key is text: put it in quotes")
    return name


def _scalar(node: Any, file: str, key: str) -> Any:
    text: str = node.value
    quoted = bool(node.style)
    if node.tag == TEXT and (quoted or not LOOKS_LIKE_A_NUMBER.fullmatch(text)):
        return text
    if quoted:
        raise _bad(node, file, key, A_TAG)
    if node.tag == NULL and text.lower() in {"", "~", "null"}:
        return None
    if node.tag == DATE:
        return text
    if text.lower() in BOOLEANS:
        return BOOLEANS[text.lower()]
    number = _number(text)
    if number is None:
        raise _bad(node, file, key, _ambiguous(node))
    return number


def _number(text: str) -> int | float | None:
    """A number that every reader of YAML takes for the same one, or `None`."""
    if WHOLE_NUMBER.fullmatch(text):
        return int(text) if len(text) <= len(str(LARGEST)) and abs(int(text)) <= LARGEST else None
    if DECIMAL_NUMBER.fullmatch(text):
        return float(text) if math.isfinite(float(text)) else None
    return None


def _ambiguous(node: Node) -> str:
    """What to write instead, without the value itself: it may be a secret or a person's."""
    if node.tag == "tag:yaml.org,2002:bool":
        return "YAML reads this as true or false: put it in quotes, or write true or false"
    if node.tag == "tag:yaml.org,2002:merge":
        return "merging is not read: write the values out"
    if node.tag in {TEXT, "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}:
        return "YAML may read this as another number: put it in quotes"
    return A_TAG


def _untagged(node: Node, file: str, key: str, tag: str) -> None:
    if node.tag != tag:
        raise _bad(node, file, key, A_TAG)


def _bad(node: Node, file: str, key: str, remedy: str) -> BadYaml:
    return BadYaml(file=file, line=node.start_mark.line + 1, key=key, remedy=remedy)
