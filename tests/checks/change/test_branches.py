"""What a default branch demands before anything lands on it."""

import pytest

from checks.change.branches import (
    branch_approval_required,
    branch_bypass_limited,
    branch_change_request_required,
)
from checks.contract import Outcome
from collectors.evidence.github.branches import (
    ADMINISTRATORS,
    DefaultBranch,
    Guard,
    PullRequestRule,
)
from tests.evidence import DENIED

ALL_CHECKS = (branch_change_request_required, branch_approval_required, branch_bypass_limited)


def rule(*, approvals=1, stale=True, last_push=False):
    return PullRequestRule(
        approvals=approvals,
        dismisses_stale_approvals=stale,
        last_push_needs_approval=last_push,
    )


def guard(*bypass, name="ruleset 1", hidden=None, pull_request=None, **demands):
    return Guard(
        name=name,
        pull_request=rule(**demands) if pull_request is None else pull_request,
        required_checks=frozenset(),
        bypass=hidden or frozenset(bypass),
    )


TESTS_ONLY = Guard(
    name="ruleset 9", pull_request=None, required_checks=frozenset({"test"}), bypass=frozenset()
)


def branch(*, classic=None, rulesets=(), archived=False, empty=False):
    return DefaultBranch(
        id="R_1",
        name="acme/web main",
        repository="acme/web",
        branch="main",
        archived=archived,
        empty=empty,
        classic=classic,
        rulesets=rulesets,
    )


@pytest.mark.parametrize("check", ALL_CHECKS)
@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(branch(archived=True), Outcome.NOT_APPLICABLE, id="archived"),
        pytest.param(branch(empty=True), Outcome.NOT_APPLICABLE, id="empty"),
        pytest.param(branch(archived=DENIED), Outcome.FAILED, id="perhaps archived, unguarded"),
        pytest.param(branch(empty=DENIED), Outcome.FAILED, id="perhaps empty, unguarded"),
        pytest.param(branch(), Outcome.FAILED, id="nothing guards it"),
        pytest.param(branch(rulesets=(TESTS_ONLY,)), Outcome.FAILED, id="only tests guard it"),
        pytest.param(branch(classic=guard()), Outcome.PASSED, id="classic protection guards it"),
        pytest.param(branch(rulesets=(guard(),)), Outcome.PASSED, id="a ruleset guards it"),
        pytest.param(
            branch(classic=DENIED, rulesets=(guard(),)), Outcome.PASSED, id="a ruleset settles it"
        ),
        pytest.param(
            branch(classic=guard(), rulesets=DENIED), Outcome.PASSED, id="protection settles it"
        ),
        pytest.param(branch(classic=DENIED), Outcome.UNDETERMINED, id="protection denied"),
        pytest.param(branch(rulesets=DENIED), Outcome.UNDETERMINED, id="rulesets denied"),
    ],
)
def test_every_check_of_branches(check, subject, outcome):
    assert check(subject).outcome is outcome


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(branch(classic=guard(approvals=0)), Outcome.FAILED, id="none required"),
        pytest.param(branch(classic=guard(approvals=1)), Outcome.PASSED, id="one required"),
        pytest.param(
            branch(classic=guard(approvals=0), rulesets=(guard(approvals=1),)),
            Outcome.PASSED,
            id="the highest of all layers applies",
        ),
        pytest.param(
            branch(classic=guard(stale=False)), Outcome.FAILED, id="an approval outlives a push"
        ),
        pytest.param(
            branch(classic=guard(stale=False, last_push=True)),
            Outcome.PASSED,
            id="the last push needs one",
        ),
        pytest.param(
            branch(classic=guard(stale=False), rulesets=(guard(approvals=0, stale=True),)),
            Outcome.PASSED,
            id="another layer dismisses stale ones",
        ),
        pytest.param(
            branch(classic=guard(approvals=DENIED)), Outcome.UNDETERMINED, id="number denied"
        ),
        pytest.param(
            branch(classic=guard(stale=DENIED)), Outcome.UNDETERMINED, id="dismissal denied"
        ),
        pytest.param(
            branch(classic=guard(stale=DENIED, last_push=True)),
            Outcome.PASSED,
            id="dismissal denied, the last push settles it",
        ),
        pytest.param(
            branch(classic=guard(approvals=0, stale=DENIED)),
            Outcome.FAILED,
            id="dismissal denied, none required",
        ),
        pytest.param(
            branch(classic=guard(approvals=0), rulesets=DENIED),
            Outcome.UNDETERMINED,
            id="a denied layer may require more",
        ),
    ],
)
def test_branch_approval_required(subject, outcome):
    assert branch_approval_required(subject).outcome is outcome


@pytest.mark.parametrize(
    ("approvals", "outcome"),
    [
        pytest.param(1, Outcome.FAILED, id="one is too few"),
        pytest.param(2, Outcome.PASSED, id="two are enough"),
    ],
)
def test_the_number_of_approvals_can_be_set(approvals, outcome):
    subject = branch(classic=guard(approvals=approvals))
    assert branch_approval_required(subject, min_approvals=2).outcome is outcome


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(
            branch(classic=guard(ADMINISTRATORS)), Outcome.FAILED, id="administrators are exempt"
        ),
        pytest.param(branch(classic=guard("Team release")), Outcome.PASSED, id="approved team"),
        pytest.param(
            branch(classic=guard("Team release", "User mia")),
            Outcome.FAILED,
            id="an approved team and somebody else",
        ),
        pytest.param(
            branch(classic=guard(ADMINISTRATORS), rulesets=(guard(),)),
            Outcome.PASSED,
            id="a ruleset binds administrators too",
        ),
        pytest.param(
            branch(classic=guard(ADMINISTRATORS), rulesets=(guard("DeployKey"),)),
            Outcome.FAILED,
            id="each layer has its way around",
        ),
        pytest.param(
            branch(classic=guard(ADMINISTRATORS), rulesets=(guard(approvals=0),)),
            Outcome.FAILED,
            id="what binds administrators asks for no review",
        ),
        pytest.param(
            branch(classic=guard(ADMINISTRATORS), rulesets=(TESTS_ONLY,)),
            Outcome.FAILED,
            id="what binds administrators asks for no pull request",
        ),
        pytest.param(
            branch(rulesets=(guard(hidden=DENIED),)), Outcome.UNDETERMINED, id="bypass hidden"
        ),
        pytest.param(
            branch(classic=guard(), rulesets=(guard(hidden=DENIED),)),
            Outcome.PASSED,
            id="bypass hidden, protection settles it",
        ),
        pytest.param(
            branch(classic=guard(ADMINISTRATORS), rulesets=DENIED),
            Outcome.UNDETERMINED,
            id="a denied layer may bind administrators",
        ),
    ],
)
def test_branch_bypass_limited(subject, outcome):
    verdict = branch_bypass_limited(subject, approved_bypass=("Team release",))
    assert verdict.outcome is outcome


def test_whoever_goes_around_is_named():
    subject = branch(classic=guard(ADMINISTRATORS), rulesets=(guard("User mia", "Team release"),))
    verdict = branch_bypass_limited(subject, approved_bypass=("Team release",))
    assert verdict.observed == {"bypass": ("User mia", ADMINISTRATORS)}
