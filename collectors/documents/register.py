"""A register's rows, from CSV, JSON or YAML: typed, or refused with what to write instead.

A register may hold personal data, so an error names the place and never the value.
"""

import csv
import io
import json
import types
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Annotated, Any, ClassVar, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from collectors.strict_yaml import BadYaml, load

FORMATS = (".csv", ".json", ".yaml", ".yml")
BETWEEN_VALUES = ";"
BETWEEN_PARTS = "="
WANTED: Mapping[Any, str] = {
    str: "text, in quotes if it looks like something else",
    int: "a whole number",
    bool: "true or false",
    date: "a date such as 2026-10-01",
    datetime: "a moment with its zone such as 2026-10-01T09:00:00Z",
}

Address = Annotated[
    str,
    msgspec.Meta(pattern=r"^[^@\s]+@[^@\s]+$", description="an address such as ada@acme.test"),
]
Moment = Annotated[
    datetime,
    msgspec.Meta(tz=True, description="a moment with its zone such as 2026-10-01T09:00:00Z"),
]
Quarter = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9]{4}-Q[1-4]$", description="a quarter such as 2026-Q4")
]


class Malformed(Exception):
    """What is wrong with a file: where, and what to write instead."""

    def __init__(self, file: str, *where: str, remedy: str) -> None:
        super().__init__(f"{', '.join([file, *filter(None, where)])}: {remedy}")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a register, as far as a check needs it."""

    REGISTER: ClassVar[str]
    KEY: ClassVar[tuple[str, ...]]
    """Which fields tell two rows apart."""
    NOT_READ: ClassVar[tuple[str, ...]] = ()
    """Fields that may stand in the register, but that no check reads."""


class Line(msgspec.Struct, frozen=True):
    """One row as it stands in the file."""

    at: str
    """Where: `line 7` of a CSV file, `row 6` of another."""
    values: dict[str, Any]


class Table(msgspec.Struct, frozen=True):
    """A register as it stands in a file, before anything is known of its fields."""

    file: str
    columns: dict[str, str]
    """Every field that occurs, and where it does so first."""
    lines: tuple[Line, ...]

    @property
    def written_as_text(self) -> bool:
        """Whether every value is text, because the format knows nothing else."""
        return self.file.endswith(".csv")

    def only(self, fields: tuple[str, ...]) -> "Table":
        """The same table without the values of any other field."""
        lines = tuple(
            Line(line.at, {name: v for name, v in line.values.items() if name in fields})
            for line in self.lines
        )
        return msgspec.structs.replace(self, lines=lines)


R = TypeVar("R", bound=Row)
S = TypeVar("S", bound=msgspec.Struct)


def parse(text: str, *, file: str) -> Table:
    """Read a register by the format its name ends with.

    Raises:
        Malformed: it is not a table of that format.
    """
    if file.endswith(".csv"):
        lines = tuple(_csv(text, file))
        header = _header(text, file)
        return Table(file, dict.fromkeys(header, "line 1"), lines)
    rows = _json(text, file) if file.endswith(".json") else _yaml(text, file)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Malformed(file, remedy="write a list of rows, each with its fields by name")
    lines = tuple(Line(f"row {n}", row) for n, row in enumerate(rows, 1))
    columns = {name: line.at for line in reversed(lines) for name in line.values}
    return Table(file, columns, lines)


def typed(table: Table, row: type[R]) -> tuple[R, ...]:
    """Every row of a table by its declared fields.

    Raises:
        Malformed: an unknown field, a missing or mistyped value, or a row given twice.
    """
    known = (*fields_of(row), *row.NOT_READ)
    for name, where in sorted(table.columns.items()):
        if name not in known:
            remedy = f"is not a field of this register; its fields are {', '.join(known)}"
            raise Malformed(table.file, where, name, remedy=remedy)
    if table.written_as_text:
        for name in fields_of(row):
            if name not in table.columns:
                remedy = "add this column; a cell may be empty where there is no value"
                raise Malformed(table.file, "line 1", name, remedy=remedy)
    return tuple(_each_once(table, row))


def read_fields(
    values: Mapping[str, Any], kind: type[S], *, where: tuple[str, ...], as_text: bool = False
) -> S:
    """Read declared fields out of plain values; an empty value is one that is not there.

    Raises:
        Malformed: a required value is missing, or one is of another type.
    """
    read: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        value = values.get(field.encode_name)
        declared = _declared(field.type)
        if value is not None and value != "":
            try:
                read[field.name] = _converted(value, declared, as_text=as_text)
            except msgspec.ValidationError:
                remedy = f"write {_wanted(declared, as_text=as_text)}"
                raise Malformed(*where, field.encode_name, remedy=remedy) from None
        elif field.required:
            remedy = f"is empty: write {_wanted(declared, as_text=as_text)}"
            raise Malformed(*where, field.encode_name, remedy=remedy)
    return kind(**read)


def fields_of(row: type[msgspec.Struct]) -> tuple[str, ...]:
    """The names of the declared fields, as a file spells them."""
    return tuple(field.encode_name for field in msgspec.structs.fields(row))


def file_format(name: str) -> str:
    """How a file's name ends."""
    return PurePosixPath(name).suffix.lower()


