"""Every quarter is held against the reviews that were completed for it."""

from datetime import date

import pytest

from collectors.derived.access_reviews import reviewed_quarters
from collectors.evidence.documents import AccessReview, SystemQuarter
from collectors.evidence.people import Employment, Login, Person
from tests.evidence import NOW

QUARTER = SystemQuarter(
    id="aws/2026-Q3",
    name="aws in 2026-Q3",
    system="aws",
    quarter="2026-Q3",
    ends_at=NOW,
    out_of_scope=None,
)
GRACE = Person(
    id="p1",
    name="Grace@acme.test",
    email="Grace@acme.test",
    employment=Employment(started_on=date(2020, 1, 1), left_on=None),
    logins=(Login(source="aws", login="gh"),),
)


def review(*, system="aws", quarter="2026-Q3", completed_on=date(2026, 8, 1), decided=("ada",)):
    return AccessReview(
        id="r",
        name="r",
        system=system,
        quarter=quarter,
        snapshot="s1",
        reviewer="grace@acme.test",
        completed_on=completed_on,
        decided=decided,
    )


@pytest.mark.parametrize(
    ("reviews", "count"),
    [
        pytest.param([review()], 1, id="completed"),
        pytest.param([review(), review()], 2, id="two of them"),
        pytest.param([review(completed_on=None)], 0, id="still going on"),
        pytest.param([review(system="gcp")], 0, id="of another system"),
        pytest.param([review(quarter="2026-Q2")], 0, id="of another quarter"),
        pytest.param([], 0, id="none"),
    ],
)
def test_a_quarter_holds_its_completed_reviews(reviews, count):
    (subject,) = reviewed_quarters.join([QUARTER], reviews, [GRACE])

    assert (subject.id, subject.occurred_at) == ("aws/2026-Q3", NOW)
    assert len(subject.reviews) == count


def test_a_reviewers_own_identities_are_told_by_address_and_by_login():
    decided = ("GH", "ada", "grace@ACME.test")
    (subject,) = reviewed_quarters.join([QUARTER], [review(decided=decided)], [GRACE])

    assert subject.reviews[0].own == ("GH", "grace@ACME.test")
    assert subject.reviews[0].reviewer_known


def test_a_reviewer_nobody_knows_is_told_apart():
    (subject,) = reviewed_quarters.join([QUARTER], [review()], [])

    assert not subject.reviews[0].reviewer_known
