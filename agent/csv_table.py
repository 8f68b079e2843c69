"""Tables as CSV that a spreadsheet may open: names are hostile, and no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

BEGIN_A_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "'",
    "|",
    "%",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)
"""Full-width signs too: some spreadsheets take them for their narrow twins. An apostrophe as well,
so that the one that was put before a cell can be told from its own."""


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The lines of a table in UTF-8, its heading first; memory stays flat."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    writer.writerow(columns)
    yield _taken(line)
    for row in rows:
        writer.writerow([cell(value) for value in row])
        yield _taken(line)


def cell(value: Any) -> str:
    """One value as text: moments in UTC, several values one after the other, nothing as nothing."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case Mapping():
            return escaped(msgspec.json.encode(value, order="deterministic").decode())
        case tuple() | list():
            return escaped("; ".join(str(one) for one in value))
        case _:  # a negative number is no formula
            return str(value) if isinstance(value, int | float) else escaped(str(value))


def escaped(text: str) -> str:
    """The text, with an apostrophe before whatever a spreadsheet could take for a formula."""
    return f"'{text}" if text.startswith(BEGIN_A_FORMULA) else text


def _taken(line: io.StringIO) -> bytes:
    text = line.getvalue()
    line.seek(0)
    line.truncate()
    return text.encode("utf-8", "backslashreplace")
