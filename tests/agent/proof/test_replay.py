"""Judging the past again: as known then, beside as judged now, and nothing is rewritten."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec.structs import replace as with_fields

from agent.replaying import NOT_AMONG_THEM
from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.contract import ApiCall, collector
from collectors.evidence.record import Record, Unread
from tests.agent.house import (
    CHECKS,
    GET_DOOR,
    LIST_DOORS,
    Clock,
    Door,
    Estate,
    House,
    cycle,
    door_shut,
    doors,
    open_houses,
    rules,
    versions,
    visits,
)
from tests.agent.proof.auditor import SIGNER, live, replay
from tests.agent.proof.forger import entries
from tests.evidence import NOW

EVER = {"start": NOW - timedelta(days=1), "end": NOW + timedelta(days=1000)}
TODAY = with_fields(versions(rules()))
LIST_LOCKS = ApiCall("house", "ListLocks", "house:ListLocks")
GET_LOCK = ApiCall("house", "GetLock", "house:GetLock")


class LockedDoor(Record, frozen=True, tag="test.house.locked_door"):
    lock: str | Unread


@collector(id="test.doors", calls=(LIST_DOORS, GET_DOOR, GET_LOCK))
def doors_with_locks(house: House) -> Iterator[LockedDoor]:
    """Today's collector asks for one thing more."""
    for name in house.each(LIST_DOORS):
        house.detail(GET_DOOR, Door=name)
        yield LockedDoor(id=name, name=f"door {name}", lock=house.detail(GET_LOCK, Door=name))


@collector(id="test.doors", calls=(LIST_LOCKS,))
def doors_by_their_locks(house: House) -> Iterator[Door]:
    """Today's collector lists by another call."""
    for name in house.each(LIST_LOCKS):
        yield Door(id=name, name=name, state="shut")


@check(
    id="test.door-locked",
    title="Doors are locked",
    controls=("NET-01",),
    severity=Severity.HIGH,
    remediation="Lock it.",
    empty=Outcome.NOT_APPLICABLE,
)
def door_locked(door: LockedDoor) -> Verdict:
    """A door that is shut is not yet locked."""
    if isinstance(door.lock, Unread):
        return undetermined(door.lock)
    return passed("locked")


@check(
    id="test.door-painted",
    title="Doors are painted",
    controls=("NET-01",),
    severity=Severity.LOW,
    remediation="Paint it.",
    empty=Outcome.NOT_APPLICABLE,
)
def door_painted(door: Door) -> Verdict:
    """A check that did not exist then."""
    return failed("nobody ever looked", seen=str(door.state))


@pytest.fixture
def kept(store):
    """Seen on three days; on the second the front door stood open."""
    clock, estate = Clock(), Estate()
    for days, front in enumerate(("shut", "open", "open")):
        clock.moment = NOW + timedelta(days=days)
        estate.doors["front"] = front
        cycle(store, estate, signer=SIGNER, clock=clock)
    return store


def told(rows, *, check="test.door-shut"):
    return [(f"{r.observed_at - NOW}", r.subject, r.then, r.now) for r in rows if r.check == check]


def replayed(store, *, start=EVER["start"], end=EVER["end"], **means):
    return replay(store, TODAY, start=start, end=end, **means)


def test_an_unchanged_program_judges_the_past_as_it_did(kept):
    rows = replayed(kept)

    assert rows
    assert not [row for row in rows if row.differs]
    assert {(row.subject, row.then) for row in rows if row.check == "test.door-shut"} == {
        ("front", "passed"),
        ("front", "failed"),
        ("back", "passed"),
    }


def test_what_is_judged_differently_stands_beside_what_was_known_then(kept):
    def stricter(door: Door) -> Verdict:
        return failed(f"{door.name} is made of wood")

    rows = replayed(kept, checks=(replace(door_shut, judge=stricter),), check="test.door-shut")

    differing = {row.subject: row for row in rows if row.then == "passed"}
    assert differing["back"].reason_then == "it is shut"
    assert (differing["back"].now, differing["back"].reason_now) == (
        "failed",
        "door back is made of wood",
    )
    assert all(row.differs for row in rows)


