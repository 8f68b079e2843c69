"""What a default branch demands before anything lands on it."""

import pytest

from checks.change.branches import (
    branch_approval_required,
    branch_bypass_limited,
    branch_change_request_required,
    branch_conversations_resolved,
    branch_history_kept,
    branch_owner_review_required,
    branch_signatures_required,
    branch_stale_approval_dismissed,
)
from checks.contract import Outcome
from collectors.evidence.github.branches import (
    ADMINISTRATORS,
    DefaultBranch,
    Guard,
    IdleRuleset,
    PullRequestRule,
)
from collectors.evidence.github.plan import NotOffered
from tests.evidence import DENIED

ABOUT_REQUESTS = (
    branch_change_request_required,
    branch_approval_required,
    branch_stale_approval_dismissed,
    branch_bypass_limited,
)
ALL_CHECKS = (
    *ABOUT_REQUESTS,
    branch_owner_review_required,
    branch_conversations_resolved,
    branch_signatures_required,
    branch_history_kept,
)
UNANSWERED = NotOffered(why="GET /it: 403 Upgrade")


def rule(*, approvals=1, stale=True, last_push=False, code_owner=False):
    return PullRequestRule(
        approvals=approvals,
        dismisses_stale_approvals=stale,
        last_push_needs_approval=last_push,
        needs_code_owner=code_owner,
    )


def guard(*bypass, name="ruleset 1", hidden=None, always=(), says=None, **demands):
    return Guard(
        name=name,
        pull_request=rule(**demands),
        required_checks=frozenset(),
        bypass=hidden or frozenset(bypass),
        bypass_always=DENIED if always is DENIED else frozenset(always),
        **(says or {}),
    )


TESTS_ONLY = Guard(
    name="ruleset 9", pull_request=None, required_checks=frozenset({"test"}), bypass=frozenset()
)


def branch(*, classic=None, rulesets=(), archived=False, empty=False, **around):
    return DefaultBranch(
        id="R_1",
        name="acme/web main",
        repository="acme/web",
        branch="main",
        archived=archived,
        empty=empty,
        classic=classic,
        rulesets=rulesets,
        **around,
    )


@pytest.mark.parametrize("check", ALL_CHECKS)
@pytest.mark.parametrize("said", ["archived", "empty"])
def test_nothing_is_asked_of_a_branch_on_which_nothing_lands(check, said):
    assert check(branch(**{said: True})).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("check", ABOUT_REQUESTS)
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
def test_every_check_of_pull_requests(check, subject, outcome):
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
            branch(rulesets=(guard("Team release", always=("Team release",)),)),
            Outcome.FAILED,
            id="an approved team at any time",
        ),
        pytest.param(
            branch(rulesets=(guard("Team fire", always=("Team fire",)),)),
            Outcome.PASSED,
            id="the team for emergencies at any time",
        ),
        pytest.param(
            branch(rulesets=(guard("Team release", always=DENIED),)),
            Outcome.UNDETERMINED,
            id="an approved team, at what time is not known",
        ),
        pytest.param(
            branch(rulesets=(guard("User mia", always=DENIED),)),
            Outcome.FAILED,
            id="somebody unapproved, at whatever time",
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
    verdict = branch_bypass_limited(
        subject, approved_bypass=("Team release",), break_glass=("Team fire",)
    )
    assert verdict.outcome is outcome


def test_whoever_goes_around_is_named():
    subject = branch(classic=guard(ADMINISTRATORS), rulesets=(guard("User mia", "Team release"),))
    verdict = branch_bypass_limited(subject, approved_bypass=("Team release",))
    assert verdict.observed == {"bypass": ("User mia", ADMINISTRATORS)}


def test_a_ruleset_that_does_not_count_is_named():
    idle = IdleRuleset(name="ruleset 4", why="only evaluated")
    verdict = branch_change_request_required(branch(idle_rulesets=(idle,)))
    assert verdict.observed == {"not_counted": ("ruleset 4: only evaluated",)}


@pytest.mark.parametrize("check", ALL_CHECKS)
@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(
            branch(classic=UNANSWERED, rulesets=UNANSWERED),
            Outcome.NOT_APPLICABLE,
            id="the plan has neither",
        ),
        pytest.param(branch(classic=UNANSWERED), Outcome.NOT_APPLICABLE, id="nor any ruleset"),
    ],
)
def test_what_the_plan_does_not_offer_is_not_failed(check, subject, outcome):
    verdict = check(subject)
    assert (verdict.outcome, verdict.reason) == (outcome, "not available on this plan")


