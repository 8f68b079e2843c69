"""The demo's organisation shows what it is meant to show, by the real collectors and checks."""

from collections import Counter
from datetime import timedelta

import pytest

from agent.connections.github import GithubConnection
from agent.demo.github import estate as github_estate
from agent.demo.github.server import TOKEN, GithubServer
from checks.access.organisation import (
    organisation_two_factor_required,
    outside_collaborator_approved,
)
from checks.change.branches import (
    branch_approval_required,
    branch_bypass_limited,
    branch_change_request_required,
)
from checks.change.landing import change_came_by_pull_request, change_tests_passed
from checks.change.review import change_approved_by_another_person
from checks.evaluation import assess
from collectors.github.branches import default_branches
from collectors.github.changes import landed_changes
from collectors.github.members import outside_collaborators
from collectors.github.settings import organisation_settings
from collectors.reader import take_snapshot
from collectors.transcript import Recorder
from tests.evidence import NOW


@pytest.fixture
def estate():
    with GithubServer("acme", clock=lambda: NOW) as server:
        github_estate.seed(server, NOW)
        yield server


def snapshot(server, collector, *, since=None):
    connection = GithubConnection(
        name="demo",
        organization="acme",
        token=TOKEN,
        begins=NOW - timedelta(days=60),
        base_url=server.url,
        clock=lambda: NOW,
    )
    (unit,) = connection.units()
    reader = unit.open(Recorder(unit.live, b"key"), collector.calls, since=since or {}, threads=2)
    return take_snapshot(collector, reader, now=NOW)


def failing(check, snapshot):
    assessment = assess(check, snapshot, {})
    outcomes = Counter(result.verdict.outcome.value for result in assessment.results)
    assert "undetermined" not in outcomes
    return [result.name for result in assessment.results if result.verdict.outcome == "failed"]


def test_the_organisation_mostly_keeps_its_promises(estate):
    changes = snapshot(estate, landed_changes)
    branches = snapshot(estate, default_branches)

    assert len(changes.records) == 25
    assert changes.complete
    assert failing(change_came_by_pull_request, changes) == []
    assert len(failing(change_approved_by_another_person, changes)) == 2
    assert len(failing(change_tests_passed, changes)) == 1
    assert failing(branch_change_request_required, branches) == []
    assert failing(branch_approval_required, branches) == []
    assert failing(branch_bypass_limited, branches) == ["acme/docs main"]
    assert failing(organisation_two_factor_required, snapshot(estate, organisation_settings)) == []
    outsiders = snapshot(estate, outside_collaborators)
    assert failing(outside_collaborator_approved, outsiders) == ["cleo"]


def test_the_drift_opens_one_branch_and_lands_one_unreviewed_change(estate):
    before = snapshot(estate, landed_changes)
    github_estate.drift(estate, NOW)
    after = snapshot(estate, landed_changes, since=before.reached)

    (pushed,) = after.records
    assert failing(change_came_by_pull_request, after) == [pushed.name]
    branches = snapshot(estate, default_branches)
    assert failing(branch_change_request_required, branches) == ["acme/api main"]
