"""A repository's own CODEOWNERS file names who answers for what fails in it, in real cycles."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from agent.code_ownership import owned, rules_of
from agent.demo.github.server import GithubServer
from agent.duties import Duties
from agent.registry import all_checks
from agent.store import queries
from tests.agent.house import Clock
from tests.agent.store.held import check_rebuilt
from tests.agent.test_github_cost import cycle
from tests.evidence import NOW

CHECKS = tuple(
    check
    for check in all_checks().values()
    if check.subject.__name__ in {"DefaultBranch", "CodeOwners"}
)
DUTIES = Duties(owners={"codeowner:@acme/data": "dana@acme.test", "default": "olga@acme.test"})


@pytest.fixture
def server():
    with GithubServer("acme", clock=lambda: NOW) as server:
        server.state.add_member("olga", "admin")
        for name in ("web", "shop"):
            server.state.add_repository(name, at=NOW - timedelta(days=30))
        server.state.repositories["web"].files["CODEOWNERS"] = "/infra/ @ops\n* @acme/data @ann\n"
        yield server


def owners(store):
    """Who answers for the default branch of each repository."""
    with store.reading() as connection:
        found = queries.findings(connection, state="open")
    return {
        one.name: DUTIES.owner_under(None, one)
        for one in found
        if one.name.endswith(" main") or one.name.endswith(" master")
    }


def test_what_fails_in_a_repository_belongs_to_its_code_owner_from_the_first_cycle_on(
    store, server
):
    cycle(store, server, Clock(), checks=CHECKS, duties=DUTIES)

    assert owners(store) == {"acme/web main": "dana@acme.test", "acme/shop main": "olga@acme.test"}


def test_where_the_file_cannot_be_read_nobody_is_guessed(store, server):
    server.deny("POST /graphql")
    cycle(store, server, Clock(), checks=CHECKS, duties=DUTIES)

    assert set(owners(store).values()) <= {"olga@acme.test"}


def retagged(store):
    with store.reading() as connection:
        found = queries.entries(connection, kind="finding_retagged")
        return [
            (event.finding, event.name, event.before[FILE], event.tags.get(FILE))
            for _, event in found
        ]


FILE = "CODEOWNERS"


def test_what_is_open_goes_to_whom_the_file_names_by_now_and_is_told_once(store, server):
    clock, files = Clock(), server.state.repositories["web"].files
    cycle(store, server, clock, checks=CHECKS, duties=DUTIES)
    assert retagged(store) == []

    files[FILE] = "* @ann\n"
    cycle(store, server, clock, checks=CHECKS, duties=DUTIES)
    cycle(store, server, clock, checks=CHECKS, duties=DUTIES)
    assert owners(store)["acme/web main"] == "olga@acme.test"
    told = retagged(store)
    assert len(told) == len(set(told))
    assert {(name, before, now) for _, name, before, now in told} == {
        ("acme/web main", "@acme/data @ann", "@ann")
    }

    files[FILE] = "* @acme/data\n"
    cycle(store, server, clock, checks=CHECKS, duties=DUTIES)
    assert owners(store)["acme/web main"] == "dana@acme.test"
    del files[FILE]
    cycle(store, server, clock, checks=CHECKS, duties=DUTIES)
    assert owners(store)["acme/web main"] == "olga@acme.test"
    check_rebuilt(store)


def test_what_makes_nobody_else_the_owner_is_not_told(store, server):
    clock = Clock()
    cycle(store, server, clock, checks=CHECKS, duties=DUTIES)
    server.state.repositories["web"].files[FILE] = "* @acme/data @mallory\n"
    cycle(store, server, clock, checks=CHECKS, duties=DUTIES)

    assert retagged(store) == []


def test_while_the_file_cannot_be_read_the_owner_stays(store, server):
    clock = Clock()
    cycle(store, server, clock, checks=CHECKS, duties=DUTIES)
    server.state.repositories["web"].files[FILE] = "* @mallory\n"
    server.deny("POST /graphql")
    cycle(store, server, clock, checks=CHECKS, duties=DUTIES)

    assert owners(store)["acme/web main"] == "dana@acme.test"
    assert retagged(store) == []


@pytest.mark.parametrize(
    ("known", "tags"),
    [
        pytest.param({"acme/shop": [("*", ("@ann",))]}, {}, id="not known"),
        pytest.param({"acme/web": []}, {"B_1": {}}, id="nobody"),
        pytest.param({"acme/web": [("*", ("@ann",))]}, {"B_1": {FILE: "@ann"}}, id="somebody"),
    ],
)
def test_that_nobody_owns_it_is_another_thing_than_not_knowing_who(known, tags):
    branch = SimpleNamespace(id="B_1", name="acme/web main")

    assert owned("github:acme", [branch], known) == tags


def test_a_pass_that_does_not_read_the_files_goes_by_those_that_were_read_last(store, server):
    cycle(store, server, Clock(), checks=CHECKS, duties=DUTIES)
    branches = SimpleNamespace(
        snapshot=SimpleNamespace(
            collector="github.default-branches", scope="github:acme", records=()
        )
    )
    with store.reading() as connection:
        known = rules_of(connection, store.blobs, [branches])

    assert known["acme/web"] == [("/infra/", ("@ops",)), ("*", ("@acme/data", "@ann"))]
    assert known["acme/shop"] == []
