"""What a ticket is written in: a few kinds of block, whatever the tracker makes of them."""

from collections.abc import Sequence

import msgspec

NAME = 300


class Words(msgspec.Struct, frozen=True, tag="words"):
    """Words of ours, or words that were made plain; they are shown as they are."""

    text: str


class Exact(msgspec.Struct, frozen=True, tag="exact"):
    """A name from outside: shown letter by letter, and never interpreted."""

    text: str


class Link(msgspec.Struct, frozen=True, tag="link"):
    """A page of ours."""

    text: str
    url: str


Line = tuple[Words | Exact | Link, ...]


class Heading(msgspec.Struct, frozen=True, tag="heading"):
    """What the next blocks are about."""

    text: str


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph"):
    """One line of text."""

    line: Line


class Points(msgspec.Struct, frozen=True, tag="points"):
    """Several things of one kind."""

    lines: tuple[Line, ...]


Block = Heading | Paragraph | Points
Document = tuple[Block, ...]


def said(*parts: str | Words | Exact | Link) -> Line:
    """A line of words, with names and links among them."""
    return tuple(Words(part) if isinstance(part, str) else part for part in parts)


def paragraphs(*lines: Sequence[Words | Exact | Link] | None) -> Document:
    """Each line as a paragraph; what is not there is left out."""
    return tuple(Paragraph(tuple(line)) for line in lines if line)
