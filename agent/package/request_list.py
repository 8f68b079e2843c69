"""The auditor's own list of requests, as CSV or as a workbook: numbers, words, references."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

MOST_BYTES = 20 << 20
"""Of a list, and of what is packed in a workbook."""
HEADING_WITHIN = 30
"""Rows: lists begin with a title, the client's name and the period."""
DELIMITERS = ",;\t"
NAMES: Mapping[str, frozenset[str]] = {
    "number": frozenset(
        (
            *("#", "no", "number", "nr", "id", "ref", "item", "item #", "item no", "request #"),
            *("request no", "request number", "request id", "pbc #", "pbc no", "pbc id"),
        )
    ),
    "text": frozenset(
        (
            *("request", "requests", "request text", "text", "description", "item description"),
            *("request description", "document requested", "documentation requested"),
            *("evidence requested", "evidence request", "information requested"),
        )
    ),
    "reference": frozenset(
        (
            *("control", "controls", "control id", "control no", "control number", "control #"),
            *("criterion", "criteria", "control/criterion", "control / criterion", "reference"),
            *("tsc", "tsc reference", "control reference", "trust services criteria"),
        )
    ),
}
"""What auditors call the columns."""
FORMATS = (".csv", ".xlsx")
Cells = Sequence[object]
WANTED = (
    "no row names the columns: call one Number and one Request, and one Control or Criterion if "
    "there is one"
)


class BadRequests(Exception):
    """The list cannot be read; the message says where, and what to do."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list, in the auditor's words."""

    number: str
    text: str
    reference: str
    """The control or criterion it names, if it does."""


class RequestList(msgspec.Struct, frozen=True, kw_only=True):
    """A list as it was received, and what it asks for."""

    format: str
    """`.csv` or `.xlsx`."""
    content: bytes
    requests: tuple[Request, ...]


def read_requests(path: Path) -> RequestList:
    """Read the auditor's list; no line with words in it is left out.

    Raises:
        BadRequests: it is not there, no list of one of the formats, or gives a number twice.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise BadRequests(f"{path}: export the list as {' or '.join(FORMATS)}")
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror}): name the list with --requests"
        raise BadRequests(message) from None
    if len(content) > MOST_BYTES:
        raise BadRequests(f"{path}: a list of more than {MOST_BYTES >> 20} MiB is not read")
    sheets = _csv(path, content) if ending == ".csv" else _workbook(path, content)
    found = tuple(request for name, rows in sheets for request in _requests(name, rows))
    if not found:
        raise BadRequests(f"{path}: {WANTED}")
    _refuse_twice(path, found)
    return RequestList(format=ending, content=content, requests=found)


def _requests(sheet: str, rows: Iterable[Sequence[str]]) -> Iterator[Request]:
    """Everything under the row that names the columns; nothing of a sheet without one."""
    columns: Mapping[str, int] = {}
    for place, row in enumerate(rows, 1):
        if not columns:
            columns = _columns(row)
            if not columns and place >= HEADING_WITHIN:
                return
            continue
        cells = {name: row[at] if at < len(row) else "" for name, at in columns.items()}
        if cells["text"] or cells["number"]:
            yield Request(
                number=cells["number"] or f"{sheet}row {place}",
                text=cells["text"],
                reference=cells.get("reference", ""),
            )


def _columns(row: Sequence[str]) -> Mapping[str, int]:
    """Which cell is what, if this row names at least number and text."""
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        plain = re.sub(r"[\s_.:]+", " ", cell.casefold()).strip()
        for name, names in NAMES.items():
            if plain in names:
                found.setdefault(name, place)
    return found if {"number", "text"} <= found.keys() else {}


def _csv(path: Path, content: bytes) -> Iterator[tuple[str, Iterator[Sequence[str]]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadRequests(f"{path}: is not text in UTF-8: export it as CSV UTF-8") from None
    head = text[:4096]
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    yield "", ([cell.strip() for cell in row] for row in _lines(path, reader))


def _lines(path: Path, reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise BadRequests(f"{path}: is no CSV that can be read: {error}") from None


def _workbook(path: Path, content: bytes) -> Iterator[tuple[str, Iterator[Sequence[str]]]]:
    """Every sheet, its cells as the auditor sees them."""
    _refuse_large(path, content)
    try:
        for name, shown, written in _sheets(content):
            yield f"{name}, ", iter([*map(_cells, shown, written)])
    except Exception as error:  # a damaged workbook fails in the library's own ways
        message = f"{path}: is no workbook that can be read: export the list as CSV"
        raise BadRequests(message) from error


def _sheets(content: bytes) -> Iterator[tuple[str, Iterable[Cells], Iterable[Cells]]]:
    """Of each sheet its name, the values of its cells, and what is written in them."""
    from openpyxl.reader.excel import load_workbook  # noqa: PLC0415 - loads much, for a workbook

    values, formulas = (
        load_workbook(io.BytesIO(content), read_only=True, data_only=only) for only in (True, False)
    )
    for shown, written in zip(values.worksheets, formulas.worksheets, strict=True):
        yield (
            shown.title,
            shown.iter_rows(values_only=True),
            written.iter_rows(values_only=True),
        )


def _refuse_large(path: Path, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(one.file_size for one in packed.infolist())
    except zipfile.BadZipFile:
        message = f"{path}: is no workbook that can be read: export the list as CSV"
        raise BadRequests(message) from None
    if size > MOST_BYTES:
        raise BadRequests(f"{path}: unpacks to more than {MOST_BYTES >> 20} MiB")


def _cells(shown: Cells, written: Cells) -> list[str]:
    """A formula nobody worked out has no value: what is written stands for it."""
    return [_cell(f if value is None else value) for value, f in zip(shown, written, strict=True)]


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _refuse_twice(path: Path, requests: Iterable[Request]) -> None:
    seen: set[str] = set()
    for request in requests:
        if request.number in seen:
            message = f"{path}: number `{request.number}` is given twice: give each its own"
            raise BadRequests(message)
        seen.add(request.number)
