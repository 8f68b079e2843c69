"""By which road a change landed, and what was tested before."""

import pytest

from checks.change.landing import change_came_by_pull_request, change_tests_passed
from checks.contract import Outcome
from tests.checks.change.landed import change, ran, request
from tests.evidence import DENIED

TEST = frozenset({"test"})


@pytest.mark.parametrize(
    ("pull_request", "outcome"),
    [
        pytest.param(request(), Outcome.PASSED, id="by a pull request"),
        pytest.param(None, Outcome.FAILED, id="pushed"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="denied"),
    ],
)
def test_change_came_by_pull_request(pull_request, outcome):
    assert change_came_by_pull_request(change(pull_request)).outcome is outcome


@pytest.mark.parametrize(
    ("landed_by", "observed"),
    [pytest.param("mia", "mia", id="known"), pytest.param(DENIED, None, id="unread")],
)
def test_whoever_pushed_is_named(landed_by, observed):
    verdict = change_came_by_pull_request(change(None, landed_by=landed_by))
    assert verdict.observed["pushed_by"] == observed


@pytest.mark.parametrize(
    ("checks", "required", "outcome"),
    [
        pytest.param((ran(),), TEST, Outcome.PASSED, id="succeeded"),
        pytest.param((ran("failure"),), TEST, Outcome.FAILED, id="failed"),
        pytest.param((), TEST, Outcome.FAILED, id="never ran"),
        pytest.param((ran(name="lint"),), TEST, Outcome.FAILED, id="another one succeeded"),
        pytest.param(
            (ran(), ran("failure", name="lint")), TEST, Outcome.PASSED, id="another one failed"
        ),
        pytest.param((ran(at=0),), TEST, Outcome.PASSED, id="in the second it landed"),
        pytest.param((ran(at=1),), TEST, Outcome.FAILED, id="a second later"),
        pytest.param(
            (ran("failure", at=-3), ran(at=-2)), TEST, Outcome.PASSED, id="run again before"
        ),
        pytest.param(
            (ran("failure", at=-3), ran(at=1)), TEST, Outcome.FAILED, id="run again afterwards"
        ),
        pytest.param(
            (ran(at=-3), ran("failure", at=-2)), TEST, Outcome.FAILED, id="failed the last time"
        ),
        pytest.param(
            (ran(at=-3), ran("failure", at=1)), TEST, Outcome.PASSED, id="failed afterwards"
        ),
        pytest.param((ran(commit="queue"),), TEST, Outcome.PASSED, id="in the merge queue"),
        pytest.param((ran("skipped"),), TEST, Outcome.FAILED, id="skipped"),
        pytest.param((ran("neutral"),), TEST, Outcome.FAILED, id="neutral"),
        pytest.param((ran("astonished"),), TEST, Outcome.FAILED, id="a word nobody knows"),
        pytest.param((ran(),), frozenset(), Outcome.PASSED, id="none required, one succeeded"),
        pytest.param(
            (ran(), ran("failure", name="lint")),
            frozenset(),
            Outcome.FAILED,
            id="none required, one failed",
        ),
        pytest.param((), frozenset(), Outcome.FAILED, id="none required, none ran"),
        pytest.param((ran(at=1),), frozenset(), Outcome.FAILED, id="none required, ran afterwards"),
        pytest.param((ran(),), DENIED, Outcome.UNDETERMINED, id="requirements denied"),
        pytest.param(DENIED, TEST, Outcome.UNDETERMINED, id="results denied"),
    ],
)
def test_change_tests_passed(checks, required, outcome):
    subject = change(request(checks=checks), required=required)
    assert change_tests_passed(subject).outcome is outcome


@pytest.mark.parametrize(
    ("conclusion", "outcome"),
    [
        pytest.param("skipped", Outcome.PASSED, id="skipped"),
        pytest.param("neutral", Outcome.PASSED, id="neutral"),
        pytest.param("cancelled", Outcome.FAILED, id="cancelled"),
    ],
)
def test_neutral_results_can_be_allowed(conclusion, outcome):
    subject = change(request(checks=(ran(conclusion),)), required=TEST)
    assert change_tests_passed(subject, neutral_allowed=True).outcome is outcome


@pytest.mark.parametrize(
    ("pull_request", "outcome"),
    [
        pytest.param(None, Outcome.FAILED, id="pushed"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="denied"),
    ],
)
def test_without_a_pull_request_nothing_was_tested(pull_request, outcome):
    assert change_tests_passed(change(pull_request)).outcome is outcome
