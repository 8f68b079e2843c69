"""Who looked at a change before it landed."""

import pytest

from checks.change.review import change_approved_by_another_person
from checks.contract import Outcome
from tests.checks.change.landed import change, request, review
from tests.evidence import DENIED

REQUESTED = "CHANGES_REQUESTED"


@pytest.mark.parametrize(
    ("reviews", "outcome"),
    [
        pytest.param((review(),), Outcome.PASSED, id="approved by another person"),
        pytest.param((), Outcome.FAILED, id="nobody said anything"),
        pytest.param((review("mia"),), Outcome.FAILED, id="approved by an author"),
        pytest.param((review(bot=True),), Outcome.FAILED, id="approved by an app"),
        pytest.param((review(state="COMMENTED"),), Outcome.FAILED, id="commented only"),
        pytest.param((review(state=REQUESTED),), Outcome.FAILED, id="changes requested"),
        pytest.param((review(state="SHRUGGED"),), Outcome.FAILED, id="a word nobody knows"),
        pytest.param((review(commit="older"),), Outcome.FAILED, id="pushed to after approval"),
        pytest.param((review(at=0),), Outcome.PASSED, id="approved in the second it landed"),
        pytest.param((review(at=1),), Outcome.FAILED, id="approved a second later"),
        pytest.param(
            (review(at=-3), review(state="COMMENTED", at=-2)),
            Outcome.PASSED,
            id="a comment takes nothing back",
        ),
        pytest.param(
            (review(at=-3), review(state=REQUESTED, at=-2)),
            Outcome.FAILED,
            id="the last word was no",
        ),
        pytest.param(
            (review(at=-2), review(state=REQUESTED, at=-3)),
            Outcome.PASSED,
            id="the last word was yes, in whatever order it came",
        ),
        pytest.param(
            (review(at=-3), review(state=REQUESTED, at=1)),
            Outcome.PASSED,
            id="no said after landing",
        ),
        pytest.param((review(dismissed=-1),), Outcome.FAILED, id="dismissed before landing"),
        pytest.param((review(dismissed=0),), Outcome.FAILED, id="dismissed as it landed"),
        pytest.param((review(dismissed=1),), Outcome.PASSED, id="dismissed after landing"),
        pytest.param((review(DENIED),), Outcome.UNDETERMINED, id="the approver's account is gone"),
        pytest.param(
            (review(DENIED, commit="older"),),
            Outcome.FAILED,
            id="the account is gone, and approved something older",
        ),
        pytest.param(
            (review(DENIED), review(DENIED, REQUESTED, at=-1)),
            Outcome.UNDETERMINED,
            id="two accounts are gone, perhaps not the same",
        ),
        pytest.param((review(commit=DENIED),), Outcome.UNDETERMINED, id="which commit is unread"),
        pytest.param(
            (review(DENIED), review("olga")), Outcome.PASSED, id="another approval settles it"
        ),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="reviews denied"),
    ],
)
def test_reviews(reviews, outcome):
    assert change_approved_by_another_person(change(request(reviews=reviews))).outcome is outcome


@pytest.mark.parametrize(
    ("pull_request", "outcome"),
    [
        pytest.param(None, Outcome.FAILED, id="pushed"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="the request denied"),
        pytest.param(
            request(reviews=(review(),), authors=frozenset({"mia", "otto"})),
            Outcome.FAILED,
            id="the reviewer is a co-author",
        ),
        pytest.param(
            request(reviews=(review(),), authors=DENIED),
            Outcome.UNDETERMINED,
            id="the reviewer may be an author",
        ),
        pytest.param(request(authors=DENIED), Outcome.FAILED, id="nobody approved, whoever wrote"),
        pytest.param(
            request(reviews=(review(),), head=DENIED),
            Outcome.UNDETERMINED,
            id="the last commit is unread",
        ),
    ],
)
def test_pull_requests(pull_request, outcome):
    assert change_approved_by_another_person(change(pull_request)).outcome is outcome


@pytest.mark.parametrize(
    ("reviewers", "outcome"),
    [
        pytest.param(("otto", "olga"), Outcome.PASSED, id="two people"),
        pytest.param(("otto", "otto"), Outcome.FAILED, id="one person twice"),
    ],
)
def test_the_number_of_approvals_can_be_set(reviewers, outcome):
    reviews = tuple(review(reviewer) for reviewer in reviewers)
    verdict = change_approved_by_another_person(change(request(reviews=reviews)), approvals=2)
    assert verdict.outcome is outcome
