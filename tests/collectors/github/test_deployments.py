"""Deployments to production are read with what they rest on, each once it is settled."""

from datetime import timedelta

import pytest

from checks.change.deployments import deployment_approved, deployment_from_protected_branch
from collectors.evidence.github.deployments import Approval
from collectors.evidence.record import Omission, Unread
from collectors.github.deployments import deployments
from tests.evidence import NOW

OLD = NOW - timedelta(days=300)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
IN_REPOSITORY = "GET /repos/{owner}/{repo}"


@pytest.fixture
def web(github):
    """A protected repository that was deployed once, before the window began."""
    github.state.add_repository("web", at=OLD)
    github.state.protect("web")
    github.state.deploy("web", "mia", at=NOW - 40 * DAY)
    return github


def read(github, **how):
    snapshot, _ = github.snapshot(deployments, **how)
    return snapshot


def land(github, author="mia", *, at):
    pull = github.state.open_pull_request("web", author, "Change", at=at)
    return github.state.merge("web", pull, author, at=at)


def test_a_deployment_is_read_with_run_approval_branch_and_authors(web):
    sha = land(web, at=NOW - 3 * DAY)
    web.state.deploy("web", "mia", at=NOW - 2 * DAY, again_by="otto", approved_by="olga")
    (found,) = read(web).records

    assert found.name == f"acme/web@{sha[:12]} to production"
    assert (found.commit, found.created_by) == (sha, "github-actions[bot]")
    assert found.states == {"queued", "in_progress", "success"}
    assert found.from_branch == "main"
    assert found.run.started_by == {"mia", "otto"}
    assert found.run.approvals == (Approval(by="olga", is_person=True),)
    assert found.authors == {"mia"}
    assert deployment_from_protected_branch(found).outcome == "passed"
    assert deployment_approved(found).outcome == "passed"


def test_what_was_merged_only_after_it_was_deployed_lay_on_no_protected_branch(web):
    pull = web.state.open_pull_request("web", "mia", "Change", at=NOW - 4 * DAY)
    web.state.deploy("web", "mia", at=NOW - 3 * DAY, sha=pull.head)
    web.state.merge("web", pull, "mia", at=NOW - 2 * DAY, method="merge")
    (found,) = read(web).records

    assert found.from_branch is None


def test_a_merge_at_the_very_moment_counts(web):
    at = NOW - 3 * DAY
    sha = land(web, at=at)
    web.state.deploy("web", "mia", at=at, sha=sha)

    assert read(web).records[0].from_branch == "main"


def test_a_branch_that_nothing_protects_is_none_to_deploy_from(web):
    web.state.remove_protection("web")
    web.state.deploy("web", "mia", at=NOW - DAY)

    assert read(web).records[0].from_branch is None


def test_an_old_commit_that_is_deployed_again_lies_on_the_branch_and_brings_nothing(web):
    first = land(web, at=NOW - 4 * DAY)
    land(web, at=NOW - 3 * DAY)
    web.state.deploy("web", "mia", at=NOW - 2 * DAY)
    web.state.deploy("web", "mia", at=NOW - DAY, sha=first)
    rolled_back = read(web).records[1]

    assert rolled_back.from_branch == "main"
    assert rolled_back.authors == frozenset()


def test_a_deployment_without_a_run_has_none_to_approve(web):
    web.state.put("web", "mia", at=NOW - DAY)

    assert read(web).records[0].run is None


def test_a_workflow_that_links_no_run_is_unread(web):
    web.state.deploy("web", "mia", at=NOW - DAY).states.clear()

    assert isinstance(read(web).records[0].run, Unread)


def test_approvals_for_another_environment_and_rejections_do_not_count(web):
    one = web.state.deploy("web", "mia", at=NOW - DAY)
    one.approvals.append(("olga", "rejected"))

    assert read(web).records[0].run.approvals == ()


def test_previews_are_left_out_and_production_is_what_the_configuration_calls_so(web):
    web.state.deploy("web", "mia", at=NOW - DAY, environment="preview")
    web.state.deploy("web", "mia", at=NOW - DAY, environment="Live")

    assert read(web).records == ()
    (live,) = read(web, production=("live",)).records
    assert live.environment == "Live"


def test_the_first_deployment_there_is_has_no_known_authors(github):
    github.state.add_repository("web", at=OLD)
    github.state.deploy("web", "mia", at=NOW - DAY)

    assert isinstance(read(github).records[0].authors, Unread)


