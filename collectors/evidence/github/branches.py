"""Default branches, and what guards them."""

from collectors.evidence.github.later import LATER
from collectors.evidence.github.plan import NotOffered
from collectors.evidence.record import Fact, Record, Unread

ADMINISTRATORS = "administrators"


class PullRequestRule(Fact, frozen=True, tag="github.pull_request_rule"):
    """What a layer demands of a pull request before it may land."""

    approvals: int | Unread
    dismisses_stale_approvals: bool | Unread
    last_push_needs_approval: bool | Unread
    needs_code_owner: bool | Unread = LATER


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
    bypass_always: frozenset[str] | Unread = LATER
    """Those of them whom a ruleset lets go around it at any time, not by pull request only."""
    fixed_checks: frozenset[str] | Unread = LATER
    """Those of the required checks that one app alone may report."""
    checks_are_strict: bool | Unread = LATER
    """Whether the checks have to run on the branch as it is, not as it was."""
    workflows: frozenset[str] | Unread = LATER
    """Workflows that GitHub itself runs, and that have to succeed."""
    resolves_threads: bool | Unread = LATER
    needs_signatures: bool | Unread = LATER
    refuses_force_pushes: bool | Unread = LATER
    refuses_deletion: bool | Unread = LATER


class IdleRuleset(Fact, frozen=True, tag="github.idle_ruleset"):
    """A ruleset that looks at the repository and does not guard the branch."""

    name: str
    why: str


class DefaultBranch(Record, frozen=True, tag="github.default_branch"):
    """The default branch of a repository, with every layer that guards it."""

    repository: str
    branch: str
    archived: bool | Unread
    empty: bool | Unread
    """Whether the repository has no commit yet."""
    classic: Guard | NotOffered | Unread | None
    rulesets: tuple[Guard, ...] | NotOffered | Unread
    """Active rulesets of repository, organisation and enterprise that apply to the branch."""
    idle_rulesets: tuple[IdleRuleset, ...] | Unread = LATER
    """Those that do not count; looked for only where nothing requires a pull request."""
    has_code_owners: bool | Unread = LATER
    """Whether a code owners file lies in one of its three places."""
    reported_checks: frozenset[str] | Unread | None = LATER
    """What was tested on the newest merged pull requests; `None` where none was merged."""
