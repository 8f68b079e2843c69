"""Quarters, and the access reviews that were completed in them."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from collectors.contract import Searched, derived
from collectors.evidence.documents import (
    AccessReview,
    CompletedReview,
    ReviewedQuarter,
    SystemQuarter,
)
from collectors.evidence.people import Person


@derived(id="derived.access-reviews")
def reviewed_quarters(
    quarters: Sequence[SystemQuarter],
    reviews: Annotated[Sequence[AccessReview], Searched()],
    people: Annotated[Sequence[Person], Searched()],
) -> Iterator[ReviewedQuarter]:
    """Every system in every quarter, with the reviews of the two that were completed.

    Which identities are the reviewer's own is told by their address and by the logins that
    the register of people gives them.
    """
    by_address = {person.email.casefold(): person for person in people}
    for quarter in quarters:
        yield ReviewedQuarter(
            id=quarter.id,
            name=quarter.name,
            occurred_at=quarter.ends_at,
            system=quarter.system,
            quarter=quarter.quarter,
            out_of_scope=quarter.out_of_scope,
            reviews=tuple(
                completed
                for review in reviews
                if (review.system, review.quarter) == (quarter.system, quarter.quarter)
                for completed in _completed(review, by_address.get(review.reviewer.casefold()))
            ),
        )


def _completed(review: AccessReview, reviewer: Person | None) -> Iterator[CompletedReview]:
    """The review as it counts; nothing while it is going on."""
    if review.completed_on is None:
        return
    logins = {login.login.casefold() for login in reviewer.logins} if reviewer else set()
    theirs = {review.reviewer.casefold(), *logins}
    yield CompletedReview(
        reviewer=review.reviewer,
        reviewer_known=reviewer is not None,
        completed_on=review.completed_on,
        snapshot=review.snapshot,
        decided=review.decided,
        own=tuple(name for name in review.decided if name.casefold() in theirs),
    )
