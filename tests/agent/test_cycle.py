"""One pass over a source, kept, judged and compared: what opens, closes, stays, and is told."""

from datetime import timedelta

import pytest

from agent.gaps import events as e
from agent.store import queries
from agent.store.faults import StoreUnusable
from agent.store.schema import PROJECTIONS
from agent.store.verification import verify
from tests.agent.house import Clock, Estate, cycle, door_shut, doors, rules
from tests.evidence import NOW


def happened(store, *kinds):
    with store.reading() as connection:
        return [
            event
            for _, event in queries.entries(connection)
            if type(event).__struct_config__.tag in kinds
        ]


def states(store):
    with store.reading() as connection:
        return {name: known.state.value for name, known in queries.controls(connection).items()}


def findings(store, **where):
    with store.reading() as connection:
        return {f.subject: f.state for f in queries.findings(connection, **where)}


def gaps(store):
    with store.reading() as connection:
        return {g.number: g.state for g in queries.gaps(connection) if g.check}


def conclusion(store, check):
    with store.reading() as connection:
        return [s.conclusion.value for s in queries.standing(connection, check=check)]


def test_a_failing_subject_opens_a_finding_and_a_numbered_gap(store):
    report = cycle(store, Estate(doors={"front": "open", "back": "shut"}))

    assert findings(store, check="test.door-shut") == {"front": "open"}
    (opened,) = [g for g in happened(store, "gap_opened") if g.check == "test.door-shut"]
    assert opened.number in report.new_gaps
    assert (opened.control, opened.scope) == ("NET-01", "test:home")


def test_an_unchanged_estate_brings_no_event_and_identical_verdicts(store):
    estate = Estate(doors={"front": "open", "back": "shut"}, visits=[True, False])
    clock = Clock()
    cycle(store, estate, clock=clock)
    with store.reading() as connection:
        before = {(s.collector, s.scope): s.assessments for s in queries.snapshots(connection)}
    cycle(store, estate, clock=clock)
    report = cycle(store, estate, clock=clock)
    with store.reading() as connection:
        entries = [event for _, event in queries.entries(connection) if event.cycle == 3]
        after = {
            (s.collector, s.scope): s.assessments
            for s in queries.snapshots(connection, latest=True)
            if s.collector != "test.visits"
        }

    assert (report.new_gaps, report.drifted) == ((), ())
    assert {type(event) for event in entries} == {
        e.CycleStarted,
        e.EvidenceUnchanged,
        e.CycleFinished,
    }
    assert after.items() <= before.items()


def test_a_repaired_subject_closes_and_breaks_again_under_the_same_number(store):
    estate, clock = Estate(doors={"front": "open"}), Clock()
    cycle(store, estate, clock=clock)
    (number,) = (n for n, state in gaps(store).items() if state == "open" and n == 1)
    estate.doors["front"] = "shut"
    cycle(store, estate, clock=clock)
    assert findings(store, check="test.door-shut") == {"front": "closed"}
    assert gaps(store)[number] == "closed"
    estate.doors["front"] = "open"
    report = cycle(store, estate, clock=clock)

    assert number in report.new_gaps
    assert gaps(store)[number] == "open"
    with store.reading() as connection:
        (finding,) = queries.findings(connection, check="test.door-shut")
    assert (finding.state, finding.times_opened) == ("open", 2)


def test_a_subject_that_is_gone_closes_as_gone(store):
    estate = Estate(doors={"front": "open", "back": "shut"})
    cycle(store, estate)
    del estate.doors["front"]
    cycle(store, estate)

    closed = happened(store, "finding_closed")
    assert [(c.subject, c.how) for c in closed if c.check == "test.door-shut"] == [
        ("front", "gone")
    ]


@pytest.mark.parametrize("operation", ["ListDoors", "GetDoor"])
def test_a_denied_read_closes_nothing_and_passes_nothing(store, operation):
    estate = Estate(doors={"front": "open", "back": "shut"})
    cycle(store, estate)
    estate.denied.add(operation)
    report = cycle(store, estate)

    assert findings(store, check="test.door-shut") == {"front": "open"}
    assert happened(store, "finding_closed") == []
    assert conclusion(store, "test.door-shut") == ["undetermined"]
    assert report.incomplete
    assert (report.new_gaps, report.worsened) == ((), ())


def test_a_doubt_beside_a_known_failure_still_leaves_the_cycle_incomplete(store):
    estate = Estate(doors={"front": "open", "back": "shut"})
    cycle(store, estate)
    estate.denied.add("GetDoor back")
    report = cycle(store, estate)

    assert conclusion(store, "test.door-shut") == ["failed"]
    assert report.incomplete


