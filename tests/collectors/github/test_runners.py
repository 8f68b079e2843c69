"""Groups of runners are read with the number of their machines, and repositories with their own."""

from datetime import timedelta

from collectors.evidence.github.actions import RunnerGroup
from collectors.github.runners import runner_groups
from tests.collectors.github.world import group, runner
from tests.evidence import NOW

OLD = NOW - timedelta(days=300)


def test_a_group_is_read_with_its_machines_and_its_workflows(github):
    github.state.pages |= {
        "actions/runner-groups": [group(2, "selected")],
        "actions/runners": [runner(2), runner(12)],
    }
    snapshot, _ = github.snapshot(runner_groups)

    assert snapshot.records == (
        RunnerGroup(
            id="github:acme/runner-groups/2",
            name="acme group 2",
            runners=2,
            visibility="selected",
            serves_public_repositories=False,
            workflows=frozenset({"acme/web/.github/workflows/release.yaml@main"}),
        ),
    )


def test_repositories_are_not_asked_where_they_may_have_none(github):
    github.state.add_repository("web", at=OLD)
    snapshot, _ = github.snapshot(runner_groups)

    assert snapshot.records == ()
    assert snapshot.complete
    assert "GET /repos/{owner}/{repo}/actions/runners" not in github.server.asked


def test_a_repository_with_runners_of_its_own_is_a_member_and_others_are_not(github):
    github.state.pages["actions/permissions/self-hosted-runners"] = {"enabled_repositories": "all"}
    github.state.add_repository("api", at=OLD)
    web = github.state.add_repository("web", at=OLD, private=False)
    web.pages["actions/runners"] = [runner(1)]
    (own,) = github.snapshot(runner_groups)[0].records

    assert own.name == "acme/web runners of its own"
    assert (own.runners, own.visibility, own.serves_public_repositories) == (1, "repository", True)
