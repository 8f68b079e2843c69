"""Changes that reached a default branch, by whichever road."""

from collectors.evidence.record import Fact, Instant, Occurrence, Unread


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

    Unread if one of them has no known login: that one may be the reviewer.
    """
    head: str | Unread
    """Its last commit before it landed."""
    reviews: tuple[Review, ...] | Unread
    checks: tuple[CheckResult, ...] | Unread
    """Every finished run on the head, and on the merge queue's commit if it was queued."""


class LandedChange(Occurrence, frozen=True, tag="github.landed_change"):
    """One commit of a default branch's own line: what landed there, by whichever road.

    Its moment is when the pull request was merged. For a direct push git knows only the
    date its committer wrote.
    """

    repository: str
    branch: str
    commit: str
    landed_by: str | Unread
    """Who merged it; for a direct push whom the commit names, since git keeps no pusher."""
    required_checks: frozenset[str] | Unread
    """What the branch's guards required when the change was collected."""
    pull_request: PullRequest | Unread | None
    """`None` when it was pushed straight to the branch."""
