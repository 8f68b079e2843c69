"""Repositories are read with what watches over them, who may fork them and who owns what."""

from datetime import timedelta

import pytest

from agent.demo.github.rest.view import Refused, Viewer
from collectors.evidence.github.repositories import Analysis, Property
from collectors.evidence.record import Unread
from collectors.github.inventory import code_owners_files, code_scanning, github_repositories
from tests.collectors.github.world import analysis, declared
from tests.evidence import NOW

OLD = NOW - timedelta(days=300)
ALERTS = "github:GET /repos/{owner}/{repo}/vulnerability-alerts"
ANALYSES = "github:GET /repos/{owner}/{repo}/code-scanning/analyses"


@pytest.fixture
def web(github):
    github.state.add_repository("web", at=OLD)
    return github


def repository(web):
    return web.state.repositories["web"]


def one(web, collector):
    (found,) = web.snapshot(collector)[0].records
    return found


def test_a_repository_is_read_with_its_properties_and_what_is_on(web):
    web.state.pages["properties/values"] = [declared("web", scope="in", tier=None)]
    found = one(web, github_repositories)

    assert (found.name, found.archived, found.private) == ("acme/web", False, True)
    assert (found.pushed_at, found.properties) == (OLD, (Property(name="scope", value="in"),))
    assert (found.secret_scanning, found.push_protection) == (True, True)
    assert (found.dependency_alerts, found.private_reporting) == (True, None)
    assert (found.may_be_forked, found.forks, found.has_security_policy) == (
        False,
        frozenset(),
        True,
    )


def test_alerts_that_are_off_and_alerts_that_are_hidden_are_told_apart(web):
    repository(web).pages["vulnerability-alerts"] = Refused(
        404, "Vulnerability alerts are disabled."
    )
    assert one(web, github_repositories).dependency_alerts is False

    repository(web).pages["vulnerability-alerts"] = Refused(404, "Not Found")
    hidden = one(web, github_repositories).dependency_alerts
    assert hidden == Unread(why=f"{ALERTS}: 404 Not Found")


def test_scanning_that_only_owners_see_is_unread_and_not_off(web):
    repository(web).scanning["secret_scanning_push_protection"] = "disabled"
    assert one(web, github_repositories).push_protection is False

    web.server.viewer = Viewer(owns=False)
    assert isinstance(one(web, github_repositories).push_protection, Unread)


@pytest.mark.parametrize(
    ("own", "above", "may"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_the_stricter_of_two_settings_of_forking_counts(web, own, above, may):
    repository(web).allow_forking = own
    web.state.profile["members_can_fork_private_repositories"] = above

    assert one(web, github_repositories).may_be_forked is may


def test_forks_are_listed_only_where_a_private_repository_has_some(web):
    repository(web).pages["forks"] = [{"full_name": "mia/web"}]
    assert one(web, github_repositories).forks == frozenset()
    assert "GET /repos/{owner}/{repo}/forks" not in web.server.asked

    repository(web).forks = 1
    assert one(web, github_repositories).forks == {"mia/web"}


def test_a_public_repository_is_asked_whether_it_takes_reports(github):
    docs = github.state.add_repository("docs", at=OLD, private=False)
    docs.pages["private-vulnerability-reporting"] = {"enabled": False}
    docs.has_security_policy = False
    found = one(github, github_repositories)

    assert (found.private_reporting, found.has_security_policy) == (False, False)


def test_analyses_are_read_with_their_errors(web):
    repository(web).pages["code-scanning/analyses"] = [
        analysis(category="/language:python"),
        analysis(error="out of memory"),
    ]
    found = one(web, code_scanning)

    at = NOW - timedelta(days=3)
    assert found.languages == {"python"}
    assert found.analyses == (
        Analysis(category="/language:python", created_at=at, has_error=False),
        Analysis(category="", created_at=at, has_error=True),
    )


def test_no_analysis_is_an_empty_list_and_a_denied_one_is_not(web):
    repository(web).pages["code-scanning/analyses"] = Refused(404, "no analysis found")
    assert one(web, code_scanning).analyses == ()

    repository(web).pages["code-scanning/analyses"] = Refused(403, "Code scanning is not enabled")
    assert one(web, code_scanning).analyses == Unread(why=f"{ANALYSES}: 403 Forbidden")


def test_a_repository_without_code_is_not_asked_for_analyses(web):
    repository(web).languages = ("Markdown",)

    assert one(web, code_scanning).languages == frozenset()
    assert "GET /repos/{owner}/{repo}/code-scanning/analyses" not in web.server.asked


def test_the_first_of_three_owners_files_counts(web):
    repository(web).files |= {
        "docs/CODEOWNERS": "* @acme/docs",
        "CODEOWNERS": "# everything\n* @acme/core\n/free/\n/infra/ @acme/ops # machines\n",
    }
    found = one(web, code_owners_files)

    assert (found.path, found.patterns) == ("CODEOWNERS", ("*", "/infra/"))
    assert [(rule.pattern, rule.owners) for rule in found.rules] == [
        ("*", ("@acme/core",)),
        ("/free/", ()),
        ("/infra/", ("@acme/ops",)),
    ]
    assert found.errors == ()


def test_errors_of_an_owners_file_are_told_by_their_kind(web):
    repository(web).files["CODEOWNERS"] = "* @acme/gone"
    repository(web).owners_errors = [{"kind": "Unknown owner", "line": 1}]
    assert one(web, code_owners_files).errors == ("Unknown owner in line 1",)


def test_without_a_file_there_is_nothing_to_be_wrong(web):
    found = one(web, code_owners_files)

    assert (found.path, found.errors) == (None, ())


def test_files_that_are_denied_are_unread(web):
    web.server.deny("Repository.object")

    assert one(web, code_owners_files).path == Unread(why="graphql:RepositoryFacts: FORBIDDEN")


def test_analyses_are_read_back_to_a_quarter_before_the_newest(web):
    def at(days):
        return analysis(created_at=f"{NOW - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}")

    repository(web).pages["code-scanning/analyses"] = [at(1), at(93), at(94), at(300)]
    web.server.page_limit = 2

    days = [(NOW - one_of.created_at).days for one_of in one(web, code_scanning).analyses]
    assert days == [1, 93]
    assert web.server.asked.count("GET /repos/{owner}/{repo}/code-scanning/analyses") == 2


def test_alerts_that_many_are_asked_about_at_once_cost_no_question_each(web):
    assert one(web, github_repositories).dependency_alerts is True
    assert "GET /repos/{owner}/{repo}/vulnerability-alerts" not in web.server.asked

    web.server.deny("Repository.hasVulnerabilityAlertsEnabled")
    assert one(web, github_repositories).dependency_alerts is True
    assert "GET /repos/{owner}/{repo}/vulnerability-alerts" in web.server.asked