def test_a_drift_names_the_subject_with_its_values_before_and_after(store):
    estate = Estate()
    cycle(store, estate)
    assert states(store)["NET-01"] == "effective"
    estate.doors["front"] = "open"
    report = cycle(store, estate)

    assert "NET-01" in report.worsened
    (drift,) = [d for d in happened(store, "control_drifted") if d.control == "NET-01" and d.before]
    (cause,) = drift.causes
    assert (cause.subject, cause.before.reason, cause.after.observed) == (
        "front",
        "it is shut",
        {"seen": "open"},
    )


def test_a_first_assessment_is_a_beginning_and_no_drift(store):
    assert cycle(store, Estate(doors={"front": "open"})).drifted == ()


def test_an_unreachable_source_makes_every_scope_known_undetermined_and_is_told_once(store):
    estate, other = Estate(doors={"front": "open"}), Estate(name="office")
    cycle(store, estate, other)
    estate.unreachable = "house:Knock: nobody answers"
    cycle(store, estate, other)
    cycle(store, estate, other)

    failed = happened(store, "collector_failed")
    assert {(f.collector, f.scope, f.why) for f in failed} == {
        ("test.doors", "test:home", "house:Knock: nobody answers"),
        ("test.visits", "test:home", "house:Knock: nobody answers"),
    }
    assert len(failed) == 2
    assert sorted(conclusion(store, "test.door-shut")) == ["passed", "undetermined"]
    assert findings(store, check="test.door-shut") == {"front": "open"}
    estate.unreachable = None
    cycle(store, estate, other)
    assert {r.collector for r in happened(store, "collector_recovered")} == {
        "test.doors",
        "test.visits",
    }


def test_one_closed_scope_costs_that_scope_alone(store):
    estate = Estate(rooms=("attic", "cellar", "hall"))
    cycle(store, estate)
    estate.closed = {"test:home/attic", "test:home/cellar"}
    cycle(store, estate)

    with store.reading() as connection:
        rows = queries.standing(connection, check="test.door-shut")
    assert {row.scope: row.conclusion.value for row in rows} == {
        "test:home/attic": "undetermined",
        "test:home/cellar": "undetermined",
        "test:home/hall": "passed",
    }
    assert happened(store, "scope_left") == []


def test_a_source_out_of_reach_costs_every_scope_known_of_it(store):
    estate = Estate(rooms=("attic", "cellar"))
    cycle(store, estate)
    estate.unreachable = "house:Knock: nobody answers"
    report = cycle(store, estate)

    assert conclusion(store, "test.door-shut") == ["undetermined", "undetermined"]
    assert report.incomplete


def test_a_crashing_collector_costs_only_its_own_verdicts(store):
    estate = Estate(visits=[True], crash=ZeroDivisionError("a bug"))
    report = cycle(store, estate)

    assert conclusion(store, "test.door-shut") == ["undetermined"]
    assert conclusion(store, "test.visit-announced") == ["passed"]
    (failed,) = happened(store, "collector_failed")
    assert failed.why == "the collector failed: ZeroDivisionError"
    assert report.incomplete


def test_a_crashing_check_costs_one_verdict_and_is_told_until_it_recovers(store):
    estate = Estate(doors={"front": "on fire", "back": "shut"})
    cycle(store, estate)
    cycle(store, estate)
    (crashed,) = happened(store, "check_crashed")
    assert (crashed.check, crashed.why) == (
        "test.door-shut",
        "the check itself failed: RuntimeError",
    )
    estate.doors["front"] = "shut"
    cycle(store, estate)
    assert [r.check for r in happened(store, "check_recovered")] == ["test.door-shut"]


def test_an_occurrence_stays_a_failure_when_nothing_new_happens(store):
    estate = Estate(visits=[True, False])
    cycle(store, estate)
    estate.visits.append(True)
    cycle(store, estate)
    cycle(store, estate)

    assert findings(store, check="test.visit-announced") == {"2": "open"}
    assert conclusion(store, "test.visit-announced") == ["failed"]
    assert len(happened(store, "finding_opened")) == 1


def test_what_was_tested_stays_tested_and_what_was_doubtful_stays_in_doubt(store):
    estate = Estate(visits=[True])
    cycle(store, estate)
    cycle(store, estate)
    assert conclusion(store, "test.visit-announced") == ["passed"]
    estate.visits.append("house:AskVisitor: gone already")
    cycle(store, estate)
    estate.visits.append(True)
    cycle(store, estate)
    assert conclusion(store, "test.visit-announced") == ["undetermined"]


