"""A bypass stays in the population after its stretch, and its record is found later."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.connections.github import GithubConnection
from agent.cycle import Cycle
from agent.demo.github.server import TOKEN, GithubServer
from agent.plan import plan
from agent.registry import all_checks, all_collectors, all_joins
from agent.reperformance import Reperformance
from agent.store import queries
from agent.store.evidence import read_records
from agent.versions import encode
from checks.change.bypasses import bypass_has_emergency_record
from collectors.evidence.github.bypasses import RecordedBypass
from tests.agent.house import Clock, rules, versions
from tests.evidence import NOW

CHECKS = (bypass_has_emergency_record,)
REGISTER = ("emergency_changes", "web", "emergency-change", "commit_or_pr=Commit")
LONG_AGO, LATELY = NOW - timedelta(days=300), NOW - timedelta(days=9)


@pytest.fixture
def server():
    with GithubServer("acme", clock=lambda: NOW) as server:
        server.state.add_member("olga", "admin")
        server.state.add_repository("web", at=LONG_AGO)
        yield server


def cycle(store, server, clock):
    given = replace(rules(), checks={check.id: check for check in CHECKS})
    connection = GithubConnection(
        name="acme",
        organization="acme",
        token=TOKEN,
        begins=NOW - timedelta(days=30),
        base_url=server.url,
        attempts=1,
        registers=(REGISTER,),
        clock=clock,
    )
    Cycle(
        store=store,
        plan=plan(CHECKS, all_collectors().values(), all_joins().values(), sources={"github"}),
        connections=[connection],
        rules=replace(given, versions=store.blobs.put(encode(versions(given)))),
        clock=clock,
        progress=lambda **_: None,
        announce=lambda *_: None,
    ).run()


def bypasses(store):
    with store.reading() as connection:
        (row,) = queries.snapshots(connection, collector="derived.bypasses", latest=True)
    assert row.omissions == ()
    return read_records(store.blobs, row.records_digest, RecordedBypass)


def judged(store):
    return sorted(bypass_has_emergency_record(one, as_of=NOW).outcome for one in bypasses(store))


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_a_record_that_is_written_cycles_after_the_bypass_explains_it(store, server):
    clock = Clock()
    sha = server.state.push("web", "olga", "Hotfix", at=LATELY)
    cycle(store, server, clock)
    assert judged(store) == ["failed"]

    server.state.push("web", "olga", "Another", at=NOW - timedelta(hours=1))
    cycle(store, server, clock)
    assert judged(store) == ["failed", "passed"]

    form = f"### Commit\n\n{sha}\n"
    label = ("emergency-change",)
    server.state.open_issue("web", "olga", "Title", form, at=NOW, labels=label)
    cycle(store, server, clock)

    records = {one.records for one in bypasses(store)}
    assert (judged(store), records) == (["passed", "passed"], {("acme/web#1",), ()})


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_a_join_over_stretches_is_performed_again_from_all_of_them(store, server):
    clock = Clock()
    for hours in (3, 2, 1):
        server.state.push("web", "olga", "Hotfix", at=NOW - timedelta(hours=hours))
        cycle(store, server, clock)
    with store.reading() as connection:
        again = Reperformance(
            connection=connection,
            blobs=store.blobs,
            checks=all_checks(),
            collectors=all_collectors(),
            joins=all_joins(),
        )
        joins = [
            (again.snapshot(number, kept, as_of=kept.observed_at).records, kept)
            for number, kept in queries.entries(connection, kind="evidence_kept")
            if kept.collector == "derived.bypasses"
        ]
    assert [len(records) for records, _ in joins] == [1, 2, 3]
    for records, kept in joins:
        assert records == read_records(store.blobs, kept.records_digest, RecordedBypass)
