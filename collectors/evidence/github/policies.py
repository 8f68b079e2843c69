"""Policies that are kept as files in a repository, and by which change each came to be."""

from collectors.evidence.github.changes import Review
from collectors.evidence.record import Fact, Instant, Record, Unread


class PolicyChange(Fact, frozen=True, tag="github.policy_change"):
    """The pull request that landed the current text."""

    number: int
    head: str | Unread
    """Its last commit."""
    merged_at: Instant
    reviews: tuple[Review, ...] | Unread
    """Those that still stand; GitHub does not tell here what a dismissed one had said."""


class PolicyText(Record, frozen=True, tag="github.policy_text"):
    """One policy as it lies on the default branch."""

    owners: frozenset[str]
    """The logins of its owners, as the configuration names them."""
    commit: str | Unread | None
    """The commit that changed it last; `None` where there is no such file."""
    change: PolicyChange | Unread | None
    """`None` where that commit was pushed without a pull request."""
