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
WITHOUT_ENTERPRISE = {"free", "team"}
"""Plans that have neither single sign-on nor an audit log to ask for, by GitHub's own names."""
REFUSED = tuple(f"403 {words}" for words in WORDS_OF_THE_PLAN)


def offered(answer: T | Unread) -> T | Unread | NotOffered:
    """The answer, or `NotOffered` where the refusal is the plan's own."""
    if isinstance(answer, Unread) and answer.why.endswith(REFUSED):
        return NotOffered(why=answer.why)
    return answer


def lacks(plan: str | Unread, call: str) -> NotOffered | Unread | None:
    """`NotOffered` where the organisation's plan is below the enterprise's; `None` on it."""
    if isinstance(plan, Unread):
        return plan
    return NotOffered(why=f"{call}: the plan is {plan}") if plan in WITHOUT_ENTERPRISE else None
