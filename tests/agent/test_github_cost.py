"""What a cycle over GitHub costs of the hourly quota, in real cycles over the local GitHub."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.connections.github import GithubConnection
from agent.cycle import Cycle
from agent.demo.github.server import TOKEN, GithubServer
from agent.duties import Duties
from agent.gaps.events import EvidenceKept
from agent.plan import plan
from agent.registry import all_checks, all_collectors
from agent.reperformance import Reperformance
from agent.store import queries
from agent.store.evidence import read_circumstances
from agent.versions import encode
from tests.agent.house import Clock, rules, versions
from tests.collectors.github.world import FILES, pages_of_repository
from tests.evidence import NOW

OLD = NOW - timedelta(days=300)
HOURS = timedelta(hours=1)
CHECKS = tuple(check for check in all_checks().values() if check.id.startswith("github."))
UNITS = tuple(all_collectors().values())
SAYS_NOTHING = {"cycle_started", "evidence_unchanged", "cycle_finished", "checkpoint_signed"}


@pytest.fixture
def server():
    with GithubServer("acme", clock=lambda: NOW) as server:
        server.state.add_member("olga", "admin")
        server.state.add_member("otto", "admin")
        server.state.add_member("mia")
        server.state.add_ruleset("everywhere", checks=("test",))
        yield server


def grown(server, repositories, *, changes):
    """An organisation of so many repositories with so many changes in each.

    Every other one is guarded by classic protection beside the ruleset, some have environments.
    """
    for number in range(repositories):
        name = f"r{number:03}"
        repository = server.state.add_repository(name, at=OLD, private=number % 5 > 0)
        repository.files |= FILES
        repository.pages |= pages_of_repository(number) if number % 10 == 0 else {}
        if number % 2:
            server.state.protect(name, checks=("test",))
        for change in range(changes):
            at = NOW - (20 + change) * HOURS
            pull = server.state.open_pull_request(name, "mia", "OPS-1", at=at)
            server.state.run_check(name, pull.head, "test", at=at)
            server.state.review(pull, "olga", at=at + HOURS)
            server.state.merge(name, pull, "mia", at=at + 2 * HOURS)


NOBODY = Duties()


def cycle(store, server, clock, *, checks=CHECKS, duties=NOBODY):
    given = replace(rules(), checks={check.id: check for check in checks}, duties=duties)
    judged_by = versions(given)
    connection = GithubConnection(
        name="acme",
        organization="acme",
        token=TOKEN,
        begins=NOW - timedelta(days=30),
        base_url=server.url,
        attempts=1,
        clock=clock,
    )
    before = dict(server.spent)
    Cycle(
        store=store,
        plan=plan(checks, UNITS, (), sources={"github"}),
        connections=[connection],
        rules=replace(given, versions=store.blobs.put(encode(judged_by))),
        clock=clock,
        progress=lambda **_: None,
        announce=lambda *_: None,
        threads=2,
    ).run()
    return {limit: spent - before[limit] for limit, spent in server.spent.items()}


def told(store, *, after):
    """Whatever is in the log, but what is there at every cycle, and the new, empty stretch."""
    with store.reading() as connection:
        events = [event for _, event in queries.entries(connection, after=after)]
    return [
        event
        for event in events
        if event.__struct_config__.tag not in SAYS_NOTHING
        and not (isinstance(event, EvidenceKept) and not event.records and event.since)
    ]


def last(store):
    with store.reading() as connection:
        return max(number for number, _ in queries.entries(connection))


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
@pytest.mark.parametrize("changes", [0, 1])
def test_an_unchanged_organisation_of_200_repositories_costs_a_hundredth(store, server, changes):
    """All checks of GitHub; with nothing landed the first cycle is cheap, and a hundredth less."""
    grown(server, 200, changes=changes)
    clock = Clock()
    first = cycle(store, server, clock)
    position = last(store)
    second = cycle(store, server, clock)

    assert sum(second.values()) <= sum(first.values()) / 100, (first, second)
    assert told(store, after=position) == []


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_what_was_not_sent_again_is_evidence_all_the_same(store, server):
    grown(server, 2, changes=1)
    clock = Clock()
    cycle(store, server, clock)
    cycle(store, server, clock)

    with store.reading() as connection:
        unchanged = [event for _, event in queries.entries(connection, kind="evidence_unchanged")]
        again = Reperformance(
            connection=connection,
            blobs=store.blobs,
            checks=all_checks(),
            collectors=all_collectors(),
            joins={},
        )
        for number, kept in queries.entries(connection, kind="evidence_kept"):
            snapshot = again.snapshot(number, kept, as_of=kept.observed_at)
            assert len(snapshot.records) == kept.records
        when = read_circumstances(
            store.blobs, unchanged[0].circumstances, "github.default-branches github:acme"
        )
    assert when.unchanged
