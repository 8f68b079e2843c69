"""Rules of EventBridge: does a pattern match an event?

The syntax is that of the EventBridge user guide, "Amazon EventBridge event patterns".
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from collectors.derived.watching.pattern import NotUnderstood

MISSING = object()
Event = Mapping[str, Any]


def matches(pattern: Event, event: Event) -> bool:
    """Whether every field of a pattern has one of the values it asks for.

    Raises:
        NotUnderstood: the pattern asks in a way that we cannot read.
    """
    return all(_field(name, wanted, event) for name, wanted in pattern.items())


def catches(pattern: str, event: Event) -> bool | None:
    """The same of a pattern as text; `None` for one that we cannot read: it may match."""
    try:
        return matches(msgspec.json.decode(pattern, type=dict[str, Any]), event)
    except (NotUnderstood, msgspec.DecodeError):
        return None


def _field(name: str, wanted: Any, event: Event) -> bool:
    if name == "$or":
        return any(matches(one, event) for one in wanted)
    value = event.get(name, MISSING)
    if isinstance(wanted, Mapping):
        return matches(wanted, value if isinstance(value, Mapping) else {})
    if not isinstance(wanted, list):
        raise NotUnderstood(f"{name} asks for no list of values")
    values = value if isinstance(value, list) else [value]
    return any(_meets(one, each) for one in wanted for each in values)


def _meets(wanted: Any, value: Any) -> bool:
    if not isinstance(wanted, Mapping):
        return value is not MISSING and type(value) is type(wanted) and bool(value == wanted)
    ((operator, operand),) = wanted.items() if len(wanted) == 1 else (("", None),)
    if operator == "exists":
        return (value is not MISSING) is operand
    if operator == "anything-but":
        return value is not MISSING and not any(_meets(one, value) for one in _several(operand))
    test = OF_TEXT.get(operator)
    if test is None:
        raise NotUnderstood(f"not an operator: {operator}")
    return isinstance(value, str) and any(test(value, one) for one in _several(operand))


def _several(operand: Any) -> list[Any]:
    return operand if isinstance(operand, list) else [operand]


def _folded(test: Callable[[str, str], bool]) -> Callable[[str, Any], bool]:
    """A prefix or suffix may be asked for without regard to case, in an object of its own."""

    def compare(value: str, operand: Any) -> bool:
        if isinstance(operand, Mapping):
            return test(value.casefold(), str(operand["equals-ignore-case"]).casefold())
        return test(value, operand)

    return compare


def _wildcard(value: str, operand: str) -> bool:
    parts = (re.escape(part) for part in operand.split("*"))
    return re.fullmatch(".*".join(parts), value, re.DOTALL) is not None


OF_TEXT: Mapping[str, Callable[[str, Any], bool]] = {
    "prefix": _folded(str.startswith),
    "suffix": _folded(str.endswith),
    "equals-ignore-case": lambda value, operand: value.casefold() == operand.casefold(),
    "wildcard": _wildcard,
}
