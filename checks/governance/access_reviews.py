"""Whether people looked at who has access."""

from checks.contract import Outcome, Severity, Verdict, check, failed, not_applicable, passed
from collectors.evidence.documents import CompletedReview, ReviewedQuarter
from collectors.evidence.record import Instant


@check(
    id="derived.access-review.completed-each-quarter",
    title="Access to every system in scope is reviewed each quarter",
    controls=("ACC-06",),
    severity=Severity.HIGH,
    remediation="Review access with the current snapshot.",
    empty=Outcome.FAILED,
)
def access_reviewed_each_quarter(subject: ReviewedQuarter, *, as_of: Instant) -> Verdict:
    """Access is given for a reason, and nobody gives it back when the reason is gone.

    A review counts if it was completed in its quarter by somebody of the register of people
    and decides on at least one identity. Nobody decides on their own: that identity needs a
    second reviewer. A quarter is judged when it is over. Left out: whether the decisions
    cover every identity of the list that the review names, which is compared by hand.
    """
    if subject.out_of_scope is not None:
        return not_applicable(f"out of scope: {subject.out_of_scope}")
    if as_of <= subject.occurred_at:
        return not_applicable("the quarter has not ended", ends_at=subject.occurred_at.isoformat())

    mistake = _mistake(subject)
    observed = {
        "reviewers": tuple(sorted(each.reviewer for each in subject.reviews)),
        "completed_on": tuple(sorted(each.completed_on.isoformat() for each in subject.reviews)),
        "snapshots": tuple(sorted({each.snapshot for each in subject.reviews})),
    }
    if mistake:
        return failed(mistake, **observed)
    return passed("access was reviewed in the quarter", **observed)


def _mistake(subject: ReviewedQuarter) -> str | None:
    """Why the completed reviews of a quarter do not count; `None` if they do."""
    if not subject.reviews:
        return "no review was completed"
    in_time = [each for each in subject.reviews if _in_quarter(each, subject.quarter)]
    if not in_time:
        return "no review was completed in its quarter"
    counting = [each for each in in_time if each.reviewer_known and each.decided]
    if not counting:
        return "no reviewer of the register of people decided on an identity"
    by_themselves = {identity for each in counting for identity in each.own}
    by_others = {name for each in counting for name in each.decided if name not in each.own}
    return "a reviewer alone decided on their own identity" if by_themselves - by_others else None


def _in_quarter(review: CompletedReview, quarter: str) -> bool:
    day = review.completed_on
    return f"{day.year}-Q{(day.month + 2) // 3}" == quarter
