"""Whether policies in a repository are approved by who owns them."""

from datetime import timedelta

import pytest

from checks.contract import Outcome
from checks.governance.policies import policy_approved_by_owner
from collectors.evidence.github.changes import Review
from collectors.evidence.github.policies import PolicyChange, PolicyText
from tests.evidence import DENIED, NOW

DAY = timedelta(days=1)


def said(by, state="APPROVED", *, commit="head", ago=1.0):
    return Review(
        reviewer=by,
        is_bot=False,
        state=state,
        commit=commit,
        submitted_at=NOW - ago * DAY,
        dismissed_at=None,
    )


def change(*reviews, ago=0.0, **says):
    known = {"number": 7, "head": "head", "merged_at": NOW - ago * DAY, "reviews": reviews}
    return PolicyChange(**(known | says))


def policy(of_change, **says):
    known = {"owners": frozenset({"Olga", "otto"}), "commit": "0123", "change": of_change}
    return PolicyText(id="x", name="acme/handbook policies/access.md", **(known | says))


BY_OWNER = change(said("olga"))
TABLE = [
    ("approved by an owner", policy(BY_OWNER), "passed"),
    ("on the last day", policy(change(said("olga", ago=370), ago=365)), "passed"),
    ("a day too old", policy(change(said("olga", ago=370), ago=365.01)), "failed"),
    ("approved by another", policy(change(said("mia"))), "failed"),
    ("of an earlier commit", policy(change(said("olga", commit="older"))), "failed"),
    ("approved only after it landed", policy(change(said("olga", ago=1), ago=2)), "failed"),
    (
        "taken back before it landed",
        policy(change(said("olga", ago=3), said("olga", "CHANGES_REQUESTED", ago=2))),
        "failed",
    ),
    (
        "approved at last",
        policy(change(said("olga", "CHANGES_REQUESTED", ago=3), said("olga", ago=2))),
        "passed",
    ),
    (
        "a comment takes nothing back",
        policy(change(said("olga", ago=3), said("olga", "COMMENTED", ago=2))),
        "passed",
    ),
    ("by an account that is gone", policy(change(said(DENIED))), "undetermined"),
    ("reviews not known", policy(change(reviews=DENIED)), "undetermined"),
    ("last commit not known", policy(change(said("olga"), head=DENIED)), "undetermined"),
    ("change not known", policy(DENIED), "undetermined"),
    ("pushed", policy(None), "failed"),
    ("not there", policy(None, commit=None), "failed"),
    ("not known whether there", policy(DENIED, commit=DENIED), "undetermined"),
]


@pytest.mark.parametrize(("text", "outcome"), [pytest.param(t, o, id=n) for n, t, o in TABLE])
def test_a_policy_is_approved_by_its_owner(text, outcome):
    assert policy_approved_by_owner(text, as_of=NOW).outcome == Outcome(outcome)


def test_the_cadence_is_the_companys():
    text = policy(change(said("olga", ago=40), ago=31))

    assert policy_approved_by_owner(text, as_of=NOW, max_age_days=30).outcome == Outcome.FAILED
