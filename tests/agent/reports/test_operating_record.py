"""The Type 2 record over half a year: an outage, a drift, a denial, other limits, a new house."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.package.window import Interval
from agent.reports.making import NoSuchReport, Order, prepared
from agent.reports.timeline import Seen, hours, timeline
from agent.store.store import Store
from tests.agent.package import half_year
from tests.dose import dose
from tests.evidence import NOW

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    folder = tmp_path_factory.mktemp("half-year")
    store = Store.open(f"sqlite:///{folder}/gapwatch.db", folder / "evidence", create=True)
    return half_year.live(folder, store)


def told(lived, **order):
    made = Order(report="operating-record", format="json", **order)
    return prepared(lived.company, lived.store, made)[0]


@pytest.fixture(scope="module")
def record(lived):
    return told(lived)


@pytest.fixture(scope="module")
def doors(record):
    return next(control for control in record.controls if control.id == "NET-01")


def at(day, hour=9):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def states(control, day):
    """What is told of a control at noon of a day."""
    noon = at(day, 12)
    return [one.state for one in control.stretches if one.start <= noon < one.end]


def test_the_hours_of_every_control_are_the_hours_of_the_window(record):
    assert record.window_hours == 182 * 24
    for control in record.controls:
        found = (
            control.hours_effective
            + control.hours_deficient
            + control.hours_accepted
            + control.hours_blind
        )
        assert found == pytest.approx(record.window_hours, abs=0.1)


def test_while_nobody_looked_the_control_is_blind(doors):
    first, last = half_year.OUTAGE
    assert states(doors, first + DAY) == [Seen.BLIND]
    assert states(doors, first - 2 * DAY) == [Seen.EFFECTIVE]
    assert states(doors, last + DAY) == [Seen.EFFECTIVE]
    assert doors.longest_blind.start < at(first + DAY)
    assert doors.longest_blind.hours >= 5 * 24


def test_what_was_denied_is_blind_and_never_effective(doors):
    assert states(doors, half_year.DENIED) == [Seen.BLIND]


def test_a_drift_is_deficient_from_when_it_was_seen_until_it_was_repaired(doors):
    first, last = half_year.DRIFT
    assert states(doors, first) == [Seen.DEFICIENT]
    assert states(doors, first - DAY) == [Seen.EFFECTIVE]
    assert states(doors, last) == [Seen.EFFECTIVE]


def test_every_deviation_has_its_dates_its_cause_and_how_it_ended(doors):
    (open_door,) = [one for one in doors.deviations if one.check == "test.door-shut"]
    first, last = half_year.DRIFT
    assert (open_door.opened_at.date(), open_door.closed_at.date()) == (first, last)
    assert open_door.name == "door back"
    assert open_door.cause == "it is open"
    assert open_door.how_closed == "passed"
    assert open_door.hours == pytest.approx(10 * 24, abs=1)
    assert doors.remedied >= 1
    assert doors.longest_hours_to_remedy >= open_door.hours


def test_what_happened_and_was_not_explained_stays_open(record):
    (visits,) = [control for control in record.controls if control.id == "CHG-02"]
    (unannounced,) = [one for one in visits.deviations if one.check == "test.visit-announced"]
    assert unannounced.kind == "occurrence"
    assert (unannounced.closed_at, unannounced.hours) == (None, None)
    assert visits.state is Seen.DEFICIENT


def test_population_and_tested_are_counted_by_subject(doors):
    # front, back and garden, a hostile name, and the office's main door
    assert (doors.population, doors.tested) == (5, 5)


def test_versions_of_wording_and_limits_are_told_with_the_day_they_changed(record):
    changed = [one for one in record.changes if one.at.date() == half_year.REWORDED]
    assert {(one.what, one.name) for one in changed} == {
        ("wording or mapping of criteria, controls and checks", "catalogue"),
        ("parameter", "test.door-name-short"),
        ("wording of a control", "NET-01"),
    }
    (worded,) = [one for one in changed if one.name == "NET-01"]
    assert worded.before == "Doors are shut."
    assert worded.after == "Doors are shut, and their names are short."


def test_a_new_house_is_a_change_in_scope(record):
    (began,) = record.scope_changes
    assert (began.scope, began.what, began.at.date()) == (
        "test:office",
        "seen for the first time",
        half_year.NEW_HOUSE,
    )


def test_a_window_is_told_only_as_far_as_it_is_over(lived):
    early = told(lived, as_of=date(2026, 10, 31))
    assert early.end == datetime(2026, 11, 1, tzinfo=UTC)
    assert early.window_hours == 31 * 24
    assert not any(control.deviations for control in early.controls if control.id == "NET-01")


def test_other_days_can_be_told(lived):
    short = told(lived, start=date(2027, 1, 10), end=date(2027, 1, 19))
    (doors,) = [control for control in short.controls if control.id == "NET-01"]
    assert short.window_hours == 240
    assert doors.hours_deficient == pytest.approx(240 - 9, abs=0.1)


def test_a_type_1_record_tells_the_one_day(lived):
    assessment = msgspec.structs.replace(lived.company.settings.assessment, report="type-1")
    company = type(lived.company)(
        settings=msgspec.structs.replace(lived.company.settings, assessment=assessment),
        environment={},
        clock=lived.clock,
    )
    order = Order(report="operating-record", format="json", as_of=half_year.DRIFT[0] + DAY)
    record, document = prepared(company, lived.store, order)
    (doors,) = [control for control in record.controls if control.id == "NET-01"]
    assert record.window_hours == 24
    assert doors.state is Seen.DEFICIENT
    assert document.title == "Record of design as of a day"


WINDOWS = {
    "the wrong way round": ({"start": date(2027, 1, 2), "end": date(2027, 1, 1)}, "swap the two"),
    "in the future": ({"start": date(2028, 1, 1), "end": date(2028, 2, 1)}, "--from and --to"),
}


@pytest.mark.parametrize(("order", "why"), WINDOWS.values(), ids=WINDOWS)
def test_a_window_that_cannot_be_told_is_refused(lived, order, why):
    with pytest.raises(NoSuchReport, match=why):
        told(lived, **order)


@st.composite
def checks(draw):
    """What some checks concluded, hour by hour; each begins at any hour."""
    found = []
    for _ in range(draw(st.integers(0, 4))):
        hour = draw(st.integers(0, 20))
        of_one = []
        for conclusion in draw(
            st.lists(
                st.sampled_from(["passed", "failed", "undetermined", "unknown", "not_applicable"]),
                max_size=8,
            )
        ):
            lasted = draw(st.integers(1, 5))
            start, end = (NOW + timedelta(hours=h) for h in (hour, hour + lasted))
            of_one.append(Interval(start, end, conclusion, None))
            hour += lasted
        found.append(of_one)
    return found


@given(checks())
@settings(max_examples=dose(small=60, whole=3_000), deadline=None)
def test_the_stretches_of_a_control_fill_the_window_and_no_doubt_is_effective(found):
    end = NOW + timedelta(hours=48)
    stretches = timeline(found, (), NOW, end)
    assert stretches[0].start == NOW
    assert stretches[-1].end == end
    for before, after in pairwise(stretches):
        assert before.end == after.start
        assert before.state is not after.state
    assert sum(hours(stretches, state) for state in Seen) == pytest.approx(48)
    for one in stretches:
        moment = one.start + (one.end - one.start) / 2
        asked = [
            interval.conclusion
            for of_one in found
            for place, interval in enumerate(of_one)
            if interval.start <= moment < interval.end
            and (place or interval.conclusion != "unknown")
        ]
        if one.state is Seen.EFFECTIVE:
            assert "passed" in asked
            assert not {"failed", "undetermined", "unknown"} & set(asked)
        if "failed" in asked:
            assert one.state is Seen.DEFICIENT


def test_what_a_named_person_tolerates_is_neither_deficient_nor_effective():
    failing = [Interval(NOW, NOW + DAY, "failed", 1)]
    since = NOW + timedelta(hours=6)
    stretches = timeline([failing], [(since, NOW + DAY)], NOW, NOW + DAY)
    assert [(one.state, one.hours) for one in stretches] == [
        (Seen.DEFICIENT, 6),
        (Seen.ACCEPTED, 18),
    ]
