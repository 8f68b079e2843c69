"""A document in Jira's Atlassian Document Format: nothing in a text is interpreted."""

from typing import Any

from agent.alerts.plain import shortened, visible
from agent.tickets.writing import (
    NAME,
    Block,
    Document,
    Exact,
    Heading,
    Line,
    Link,
    Paragraph,
    Words,
)

Node = dict[str, Any]


def adf(document: Document) -> Node:
    """The document as Jira's REST API takes it, version 3."""
    return {"type": "doc", "version": 1, "content": [_block(block) for block in document]}


def _block(block: Block) -> Node:
    if isinstance(block, Heading):
        text = [_text(Words(block.text))]
        return {"type": "heading", "attrs": {"level": 3}, "content": text}
    if isinstance(block, Paragraph):
        return _paragraph(block.line)
    points = [{"type": "listItem", "content": [_paragraph(line)]} for line in block.lines]
    return {"type": "bulletList", "content": points}


def _paragraph(line: Line) -> Node:
    return {"type": "paragraph", "content": [_text(part) for part in line if part.text]}


def _text(part: Words | Exact | Link) -> Node:
    shown = visible(part.text)
    if isinstance(part, Exact):
        return {"type": "text", "text": shortened(shown, NAME), "marks": [{"type": "code"}]}
    if isinstance(part, Link):
        mark = {"type": "link", "attrs": {"href": part.url}}
        return {"type": "text", "text": shown, "marks": [mark]}
    return {"type": "text", "text": shown}
