"""What is kept of a form that somebody filled in: the answers under some headings, no more."""

import re
from collections.abc import Collection
from typing import Any

HEADING = re.compile(r"^### (.+?)\s*$", re.MULTILINE)
"""How GitHub writes the label of a field of an issue form above its answer."""
NO_ANSWER = "_No response_"
LONGEST = 200
"""Characters: a longer answer is prose and no field of a register."""


def answers(value: Any, headings: Collection[str]) -> dict[str, list[str]]:
    """What stands under each of the headings, as often as the heading occurs.

    An answer that nobody gave is an empty text. Of one that is too long nothing is kept but
    that there is more of it than one answer.
    """
    text = value if isinstance(value, str) else ""
    pieces = HEADING.split(text)[1:]
    found: dict[str, list[str]] = {}
    for heading, answer in zip(pieces[::2], pieces[1::2], strict=True):
        if heading in headings:
            said = answer.strip()
            found.setdefault(heading, []).append("" if said == NO_ANSWER else said)
    return {
        heading: said if all(len(one) <= LONGEST for one in said) else ["", ""]
        for heading, said in found.items()
    }
