"""What was tested is known of one question where that is enough, and alike by either road."""

import random
from datetime import timedelta

import pytest

from checks.change.landing import change_tests_passed
from collectors.github.changes import landed_changes
from tests.evidence import NOW

OLD = NOW - timedelta(days=300)
LANDED = NOW - timedelta(hours=10)
RUNS = "GET /repos/{owner}/{repo}/commits/{ref}/check-runs"
STATUSES = "GET /repos/{owner}/{repo}/commits/{ref}/statuses"


@pytest.fixture
def web(github):
    github.state.add_repository("web", at=OLD)
    return github


def request(github, at=LANDED - timedelta(hours=40)):
    return github.state.open_pull_request("web", "mia", "Improve", at=at)


def changes_of(github):
    snapshot, _ = github.snapshot(landed_changes)
    return {change.name: change for change in snapshot.records}


def test_what_ended_before_landing_is_read_without_a_further_question(web):
    pull = request(web)
    web.state.run_check("web", pull.head, "test", "failure", at=LANDED - timedelta(hours=3))
    web.state.run_check("web", pull.head, "test", at=LANDED - timedelta(hours=2))
    web.state.report_status("web", pull.head, "scan", at=LANDED - timedelta(hours=1))
    web.state.merge("web", pull, "olga", at=LANDED)
    (change,) = changes_of(web).values()

    results = [(one.name, one.conclusion) for one in change.pull_request.checks]
    assert results == [("test", "failure"), ("test", "success"), ("scan", "success")]
    assert not {RUNS, STATUSES} & {*web.server.asked}


@pytest.mark.parametrize(
    ("state", "hours"), [("success", 1), ("pending", -1)], ids=["after landing", "pending"]
)
def test_a_status_that_hides_an_earlier_one_is_asked_for_with_all_before_it(web, state, hours):
    """Of statuses of one name only the newest is told at once, and it may not be what counted."""
    pull = request(web)
    web.state.report_status("web", pull.head, "scan", "failure", at=LANDED - timedelta(hours=9))
    web.state.report_status("web", pull.head, "scan", state, at=LANDED + timedelta(hours=hours))
    web.state.merge("web", pull, "olga", at=LANDED)
    (change,) = changes_of(web).values()

    assert change_tests_passed(change).outcome == "failed"
    assert STATUSES in web.server.asked


def test_more_suites_than_were_answered_are_asked_for_one_by_one(web):
    pull = request(web)
    for number in range(21):
        web.state.run_check("web", pull.head, f"t{number}", at=LANDED - timedelta(hours=1))
    web.state.merge("web", pull, "olga", at=LANDED)
    (change,) = changes_of(web).values()

    assert len(change.pull_request.checks) == 21
    assert RUNS in web.server.asked


def test_both_roads_lead_to_the_same_verdict(web):
    """Sixty requests with runs and statuses by lot, before landing and after it."""
    lot = random.Random(5)
    for _ in range(60):
        pull = request(web)
        for _ in range(lot.randrange(5)):
            at = LANDED + timedelta(minutes=lot.randrange(-90, 60))
            said = lot.choice(["success", "failure", None])
            web.state.run_check("web", pull.head, lot.choice("ab"), said, at=at)
        for _ in range(lot.randrange(4)):
            at = LANDED + timedelta(minutes=lot.randrange(-90, 60))
            state = lot.choice(["success", "failure", "pending"])
            web.state.report_status("web", pull.head, lot.choice("xy"), state, at=at)
        web.state.merge("web", pull, "olga", at=LANDED)
    at_once = changes_of(web)
    asked = web.server.asked.count(RUNS)
    web.server.deny("Commit.checkSuites")
    one_by_one = changes_of(web)

    assert 0 < asked < 60
    assert web.server.asked.count(RUNS) - asked == 60
    assert {name: change_tests_passed(one) for name, one in at_once.items()} == {
        name: change_tests_passed(one) for name, one in one_by_one.items()
    }
