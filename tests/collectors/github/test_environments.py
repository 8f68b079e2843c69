"""Environments are read with what a deployment has to pass; secrets by name and age."""

from datetime import timedelta

import pytest

from collectors.evidence.record import Omission, Unread
from collectors.github.environments import actions_secrets, environments
from tests.collectors.github.world import environment, secret
from tests.evidence import NOW

OLD = NOW - timedelta(days=300)
LISTED = "github:GET /repos/{owner}/{repo}/environments"


@pytest.fixture
def web(github):
    github.state.add_repository("web", at=OLD)
    return github


def one(web, **says):
    shown = {**environment(0, "production"), **says}
    web.state.repositories["web"].pages["environments"] = [shown]
    (found,) = web.snapshot(environments)[0].records
    return found


def test_reviewers_and_named_branches_are_read(web):
    web.state.repositories["web"].pages["environments/production/deployment-branch-policies"] = [
        {"id": 1, "name": "release/*"}
    ]
    found = one(web)

    assert (found.id, found.name) == ("EN_production0", "acme/web production")
    assert (found.has_reviewers, found.prevents_self_review) == (True, True)
    assert (found.branches, found.patterns) == ("named", {"release/*"})
    assert found.administrators_bypass is False


def test_an_environment_that_nothing_guards_says_so(web):
    found = one(web, protection_rules=[], deployment_branch_policy=None, can_admins_bypass=True)

    assert (found.has_reviewers, found.has_other_rules, found.branches) == (False, False, None)
    assert found.administrators_bypass is True


def test_an_app_that_decides_is_looked_for_only_without_reviewers(web):
    rules = [{"id": 1, "enabled": True, "app": {"id": 1, "slug": "gate"}}]
    route = "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules"
    web.state.repositories["web"].pages["environments/production/deployment_protection_rules"] = (
        rules
    )
    one(web)
    assert route not in web.server.asked

    assert one(web, protection_rules=[]).has_other_rules is True


def test_whether_administrators_go_around_it_is_unread_where_it_is_not_said(web):
    shown = environment(0, "production")
    del shown["can_admins_bypass"]
    web.state.repositories["web"].pages["environments"] = [shown]
    (found,) = web.snapshot(environments)[0].records

    assert found.administrators_bypass == Unread(
        why=f"{LISTED}: the answer has no can_admins_bypass"
    )


def test_a_repository_whose_environments_are_denied_is_an_omission(web):
    web.state.add_repository("api", at=OLD)
    web.server.deny("GET /repos/acme/api/environments")
    snapshot, _ = web.snapshot(environments)

    assert snapshot.omissions == (
        Omission(where="github:acme/api", why=f"{LISTED}: 403 Forbidden"),
    )


def test_secrets_of_all_three_kinds_are_read(web):
    pages = web.state.repositories["web"].pages
    web.state.pages["actions/secrets"] = [{"visibility": "all", **secret("ORG")}]
    pages["actions/secrets"] = [secret("REPO")]
    pages["environments"] = [environment(0, "production")]
    pages["environments/production/secrets"] = [secret("ENV")]
    snapshot, _ = web.snapshot(actions_secrets)

    assert {found.name for found in snapshot.records} == {
        "acme ORG",
        "acme/web REPO",
        "acme/web production ENV",
    }
    assert {found.updated_at for found in snapshot.records} == {NOW - timedelta(days=3)}
