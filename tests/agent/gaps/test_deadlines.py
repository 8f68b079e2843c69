"""By when a gap has to be closed, and that each date is told once."""

from datetime import date, timedelta

import pytest

from agent.gaps.deadlines import deadlines_told, due
from agent.gaps.lifecycle import Moment
from agent.gaps.owners import owner_of, owner_of_all
from agent.gaps.states import Finding, Gap
from checks.contract import Severity, failed
from tests.evidence import NOW

DEADLINES = {Severity.HIGH: timedelta(days=14)}
DAY = timedelta(days=1)
DUE = date(2026, 12, 7)


def gap(**about):
    told = {
        "number": 1,
        "check": "c",
        "control": "NET-01",
        "scope": "aws:1/eu-west-1",
        "subject": None,
        "issue": "Not met",
        "severity": Severity.HIGH,
        "state": "open",
        "opened_at": NOW,
        "closed_at": None,
        "since_cycle": 1,
        "since": NOW,
    }
    return Gap(**told | about)


def finding(subject="a", **about):
    told = {
        "id": f"F-{subject}",
        "check": "c",
        "scope": "aws:1/eu-west-1",
        "subject": subject,
        "name": f"name of {subject}",
        "lasting": "condition",
        "severity": Severity.HIGH,
        "state": "open",
        "opened_at": NOW,
        "closed_at": None,
        "times_opened": 1,
        "gap": 1,
        "verdict": failed("it is open"),
    }
    return Finding(**told | about)


def told(one, today, *, tolerated=False):
    at = NOW + (today - NOW.date())
    events = deadlines_told(
        [one],
        deadlines=DEADLINES,
        remind=3 * DAY,
        owner=lambda _: "ann",
        tolerated=lambda _: tolerated,
        moment=Moment(at=at, cycle=0),
    )
    return [(type(event).__name__, event.due, event.owner) for event in events]


def test_it_counts_from_the_last_opening_and_what_was_agreed_wins():
    assert due(gap(), DEADLINES) == DUE
    assert due(gap(since=NOW + 10 * DAY), DEADLINES) == DUE + 10 * DAY
    assert due(gap(due=date(2027, 1, 1)), DEADLINES) == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        (-4, []),
        (-3, ["DeadlineApproaching"]),
        (0, ["DeadlineApproaching"]),
        (1, ["DeadlineMissed"]),
    ],
    ids=["four days before", "three days before", "on its day", "the day after"],
)
def test_a_deadline_approaches_and_is_missed_only_when_its_day_is_over(days, kinds):
    assert told(gap(), DUE + days * DAY) == [(kind, DUE, "ann") for kind in kinds]


def test_each_date_is_told_once_and_another_date_anew():
    assert told(gap(reminded_of=DUE), DUE) == []
    assert told(gap(missed=DUE), DUE + DAY) == []
    later = gap(missed=DUE, due=DUE + 5 * DAY)
    assert told(later, DUE + 6 * DAY) == [("DeadlineMissed", DUE + 5 * DAY, "ann")]


def test_what_is_closed_or_tolerated_is_due_to_nobody():
    assert told(gap(state="closed"), DUE + DAY) == []
    assert told(gap(), DUE + DAY, tolerated=True) == []


OWNERS = {
    "tag:team=payments": "paula",
    "subject:prod-*": "pia",
    "codeowner:@acme/data": "dana",
    "codeowner:*@acme.test": "mia",
    "scope:aws:1/*": "sam",
    "scope:github:*": "gil",
    "NET-01": "nora",
    "network": "nils",
    "default": "dora",
}
WORDS = ("NET-01", "network")
OWNED = {"tags": {"CODEOWNERS": "@acme/data @acme/ops"}}


@pytest.mark.parametrize(
    ("about", "scope", "words", "owner"),
    [
        ({"tags": {"team": "payments"}, "subject": "prod-1"}, "aws:1/x", WORDS, "paula"),
        ({"tags": {"team": "search"}, "subject": "prod-1"}, "aws:1/x", WORDS, "pia"),
        ({"name": "prod-web"}, "aws:1/x", WORDS, "pia"),
        (OWNED | {"subject": "prod-1"}, "github:acme", WORDS, "pia"),
        (OWNED, "github:acme", WORDS, "dana"),
        ({"tags": {"CODEOWNERS": "@acme/gone x@acme.test"}}, "github:acme", WORDS, "mia"),
        ({"tags": {"CODEOWNERS": "@acme/gone"}}, "github:acme", WORDS, "gil"),
        (OWNED, "aws:1/x", WORDS, "sam"),
        ({}, "aws:1/x", WORDS, "sam"),
        ({}, "aws:12/x", WORDS, "nora"),
        ({}, "aws:12/x", ("VUL-01", "network"), "nils"),
        ({}, "aws:12/x", (), "dora"),
    ],
    ids=[
        *("tag", "subject's id", "subject's name", "before its code owner", "code owner"),
        *("the first code owner with an entry", "no entry for any", "an AWS tag of that name"),
        *("scope", "control", "area", "default"),
    ],
)
def test_the_narrowest_owner_wins(about, scope, words, owner):
    assert owner_of(finding(scope=scope, **about), scope, words, OWNERS) == owner


def test_a_gap_belongs_to_the_owner_of_all_its_subjects_or_to_whoever_has_the_whole():
    both = [finding(tags={"team": "payments"}), finding("b", tags={"team": "payments"})]
    assert owner_of_all(both, "aws:2", WORDS, OWNERS) == "paula"
    assert owner_of_all([*both, finding("c")], "aws:2", WORDS, OWNERS) == "nora"
