"""Words for foreign formats: one line, visible, and never markup of somebody else's making."""

import re

NOT_IN_A_TOKEN = re.compile(r"[^A-Za-z0-9._-]+")
MARKUP = re.compile(r"([\\`*_\[\]<>#|!{}])")


def line(text: object, *, most: int = 1000) -> str:
    """One line of visible characters, cut where it is too long; a dash where nothing is left."""
    visible = "".join(c if c.isprintable() else " " for c in str(text))
    kept = " ".join(visible.split())
    return (kept if len(kept) <= most else f"{kept[: most - 1]}\N{HORIZONTAL ELLIPSIS}") or "-"


def marked(text: object) -> str:
    """The same where the format reads Markdown: a name stays a name."""
    return MARKUP.sub(r"\\\1", line(text))


def token(text: str) -> str:
    """A name that XML takes for one."""
    plain = NOT_IN_A_TOKEN.sub("-", text)
    return plain if plain[:1].isalpha() or plain[:1] == "_" else f"_{plain}"
