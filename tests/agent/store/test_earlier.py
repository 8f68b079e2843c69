"""What a cycle asks of earlier ones, on both databases."""

import pytest

from agent.gaps.states import ALL_CONTROLS
from agent.store import earlier, queries
from checks.contract import Outcome
from tests.agent.house import CHECKS, Clock, Estate, cycle

ROOMS = ("hall", "hall/cupboard", "hall-2", "attic")
HOME = "test:home"
DOORS, VISITS = "test.doors", "test.visits"


@pytest.fixture
def lived_in(store):
    """A house of four rooms, read twice; the second time the attic could not be told."""
    clock = Clock()
    house = Estate(rooms=ROOMS, doors={"front": "open"}, visits=[True])
    cycle(store, house, Estate(name="shed"), clock=clock)
    house.rooms = ROOMS[:-1]
    cycle(store, house, clock=clock, whole=False, scope=f"{HOME}/hall")
    return store


def asked(store, question, *args, **options):
    with store.reading() as connection:
        return question(connection, *args, **options)


def test_scopes_within_one_are_it_and_what_lies_in_it(lived_in):
    every = [f"{HOME}/{room}" for room in sorted(ROOMS)]

    assert asked(lived_in, earlier.scopes, HOME, DOORS) == every
    assert asked(lived_in, earlier.scopes, HOME, DOORS, within=f"{HOME}/hall") == [
        f"{HOME}/hall",
        f"{HOME}/hall/cupboard",
    ]


def test_only_populations_that_grow_were_read_so_far(lived_in):
    reached = asked(lived_in, earlier.reached)

    assert {collector for collector, _ in reached} == {VISITS}
    assert reached[VISITS, "test:shed"] == {"visits": "0"}


def test_places_are_those_of_a_connection_by_collector_and_by_cycle(lived_in):
    assert asked(lived_in, earlier.connections) == {HOME, "test:shed", "derived"}
    assert asked(lived_in, earlier.places, "test:shed") == [
        (DOORS, "test:shed"),
        (VISITS, "test:shed"),
    ]
    assert asked(lived_in, earlier.places, "test:shed", by={DOORS}) == [(DOORS, "test:shed")]
    assert asked(lived_in, earlier.places, "test:shed", but_by={DOORS}) == [(VISITS, "test:shed")]
    assert (DOORS, f"{HOME}/hall") not in asked(lived_in, earlier.places, HOME, before=2)
    assert (DOORS, f"{HOME}/attic") in asked(lived_in, earlier.places, HOME, before=2)


def test_every_conclusion_names_the_cycle_that_last_read_its_scope(lived_in):
    told = list(asked(lived_in, lambda c: [*earlier.each_conclusion(c)]))
    standing = asked(lived_in, queries.standing)

    assert {(one.check, one.scope, one.conclusion) for one in told} == {
        (one.check, one.scope, one.conclusion) for one in standing
    }
    assert len(told) == len(standing)
    cycles = {one.scope: one.cycle for one in told if one.collector == DOORS}
    assert cycles[f"{HOME}/hall"] == 2
    assert cycles[f"{HOME}/attic"] == 1
    assert {one.control for one in told} == {ALL_CONTROLS}
    assert Outcome.FAILED in {one.conclusion for one in told}


def test_other_checks_are_those_that_are_not_asked(lived_in):
    ids = {check.id for check in CHECKS}

    assert asked(lived_in, earlier.other_checks, ids) == []
    left = asked(lived_in, earlier.other_checks, ids - {"test.door-shut"})
    assert left == [("test.door-shut", scope) for scope in sorted({s for _, s in left})]
    assert len(left) == len(ROOMS) + 1


def test_gaps_are_found_by_their_scope_in_as_many_statements_as_it_takes(lived_in, monkeypatch):
    monkeypatch.setattr(queries, "MOST_VARIABLES", 2)
    scopes = {f"{HOME}/{room}" for room in ROOMS}
    found = asked(lived_in, earlier.gaps_of, scopes)

    assert found == [gap for gap in asked(lived_in, queries.gaps) if gap.scope in scopes]
    assert len(found) == len(ROOMS)