def test_a_growing_population_is_read_without_holes_after_a_denial(store):
    estate = Estate(visits=[True])
    cycle(store, estate)
    estate.visits += [True, False]
    estate.denied.add("ListVisits")
    cycle(store, estate)
    estate.denied.clear()
    estate.visits.append(True)
    cycle(store, estate)

    assert findings(store, check="test.visit-announced") == {"3": "open"}


def test_a_scope_that_is_no_longer_configured_leaves_with_its_findings(store):
    home, office = Estate(doors={"front": "open"}), Estate(name="office")
    cycle(store, home, office)
    cycle(store, office)

    assert {left.scope for left in happened(store, "scope_left")} == {"test:home"}
    (closed,) = (f for f in happened(store, "finding_closed") if f.check == "test.door-shut")
    assert (closed.subject, closed.how) == ("front", "out_of_scope")


def test_a_join_carries_over_what_its_inputs_missed(store):
    estate = Estate()
    cycle(store, estate)
    assert conclusion(store, "derived.houses-closed") == ["passed"]
    estate.denied.add("ListDoors")
    cycle(store, estate)
    assert conclusion(store, "derived.houses-closed") == ["undetermined"]


def test_evidence_that_nobody_renews_is_stale_and_told_once(store):
    home, office, clock = Estate(), Estate(name="office"), Clock()
    cycle(store, home, office, clock=clock)
    assert states(store)["NET-01"] == "effective"
    for _ in range(2):
        clock.moment += timedelta(hours=3)
        cycle(store, office, clock=clock, whole=False)

    stale = {(s.collector, s.scope) for s in happened(store, "evidence_stale")}
    assert ("test.doors", "test:home") in stale
    assert len(happened(store, "evidence_stale")) == len(stale)
    assert states(store)["NET-01"] == "undetermined"


def test_a_wider_gap_is_told_even_though_its_number_is_old(store):
    estate = Estate(doors={"front": "open", "back": "shut"})
    cycle(store, estate)
    estate.doors["back"] = "open"
    report = cycle(store, estate)

    assert report.new_gaps == ()
    (wider,) = (g for g in happened(store, "gap_widened") if g.added[0].check == "test.door-shut")
    assert [(cause.subject, cause.before.reason) for cause in wider.added] == [
        ("back", "it is shut")
    ]


def test_rebuilding_the_projections_gives_the_same_rows(store):
    estate, clock = Estate(doors={"front": "open"}, visits=[True, False]), Clock()
    for change in ("shut", "open", "on fire", "shut"):
        estate.doors["front"] = change
        estate.visits.append(change == "open")
        cycle(store, estate, clock=clock)
    estate.unreachable = "house:Knock: nobody answers"
    cycle(store, estate, clock=clock)
    before = every_row(store)
    with store.exclusive():
        store.rebuild()
    assert every_row(store) == before


def test_a_second_writer_is_refused_with_a_sentence(store):
    with store.exclusive(), pytest.raises(StoreUnusable, match="another gapwatch is writing"):
        cycle(store, Estate())


def test_what_was_kept_verifies(store):
    cycle(store, Estate(doors={"front": "open"}, visits=[True]))
    assert list(verify(store)) == []


def test_one_check_makes_only_its_own_calls(store):
    report = cycle(store, Estate(visits=[True]), checks=(door_shut,), whole=False)
    with store.reading() as connection:
        read = {row.collector for row in queries.snapshots(connection)}

    assert read == {doors.id}
    assert report.calls == 3


def test_a_cycle_that_never_finished_is_shown_and_its_causes_are_not_lost(store, monkeypatch):
    estate, clock = Estate(), Clock()
    cycle(store, estate, clock=clock)
    estate.doors["front"] = "open"
    with monkeypatch.context() as patch:
        patch.setattr("agent.cycle.conclude_controls", killed)
        with pytest.raises(KeyboardInterrupt):
            cycle(store, estate, clock=clock)
    report = cycle(store, estate, clock=clock)

    assert "NET-01" in report.worsened
    (drift,) = [d for d in happened(store, "control_drifted") if d.control == "NET-01" and d.before]
    assert [cause.subject for cause in drift.causes] == ["front"]
    with store.reading() as connection:
        assert [row.finished_at is None for row in queries.cycles(connection)] == [
            False,
            True,
            False,
        ]


def killed(*_, **__):
    raise KeyboardInterrupt


def every_row(store):
    with store.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(table.select()).all()))
            for table in PROJECTIONS
        }


def test_intervals_forgive_one_missed_turn(store):
    estate, clock = Estate(), Clock()
    cycle(store, estate, clock=clock, rules=rules(timedelta(hours=1)))
    clock.moment = NOW + timedelta(hours=1, minutes=59)
    cycle(store, Estate(name="office"), clock=clock, whole=False)
    assert happened(store, "evidence_stale") == []
