"""What an auditor asks of each landed change: who wrote, approved and landed it, and what ran.

And which deployment put it into production, let through by whom. What was not read is named.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC
from typing import TypeVar

import msgspec

from agent.views import View
from checks.change.deployments import never_began
from checks.reviews import approvals_in_force
from collectors.evidence.github.changes import LandedChange, PullRequest, Reported
from collectors.evidence.github.deployments import DeployingRun, Deployment
from collectors.evidence.record import Instant, Omission, Unread

T = TypeVar("T")

Unlisted = Callable[[str], str | None]
"""Why a repository's deployments could not be listed; `None` if they were."""


class Deployed(msgspec.Struct, frozen=True, kw_only=True):
    """A deployment that brought a change to production, and who let it through."""

    environment: str
    at: Instant
    approvers: tuple[str, ...]
    """People, whoever they are: whether one of them counts is for the check to say."""
    not_known: str | None = None
    """Why the approvers, or some of them, are not known."""

    def __str__(self) -> str:
        """The same in a line."""
        said = f"approved by {', '.join(self.approvers)}" if self.approvers else "nobody approved"
        when = self.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
        if self.not_known is not None:
            said = f"{said} that is known: {self.not_known}"
        return f"{self.environment} {when}: {said}"


class LandedView(View, frozen=True, kw_only=True):
    """One landed change."""

    id: str
    repository: str
    branch: str
    commit: str
    landed_at: Instant
    landed_by: str | None
    pull_request: int | None
    """`None` where it was pushed, or where that is not known: see `not_read`."""
    authors: tuple[str, ...]
    """Who wrote the pull request."""
    approvers: tuple[str, ...]
    """Whose approval of the last commit was in force when it landed, authors included."""
    checks: tuple[str, ...]
    """What ran on the landed commit, each with its conclusion."""
    issues: tuple[str, ...]
    """The issues it closes, and what looks like a ticket's name."""
    deployments: tuple[Deployed, ...]
    """Those to production that brought it."""
    not_read: tuple[str, ...]
    """What of this is not known, each with the reason."""


def landed(
    changes: Iterable[LandedChange], deployments: Iterable[Deployment], why_not: Unlisted
) -> Iterator[LandedView]:
    """Every change as it is asked about, in the order in which they landed."""
    by_repository: dict[str, list[Deployment]] = {}
    for one in sorted(deployments, key=lambda one: (one.occurred_at, one.id)):
        if not never_began(one):
            by_repository.setdefault(one.repository, []).append(one)
    for change in sorted(changes, key=lambda change: (change.occurred_at, change.id)):
        yield _view(change, by_repository.get(change.repository, ()), why_not)


def _view(change: LandedChange, deployments: Sequence[Deployment], why_not: Unlisted) -> LandedView:
    doubts: dict[str, str] = {}
    request = _known("pull request", change.pull_request, None, doubts)
    brought = [one for one in deployments if _brought(one, change)]
    if not brought:
        _note("deployment", _in_doubt(change, deployments, why_not), doubts)
    return LandedView(
        id=change.id,
        repository=change.repository,
        branch=change.branch,
        commit=change.commit,
        landed_at=change.occurred_at,
        landed_by=_known("landed by", change.landed_by, None, doubts),
        pull_request=request.number if request else None,
        authors=_authors(request, doubts),
        approvers=_approvers(request, change.occurred_at, doubts),
        checks=tuple(map(_said, _known("checks", change.checks, (), doubts))),
        issues=_issues(request, doubts),
        deployments=tuple(map(_deployed, brought)),
        not_read=tuple(f"{what}: {why}" for what, why in doubts.items()),
    )


def _known(what: str, value: T | Unread, otherwise: T, doubts: dict[str, str]) -> T:
    """The value, or else the other one with a note of why it is not known."""
    if isinstance(value, Unread):
        doubts[what] = value.why
        return otherwise
    return value


def _note(what: str, why: str | None, doubts: dict[str, str]) -> None:
    if why is not None:
        doubts[what] = why


def _authors(request: PullRequest | None, doubts: dict[str, str]) -> tuple[str, ...]:
    nobody: frozenset[str] = frozenset()
    return tuple(sorted(_known("authors", request.authors, nobody, doubts))) if request else ()


def _approvers(request: PullRequest | None, at: Instant, doubts: dict[str, str]) -> tuple[str, ...]:
    if request is None:
        return ()
    head = _known("last commit", request.head, "", doubts)
    of_head = [
        review
        for review in approvals_in_force(_known("reviews", request.reviews, (), doubts), at=at)
        if isinstance(review.commit, Unread) or review.commit == head
    ]
    for part in (part for review in of_head for part in (review.commit, review.reviewer)):
        _known("approvers", part, "", doubts)
    return tuple(
        sorted(
            {
                review.reviewer
                for review in of_head
                if isinstance(review.reviewer, str) and review.commit == head
            }
        )
    )


def _said(check: Reported) -> str:
    return f"{check.name}: {check.conclusion}"


def _issues(request: PullRequest | None, doubts: dict[str, str]) -> tuple[str, ...]:
    if request is None:
        return ()
    found = (
        *_known("issues", request.issues, (), doubts),
        *_known("tickets", request.tickets, (), doubts),
    )
    return tuple(dict.fromkeys(found))


def _brought(deployment: Deployment, change: LandedChange) -> bool:
    if deployment.commit == change.commit:
        return True
    return isinstance(deployment.brought, frozenset) and change.commit in deployment.brought


def _in_doubt(
    change: LandedChange, deployments: Sequence[Deployment], why_not: Unlisted
) -> str | None:
    """Why a deployment that is not known may have brought it."""
    later = (one.brought for one in deployments if one.occurred_at >= change.occurred_at)
    unknown = next((brought for brought in later if isinstance(brought, Unread)), None)
    return unknown.why if unknown else why_not(change.repository)


def _deployed(deployment: Deployment) -> Deployed:
    approvers, why = _let_through(deployment.run)
    return Deployed(
        environment=deployment.environment,
        at=deployment.occurred_at,
        approvers=approvers,
        not_known=why,
    )


def _let_through(run: DeployingRun | Unread | None) -> tuple[tuple[str, ...], str | None]:
    """Who approved the run, and why that is not all that is to be known."""
    if run is None:
        return (), None
    said = run if isinstance(run, Unread) else run.approvals
    if isinstance(said, Unread):
        return (), said.why
    people = [one.by for one in said if one.is_person]
    unknown = next((who for who in people if isinstance(who, Unread)), None)
    named = {who for who in people if isinstance(who, str)}
    return tuple(sorted(named)), unknown.why if unknown else None


def unlisted(omissions: Iterable[Omission], *, read: bool) -> Unlisted:
    """Why a repository's deployments are not known, from what could not be listed of them.

    What names a repository concerns that one alone, everything else all of them.

    Args:
        omissions: Of the newest reading of each scope.
        read: Whether deployments were read at all.
    """
    known = {omission.where: omission.why for omission in reversed(tuple(omissions))}
    of_all = next((why for where, why in known.items() if "/" not in where), None)
    if not read:
        of_all = "deployments were not read"
    return lambda repository: known.get(repository, of_all)
