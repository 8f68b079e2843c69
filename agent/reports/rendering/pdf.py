"""On paper: a tagged PDF with bookmarks and page numbers, typeset by typst with its own fonts."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import msgspec
import typst

from agent.reports.document import Cell, Document, Picture, Table
from agent.reports.rendering.svg import svg
from agent.reports.text import harmless, scalar, shortlist

TEMPLATE = Path(__file__).parent.parent / "templates" / "report.typ"
FONT = "Libertinus Serif"


def pdf(document: Document) -> bytes:
    """The document typeset; its date is that of which it speaks, so the bytes are the same."""
    files = {
        "main": TEMPLATE.read_bytes(),
        "document.json": msgspec.json.encode(_visible(_told(document))),
    }
    midnight = datetime.combine(document.day, time(), tzinfo=UTC)
    compiling: Any = typst.compile  # its types do not know of several files
    typeset: bytes = compiling(
        files,
        ignore_system_fonts=True,
        timestamp=int(midnight.timestamp()),
        pdf_standards="ua-1",
    )
    return typeset


def _told(document: Document) -> dict[str, Any]:
    """Plain values for the template: cells as texts, pictures drawn, long tables cut."""
    told: dict[str, Any] = msgspec.to_builtins(document)
    for section, plain in zip(document.sections, told["sections"], strict=True):
        for block, values in zip(section.blocks, plain["blocks"], strict=True):
            if isinstance(block, Table):
                values["all"] = len(block.rows)
                values["rows"] = _rows(block)
            if isinstance(block, Picture):
                values["svg"] = svg(block.chart, font=FONT)
                values["width"] = block.width
                del values["chart"]
    return told


def _rows(table: Table) -> list[list[Any]]:
    shown = slice(len(table.columns))
    return [[_cell(value) for value in row[shown]] for row in table.rows[: table.most]]


def _cell(value: Cell) -> Any:
    if value is None:
        return None
    if isinstance(value, tuple):
        return [scalar(one) for one in shortlist(value)]
    return scalar(value)


def _visible(value: Any) -> Any:
    """Every text with a sign for what could not be seen in it."""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, list | tuple):
        return [_visible(member) for member in value]
    if isinstance(value, dict):
        return {name: inner if name == "svg" else _visible(inner) for name, inner in value.items()}
    return value
