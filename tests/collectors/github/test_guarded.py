"""Protection as people set it up, and the verdict each must give: one line a set-up.

Each is set up in the local GitHub, read by the real client, and judged by the checks.
"""

from datetime import timedelta

import pytest

from agent.demo.github.rest.view import Viewer
from checks.change.branches import (
    branch_approval_required,
    branch_bypass_limited,
    branch_change_request_required,
    branch_history_kept,
    branch_stale_approval_dismissed,
)
from checks.contract import Outcome
from collectors.github.branches import default_branches
from tests.evidence import NOW

OLD = NOW - timedelta(days=300)
KEPT = ("deletion", "non_fast_forward")
TEAM = {"actor_id": 7, "actor_type": "Team", "bypass_mode": "always"}
BY_REQUEST = {**TEAM, "bypass_mode": "pull_request"}
PRO = "Upgrade to GitHub Pro or make this repository public to enable this feature."


def classic(**settings):
    return lambda state: state.protect("web", **settings)


def ruleset(**settings):
    return lambda state: state.add_ruleset("rules", **({"extra": KEPT} | settings))


def of_repository(**settings):
    return ruleset(repositories=("web",), of_organisation=False, **settings)


# fmt: off
TABLE = [
    # request, approval, stale approvals, bypass, history: passed or failed
    ("nothing",                         (),                                        "F F F F F"),
    ("classic alone",                   (classic(),),                              "P P P P P"),
    ("classic, no pull request",        (classic(approvals=None),),                "F F F F P"),
    ("classic, no approval",            (classic(approvals=0),),                   "P F P P P"),
    ("classic, stale approvals stay",   (classic(dismiss_stale=False),),           "P F F P P"),
    ("classic, last push approved",     (classic(dismiss_stale=False, last_push=True),),
                                                                                   "P P F P P"),
    ("classic, administrators exempt",  (classic(enforce_admins=False),),          "P P P F P"),
    ("classic, a team bypasses",        (classic(bypass_teams=("x",)),),           "P P P F P"),
    ("classic, force pushes",           (classic(force_pushes=True),),             "P P P P F"),
    ("classic, deletion",               (classic(deletions=True),),                "P P P P F"),
    ("ruleset of organisation alone",   (ruleset(),),                              "P P P P P"),
    ("ruleset of repository alone",     (of_repository(),),                        "P P P P P"),
    ("ruleset of enterprise alone",     (ruleset(of_enterprise=True),),            "P P P P P"),
    ("ruleset, bypassed always",        (ruleset(bypass=(TEAM,)),),                "P P P F P"),
    ("ruleset, bypassed by request",    (ruleset(bypass=(BY_REQUEST,)),),          "P P P F P"),
    ("ruleset, only evaluated",         (ruleset(enforcement="evaluate"),),        "F F F F F"),
    ("ruleset, disabled",               (ruleset(enforcement="disabled"),),        "F F F F F"),
    ("ruleset, another repository",     (ruleset(repositories=("api",)),),         "F F F F F"),
    ("ruleset, another branch",         (ruleset(include=("refs/heads/release",)),),   "F F F F F"),
    ("ruleset, a star passes no slash", (ruleset(include=("refs/*",)),),           "F F F F F"),
    ("ruleset, two stars pass it",      (ruleset(include=("refs/**/*",)),),        "P P P P P"),
    ("ruleset, branches like m*",       (ruleset(include=("refs/heads/m*",)),),    "P P P P P"),
    ("ruleset, by one letter",          (ruleset(include=("refs/heads/mai?",)),),  "P P P P P"),
    ("ruleset, all branches",           (ruleset(include=("~ALL",)),),             "P P P P P"),
    ("ruleset, all but this",
        (ruleset(include=("~ALL",), exclude=("refs/heads/main",)),),               "F F F F F"),
    ("ruleset, all but the default",
        (ruleset(include=("~ALL",), exclude=("~DEFAULT_BRANCH",)),),               "F F F F F"),
    ("ruleset, no rule for history",    (ruleset(extra=()),),                      "P P P P F"),
    ("ruleset, no deletion rule",       (ruleset(extra=("non_fast_forward",)),),   "P P P P F"),
    ("both, each strict",               (classic(), ruleset()),                    "P P P P P"),
    ("both, classic lax",
        (classic(approvals=0, enforce_admins=False, force_pushes=True), ruleset()),"P P P P P"),
    ("both, ruleset lax",               (classic(), ruleset(approvals=0)),         "P P P P P"),
    ("both, each with a way around",
        (classic(enforce_admins=False), ruleset(bypass=(TEAM,))),                  "P P P F P"),
    ("both, one half each",
        (classic(approvals=2, dismiss_stale=False, deletions=True),
         ruleset(approvals=0, extra=("deletion",))),                               "P P P P P"),
    ("both, ruleset only evaluated",    (classic(), ruleset(enforcement="evaluate")),  "P P P P P"),
    ("two rulesets, one bypassed",      (of_repository(bypass=(TEAM,)), ruleset()),"P P P P P"),
]
# fmt: on
CHECKS = (
    branch_change_request_required,
    branch_approval_required,
    branch_stale_approval_dismissed,
    branch_bypass_limited,
    branch_history_kept,
)
LETTERS = {
    "P": Outcome.PASSED,
    "F": Outcome.FAILED,
    "U": Outcome.UNDETERMINED,
    "N": Outcome.NOT_APPLICABLE,
}


