"""What the gap analysis says of a store, and what it never says."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.gaps.events import ControlState
from agent.reports.gap_analysis import GapAnalysis
from agent.reports.making import NoSuchReport, Order, note
from agent.reports.standing import Part, part_of, standing
from agent.reports.text import percentages
from agent.views import ControlView, EvidencePart
from tests.agent.reports.conftest import YESTERDAY, made, model
from tests.agent.web.kept import CLOSED, OPEN
from tests.dose import dose
from tests.evidence import NOW


def control(state, *parts, planned=()):
    return ControlView(
        id="NET-01",
        title="Doors",
        criteria=("CC6.6",),
        area="security",
        state=ControlState(state),
        since=None,
        checks=(),
        evidence=tuple(
            EvidencePart(kind="automated", state=ControlState(part), checks=(), planned=planned)
            for part in parts
        ),
    )


PARTS = {
    "all of it works": (control("effective", "effective", "effective"), Part.IN_PLACE),
    "the rest was never assessed": (
        control("effective", "effective", "not_evidenced"),
        Part.IN_PART,
    ),
    "a check is not carried out": (
        control("effective", "effective", planned=("aws.x",)),
        Part.IN_PART,
    ),
    "could not be read": (control("undetermined", "undetermined"), Part.UNKNOWN),
    "nobody evidences it": (control("not_evidenced", "not_evidenced"), Part.UNKNOWN),
    "it fails": (control("deficient", "deficient"), Part.REMAINING),
    "a person tolerates that it fails": (control("accepted", "accepted"), Part.REMAINING),
}


@pytest.mark.parametrize(("view", "part"), PARTS.values(), ids=PARTS)
def test_only_what_was_assessed_whole_and_works_is_in_place(view, part):
    assert part_of(view) is part


@given(st.lists(st.sampled_from([view for view, _ in PARTS.values()])))
@settings(max_examples=dose(small=50, whole=2_000))
def test_unknowns_stay_in_the_denominator(views):
    told = standing("controls", views)
    assert told.total == len(views)
    assert sum(count for _, count, _ in told.parts) == told.total
    assert sum(percent for _, _, percent in told.parts) == (100 if views else 0)
    if told.total > told.in_place:
        assert told.in_place_percent < 100


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=6))
@settings(max_examples=dose(small=100, whole=5_000))
def test_percents_add_up_and_nothing_that_is_there_is_rounded_away(counts):
    shares = percentages(counts)
    assert sum(shares) == (100 if sum(counts) else 0)
    for count, share in zip(counts, shares, strict=True):
        assert (share > 0) == (count > 0)


def test_blind_spots_are_named_with_the_call_that_was_refused(company, ten):
    spots = model(company, ten, "gap-analysis").blind_spots
    (refused,) = [spot for spot in spots if spot.kind == "not listed"]
    assert "s3:ListBuckets: AccessDenied" in refused.why
    assert "NET-02" in refused.controls


def test_checks_that_are_not_carried_out_are_blind_spots_of_their_control(company, ten):
    report = model(company, ten, "gap-analysis")
    told = {spot.where: spot.why for spot in report.blind_spots if spot.kind.startswith("not car")}
    planned = {
        control.id: {name for part in control.evidence for name in part.planned}
        for control in report.controls
    }
    assert told.keys() == {control for control, names in planned.items() if names}
    assert told
    assert all(name in told[control] for control, names in planned.items() for name in names)


def test_every_gap_is_told_with_each_subject_it_rests_on(company, ten):
    gaps = model(company, ten, "gap-analysis").gaps
    assert len(gaps) == 10
    assert {len(gap.evidence) for gap in gaps} == {3}
    assert [gap.severity for gap in gaps] == sorted(
        (gap.severity for gap in gaps), key=["critical", "high", "medium", "low"].index
    )


def test_the_json_is_the_model(company, ten):
    read = msgspec.json.decode(made(company, ten, "gap-analysis", "json"), type=GapAnalysis)
    assert read == model(company, ten, "gap-analysis")


def test_before_the_first_cycle_nothing_is_in_place(company, kept):
    told = model(company, kept.store, "gap-analysis")
    assert (told.all_controls.in_place, told.all_controls.unknown) == (0, told.all_controls.total)


def test_a_second_report_tells_what_changed_since_the_first(company, kept):
    kept.at = NOW - timedelta(days=1, hours=2)
    with kept.cycle() as cycle:
        cycle.evidence(("invoices", CLOSED))
        cycle.state("NET-02", ControlState.EFFECTIVE)
    note(company, kept.store, Order(report="gap-analysis", format="pdf", as_of=YESTERDAY))
    kept.at = NOW - timedelta(minutes=5)
    with kept.cycle(new_gaps=(1,)) as cycle:
        cycle.evidence(("invoices", OPEN))
        cycle.gap(1, "invoices")
        cycle.state("NET-02", ControlState.DEFICIENT, ControlState.EFFECTIVE)

    changes = model(company, kept.store, "gap-analysis").changes

    assert (changes.since, changes.opened, changes.closed) == (YESTERDAY, (1,), ())
    assert [(d.control, d.before, d.after) for d in changes.drifted] == [
        ("NET-02", "effective", "deficient")
    ]


def reported(company, kept, at, **order):
    """A report that is made at that moment."""
    then = replace(company, clock=lambda: at)
    note(then, kept.store, Order(report="gap-analysis", format="pdf", **order))


def drifts(kept, number, at, after, before):
    """A gap that opens at that moment, and a control that drifts with it."""
    kept.at = at
    with kept.cycle(new_gaps=(number,)) as cycle:
        cycle.gap(number, f"bucket-{number}")
        cycle.state("NET-02", after, before)


LAST_NIGHT = datetime.combine(NOW.date(), time(), UTC)
NOON = LAST_NIGHT - timedelta(hours=12)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("opened", "made", "told"),
    [
        pytest.param(NOON, NOON + HOUR, False, id="before the report, on its day"),
        pytest.param(NOON + HOUR, NOON, True, id="after the report, on its day"),
        pytest.param(LAST_NIGHT + HOUR, NOON, True, id="on the day after"),
        pytest.param(
            LAST_NIGHT - HOUR, LAST_NIGHT + HOUR, False, id="on the day a later report is of"
        ),
        pytest.param(
            LAST_NIGHT + HOUR, LAST_NIGHT + 2 * HOUR, True, id="before the report, not on its day"
        ),
    ],
)
def test_what_the_last_report_could_not_tell_is_told_and_nothing_twice(
    company, kept, opened, made, told
):
    """Its own day counts as far as it was over when the report was made."""
    drifts(kept, 1, NOON - timedelta(days=3), "effective", "not_evidenced")
    happened = [
        (made, lambda: reported(company, kept, made, as_of=YESTERDAY)),
        (opened, lambda: drifts(kept, 2, opened, "deficient", "effective")),
    ]
    for _, deed in sorted(happened, key=lambda one: one[0]):
        deed()

    changes = model(company, kept.store, "gap-analysis").changes

    assert changes.since == YESTERDAY
    assert changes.opened == ((2,) if told else ())
    assert [d.control for d in changes.drifted] == (["NET-02"] if told else [])


def test_a_gap_that_closed_on_the_day_of_the_last_report_is_told_unless_the_report_knew(
    company, kept
):
    for number in (1, 2):
        drifts(kept, number, NOON - timedelta(days=3), "effective", "deficient")
    kept.at = NOON
    with kept.cycle() as cycle:
        cycle.close_gap(1)
    reported(company, kept, NOON + HOUR)
    kept.at = NOON + 2 * HOUR
    with kept.cycle() as cycle:
        cycle.close_gap(2)

    assert model(company, kept.store, "gap-analysis").changes.closed == (2,)


def test_changes_since_a_named_day_are_those_after_its_end(company, kept):
    for number, at in enumerate((NOON, LAST_NIGHT + HOUR), 1):
        drifts(kept, number, at, "effective", "deficient")

    changes = model(company, kept.store, "gap-analysis", since=YESTERDAY).changes

    assert (changes.since, changes.opened) == (YESTERDAY, (2,))


def test_a_day_of_the_past_is_told_as_it_was_known_then(company, kept):
    kept.at = NOW - timedelta(days=1, hours=2)
    with kept.cycle(new_gaps=(1,)) as cycle:
        cycle.gap(1, "invoices")
    then = made(company, kept.store, "gap-analysis", "json", as_of=YESTERDAY)
    kept.at = NOW - timedelta(minutes=5)
    with kept.cycle() as cycle:
        cycle.close_gap(1)

    assert made(company, kept.store, "gap-analysis", "json", as_of=YESTERDAY) == then
    assert len(model(company, kept.store, "gap-analysis", as_of=YESTERDAY).gaps) == 1
    assert model(company, kept.store, "gap-analysis").gaps == ()


DAYS = {
    "ahead": (timedelta(days=1), "lies ahead"),
    "before the first entry": (-timedelta(days=900), "its first entry is of"),
}


@pytest.mark.parametrize(("away", "why"), DAYS.values(), ids=DAYS)
def test_a_day_of_which_nothing_is_known_is_refused(company, ten, away, why):
    with pytest.raises(NoSuchReport, match=why):
        model(company, ten, "gap-analysis", as_of=NOW.date() + away)
