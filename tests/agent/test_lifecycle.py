"""How findings live on while names, places, checks and sources change around them."""

from dataclasses import replace

import pytest

from agent.gaps import events as e
from agent.store import queries
from tests.agent.house import CHECKS, Clock, Estate, cycle, door_shut, rules, visit_announced
from tests.agent.store.held import check_findings, check_gaps, check_rebuilt, entries


def findings(store, **where):
    with store.reading() as connection:
        return {(f.scope, f.subject): f for f in queries.findings(connection, **where)}


def states(store, check):
    return {key: found.state for key, found in findings(store, check=check).items()}


def controls(store):
    with store.reading() as connection:
        return {name: known.state.value for name, known in queries.controls(connection).items()}


def without(*retired):
    """The rules and the checks of a program that has some checks no more."""
    left = tuple(check for check in CHECKS if check not in retired)
    known = replace(rules(), checks={check.id: check for check in left})
    return {"checks": left, "rules": known}


def test_a_retired_check_closes_its_conditions_and_nothing_of_it_as_repaired(store):
    estate, clock = Estate(doors={"front": "open", "back": "open"}), Clock()
    cycle(store, estate, clock=clock)
    cycle(store, estate, clock=clock, **without(door_shut))

    (retired,) = entries(store, kind="check_retired")
    assert (retired.check, retired.scope) == ("test.door-shut", "test:home")
    assert retired.why == "this version does not carry it out"
    closed = entries(store, kind="finding_closed")
    of_doors = {(c.subject, c.how, c.verdict) for c in closed if c.check == "test.door-shut"}
    assert of_doors == {("back", "check_retired", None), ("front", "check_retired", None)}
    assert controls(store)["NET-01"] == "not_evidenced"
    check_gaps(store)
    check_rebuilt(store)


def test_a_check_is_retired_once(store):
    estate, clock = Estate(doors={"front": "open"}), Clock()
    cycle(store, estate, clock=clock)
    for _ in range(3):
        cycle(store, estate, clock=clock, **without(door_shut))
    assert len(entries(store, kind="check_retired")) == 1


def test_a_check_that_comes_back_finds_its_findings_under_their_old_number(store):
    estate, clock = Estate(doors={"front": "open"}), Clock()
    cycle(store, estate, clock=clock)
    before = findings(store, check="test.door-shut")["test:home", "front"]
    cycle(store, estate, clock=clock, **without(door_shut))
    report = cycle(store, estate, clock=clock)

    after = findings(store, check="test.door-shut")["test:home", "front"]
    assert (after.id, after.gap, after.state) == (before.id, before.gap, "open")
    assert (after.times_opened, after.gap in report.new_gaps) == (2, True)


def test_what_happened_stays_a_deviation_whoever_asks(store):
    estate, clock = Estate(visits=[False]), Clock()
    cycle(store, estate, clock=clock)
    cycle(store, estate, clock=clock, **without(visit_announced))
    assert states(store, "test.visit-announced") == {("test:home", "1"): "open"}


def test_a_check_whose_controls_left_the_scope_says_so(store):
    estate, clock = Estate(doors={"front": "open"}), Clock()
    cycle(store, estate, clock=clock)
    cycle(store, estate, clock=clock, checks=(visit_announced,))
    whys = {event.check: event.why for event in entries(store, kind="check_retired")}
    assert whys["test.door-shut"] == "no control in scope asks it of a configured source"


def test_a_cycle_over_a_part_retires_nothing(store):
    estate, clock = Estate(doors={"front": "open"}), Clock()
    cycle(store, estate, clock=clock)
    cycle(store, estate, clock=clock, checks=(visit_announced,), whole=False)
    assert entries(store, kind="check_retired") == []
    assert states(store, "test.door-shut") == {("test:home", "front"): "open"}


def test_a_check_that_is_added_opens_what_it_finds_and_is_no_drift(store):
    estate, clock = Estate(doors={"front": "open"}, visits=[False]), Clock()
    cycle(store, estate, clock=clock, **without(door_shut))
    report = cycle(store, estate, clock=clock)
    assert states(store, "test.door-shut") == {("test:home", "front"): "open"}
    assert report.new_gaps


def test_evidence_that_no_check_needs_any_more_is_not_waited_for(store):
    estate, clock = Estate(doors={"front": "open"}, visits=[True]), Clock()
    cycle(store, estate, clock=clock)
    cycle(store, estate, clock=clock, checks=(visit_announced,))
    with store.reading() as connection:
        assert {row.collector for row in queries.snapshots(connection, latest=True)} == {
            "test.visits"
        }


def test_what_still_fails_with_other_values_is_told_with_those(store):
    estate, clock = Estate(doors={"front": "open"}), Clock()
    cycle(store, estate, clock=clock)
    estate.doors["front"] = "ajar"
    cycle(store, estate, clock=clock)
    cycle(store, estate, clock=clock)

    (changed,) = entries(store, kind="finding_changed")
    assert changed.verdict.observed == {"seen": "ajar"}
    found = findings(store, check="test.door-shut")["test:home", "front"]
    assert (found.verdict.observed, found.times_opened) == ({"seen": "ajar"}, 1)
    check_rebuilt(store)


def test_a_renamed_subject_keeps_its_finding(store, monkeypatch):
    estate, clock = Estate(doors={"front": "open"}), Clock()
    cycle(store, estate, clock=clock)
    monkeypatch.setattr("tests.agent.house.door_name", lambda name: f"the {name} door")
    cycle(store, estate, clock=clock)

    (changed,) = entries(store, kind="finding_changed")
    assert (changed.before, changed.name) == ("door front", "the front door")
    (found,) = findings(store, check="test.door-shut").values()
    assert (found.name, found.state, found.times_opened) == ("the front door", "open", 1)


@pytest.mark.parametrize("readable", [True, False])
def test_a_subject_that_moved_is_gone_here_only_once_here_was_read(store, readable):
    here, there, clock = Estate(doors={"front": "open"}), Estate(name="office", doors={}), Clock()
    cycle(store, here, there, clock=clock)
    there.doors["front"] = here.doors.pop("front")
    if not readable:
        here.denied.add("ListDoors")
    cycle(store, here, there, clock=clock)

    assert states(store, "test.door-shut") == {
        ("test:home", "front"): "closed" if readable else "open",
        ("test:office", "front"): "open",
    }
    check_findings(store)
    check_gaps(store)


def test_gap_numbers_are_never_used_twice(store):
    estate, clock = Estate(doors={"front": "open"}), Clock()
    cycle(store, estate, clock=clock)
    for doors in ({"front": "shut"}, {"front": "open"}, {}, {"cellar": "open"}):
        estate.doors = doors
        cycle(store, estate, Estate(name="office", doors=doors), clock=clock)
    numbers = [event.number for event in entries(store) if isinstance(event, e.GapOpened)]
    assert numbers == list(range(1, len(numbers) + 1))