def test_the_next_reading_goes_on_after_the_last_settled_one(web):
    web.state.deploy("web", "mia", at=NOW - 5 * DAY)
    waits = web.state.deploy("web", "mia", at=NOW - 4 * DAY, states=("queued", "pending"))
    web.state.deploy("web", "mia", at=NOW - 3 * DAY)
    first = read(web)
    second = read(web, since=first.reached)
    waits.states += ["in_progress", "success"]
    third = read(web, since=second.reached)
    fourth = read(web, since=third.reached)

    assert [len(one.records) for one in (first, second, third, fourth)] == [3, 2, 2, 0]
    assert first.records[1:] == second.records
    assert fourth.reached == third.reached


def test_one_that_was_refused_in_part_is_read_again(web):
    web.state.deploy("web", "mia", at=NOW - DAY)
    web.server.deny(f"{IN_REPOSITORY}/actions/runs/{{run_id}}/approvals")
    denied = read(web)
    web.server.allow_all()

    assert denied.reached == {}
    assert isinstance(denied.records[0].run.approvals, Unread)
    assert len(read(web, since=denied.reached).records) == 1


def test_a_repository_whose_deployments_are_denied_is_an_omission(web):
    web.server.deny(f"{IN_REPOSITORY}/deployments")
    snapshot = read(web)

    why = f"github:{IN_REPOSITORY}/deployments: 403 Forbidden"
    assert snapshot.omissions == (Omission(where="acme/web", why=why),)


def test_a_comparison_that_is_denied_leaves_the_branch_unread_and_not_absent(web):
    pull = web.state.open_pull_request("web", "mia", "Change", at=NOW - 4 * DAY)
    web.state.deploy("web", "mia", at=NOW - 3 * DAY, sha=pull.head)
    web.server.deny(f"{IN_REPOSITORY}/compare/{{basehead}}")

    assert isinstance(read(web).records[0].from_branch, Unread)


def test_what_somebody_wrote_is_not_kept(web):
    web.state.deploy("web", "mia", at=NOW - DAY, approved_by="olga")
    _, transcript = web.snapshot(deployments)

    assert "Take it there" not in str(transcript)
    assert "fine" not in str(transcript)


def test_a_repository_in_which_github_counts_none_is_not_asked(web):
    for name in ("docs", "site"):
        web.state.add_repository(name, at=OLD)
    web.state.deploy("site", "mia", at=NOW - 2 * DAY)

    assert [one.repository for one in read(web).records] == ["acme/site"]
    assert web.server.asked.count(f"{IN_REPOSITORY}/deployments") == 2


def test_a_count_of_nothing_is_not_believed_of_who_may_not_see_deployments(web):
    """GitHub may well count none for whom there is nothing to see."""
    web.state.add_repository("docs", at=OLD)
    web.server.deny(f"{IN_REPOSITORY}/deployments")
    omitted = {omission.where for omission in read(web).omissions}

    assert omitted == {"acme/web", "acme/docs"}


def test_where_github_does_not_count_every_repository_is_asked(web):
    web.state.add_repository("docs", at=OLD)
    web.server.deny("Repository.deployments")
    snapshot = read(web)

    assert snapshot.complete
    assert web.server.asked.count(f"{IN_REPOSITORY}/deployments") == 2


def test_each_landed_change_is_tied_to_the_approvals_that_let_it_through(web):
    """By its commit: every change of a stretch is in the deployment that brought it, once."""
    landed = [land(web, at=NOW - days * DAY) for days in (6, 5, 3)]
    web.state.deploy("web", "mia", at=NOW - 7 * DAY, sha=head_before(web, landed[0]))
    web.state.deploy("web", "mia", at=NOW - 4 * DAY, sha=landed[1], approved_by="olga")
    web.state.deploy("web", "mia", at=NOW - 2 * DAY, sha=landed[2], approved_by="otto")
    records = [one for one in read(web).records if isinstance(one.brought, frozenset)]
    through = {
        change: [who.by for one in records if change in one.brought for who in one.run.approvals]
        for change in landed
    }

    assert list(through.values()) == [["olga"], ["olga"], ["otto"]]


def head_before(github, commit):
    return github.state.repositories["web"].commits[commit].parents[0]
