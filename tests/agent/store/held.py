"""What every log must hold, whatever happened while it was written."""

from collections import Counter

from agent.gaps import events as e
from agent.gaps.states import LEFT
from agent.store import queries
from agent.store.schema import PROJECTIONS


def entries(store, **where):
    with store.reading() as connection:
        return [event for _, event in queries.entries(connection, **where)]


def open_findings(store, check):
    with store.reading() as connection:
        found = queries.findings(connection, check=check, state="open")
        return {(finding.scope, finding.subject) for finding in found}


def every_row(store):
    with store.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(table.select()).all()))
            for table in PROJECTIONS
        }


def check_findings(store):
    """Opened and closed in turn, none twice, and the projection says what the log says."""
    state, times = {}, Counter()
    for event in entries(store):
        match event:
            case e.FindingOpened():
                assert event.finding not in state
            case e.FindingReopened():
                assert state[event.finding] == "closed"
            case e.FindingClosed():
                assert state[event.finding] == "open"
                state[event.finding] = "closed"
        if isinstance(event, e.FindingOpened | e.FindingReopened):
            state[event.finding] = "open"
            times[event.finding] += 1
    with store.reading() as connection:
        found = queries.findings(connection)
    assert {f.id: "closed" if f.state == "closed" else "open" for f in found} == state
    assert {f.id: f.times_opened for f in found} == times
    assert len({(f.check, f.scope, f.subject) for f in found}) == len(found)


def check_gaps(store):
    """Numbered without reuse, opened and closed in turn, and open as long as a finding is."""
    state = {}
    for event in entries(store):
        match event:
            case e.GapOpened():
                assert event.number == len(state) + 1
                state[event.number] = "open"
            case e.GapReopened():
                assert state[event.number] == "closed"
                state[event.number] = "open"
            case e.GapClosed():
                assert state[event.number] == "open"
                state[event.number] = "closed"
            case e.GapWidened():
                assert state[event.number] == "open"
    with store.reading() as connection:
        gaps = queries.gaps(connection)
        needed = {finding.gap for finding in queries.findings(connection, state=LEFT)}
    assert {gap.number: gap.state for gap in gaps} == state
    assert {gap.number for gap in gaps if gap.check and gap.state == "open"} == needed


def check_rebuilt(store):
    before = every_row(store)
    assert store.rebuild() == len(entries(store))
    assert every_row(store) == before
