"""Whether a refusal means that the plan does not include what was asked for."""

from typing import TypeVar

from collectors.evidence.github.plan import NotOffered
from collectors.evidence.record import Unread

T = TypeVar("T")

WORDS_OF_THE_PLAN = (
    "Upgrade to GitHub Pro or make this repository public to enable this feature.",
    "Upgrade to GitHub Team to enable this feature.",
    "Upgrade to GitHub Enterprise to enable this feature.",
)
"""What GitHub answers with 403, word for word, where a plan lacks a feature.

Every other 403 is a missing permission, and leaves the property unread.
"""
REFUSED = tuple(f"403 {words}" for words in WORDS_OF_THE_PLAN)


def offered(answer: T | Unread) -> T | Unread | NotOffered:
    """The answer, or `NotOffered` where the refusal is the plan's own."""
    if isinstance(answer, Unread) and answer.why.endswith(REFUSED):
        return NotOffered(why=answer.why)
    return answer
