"""What is kept of words that people wrote: how long they are, and the tickets they name."""

import re
from typing import Any

TICKET = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9]{1,9}-[0-9]{1,9}(?![0-9A-Za-z])|#[0-9]{1,9}"
)
"""A project's letters and a number, such as `OPS-12`; or an issue's number, such as `#12`."""
MOST_NAMES = 50


def names_in(text: str) -> list[str]:
    """What looks like a ticket's name, in order and each once."""
    return list(dict.fromkeys(TICKET.findall(text)))[:MOST_NAMES]


def sifted(value: Any) -> dict[str, Any]:
    """Length and names of a text; of nothing, a length of nothing."""
    text = value if isinstance(value, str) else ""
    return {"characters": len(text), "names": names_in(text)}
