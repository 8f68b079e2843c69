"""Which reviews of a pull request counted at a moment."""

from collections.abc import Sequence

from collectors.evidence.github.changes import Review
from collectors.evidence.record import Instant

APPROVED = "APPROVED"
OPINIONS = (APPROVED, "CHANGES_REQUESTED")
"""The states in which a review says yes or no; a comment takes nothing back."""


def approvals_in_force(reviews: Sequence[Review], *, at: Instant) -> list[Review]:
    """Approvals by people that were in force then: each one's last word, not yet dismissed."""
    words = sorted(
        (
            review
            for review in reviews
            if review.state in OPINIONS and review.submitted_at <= at and not review.is_bot
        ),
        key=lambda review: review.submitted_at,
    )
    last_words = {
        review.reviewer if isinstance(review.reviewer, str) else position: review
        for position, review in enumerate(words)
    }
    return [
        review
        for review in last_words.values()
        if review.state == APPROVED and (review.dismissed_at is None or review.dismissed_at > at)
    ]
