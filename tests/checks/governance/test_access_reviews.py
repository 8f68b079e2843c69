"""Whether people looked at who has access."""

from datetime import UTC, date, datetime, timedelta

import pytest

from checks.contract import Outcome
from checks.governance.access_reviews import access_reviewed_each_quarter
from collectors.evidence.documents import CompletedReview, ReviewedQuarter

END = datetime(2026, 9, 30, 23, 59, 59, tzinfo=UTC)
AFTER = END + timedelta(seconds=1)


def review(
    day=date(2026, 8, 1), *, reviewer="grace@acme.test", known=True, decided=("ada",), own=()
):
    return CompletedReview(
        reviewer=reviewer,
        reviewer_known=known,
        completed_on=day,
        snapshot="s1",
        decided=decided,
        own=own,
    )


def quarter(*reviews, out_of_scope=None):
    return ReviewedQuarter(
        id="aws/2026-Q3",
        name="aws in 2026-Q3",
        occurred_at=END,
        system="aws",
        quarter="2026-Q3",
        out_of_scope=out_of_scope,
        reviews=reviews,
    )


OWN = review(decided=("ada", "grace"), own=("grace",))


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(quarter(review()), Outcome.PASSED, id="reviewed"),
        pytest.param(quarter(), Outcome.FAILED, id="not reviewed"),
        pytest.param(quarter(review(date(2026, 7, 1))), Outcome.PASSED, id="on its first day"),
        pytest.param(quarter(review(date(2026, 9, 30))), Outcome.PASSED, id="on its last day"),
        pytest.param(quarter(review(date(2026, 6, 30))), Outcome.FAILED, id="the day before"),
        pytest.param(quarter(review(date(2026, 10, 1))), Outcome.FAILED, id="the day after"),
        pytest.param(quarter(review(known=False)), Outcome.FAILED, id="an unknown reviewer"),
        pytest.param(quarter(review(decided=())), Outcome.FAILED, id="nothing decided"),
        pytest.param(quarter(OWN), Outcome.FAILED, id="their own alone"),
        pytest.param(
            quarter(OWN, review(reviewer="ada@acme.test", decided=("grace",))),
            Outcome.PASSED,
            id="their own by another too",
        ),
        pytest.param(
            quarter(OWN, review(date(2026, 10, 1), decided=("grace",))),
            Outcome.FAILED,
            id="by another, but late",
        ),
        pytest.param(
            quarter(out_of_scope="holds nothing"), Outcome.NOT_APPLICABLE, id="out of scope"
        ),
    ],
)
def test_access_reviewed_each_quarter(subject, outcome):
    assert access_reviewed_each_quarter(subject, as_of=AFTER).outcome is outcome


@pytest.mark.parametrize("reviews", [(), (review(),)])
def test_the_running_quarter_is_not_judged_before_its_end(reviews):
    verdict = access_reviewed_each_quarter(quarter(*reviews), as_of=END)
    assert verdict.outcome is Outcome.NOT_APPLICABLE
