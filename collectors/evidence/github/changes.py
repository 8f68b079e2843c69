"""Changes that reached a default or production branch, by whichever road."""

from collectors.evidence.record import Fact, Instant, Occurrence, Unread

NOT_COLLECTED = Unread(why="not collected by earlier versions")


class Review(Fact, frozen=True, tag="github.review"):
    """What one reviewer said of one commit."""

    reviewer: str | Unread
    """Unread when the account is gone: it may have been anybody's."""
    is_bot: bool
    state: str
    """`APPROVED`, `CHANGES_REQUESTED` or `COMMENTED`: as given, before any dismissal."""
    commit: str | Unread
    submitted_at: Instant
    dismissed_at: Instant | None


class CheckResult(Fact, frozen=True, tag="github.check_result"):
    """What one run of one check, or one commit status, said of one commit."""

    name: str
    commit: str
    conclusion: str
    completed_at: Instant


class PullRequest(Fact, frozen=True, tag="github.pull_request"):
    """The pull request by which a change landed."""

    number: int
    authors: frozenset[str] | Unread
    """Who opened it, and everyone who wrote or committed a commit of it, co-authors included.

    A reviewer whose own address a commit names is an author under another login. Unread if
    an author has no known login: that one may be the reviewer.
    """
    head: str | Unread
    """Its last commit before it landed."""
    reviews: tuple[Review, ...] | Unread
    checks: tuple[CheckResult, ...] | Unread
    """Every finished run on the head, and on the merge queue's commit if it was queued."""
    issues: tuple[str, ...] | Unread = NOT_COLLECTED
    """The issues GitHub knows it to close, such as `acme/web#7`."""
    tickets: tuple[str, ...] | Unread = NOT_COLLECTED
    """What looks like a ticket's name in its title, its text or its branch's name."""


class Reported(Fact, frozen=True, tag="github.reported"):
    """What the newest run of one check, or one status, says of the landed commit."""

    name: str
    conclusion: str
    """GitHub's word for it, or `unfinished`."""


class RuleSuite(Fact, frozen=True, tag="github.rule_suite"):
    """How GitHub evaluated the rulesets when a push arrived."""

    result: str
    """`pass`, `fail` or `bypass`."""
    actor: str | Unread
    pushed_at: Instant


class Override(Fact, frozen=True, tag="github.override"):
    """What the audit log says of classic protection that somebody went around."""

    actor: str | Unread
    at: Instant


class LandedChange(Occurrence, frozen=True, tag="github.landed_change"):
    """One commit of a branch's own line: what landed there, by whichever road.

    Its moment is when the pull request was merged or the push arrived. Where GitHub does not
    tell of a push, git knows only the date its committer wrote.
    """

    repository: str
    branch: str
    commit: str
    landed_by: str | Unread
    """Who merged or pushed it; whom the commit names where GitHub does not tell."""
    required_checks: frozenset[str] | Unread
    """What the branch's guards required when the change was collected."""
    pull_request: PullRequest | Unread | None
    """`None` when it was pushed straight to the branch."""
    rewrote: str | None = None
    """Of a forced push: the head it took away. What was lost between the two cannot be read."""
    checks: tuple[Reported, ...] | Unread = NOT_COLLECTED
    """What ran on the landed commit, before or after it landed."""
    guards: frozenset[str] | Unread = NOT_COLLECTED
    """`classic protection` and `rulesets`, as far as they guarded the branch when collected."""
    rule_suite: RuleSuite | Unread | None = NOT_COLLECTED
    """`None` where GitHub keeps none of the push."""
    override: Override | Unread | None = NOT_COLLECTED
    """`None` where the audit log tells of none."""
