"""A document in GitHub's Markdown. Names stand in code spans: nothing in them is interpreted."""

import re
from collections.abc import Iterator

from agent.alerts.plain import shortened, visible
from agent.tickets.writing import NAME, Block, Document, Exact, Heading, Line, Link, Paragraph

BACKTICKS = re.compile("`+")
NAMELESS = "(no name)"


def markdown(document: Document) -> str:
    """The document as text, blocks a blank line apart."""
    return "\n\n".join("\n".join(_block(block)) for block in document)


def code(text: str) -> str:
    """A code span: fenced by more backticks than stand in the name (CommonMark, 6.1)."""
    name = shortened(visible(text), NAME).strip() or NAMELESS
    fence = "`" * (max((len(run) for run in BACKTICKS.findall(name)), default=0) + 1)
    room = " " if name.startswith("`") or name.endswith("`") else ""
    return f"{fence}{room}{name}{room}{fence}"


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"### {block.text}"
    elif isinstance(block, Paragraph):
        yield _line(block.line)
    else:
        for line in block.lines:
            yield f"- {_line(line)}"


def _line(line: Line) -> str:
    return "".join(
        code(part.text)
        if isinstance(part, Exact)
        else f"[{part.text}]({part.url})"
        if isinstance(part, Link)
        else part.text
        for part in line
    )
