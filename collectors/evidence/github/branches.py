"""Default branches, and what guards them."""

from collectors.evidence.record import Fact, Record, Unread

ADMINISTRATORS = "administrators"


class PullRequestRule(Fact, frozen=True, tag="github.pull_request_rule"):
    """What a layer demands of a pull request before it may land."""

    approvals: int | Unread
    dismisses_stale_approvals: bool | Unread
    last_push_needs_approval: bool | Unread


class Guard(Fact, frozen=True, tag="github.guard"):
    """One layer that guards a branch: classic protection, or one active ruleset.

    GitHub applies all layers together, and of each rule the strictest.
    """

    name: str
    pull_request: PullRequestRule | None
    """`None` when this layer lets people push without one."""
    required_checks: frozenset[str] | Unread
    bypass: frozenset[str] | Unread
    """Who need not obey: `administrators`, or the vendor's actor type with its name or number."""


class DefaultBranch(Record, frozen=True, tag="github.default_branch"):
    """The default branch of a repository, with every layer that guards it."""

    repository: str
    branch: str
    archived: bool | Unread
    empty: bool | Unread
    """Whether the repository has no commit yet."""
    classic: Guard | Unread | None
    rulesets: tuple[Guard, ...] | Unread
    """Active rulesets of repository, organisation and enterprise that apply to the branch."""
