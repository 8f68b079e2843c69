"""On paper: a tagged PDF with bookmarks and page numbers, typeset by typst with its own fonts."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import msgspec
import typst

from agent.reports.document import Cell, Document, Picture, Table
from agent.reports.rendering.glyphs import (
    FONT,
    STANDARD,
    every_text,
    font_folders,
    lacking,
    spelt,
    unsure_signs,
)
from agent.reports.rendering.svg import svg
from agent.reports.text import harmless, scalar, shortlist

TEMPLATE = Path(__file__).parent.parent / "templates" / "report.typ"
MISSING = "could not be displayed"
"""What typst says of a text for which no font has a glyph."""
SPELT = (
    "Some names are written in signs that this paper's fonts do not have: they stand in square "
    "brackets as code points, such as [U+4E2D]. The page, the workbook and the JSON of this report "
    "have them as they are. The extra gapwatch[fonts] adds Chinese, Japanese and Korean."
)


def pdf(document: Document) -> bytes:
    """The document typeset; its date is that of which it speaks, so the bytes are the same."""
    plain = _mapped(_plain(document), harmless)
    try:
        return _typeset(document, plain, lacking(every_text(plain)))
    except typst.TypstError as error:
        if MISSING not in str(error):
            raise
    # signs that are there one by one and cannot be joined, as in some Indic scripts
    return _typeset(document, plain, unsure_signs(every_text(plain)))


def _typeset(document: Document, plain: Any, without: frozenset[str]) -> bytes:
    files = {
        "main": TEMPLATE.read_bytes(),
        "document.json": msgspec.json.encode(_told(plain, without)),
    }
    midnight = datetime.combine(document.day, time(), tzinfo=UTC)
    compiling: Any = typst.compile  # its types do not know of several files
    typeset: bytes = compiling(
        files,
        sys_inputs={"font": FONT},
        font_paths=font_folders(),
        ignore_system_fonts=True,
        timestamp=int(midnight.timestamp()),
        pdf_standards=STANDARD,
    )
    return typeset


def _told(plain: Any, without: frozenset[str]) -> dict[str, Any]:
    """Plain values for the template: signs without a glyph are spelt, pictures are drawn."""
    told: dict[str, Any] = _mapped(plain, lambda text: spelt(text, without))
    told["spelt"] = SPELT if without else ""
    for section in told["sections"]:
        for block in section["blocks"]:
            if block["block"] == "picture":
                block["svg"] = svg(block.pop("chart"), font=FONT)
    return told


def _plain(document: Document) -> dict[str, Any]:
    """Cells as texts, long tables cut."""
    plain: dict[str, Any] = msgspec.to_builtins(document)
    for section, told in zip(document.sections, plain["sections"], strict=True):
        for block, values in zip(section.blocks, told["blocks"], strict=True):
            if isinstance(block, Table):
                values["all"] = len(block.rows)
                values["cut"] = block.cut
                values["rows"] = _rows(block)
                values.pop("more", None)
            if isinstance(block, Picture):
                values["width"] = block.width
    return plain


def _rows(table: Table) -> list[list[Any]]:
    shown = slice(len(table.columns))
    return [[_cell(value) for value in row[shown]] for row in table.rows[: table.most]]


def _cell(value: Cell) -> Any:
    if value is None:
        return None
    if isinstance(value, tuple):
        return [scalar(one) for one in shortlist(value)]
    return scalar(value)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """The same values, every text in them changed; what they are called stays."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list | tuple):
        return [_mapped(member, change) for member in value]
    if isinstance(value, dict):
        return {name: _mapped(inner, change) for name, inner in value.items()}
    return value