def test_other_thresholds_and_exclusions_of_today_are_used(store):
    from agent.settings.scope import Exclusion  # noqa: PLC0415 - only here

    cycle(store, Estate(doors={"front": "open"}), signer=SIGNER)
    leaving_out = with_fields(TODAY, exclusions=(Exclusion(subject="fro*", reason="a sandbox"),))
    (row,) = replay(store, leaving_out, **EVER, check="test.door-shut")

    assert (row.then, row.now) == ("failed", "not_applicable")
    assert row.reason_now == "out of scope: a sandbox"


def test_a_check_that_did_not_exist_then_is_asked_too(kept):
    rows = replayed(kept, checks=(*CHECKS, door_painted), check="test.door-painted")

    assert {(r.subject, r.then, r.reason_then, r.now) for r in rows} == {
        (name, None, None, "failed") for name in ("front", "back")
    }
    assert all(row.differs for row in rows)


def test_a_call_that_was_not_made_then_reads_as_unread_and_names_the_call(kept):
    rows = replayed(
        kept,
        checks=(door_locked,),
        collectors=(doors_with_locks, visits),
        joins=(),
        check="test.door-locked",
    )

    assert {(r.subject, r.then, r.now, r.reason_now) for r in rows} == {
        (name, None, "undetermined", "house:GetLock: not collected") for name in ("front", "back")
    }


def test_a_population_that_was_not_listed_then_is_an_omission_and_nobody_passes(kept):
    rows = replayed(kept, collectors=(doors_by_their_locks, visits), check="test.door-shut")

    assert {(r.subject, r.now, r.reason_now) for r in rows} == {
        ("test:home", "undetermined", "house:ListLocks: not collected"),
        ("front", None, NOT_AMONG_THEM),
        ("back", None, NOT_AMONG_THEM),
    }


def test_what_does_not_exist_any_more_keeps_its_verdict_of_then(kept):
    rows = replayed(kept, checks=CHECKS[1:], check="test.door-shut")
    assert {(r.now, r.reason_now) for r in rows} == {
        (None, "there is no check test.door-shut any more")
    }
    rows = replayed(kept, collectors=(visits,), check="test.door-shut")
    assert {(r.then is None, r.now, r.reason_now) for r in rows} == {
        (False, None, "there is no collector test.doors any more")
    }


def test_code_of_today_that_fails_on_old_answers_is_undetermined_as_in_a_cycle(kept):
    def fails(_):
        raise KeyError("State")
        yield

    rows = replayed(kept, collectors=(replace(doors, pull=fails), visits), check="test.door-shut")
    assert ("test:home", "undetermined", "the collector failed: KeyError") in {
        (r.subject, r.now, r.reason_now) for r in rows
    }


def test_what_could_not_be_listed_stands_as_a_subject_of_its_own(store):
    cycle(store, Estate(denied={"ListDoors"}), signer=SIGNER)
    (row,) = replayed(store, check="test.door-shut")
    assert (row.subject, row.then, row.now, row.differs) == (
        "test:home",
        "undetermined",
        "undetermined",
        False,
    )


@pytest.mark.parametrize(
    ("first", "last", "observed"),
    [
        pytest.param(0, 1, {0}, id="one day"),
        pytest.param(1, 2, {1}, id="the next"),
        pytest.param(2, 3, {2}, id="a day on which nothing changed"),
        pytest.param(0, 3, {0, 1}, id="all days: what did not change is judged once"),
        pytest.param(3, 9, set(), id="later"),
        pytest.param(-9, 0, set(), id="earlier"),
    ],
)
def test_days_choose_what_was_seen_on_them(kept, first, last, observed):
    rows = replayed(
        kept,
        start=NOW + timedelta(days=first),
        end=NOW + timedelta(days=last),
        check="test.door-shut",
    )
    assert {(row.observed_at - NOW).days for row in rows} == observed


def test_a_replay_rewrites_nothing(store):
    live(store)
    before, files = entries(store), content(store)
    assert replayed(store, checks=(*CHECKS, door_painted))
    assert (entries(store), content(store)) == (before, files)


def content(store):
    return {path: path.read_bytes() for path in store.blobs.folder.rglob("*") if path.is_file()}


def test_a_join_is_judged_again_as_well(kept):
    rows = replayed(kept, check="derived.houses-closed")
    assert [(row.then, row.now) for row in rows] == [("passed", "passed"), ("failed", "failed")]
    assert open_houses.id.startswith("derived.")
