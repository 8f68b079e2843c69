"""Whatever happens to a source, and in whatever order: what the log must hold afterwards."""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.gaps import events as e
from agent.store.verification import verify
from tests.agent.house import Clock, Estate, cycle
from tests.agent.store.held import (
    check_findings,
    check_gaps,
    check_rebuilt,
    entries,
    open_findings,
)
from tests.dose import dose

NAMES = ("home", "office")
DOORS = ("front", "back", "cellar")


@dataclass(frozen=True)
class Turn:
    """What one source is like during one cycle; `None` for a source nobody configured."""

    doors: dict[str, str]
    visits: list[object]
    """Those since the last turn."""
    denied: frozenset[str]
    unreachable: bool
    crash: bool

    @property
    def listed(self):
        return not (self.unreachable or self.crash or "ListDoors" in self.denied)

    @property
    def visited(self):
        return not (self.unreachable or "ListVisits" in self.denied)


TURNS = st.builds(
    Turn,
    doors=st.dictionaries(st.sampled_from(DOORS), st.sampled_from(["open", "shut", "on fire"])),
    visits=st.lists(st.sampled_from([True, False, "house:AskVisitor: gone"]), max_size=2),
    denied=st.frozensets(st.sampled_from(["ListDoors", "GetDoor", "ListVisits"]), max_size=1),
    unreachable=st.sampled_from([False, False, False, True]),
    crash=st.sampled_from([False, False, False, True]),
)
COMPANIES = st.fixed_dictionaries({"home": TURNS, "office": TURNS | st.none()})
HISTORIES = st.lists(COMPANIES, min_size=1, max_size=6)
A_FEW = settings(
    max_examples=dose(small=15, whole=200),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass
class Model:
    """What must be open, worked out without the store from what was really there."""

    open_doors: set[tuple[str, str]] = field(default_factory=set)
    failed_visits: set[tuple[str, str]] = field(default_factory=set)

    def see(self, name, turn, visits):
        scope = f"test:{name}"
        if turn is None:
            self.open_doors = {known for known in self.open_doors if known[0] != scope}
            return
        if turn.listed:
            gone = {(scope, door) for door in DOORS if door not in turn.doors}
            self.open_doors -= gone
        if turn.listed and "GetDoor" not in turn.denied:
            self.open_doors |= {(scope, d) for d, state in turn.doors.items() if state == "open"}
            self.open_doors -= {(scope, d) for d, state in turn.doors.items() if state == "shut"}
        if turn.visited:
            self.failed_visits |= {
                (scope, str(number)) for number, told in enumerate(visits, 1) if told is False
            }


class Company:
    """Two houses over several cycles, and the model of them."""

    def __init__(self, store):
        self.store, self.clock, self.model = store, Clock(), Model()
        self.visits = {name: [] for name in NAMES}

    def live(self, turns):
        estates = []
        for name, turn in turns.items():
            if turn is not None:
                self.visits[name] += turn.visits
                estates.append(estate(name, turn, self.visits[name]))
            self.model.see(name, turn, self.visits[name])
        return cycle(self.store, *estates, clock=self.clock)


def estate(name, turn, visits):
    return Estate(
        name=name,
        doors=dict(turn.doors),
        visits=list(visits),
        denied=set(turn.denied),
        unreachable="house:Knock: nobody answers" if turn.unreachable else None,
        crash=ZeroDivisionError("a bug") if turn.crash else None,
    )


@pytest.mark.proof
@given(history=HISTORIES)
@A_FEW
def test_whatever_happens_the_log_tells_what_was_there(stores, history):
    company = Company(stores.new())
    for turns in history:
        company.live(turns)
        assert open_findings(company.store, "test.door-shut") == company.model.open_doors
        assert open_findings(company.store, "test.visit-announced") == company.model.failed_visits
    check_findings(company.store)
    check_gaps(company.store)
    check_rebuilt(company.store)
    check_quiet(company, history[-1])
    assert list(verify(company.store)) == []


def check_quiet(company, turns):
    """Nothing changes any more: the second cycle of it brings no event."""
    still = {
        name: None
        if turn is None
        else Turn(turn.doors, [], turn.denied, turn.unreachable, turn.crash)
        for name, turn in turns.items()
    }
    company.live(still)
    report = company.live(still)
    assert (report.new_gaps, report.drifted) == ((), ())
    last = [event for event in entries(company.store) if event.cycle == report.cycle]
    assert {type(event) for event in last} <= {
        e.CycleStarted,
        e.EvidenceUnchanged,
        e.CycleFinished,
    }
