"""Who looked at a change before it landed."""

from collections.abc import Sequence

from checks.contract import (
    Observed,
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    passed,
    undetermined,
)
from checks.reviews import approvals_in_force
from collectors.evidence.github.changes import LandedChange, PullRequest, Review
from collectors.evidence.record import Unread


@check(
    id="github.change.approved-by-another-person",
    title="Changes are approved by someone who did not write them",
    controls=("CHG-02", "ACC-09"),
    severity=Severity.HIGH,
    remediation="Review the change now, explain the deviation, and require an approval.",
    empty=Outcome.NOT_APPLICABLE,
)
def change_approved_by_another_person(
    change: LandedChange, *, approvals: int = 1, same_person: tuple[str, ...] = ()
) -> Verdict:
    """One person should not be able to put their own code into production.

    The population is every change that landed, so a direct push counts against the
    control. An approval counts if it is of the last commit, was its reviewer's last word
    and in force when the change landed, and came from a person who neither opened the
    request nor wrote or committed any of it. A second account of the same person looks
    like another person, unless a commit names its address or `same_person` lists the two,
    as in `mia=mia-work`.
    """
    request = change.pull_request
    if not isinstance(request, PullRequest):
        pushed = failed("pushed without a pull request", commit=change.commit)
        return undetermined(request) if request else pushed
    head = request.head
    if isinstance(request.reviews, Unread):
        return undetermined(request.reviews, pull_request=request.number)
    if isinstance(head, Unread):
        return undetermined(head, pull_request=request.number)

    approving = approvals_in_force(request.reviews, at=change.occurred_at)
    approvers = {r.reviewer for r in approving if isinstance(r.reviewer, str) and r.commit == head}
    authors = request.authors if isinstance(request.authors, frozenset) else frozenset()
    independent = approvers - authors - _second_accounts(authors, same_person)
    observed: dict[str, Observed] = {
        "pull_request": request.number,
        "approvers": tuple(sorted(approvers)),
        "authors": tuple(sorted(authors)),
    }
    if len(independent) < approvals:
        doubt = _doubt(approving, head)
        why = f"{len(independent)} independent approvals when it landed, {approvals} required"
        return undetermined(doubt, **observed) if doubt else failed(why, **observed)
    if isinstance(request.authors, Unread):
        return undetermined(request.authors, **observed)
    return passed(f"{len(independent)} independent approvals when it landed", **observed)


def _second_accounts(authors: frozenset[str], same_person: Sequence[str]) -> set[str]:
    """The other logins of the authors, as the operator lists them."""
    people = [set(one.split("=")) for one in same_person]
    return set().union(*(logins for logins in people if logins & authors))


def _doubt(approving: Sequence[Review], head: str) -> Unread | None:
    """Why an approval that was not counted may have counted: its commit or reviewer is unread."""
    return next(
        (
            part
            for review in approving
            if isinstance(review.commit, Unread) or review.commit == head
            for part in (review.reviewer, review.commit)
            if isinstance(part, Unread)
        ),
        None,
    )
