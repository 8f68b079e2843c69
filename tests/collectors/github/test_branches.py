"""Default branches are read with every layer that guards them, and a hidden layer is unread."""

from datetime import timedelta

import pytest

from agent.demo.github.rest.view import Viewer
from collectors.evidence.github.branches import (
    ADMINISTRATORS,
    Guard,
    IdleRuleset,
    PullRequestRule,
)
from collectors.evidence.github.plan import NotOffered
from collectors.evidence.record import Omission, Unread
from collectors.github.branches import NOT_ASKED, default_branches
from collectors.transcript import Transcript
from tests.evidence import NOW

OLD = NOW - timedelta(days=300)
PROTECTION = "github:GET /repos/{owner}/{repo}/branches/{branch}/protection"
RULES = "github:GET /repos/{owner}/{repo}/rules/branches/{branch}"
RULESET = "github:GET /repos/{owner}/{repo}/rulesets/{ruleset_id}"
ORGANISATION_RULESET = "github:GET /orgs/{org}/rulesets/{ruleset_id}"
REPOSITORIES = "github:GET /orgs/{org}/repos"


@pytest.fixture
def web(github):
    """A repository with one commit, and nothing that guards it."""
    github.state.add_repository("web", at=OLD)
    return github


def read(github):
    snapshot, _ = github.snapshot(default_branches)
    assert snapshot.complete
    return {branch.repository: branch for branch in snapshot.records}


def demands(*, approvals=1, stale=True, last_push=False, code_owner=False):
    return PullRequestRule(
        approvals=approvals,
        dismisses_stale_approvals=stale,
        last_push_needs_approval=last_push,
        needs_code_owner=code_owner,
    )


def layer(name, **said):
    """A layer that asks for nothing but that the branch stays, and what else is said of it."""
    asks_nothing = {
        "pull_request": None,
        "required_checks": frozenset(),
        "bypass": frozenset(),
        "bypass_always": frozenset(),
        "fixed_checks": frozenset(),
        "checks_are_strict": False,
        "workflows": frozenset(),
        "resolves_threads": False,
        "needs_signatures": False,
        "refuses_force_pushes": False,
        "refuses_deletion": True,
    }
    return Guard(name=name, **(asks_nothing | said))


def test_a_branch_that_nothing_guards_has_no_layer(web):
    branch = read(web)["acme/web"]

    assert (branch.id, branch.name) == (
        web.state.repositories["web"].node_id,
        "acme/web main",
    )
    assert (branch.classic, branch.rulesets) == (None, ())
    assert (branch.archived, branch.empty) == (False, False)


def test_classic_protection_is_read_with_those_who_need_not_obey(web):
    web.state.protect(
        "web",
        approvals=2,
        enforce_admins=False,
        checks=("test",),
        bypass_users=("olga",),
        bypass_teams=("release",),
    )
    assert read(web)["acme/web"].classic == layer(
        "classic protection",
        pull_request=demands(approvals=2),
        required_checks=frozenset({"test"}),
        refuses_force_pushes=True,
        bypass=frozenset({ADMINISTRATORS, "User olga", "Team release"}),
    )


def test_classic_protection_without_reviews_demands_no_pull_request(web):
    web.state.protect("web", approvals=None)

    assert read(web)["acme/web"].classic == layer("classic protection", refuses_force_pushes=True)


def test_every_switch_of_classic_protection_is_read(web):
    web.state.protect(
        "web",
        checks=("test",),
        app=15368,
        strict=True,
        code_owners=True,
        conversations=True,
        signatures=True,
        force_pushes=True,
        deletions=True,
    )
    assert read(web)["acme/web"].classic == layer(
        "classic protection",
        pull_request=demands(code_owner=True),
        required_checks=frozenset({"test"}),
        fixed_checks=frozenset({"test"}),
        checks_are_strict=True,
        resolves_threads=True,
        needs_signatures=True,
        refuses_deletion=False,
    )


def test_rulesets_of_organisation_and_repository_are_read_together(web):
    everywhere = web.state.add_ruleset("everywhere", approvals=None, checks=("scan",))
    here = web.state.add_ruleset(
        "here",
        repositories=("web",),
        last_push=True,
        of_organisation=False,
        bypass=(
            {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "pull_request"},
            {"actor_id": None, "actor_type": "DeployKey", "bypass_mode": "always"},
        ),
    )
    assert read(web)["acme/web"].rulesets == (
        layer(f"ruleset {everywhere.id}", required_checks=frozenset({"scan"})),
        layer(
            f"ruleset {here.id}",
            pull_request=demands(last_push=True),
            bypass=frozenset({"RepositoryRole 5", "DeployKey"}),
            bypass_always=frozenset({"DeployKey"}),
        ),
    )


@pytest.mark.parametrize("enforcement", ["disabled", "evaluate"])
def test_a_ruleset_that_is_not_active_is_no_layer(web, enforcement):
    web.state.add_ruleset("trial", enforcement=enforcement)

    assert read(web)["acme/web"].rulesets == ()


