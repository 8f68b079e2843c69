"""One file that needs nothing else: no network, no script, and paper as well as a screen."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from agent.reports.document import Cell, Column, Document, Kind, Picture, Table
from agent.reports.rendering.svg import svg
from agent.reports.text import harmless, scalar, shortlist, words

TEMPLATES = Path(__file__).parent.parent / "templates"
FONT = "Segoe UI, Roboto, Noto Sans, Liberation Sans, Helvetica Neue, Arial, sans-serif"
FEW = 3
"""Columns that have room on a telephone."""
WORDY = 5
"""Columns of sentences that need more than a laptop's screen."""
BROAD, BROADER = 0.1, 0.16
"""A column's share of the width from which it is two and three cells of a card wide."""


def html(document: Document) -> bytes:
    """The document as one page in UTF-8."""
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = _environment().get_template("report.html.j2")
    return page.render(document=document, style=Markup(style), style_hash=digest).encode()  # noqa: S704 - our own file


@cache
def _environment() -> jinja2.Environment:
    """Templates that escape whatever they print, and show what would be invisible in it."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "cell": _cell,
        "words": words,
        "drawn": _drawn,
        "shown": _shown,
        "stacks": _stacks,
        "breadth": _breadth,
        "shortlist": shortlist,
    }
    return environment


def _harmless(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, Markup):
        return harmless(value)
    return value


def _drawn(picture: Picture) -> Markup:
    """The picture without a header of its own; its words stand beside it."""
    return Markup(svg(picture.chart, font=FONT))  # noqa: S704 - vl-convert escapes what it draws


def _shown(table: Table) -> list[tuple[Cell, ...]]:
    """What a page has room for."""
    return [row[: len(table.columns)] for row in table.rows[: table.most]]


def _stacks(table: Table) -> str:
    """On which screens the rows become cards, so that nobody reads sideways."""
    if _wordy(table):
        return "stacks early"
    return "stacks" if len(table.columns) > FEW else ""


def _breadth(table: Table, column: Column) -> str:
    """How much room its cells need beside the others."""
    share = column.width / sum(one.width for one in table.columns)
    if not _wordy(table) or share < BROAD:
        return ""
    return "broader" if share > BROADER else "broad"


def _wordy(table: Table) -> bool:
    return sum(column.kind is Kind.TEXT for column in table.columns) >= WORDY


def _cell(value: Cell) -> str:
    return "" if value is None or isinstance(value, tuple) else scalar(value)
