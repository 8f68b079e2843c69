"""What workflows may do is read of the organisation, and of repositories left to decide."""

from datetime import timedelta

import pytest

from collectors.evidence.github.actions import ChosenActions
from collectors.evidence.record import Unread
from collectors.github.actions import actions_policies
from tests.evidence import NOW

OLD = NOW - timedelta(days=300)
OPEN = {"default_workflow_permissions": "write", "can_approve_pull_request_reviews": False}
REPOSITORY_TOKEN = "GET /repos/{owner}/{repo}/actions/permissions/workflow"
RUNS = "GET /repos/{owner}/{repo}/actions/permissions/fork-pr-contributor-approval"


@pytest.fixture
def web(github):
    github.state.add_repository("web", at=OLD)
    return github


def read(github):
    snapshot, _ = github.snapshot(actions_policies)
    assert snapshot.complete
    return {policy.name: policy for policy in snapshot.records}


def test_a_strict_organisation_settles_what_its_private_repositories_may(web):
    policies = read(web)

    assert policies.keys() == {"acme"}
    assert not any("/repos/{owner}" in route for route in web.server.asked)


def test_the_organisations_policy_is_read_whole(web):
    web.state.pages["actions/permissions/fork-pr-workflows-private-repos"] = {
        "run_workflows_from_fork_pull_requests": True,
        "send_write_tokens_to_workflows": False,
        "send_secrets_and_variables": True,
        "require_approval_for_fork_pr_workflows": True,
    }
    policy = read(web)["acme"]

    assert policy.chosen == ChosenActions(
        of_github=True, of_verified_creators=False, patterns=frozenset()
    )
    assert (policy.default_permission, policy.may_approve) == ("read", False)
    assert policy.outside_runs_approved_for == "all_external_contributors"
    assert policy.forks_are_given == {"secrets"}


@pytest.mark.parametrize(
    ("page", "body"),
    [
        ("workflow", OPEN),
        ("workflow", {**OPEN, "default_workflow_permissions": "read"} | {
            "can_approve_pull_request_reviews": True
        }),
        ("", {"enabled_repositories": "all", "allowed_actions": "all"}),
    ],
)  # fmt: skip
def test_where_the_organisation_leaves_something_open_each_repository_is_asked(web, page, body):
    web.state.pages[f"actions/permissions/{page}".rstrip("/")] = body
    policy = read(web)["acme/web"]

    assert (policy.default_permission, policy.may_approve) == ("read", False)
    assert policy.allowed_actions == "selected"
    assert policy.outside_runs_approved_for is None


def test_a_public_repository_is_asked_whose_runs_wait_and_inherits_the_rest(github):
    docs = github.state.add_repository("docs", at=OLD, private=False)
    docs.pages["actions/permissions/fork-pr-contributor-approval"] = {
        "approval_policy": "first_time_contributors_new_to_github"
    }
    policy = read(github)["acme/docs"]

    assert policy.outside_runs_approved_for == "first_time_contributors_new_to_github"
    assert policy.default_permission == "read"
    assert RUNS in github.server.asked
    assert REPOSITORY_TOKEN not in github.server.asked


def test_where_actions_are_off_nothing_runs(web):
    web.state.pages["actions/permissions"] = {"enabled_repositories": "none"}

    assert read(web)["acme"].allowed_actions == "none"


def test_what_only_owners_see_is_unread(web):
    web.server.deny("GET /orgs/{org}/actions/permissions/workflow")
    policies = read(web)

    denied = "github:GET /orgs/{org}/actions/permissions/workflow: 403 Forbidden"
    assert policies["acme"].default_permission == Unread(why=denied)
    assert policies.keys() == {"acme"}