def _each_once(table: Table, row: type[R]) -> Iterator[R]:
    seen: dict[tuple[object, ...], str] = {}
    for line in table.lines:
        where = (table.file, line.at)
        read = read_fields(line.values, row, where=where, as_text=table.written_as_text)
        key = tuple(getattr(read, name) for name in row.KEY)
        if key in seen:
            remedy = f"is given twice, first on {seen[key]}: remove one of the two"
            raise Malformed(*where, " and ".join(row.KEY), remedy=remedy)
        seen[key] = line.at
        yield read


def _cells(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if cells:
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise Malformed(file, f"line {reader.line_num}", remedy=f"{error}") from None


def _header(text: str, file: str) -> list[str]:
    _, header = next(_cells(text, file), (1, []))
    if not all(header) or len(set(header)) < len(header) or not header:
        raise Malformed(file, "line 1", remedy="name every column, each once")
    return header


def _csv(text: str, file: str) -> Iterator[Line]:
    header = _header(text, file)
    cells = _cells(text, file)
    next(cells)
    for number, values in cells:
        if len(values) != len(header):
            remedy = (
                f"has {len(values)} cells, the header has {len(header)}: quote cells with a comma"
            )
            raise Malformed(file, f"line {number}", remedy=remedy)
        yield Line(f"line {number}", dict(zip(header, values, strict=True)))


def _json(text: str, file: str) -> Any:
    def each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        read = dict(pairs)
        if len(read) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise Malformed(file, twice, remedy="is given twice in one row: remove one of the two")
        return read

    try:
        return json.loads(text, object_pairs_hook=each_key_once)
    except json.JSONDecodeError as error:
        raise Malformed(file, f"line {error.lineno}", remedy=f"{error.msg}") from None
    except (ValueError, RecursionError):
        raise Malformed(file, remedy="is not JSON that can be read") from None


def _yaml(text: str, file: str) -> Any:
    try:
        return load(text, file=file)
    except BadYaml as error:
        raise Malformed(file, f"line {error.line}", error.key, remedy=error.remedy) from None


def _declared(kind: Any) -> Any:
    """The type of a value that is there: an optional one without its `None`."""
    if get_origin(kind) in (Union, types.UnionType):
        present = tuple(part for part in get_args(kind) if part is not type(None))
        return Union[present]  # noqa: UP007 - the parts are only known here
    return kind


def _converted(value: Any, kind: Any, *, as_text: bool) -> Any:
    if as_text and get_origin(kind) is tuple:
        value = [_member(part, get_args(kind)[0]) for part in value.split(BETWEEN_VALUES)]
    return msgspec.convert(value, kind, strict=not (as_text and kind in (int, bool)))


def _member(text: str, kind: Any) -> Any:
    """One of several values in a cell; what has two parts is split at the last mark."""
    if not _is_struct(kind):
        return text.strip()
    first, _, second = text.rpartition(BETWEEN_PARTS)
    parts = zip(fields_of(kind), (first.strip(), second.strip()), strict=True)
    return {name: part for name, part in parts if part}


def _wanted(kind: Any, *, as_text: bool) -> str:
    if get_origin(kind) is Annotated:
        return str(get_args(kind)[1].description)
    if get_origin(kind) is Literal:
        return f"one of {', '.join(get_args(kind))}"
    if get_origin(kind) is tuple:
        return _several(get_args(kind)[0], as_text=as_text)
    if get_origin(kind) is Union:
        return " or ".join(_wanted(part, as_text=as_text) for part in get_args(kind))
    return WANTED[kind]


def _several(member: Any, *, as_text: bool) -> str:
    if not _is_struct(member):
        return f"values with {BETWEEN_VALUES} between them" if as_text else "a list"
    parts = fields_of(member)
    if as_text:
        example = BETWEEN_PARTS.join(parts)
        return f"{example}{BETWEEN_VALUES} {example}"
    return f"a list, each with {' and '.join(parts)}"


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