def test_a_plan_that_lacks_one_kind_settles_nothing_while_the_other_is_denied():
    verdict = branch_change_request_required(branch(classic=UNANSWERED, rulesets=DENIED))
    assert verdict.outcome is Outcome.UNDETERMINED


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(branch(classic=guard()), Outcome.PASSED, id="dismissed"),
        pytest.param(
            branch(classic=guard(stale=False), rulesets=(guard(),)),
            Outcome.PASSED,
            id="one layer dismisses",
        ),
        pytest.param(branch(classic=guard(stale=False)), Outcome.FAILED, id="they stay"),
        pytest.param(branch(), Outcome.FAILED, id="nothing protects"),
        pytest.param(branch(classic=guard(stale=DENIED)), Outcome.UNDETERMINED, id="not read"),
        pytest.param(
            branch(classic=guard(stale=False), rulesets=DENIED),
            Outcome.UNDETERMINED,
            id="a denied layer may dismiss",
        ),
        pytest.param(
            branch(classic=guard(), rulesets=DENIED), Outcome.PASSED, id="a denied layer beside it"
        ),
    ],
)
def test_branch_stale_approval_dismissed(subject, outcome):
    assert branch_stale_approval_dismissed(subject).outcome is outcome


@pytest.mark.parametrize(
    ("owned", "code_owner", "outcome"),
    [
        pytest.param(True, True, Outcome.PASSED, id="required"),
        pytest.param(DENIED, True, Outcome.PASSED, id="required, file not seen"),
        pytest.param(True, False, Outcome.FAILED, id="a file that nobody obeys"),
        pytest.param(False, False, Outcome.NOT_APPLICABLE, id="no file"),
        pytest.param(DENIED, False, Outcome.UNDETERMINED, id="file not seen"),
        pytest.param(True, DENIED, Outcome.UNDETERMINED, id="rule not seen"),
    ],
)
def test_branch_owner_review_required(owned, code_owner, outcome):
    subject = branch(classic=guard(code_owner=code_owner), has_code_owners=owned)
    assert branch_owner_review_required(subject).outcome is outcome


@pytest.mark.parametrize(
    ("resolves", "outcome"),
    [
        pytest.param(True, Outcome.PASSED, id="blocked"),
        pytest.param(False, Outcome.FAILED, id="not blocked"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="not read"),
    ],
)
def test_branch_conversations_resolved(resolves, outcome):
    subject = branch(classic=guard(says={"resolves_threads": resolves}))
    assert branch_conversations_resolved(subject).outcome is outcome


@pytest.mark.parametrize(
    ("signed", "enabled", "outcome"),
    [
        pytest.param(True, True, Outcome.PASSED, id="signed"),
        pytest.param(False, True, Outcome.FAILED, id="not signed"),
        pytest.param(DENIED, True, Outcome.UNDETERMINED, id="not read"),
        pytest.param(False, False, Outcome.NOT_APPLICABLE, id="not asked for"),
    ],
)
def test_branch_signatures_required(signed, enabled, outcome):
    subject = branch(classic=guard(says={"needs_signatures": signed}))
    assert branch_signatures_required(subject, enabled=enabled).outcome is outcome


def keeping(pushes, deletion):
    return guard(says={"refuses_force_pushes": pushes, "refuses_deletion": deletion})


@pytest.mark.parametrize(
    ("layers", "outcome", "allowed"),
    [
        pytest.param([keeping(True, True)], Outcome.PASSED, None, id="both refused"),
        pytest.param(
            [keeping(True, False), keeping(False, True)],
            Outcome.PASSED,
            None,
            id="each layer one half",
        ),
        pytest.param([keeping(False, True)], Outcome.FAILED, ("force pushes",), id="pushes"),
        pytest.param([keeping(True, False)], Outcome.FAILED, ("deletion",), id="deletion"),
        pytest.param([], Outcome.FAILED, ("force pushes", "deletion"), id="nothing protects"),
        pytest.param([keeping(DENIED, True)], Outcome.UNDETERMINED, None, id="pushes not read"),
        pytest.param(
            [keeping(DENIED, True), keeping(True, False)],
            Outcome.PASSED,
            None,
            id="pushes not read, another layer settles it",
        ),
    ],
)
def test_branch_history_kept(layers, outcome, allowed):
    verdict = branch_history_kept(branch(rulesets=tuple(layers)))
    assert (verdict.outcome, verdict.observed.get("allowed")) == (outcome, allowed)
