"""What a deliverable looks like before it is HTML, PDF or a workbook: sections of a few blocks.

Every text in it stays text: no block holds markup, and each renderer makes it harmless.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec

from agent.reports.text import counted
from collectors.evidence.record import Instant

Cell = str | int | float | date | Instant | tuple[str, ...] | None
"""What may stand in a table; `None` is shown as an empty cell."""


class Tone(StrEnum):
    """How a figure or a sentence is meant; colour follows it and never tells alone."""

    GOOD = "good"
    PART = "part"
    """Good as far as it goes."""
    BAD = "bad"
    UNKNOWN = "unknown"
    PLAIN = "plain"


class Kind(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    CODE = "code"
    """An identifier: a number of a gap, a control, a check, a resource."""
    NUMBER = "number"
    PERCENT = "percent"
    """Of 100."""
    DATE = "date"
    MOMENT = "moment"
    STATE = "state"
    SEVERITY = "severity"


class Block(msgspec.Struct, frozen=True, kw_only=True, tag_field="block"):
    """A part of a section."""


class Paragraph(Block, frozen=True, kw_only=True, tag="paragraph"):
    """A few sentences; a tone sets them apart from the text around."""

    text: str
    tone: Tone = Tone.PLAIN


class Bullets(Block, frozen=True, kw_only=True, tag="bullets"):
    """Sentences that stand beside each other."""

    items: tuple[str, ...]


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One number to remember."""

    value: str
    label: str
    tone: Tone = Tone.PLAIN


class Figures(Block, frozen=True, kw_only=True, tag="figures"):
    """A row of numbers to remember."""

    figures: tuple[Figure, ...]


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column of a table."""

    name: str
    kind: Kind = Kind.TEXT
    width: int = 2
    """Its share of the paper's width."""


class Table(Block, frozen=True, kw_only=True, tag="table"):
    """Rows of one kind; a sheet of its own in a workbook."""

    name: str
    """Of the sheet: at most 31 letters, and of one document each its own."""
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    nothing: str = "Nothing to list."
    """What is said instead of an empty table."""
    more: tuple[Column, ...] = ()
    """Columns that only a workbook has room for; their cells stand at the end of each row."""
    most: int | None = None
    """How many rows are shown on pages; the workbook and the JSON have all of them."""

    @property
    def cut(self) -> str:
        """How many rows are not shown on pages; empty where all are, or none is to be."""
        left = len(self.rows) - len(self.rows[: self.most])
        if not left or self.most == 0:
            return ""
        told = f"{counted(left, 'more row')} {'is' if left == 1 else 'are'}"
        return f"{told} in the workbook and the JSON of this report."


class Picture(Block, frozen=True, kw_only=True, tag="picture"):
    """A chart in Vega-Lite, and the same in words."""

    caption: str
    alternative: str
    """All that the picture tells, for whoever does not see it."""
    chart: Mapping[str, Any]
    width: float = 1
    """Its share of the paper's width."""


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One thing told at length."""

    id: str
    title: str
    state: str
    """A severity or a state, told as a word."""
    facts: tuple[tuple[str, str], ...]
    """Names and values, in a row."""
    texts: tuple[tuple[str, str], ...]
    """Headings and sentences."""
    items: tuple[tuple[str, str], ...] = ()
    """Subjects, and what was seen of each."""
    more: str = ""
    """How many subjects are not shown."""


class Cards(Block, frozen=True, kw_only=True, tag="cards"):
    """Several things told at length; workbooks leave them to the tables."""

    cards: tuple[Card, ...]


Blocks = Paragraph | Bullets | Figures | Table | Picture | Cards


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A heading, and what stands under it; `level` 2 stands under the last of level 1."""

    id: str
    title: str
    blocks: tuple[Blocks, ...]
    level: int = 1


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A whole deliverable."""

    kind: str
    title: str
    company: str
    lead: str
    """The one sentence to remember."""
    tone: Tone
    facts: tuple[tuple[str, str], ...]
    """What the deliverable is about: service, criteria, window, day."""
    day: date
    footer: str
    landscape: bool
    """Whether its tables need wide paper."""
    sections: tuple[Section, ...]

    def tables(self) -> Sequence[Table]:
        """Every table, in order."""
        return [
            block for part in self.sections for block in part.blocks if isinstance(block, Table)
        ]
