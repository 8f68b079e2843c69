"""Which tests a default branch demands before anything lands on it."""

import pytest

from checks.change.status_checks import branch_tests_required
from checks.contract import Outcome
from collectors.evidence.github.branches import DefaultBranch, Guard
from tests.evidence import DENIED


def guard(*required, fixed=None, workflows=(), strict=False, unread=None):
    return Guard(
        name="ruleset 1",
        pull_request=None,
        required_checks=unread or frozenset(required),
        bypass=frozenset(),
        fixed_checks=fixed if fixed is DENIED else frozenset(required if fixed is None else fixed),
        checks_are_strict=strict,
        workflows=DENIED if workflows is DENIED else frozenset(workflows),
    )


def branch(*layers, rulesets=None, reported=None, archived=False):
    return DefaultBranch(
        id="R_1",
        name="acme/web main",
        repository="acme/web",
        branch="main",
        archived=archived,
        empty=False,
        classic=None,
        rulesets=layers if rulesets is None else rulesets,
        reported_checks=reported,
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(branch(guard("test")), Outcome.PASSED, id="required, nothing merged yet"),
        pytest.param(
            branch(guard("test", "lint"), reported=frozenset({"test"})), Outcome.PASSED, id="it ran"
        ),
        pytest.param(
            branch(guard("test (3.11)"), reported=frozenset({"test (3.11)"})),
            Outcome.PASSED,
            id="one of a matrix",
        ),
        pytest.param(branch(guard("testing")), Outcome.FAILED, id="a longer name"),
        pytest.param(branch(guard("lint")), Outcome.FAILED, id="another check"),
        pytest.param(branch(guard()), Outcome.FAILED, id="none required"),
        pytest.param(branch(), Outcome.FAILED, id="nothing protects"),
        pytest.param(branch(guard("test", fixed=())), Outcome.FAILED, id="anybody may report it"),
        pytest.param(
            branch(guard("test", fixed=()), guard("test")),
            Outcome.PASSED,
            id="another layer fixes the app",
        ),
        pytest.param(
            branch(guard("test"), reported=frozenset({"lint"})), Outcome.FAILED, id="it never ran"
        ),
        pytest.param(
            branch(guard("test"), reported=DENIED), Outcome.UNDETERMINED, id="runs not read"
        ),
        pytest.param(
            branch(guard(workflows=("ci.yaml",)), reported=DENIED),
            Outcome.PASSED,
            id="a required workflow is run by GitHub",
        ),
        pytest.param(
            branch(guard(workflows=DENIED)), Outcome.UNDETERMINED, id="workflows not read"
        ),
        pytest.param(branch(guard(unread=DENIED)), Outcome.UNDETERMINED, id="checks not read"),
        pytest.param(branch(guard("test", fixed=DENIED)), Outcome.UNDETERMINED, id="apps not read"),
        pytest.param(branch(rulesets=DENIED), Outcome.UNDETERMINED, id="a denied layer"),
        pytest.param(branch(archived=True), Outcome.NOT_APPLICABLE, id="archived"),
    ],
)
def test_branch_tests_required(subject, outcome):
    assert branch_tests_required(subject).outcome is outcome


@pytest.mark.parametrize(("strict", "outcome"), [(True, Outcome.PASSED), (False, Outcome.FAILED)])
def test_strict_checks_can_be_asked_for(strict, outcome):
    subject = branch(guard("test", strict=strict))
    assert branch_tests_required(subject, strict=True).outcome is outcome


def test_the_test_job_can_be_named():
    subject = branch(guard("verify"))
    assert branch_tests_required(subject, test_job=("verify",)).outcome is Outcome.PASSED
