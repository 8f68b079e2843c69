"""By which road a change landed, and what was tested before."""

import pytest

from checks.change.landing import (
    change_came_by_pull_request,
    change_has_ticket,
    change_not_landed_by_bypass,
    change_tests_passed,
)
from checks.contract import Outcome
from collectors.evidence.github.changes import Override, RuleSuite
from tests.checks.change.landed import change, ran, request
from tests.evidence import DENIED, NOW

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


def suite(result):
    return RuleSuite(result=result, actor="olga", pushed_at=NOW)


OVERRIDE = Override(actor="olga", at=NOW)
RULES, CLASSIC, BOTH = {"rulesets"}, {"classic protection"}, {"classic protection", "rulesets"}


@pytest.mark.parametrize(
    ("guards", "rule_suite", "override", "outcome"),
    [
        pytest.param(RULES, suite("pass"), None, Outcome.PASSED, id="rules passed"),
        pytest.param(RULES, suite("bypass"), None, Outcome.FAILED, id="rules bypassed"),
        pytest.param(RULES, None, None, Outcome.UNDETERMINED, id="no suite is kept"),
        pytest.param(RULES, DENIED, None, Outcome.UNDETERMINED, id="suites denied"),
        pytest.param(CLASSIC, None, None, Outcome.PASSED, id="classic, nothing overridden"),
        pytest.param(CLASSIC, None, OVERRIDE, Outcome.FAILED, id="classic overridden"),
        pytest.param(CLASSIC, None, DENIED, Outcome.UNDETERMINED, id="no audit log"),
        pytest.param(BOTH, suite("pass"), DENIED, Outcome.UNDETERMINED, id="both, no audit log"),
        pytest.param(BOTH, DENIED, OVERRIDE, Outcome.FAILED, id="one is enough to fail"),
        pytest.param(set(), None, None, Outcome.NOT_APPLICABLE, id="nothing guards the branch"),
        pytest.param(DENIED, None, None, Outcome.UNDETERMINED, id="guards denied"),
        pytest.param(DENIED, suite("bypass"), None, Outcome.FAILED, id="guards denied, bypassed"),
    ],
)
def test_change_not_landed_by_bypass(guards, rule_suite, override, outcome):
    known = guards if guards is DENIED else frozenset(guards)
    landed = change(request(), guards=known, rule_suite=rule_suite, override=override)
    assert change_not_landed_by_bypass(landed).outcome is outcome


@pytest.mark.parametrize(
    ("pull_request", "outcome"),
    [
        pytest.param(request(issues=("acme/web#7",), tickets=()), Outcome.PASSED, id="an issue"),
        pytest.param(request(issues=(), tickets=("OPS-7",)), Outcome.PASSED, id="a ticket"),
        pytest.param(request(issues=(), tickets=("#7",)), Outcome.FAILED, id="another pattern"),
        pytest.param(request(issues=(), tickets=()), Outcome.FAILED, id="neither"),
        pytest.param(request(issues=DENIED, tickets=()), Outcome.UNDETERMINED, id="issues denied"),
        pytest.param(request(issues=(), tickets=DENIED), Outcome.UNDETERMINED, id="words denied"),
        pytest.param(None, Outcome.FAILED, id="pushed"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="denied"),
    ],
)
def test_change_has_ticket(pull_request, outcome):
    assert change_has_ticket(change(pull_request)).outcome is outcome


def test_a_forced_push_fails_for_what_it_took_away():
    verdict = change_came_by_pull_request(change(DENIED, rewrote="gone"))
    assert (verdict.outcome, verdict.observed["taken_away"]) == (Outcome.FAILED, "gone")
