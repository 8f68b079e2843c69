"""Cycle after cycle over the unchanged account, threads and all: not one differing verdict."""

import pytest

from agent.estate import Selection
from agent.store import queries
from agent.store.log import kind
from tests.canned.cost import estate
from tests.dose import dose

pytestmark = pytest.mark.proof

CYCLES = dose(small=4, whole=20)
NO_EVENT = {"cycle_started", "evidence_unchanged", "evidence_kept", "cycle_finished"}


def test_cycles_over_an_unchanged_account_give_the_same_verdicts_and_no_event(server, tmp_path):
    company = estate(tmp_path, server.url)
    store = company.store(create=True)
    judged = [cycle(company, store) for _ in range(CYCLES)]

    assert company.settings.threads > 1
    assert len(judged[0]) > 100
    assert all(later == judged[0] for later in judged[1:])
    with store.reading() as connection:
        later = [event for _, event in queries.entries(connection) if event.cycle > 1]
    assert {kind(event) for event in later} <= NO_EVENT


def cycle(company, store):
    """The digest of what every check concluded, by collector and scope."""
    running = company.cycle(store, selection=Selection(), progress=lambda **_: None, trigger="test")
    running.run()
    with store.reading() as connection:
        rows = queries.snapshots(connection, latest=True)
    return {(row.collector, row.scope): row.assessments for row in rows}