@pytest.fixture
def web(github):
    for name in ("web", "api"):
        github.state.add_repository(name, at=OLD)
    return github


def verdicts(web):
    snapshot, _ = web.snapshot(default_branches)
    (branch,) = (one for one in snapshot.records if one.repository == "acme/web")
    return {check.id: check(branch) for check in CHECKS}


@pytest.mark.parametrize(
    ("set_up", "expected"), [pytest.param(*line, id=name) for name, *line in TABLE]
)
def test_protection_is_judged_as_github_applies_it(web, set_up, expected):
    for step in set_up:
        step(web.state)
    given = [verdict.outcome for verdict in verdicts(web).values()]

    assert given == [LETTERS[letter] for letter in expected.split()]


@pytest.mark.parametrize(
    ("denied", "words", "expected"),
    [
        pytest.param("protection", "Not accessible", "U U U U U", id="classic denied"),
        pytest.param("protection", PRO, "N N N N N", id="classic is not in the plan"),
    ],
)
def test_what_could_not_be_read_and_what_the_plan_lacks_are_told_apart(
    web, denied, words, expected
):
    web.state.protect("web")
    web.server.deny(f"GET /repos/{{owner}}/{{repo}}/branches/{{branch}}/{denied}", message=words)
    given = [verdict.outcome for verdict in verdicts(web).values()]

    assert given == [LETTERS[letter] for letter in expected.split()]


def test_bypass_lists_that_are_hidden_leave_only_the_question_of_bypass_open(web):
    ruleset()(web.state)
    web.server.viewer = Viewer(owns=False)
    given = [verdict.outcome for verdict in verdicts(web).values()]

    assert given == [LETTERS[letter] for letter in ["P", "P", "P", "U", "P"]]


@pytest.mark.parametrize(
    ("set_up", "words"),
    [
        pytest.param(ruleset(enforcement="evaluate"), "only evaluated", id="evaluate"),
        pytest.param(ruleset(include=("refs/heads/x",)), "does not match the branch", id="pattern"),
    ],
)
def test_a_ruleset_that_does_not_count_is_named_with_the_reason(web, set_up, words):
    found = set_up(web.state)
    verdict = verdicts(web)["github.branch.change-request-required"]

    assert verdict.observed == {"not_counted": (f"ruleset {found.id}: {words}",)}
