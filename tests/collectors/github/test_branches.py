"""Default branches are read with every layer that guards them, and a hidden layer is unread."""

from datetime import timedelta

import pytest

from agent.demo.github.rest.view import Viewer
from collectors.evidence.github.branches import ADMINISTRATORS, Guard, PullRequestRule
from collectors.evidence.record import Omission, Unread
from collectors.github.branches import NOT_ASKED, default_branches
from collectors.transcript import Transcript
from tests.evidence import NOW

OLD = NOW - timedelta(days=300)
PROTECTION = "github:GET /repos/{owner}/{repo}/branches/{branch}/protection"
RULES = "github:GET /repos/{owner}/{repo}/rules/branches/{branch}"
RULESET = "github:GET /repos/{owner}/{repo}/rulesets/{ruleset_id}"
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


def demands(*, approvals=1, stale=True, last_push=False):
    return PullRequestRule(
        approvals=approvals,
        dismisses_stale_approvals=stale,
        last_push_needs_approval=last_push,
    )


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
    assert read(web)["acme/web"].classic == Guard(
        name="classic protection",
        pull_request=demands(approvals=2),
        required_checks=frozenset({"test"}),
        bypass=frozenset({ADMINISTRATORS, "User olga", "Team release"}),
    )


def test_classic_protection_without_reviews_demands_no_pull_request(web):
    web.state.protect("web", approvals=None)

    assert read(web)["acme/web"].classic == Guard(
        name="classic protection",
        pull_request=None,
        required_checks=frozenset(),
        bypass=frozenset(),
    )


def test_rulesets_of_organisation_and_repository_are_read_together(web):
    everywhere = web.state.add_ruleset("everywhere", approvals=None, checks=("scan",))
    here = web.state.add_ruleset(
        "here",
        repositories=("web",),
        last_push=True,
        of_organisation=False,
        bypass=(
            {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"},
            {"actor_id": None, "actor_type": "DeployKey", "bypass_mode": "always"},
        ),
    )
    assert read(web)["acme/web"].rulesets == (
        Guard(
            name=f"ruleset {everywhere.id}",
            pull_request=None,
            required_checks=frozenset({"scan"}),
            bypass=frozenset(),
        ),
        Guard(
            name=f"ruleset {here.id}",
            pull_request=demands(last_push=True),
            required_checks=frozenset(),
            bypass=frozenset({"RepositoryRole 5", "DeployKey"}),
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


def test_who_may_bypass_is_unread_to_a_token_that_only_reads(web):
    web.state.add_ruleset("everywhere")
    web.server.viewer = Viewer(owns=False)

    (guard,) = read(web)["acme/web"].rulesets
    assert guard.pull_request == demands()
    assert guard.bypass == Unread(why=f"{RULESET}: the answer has no bypass_actors")


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
    branch = read(web)["acme/web"]

    assert isinstance(branch.empty, Unread)
    assert isinstance(branch.classic, Guard)


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
