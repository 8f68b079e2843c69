"""The protected branches of a repository, and where each stood at a moment of the past."""

from collections.abc import Mapping
from datetime import datetime

from collectors.evidence.record import Instant, Unread
from collectors.github.comparing import COMPARE, holds
from collectors.github.heads import LIST_BRANCHES
from collectors.github.moves import ACTIVITY
from collectors.github.organisation import Organisation, field

PROTECTED_CALLS = (LIST_BRANCHES, ACTIVITY, COMPARE)
NO_COMMIT = "0" * 40
"""What GitHub calls the head of a branch that was not there."""


def protected_branch_with(
    organisation: Organisation, place: Mapping[str, str], commit: str, *, at: Instant
) -> str | Unread | None:
    """The protected branch that held a commit at that moment; `None` if none of them did."""
    branches = organisation.listed(LIST_BRANCHES, needs=("name",), protected="true", **place)
    if isinstance(branches, Unread):
        return branches
    doubt: Unread | None = None
    for branch in branches:
        now = field(LIST_BRANCHES, branch, "commit.sha", str)
        held = _held(organisation, place, branch["name"], now, commit, at)
        if held is True:
            name: str = branch["name"]
            return name
        doubt = held if isinstance(held, Unread) else doubt
    return doubt


def _held(  # noqa: PLR0917 - one question
    organisation: Organisation,
    place: Mapping[str, str],
    branch: str,
    now: str | Unread,
    commit: str,
    at: Instant,
) -> bool | Unread:
    head = head_at(organisation, place, branch, now, at=at)
    if isinstance(head, Unread):
        return head
    return head != NO_COMMIT and holds(organisation, place, head, commit)


def head_at(
    organisation: Organisation,
    place: Mapping[str, str],
    branch: str,
    now: str | Unread,
    *,
    at: Instant,
) -> str | Unread:
    """Where a branch pointed then: where the first move after that moment began."""
    head = now
    activity = organisation.each(
        ACTIVITY, needs=("before", "timestamp"), ref=f"refs/heads/{branch}", **place
    )
    for step in organisation.until_refused(activity):
        if isinstance(step, Unread):
            return step
        if datetime.fromisoformat(step["timestamp"]) <= at:
            break
        head = step["before"]
    return head
