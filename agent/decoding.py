"""Plain values become typed structs, and every problem is told at once, each with its remedy.

msgspec stops at the first problem; a person who mends a file wants to see all of them.
"""

import difflib
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

import msgspec

FAILED: Final = object()
"""In place of a value that could not be read; its problem is noted."""

Leaf = Callable[[str, str], Any]
"""Reads a text, given its path; raises `ValueError` with the remedy."""

DESCRIBED: Mapping[Any, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date such as 2026-10-01",
}
GIVEN: Mapping[type, str] = {
    str: "text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a mapping",
    NoneType: "nothing",
}
MOST_TO_LIST = 20


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a file that people write."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """What is wrong with values that are fine each on its own: the field, and the remedy."""
        yield from ()


class Decoder:
    """Reads one document; what could not be read is noted under `problems`."""

    def __init__(self, leaves: Mapping[Any, Leaf]) -> None:
        self.problems: list[tuple[str, str]] = []
        """Where, such as `$.schedule.default`, and what to do about it."""
        self._leaves = leaves

    def fields(self, value: Any, kind: type[msgspec.Struct], path: str) -> dict[str, Any]:
        """The fields of a struct that are there and can be read."""
        if not isinstance(value, dict):
            self._note(path, f"must be a mapping of keys to values, but is {_given(value)}")
            return {}
        known = _fields(kind)
        self._note_unknown(value, known, path)
        for name, field in known.items():
            if field.required and name not in value:
                self._note(path, f"`{name}` is missing: add it")
        read = {
            name: self.decode(value[name], field.type, f"{path}.{name}")
            for name, field in known.items()
            if name in value
        }
        return {name: part for name, part in read.items() if part is not FAILED}

    def decode(self, value: Any, kind: Any, path: str) -> Any:
        """The typed value, or `FAILED`."""
        if kind in self._leaves:
            return self._leaf(value, kind, path)
        shapes = {
            Literal: self._literal,
            Mapping: self._mapping,
            Union: self._union,
            UnionType: self._union,
            tuple: self._sequence,
        }
        read = shapes.get(get_origin(kind), self._class)
        return read(value, kind, path)

    def _class(self, value: Any, kind: Any, path: str) -> Any:
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return self._struct(value, kind, path)
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return self._choice(value, {member.value: member for member in kind}, path)
        return self._plain(value, kind, path)

    def _literal(self, value: Any, kind: Any, path: str) -> Any:
        return self._choice(value, {choice: choice for choice in get_args(kind)}, path)

    def _struct(self, value: Any, kind: type[msgspec.Struct], path: str) -> Any:
        fields = self.fields(value, kind, path)
        if not isinstance(value, dict) or any(
            name not in fields and (field.required or name in value)
            for name, field in _fields(kind).items()
        ):
            return FAILED
        struct = kind(**fields)
        if isinstance(struct, Section):
            for name, remedy in struct.problems():
                self._note(f"{path}.{name}" if name else path, remedy)
        return struct

    def _sequence(self, value: Any, kind: Any, path: str) -> Any:
        if not isinstance(value, list):
            return self._fail(path, f"must be a list, but is {_given(value)}")
        member, _ = get_args(kind)
        read = tuple(self.decode(v, member, f"{path}[{n}]") for n, v in enumerate(value))
        return FAILED if FAILED in read else read

    def _mapping(self, value: Any, kind: Any, path: str) -> Any:
        if not isinstance(value, dict):
            return self._fail(path, f"must be a mapping of keys to values, but is {_given(value)}")
        names, parts = get_args(kind)
        read = {
            self.decode(name, names, path): self.decode(part, parts, f"{path}.{name}")
            for name, part in value.items()
        }
        return FAILED if FAILED in read or FAILED in read.values() else read

    def _union(self, value: Any, kind: Any, path: str) -> Any:
        arms = get_args(kind)
        if value is None and NoneType in arms:
            return None
        lists = [arm for arm in arms if get_origin(arm) is tuple]
        others = [arm for arm in arms if arm is not NoneType and arm not in lists]
        if isinstance(value, list) and lists:
            return self.decode(value, lists[0], path)
        read = self.decode(value, others[0], path)
        if read is FAILED and lists:
            where, remedy = self.problems.pop()
            self._note(where, f"{remedy}, or write a list")
        return read

    def _choice(self, value: Any, choices: Mapping[str, Any], path: str) -> Any:
        if isinstance(value, str) and value in choices:
            return choices[value]
        what = f"unknown `{value}`" if isinstance(value, str) else f"is {_given(value)}"
        return self._fail(path, f"{what}: {suggestion(str(value), choices)}")

    def _leaf(self, value: Any, kind: Any, path: str) -> Any:
        digits = str(value) if type(value) is int else value
        text = self._plain(digits, str, path)
        if text is FAILED:
            return FAILED
        try:
            return self._leaves[kind](text, path)
        except ValueError as remedy:
            return self._fail(path, str(remedy))

    def _plain(self, value: Any, kind: Any, path: str) -> Any:
        try:
            read = msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            return self._fail(path, _misfit(value, kind, error))
        if isinstance(read, str) and not read.strip():
            return self._fail(path, "must not be empty: write a value or remove the line")
        return read

    def _note_unknown(self, value: dict[str, Any], known: Collection[str], path: str) -> None:
        for name in value:
            if name not in known:
                self._note(f"{path}.{name}", f"unknown key: {suggestion(name, known)}")

    def _fail(self, path: str, remedy: str) -> Any:
        self._note(path, remedy)
        return FAILED

    def _note(self, path: str, remedy: str) -> None:
        self.problems.append((path, remedy))


def suggestion(word: str, known: Collection[str]) -> str:
    """What was probably meant, or all there is to choose from, if that is not too much."""
    close = difflib.get_close_matches(word, known, n=1)
    if close:
        return f"did you mean `{close[0]}`?"
    if not known:
        return "there is nothing to choose from, remove it"
    if len(known) > MOST_TO_LIST:
        return f"it is none of the {len(known)} there are"
    return "there is " + ", ".join(f"`{name}`" for name in known)


def _fields(kind: type[msgspec.Struct]) -> Mapping[str, msgspec.structs.FieldInfo]:
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


def _misfit(value: Any, kind: Any, error: msgspec.ValidationError) -> str:
    if kind not in DESCRIBED:
        return f"does not fit: {error}"
    quote = ": put it in quotes" if kind is str and isinstance(value, int | float) else ""
    return f"must be {DESCRIBED[kind]}, but is {_given(value)}{quote}"


def _given(value: Any) -> str:
    return GIVEN.get(type(value), "something else")