def test_without_administration_rights_the_branchs_flag_decides(web):
    """To such a token GitHub says 404 whether the branch is protected or not."""
    web.state.add_repository("api", at=OLD)
    web.state.protect("api")
    web.server.viewer = Viewer(owns=False)
    branches = read(web)

    assert branches["acme/web"].classic is None
    assert branches["acme/api"].classic == Unread(why=f"{PROTECTION}: 404 Not Found")


def test_a_flag_that_a_ruleset_raised_means_no_classic_protection(web):
    web.state.add_ruleset("everywhere")

    assert read(web)["acme/web"].classic is None


def test_rules_that_a_ruleset_has_no_parameters_for_are_read(web):
    web.state.add_ruleset(
        "strict",
        approvals=None,
        checks=("test",),
        app=15368,
        extra=("non_fast_forward", "required_signatures"),
    )
    (guard,) = read(web)["acme/web"].rulesets

    assert (guard.refuses_force_pushes, guard.refuses_deletion) == (True, False)
    assert guard.needs_signatures is True
    assert guard.fixed_checks == {"test"}


def test_who_may_bypass_is_unread_to_a_token_that_only_reads(web):
    web.state.add_ruleset("everywhere")
    web.state.add_ruleset("here", repositories=("web",), of_organisation=False)
    web.state.add_ruleset("above", of_enterprise=True)
    web.server.viewer = Viewer(owns=False)

    of_all, of_one, above = read(web)["acme/web"].rulesets
    assert {guard.pull_request for guard in (of_all, of_one, above)} == {demands()}
    assert of_all.bypass == Unread(why=f"{ORGANISATION_RULESET}: 403 Forbidden")
    hidden = Unread(why=f"{RULESET}: the answer has no bypass_actors")
    assert (of_one.bypass, above.bypass) == (hidden, hidden)


def test_an_organisations_ruleset_is_asked_for_once_and_not_by_each_repository(web):
    web.state.add_repository("api", at=OLD)
    web.state.add_ruleset("everywhere")
    read(web)

    assert web.server.asked.count("GET /orgs/{org}/rulesets/{ruleset_id}") == 1
    assert "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}" not in web.server.asked


def test_rulesets_that_do_not_count_are_named_where_nothing_asks_for_a_pull_request(web):
    trial = web.state.add_ruleset("trial", enforcement="evaluate")
    off = web.state.add_ruleset("off", enforcement="disabled")
    other = web.state.add_ruleset("other", include=("refs/heads/release/*",))

    assert read(web)["acme/web"].idle_rulesets == (
        IdleRuleset(name=f"ruleset {trial.id}", why="only evaluated"),
        IdleRuleset(name=f"ruleset {off.id}", why="disabled"),
        IdleRuleset(name=f"ruleset {other.id}", why="does not match the branch"),
    )


def test_nobody_asks_what_does_not_count_where_a_pull_request_is_required(web):
    web.state.protect("web")
    read(web)

    assert "GET /repos/{owner}/{repo}/rulesets" not in web.server.asked


@pytest.mark.parametrize("place", [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"])
def test_a_code_owners_file_counts_in_each_of_its_places(web, place):
    assert read(web)["acme/web"].has_code_owners is False

    web.state.repositories["web"].files[place] = "* @acme/core"
    assert read(web)["acme/web"].has_code_owners is True


def test_what_ran_on_merged_pull_requests_is_read(web):
    assert read(web)["acme/web"].reported_checks is None

    pull = web.state.open_pull_request("web", "mia", "Change", at=NOW)
    web.state.run_check("web", pull.head, "test", at=NOW)
    web.state.report_status("web", pull.head, "ci/legacy", at=NOW)
    web.state.merge("web", pull, "olga", at=NOW)
    assert read(web)["acme/web"].reported_checks == {"test", "ci/legacy"}


def test_more_checks_than_were_answered_are_unread_and_not_left_out(web):
    pull = web.state.open_pull_request("web", "mia", "Change", at=NOW)
    for number in range(101):
        web.state.run_check("web", pull.head, f"test{number}", at=NOW)
    web.state.merge("web", pull, "olga", at=NOW)

    assert read(web)["acme/web"].reported_checks == Unread(
        why="graphql:BranchSurroundings: a pull request has more checks than were answered"
    )


def test_what_ran_and_who_owns_is_unread_where_graphql_is_denied(web):
    web.server.deny("POST /graphql")
    branch = read(web)["acme/web"]

    assert branch.has_code_owners == Unread(why="graphql:BranchSurroundings: 403 Forbidden")
    assert branch.reported_checks == branch.has_code_owners


def test_branches_and_files_of_thirty_repositories_are_asked_for_in_two_questions(web):
    for number in range(29):
        web.state.add_repository(f"r{number}", at=OLD)
    web.state.repositories["r28"].files["CODEOWNERS"] = "* @acme/core"
    before = web.server.asked.count("POST /graphql")
    branches = read(web)

    assert web.server.asked.count("POST /graphql") - before == 2
    assert [name for name, one in branches.items() if one.has_code_owners] == ["acme/r28"]


def test_a_plan_without_protection_is_neither_denied_nor_unprotected(web):
    words = "Upgrade to GitHub Pro or make this repository public to enable this feature."
    web.state.protect("web")
    web.server.deny("GET /repos/{owner}/{repo}/branches/{branch}/protection", message=words)
    web.server.deny("GET /repos/{owner}/{repo}/rules/branches/{branch}", message=words)
    branch = read(web)["acme/web"]

    assert branch.classic == NotOffered(why=f"{PROTECTION}: 403 {words}")
    assert branch.rulesets == NotOffered(why=f"{RULES}: 403 {words}")


def test_a_throttled_layer_is_unread_and_said_to_be_so(web):
    web.state.protect("web")
    throttled = {"Retry-After": "0", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "0"}
    web.server.deny(
        "GET /repos/{owner}/{repo}/rules/branches/{branch}", status=429, headers=throttled
    )
    assert read(web)["acme/web"].rulesets == Unread(why=f"{RULES}: 429 rate limit exceeded")


def test_a_denied_layer_is_unread_and_the_branch_stays(web):
    web.state.protect("web")
    web.server.deny("GET /repos/{owner}/{repo}/branches/{branch}/protection")
    web.server.deny("GET /repos/{owner}/{repo}/rules/branches/{branch}")
    branch = read(web)["acme/web"]

    assert branch.classic == Unread(why=f"{PROTECTION}: 403 Forbidden")
    assert branch.rulesets == Unread(why=f"{RULES}: 403 Forbidden")


def test_a_denied_branch_may_still_have_readable_layers(web):
    web.state.protect("web")
    web.server.deny("GET /repos/{owner}/{repo}/branches/{branch}")
    web.server.deny("Repository.defaultBranchRef")
    branch = read(web)["acme/web"]

    assert isinstance(branch.empty, Unread)
    assert isinstance(branch.classic, Guard)


def test_one_question_is_enough_where_a_rule_is_known_or_the_branch_says_there_is_none(github):
    """The branch's answer holds until it changes, and costs nothing then; a 404 always does."""
    github.state.add_ruleset("everywhere")
    for name in ("ruled", "free"):
        github.state.add_repository(name, at=OLD)
    github.state.protect("ruled")
    branches = read(github)

    assert isinstance(branches["acme/ruled"].classic, Guard)
    assert branches["acme/free"].classic is None
    assert github.server.asked.count("GET /repos/{owner}/{repo}/branches/{branch}") == 1
    assert github.server.asked.count("GET /repos/{owner}/{repo}/branches/{branch}/protection") == 1


def test_archived_and_empty_repositories_are_said_to_be_so(github):
    github.state.add_repository("empty")
    github.state.add_repository("old", at=OLD)
    github.state.archive("old")
    branches = read(github)

    assert branches["acme/empty"].empty is True
    assert branches["acme/old"].archived is True
    assert {branch.classic for branch in branches.values()} == {NOT_ASKED}


def test_a_denied_list_is_an_omission_and_not_an_empty_organisation(web):
    web.server.deny("GET /orgs/{org}/repos")
    snapshot, _ = web.snapshot(default_branches)

    assert snapshot.records == ()
    assert snapshot.omissions == (
        Omission(where="github:acme", why=f"{REPOSITORIES}: 403 Forbidden"),
    )


def test_repositories_the_token_may_not_see_are_an_omission(web):
    web.state.add_repository("secret", at=OLD)
    web.server.viewer = Viewer(sees=frozenset({"web"}))
    snapshot, _ = web.snapshot(default_branches)

    assert [branch.repository for branch in snapshot.records] == ["acme/web"]
    assert snapshot.omissions == (
        Omission(where="github:acme", why=f"{REPOSITORIES}: 1 of 2 repositories are visible"),
    )


def test_repositories_and_rules_of_a_second_page_are_read(web):
    web.state.add_repository("api", at=OLD)
    web.state.add_ruleset("everywhere", checks=("scan",))
    web.server.page_limit = 1
    branches = read(web)

    assert branches.keys() == {"acme/web", "acme/api"}
    (guard,) = branches["acme/api"].rulesets
    assert guard.required_checks == {"scan"}


def test_the_heads_authors_are_never_kept(web):
    _, transcript = web.snapshot(default_branches)

    assert "noreply.github.com" not in str(transcript)


def test_a_replay_reads_what_was_read_and_no_more(web):
    web.state.protect("web")
    snapshot, transcript = web.snapshot(default_branches)

    assert web.again(default_branches, transcript) == snapshot
    lists = Transcript(tuple(e for e in transcript.exchanges if "repos/" not in e.operation))
    (branch,) = web.again(default_branches, lists).records
    assert branch.classic == Unread(why=f"{PROTECTION}: not collected")
    assert branch.rulesets == Unread(why=f"{RULES}: not collected")
