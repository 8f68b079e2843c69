"""Action plan, implementation plan and roadmap: what they say of a store."""

from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import pytest

from agent.gaps.events import AcceptanceGiven, ControlState, Covered
from agent.registry import all_checks
from agent.reports.action_plan import _percent
from agent.reports.pages import roadmap as roadmap_pages
from agent.settings.configuration import Window
from tests.agent.reports.conftest import document, fill, model
from tests.agent.web.kept import CHECK, CONFIGURATION, OPEN, estate
from tests.evidence import NOW

TODAY = NOW.date()
COLUMNS = [
    *("Gap number", "Issue", "Criterion", "Recommended action", "Responsible"),
    *("Resources required", "Estimated completion", "Due", "Acceptance criteria"),
    *("Status", "Progress"),
]


def at(company, moment):
    """The same company at another time."""
    return replace(company, clock=lambda: moment)


def with_window(company, start, days=181):
    """The same company with another window."""
    window = Window(start=start, end=start + timedelta(days=days))
    assessment = msgspec.structs.replace(company.settings.assessment, window=window)
    settings = msgspec.structs.replace(company.settings, assessment=assessment)
    return replace(company, settings=settings)


def test_the_action_plan_has_the_columns_it_is_known_for(company, ten):
    (table,) = [
        t for t in document(company, ten, "action-plan").tables() if t.name == "Action plan"
    ]
    assert [column.name for column in table.columns] == COLUMNS


def test_every_gap_is_a_line_with_what_it_takes(company, ten):
    actions = model(company, ten, "action-plan").actions
    assert {action.number for action in actions} == set(range(1, 11))
    for action in actions:
        assert action.recommended_action
        assert action.resources
        assert action.acceptance_criteria
        assert action.estimated_completion > TODAY
        assert action.status == "open"
        assert (action.progress, action.progress_percent) == ("0 of 3 done", 0)


def test_who_usually_does_it_is_told_where_nobody_was_named(company, ten):
    actions = {action.control: action for action in model(company, ten, "action-plan").actions}
    assert (actions["NET-02"].responsible, actions["NET-02"].named) == ("alice@acme.test", True)
    assert actions["MON-01"].responsible.endswith("(nobody named yet)")
    assert not actions["MON-01"].named


def test_a_closed_gap_is_done_and_an_overdue_one_is_called_so(company, kept):
    fill(kept, 2)
    with kept.cycle() as cycle:
        cycle.close_gap(1)
    plan = model(at(company, NOW + timedelta(days=200)), kept.store, "action-plan")
    assert {(a.number, a.status, a.progress_percent) for a in plan.actions} == {
        (1, "closed", 100),
        (2, "overdue", 0),
    }


def test_a_gap_is_overdue_from_the_day_after_it_was_due(company, kept):
    fill(kept, 1)
    (action,) = model(company, kept.store, "action-plan").actions
    for days, status in ((0, "open"), (1, "overdue")):
        moment = datetime.combine(action.due + timedelta(days=days), NOW.timetz())
        (then,) = model(at(company, moment), kept.store, "action-plan").actions
        assert then.status == status


def test_only_a_closed_gap_is_wholly_done(company, ten):
    gap = company.reading(ten).gaps()[0]
    for state, percent in (("open", 99), ("closed", 100)):
        done = msgspec.structs.replace(gap, state=state, subjects_done=3, subjects_total=3)
        assert _percent(done) == percent


def test_a_line_is_completed_on_the_last_day_of_its_planned_work(company, ten):
    planned = model(company, ten, "roadmap").work.by_gap
    actions = model(company, ten, "action-plan").actions
    assert {a.number: a.estimated_completion for a in actions} == {
        number: line.end for number, line in planned.items()
    }
    assert any(line.start < line.end for line in planned.values())
    assert {line.gap for line in planned.values() if line.late} == {
        action.number for action in actions if action.estimated_completion > action.due
    }


def test_what_a_person_tolerates_stays_a_line_and_is_no_work(company, kept):
    fill(kept, 3)
    with kept.store.transaction() as writer:
        writer.append([accepted(["1-0", "1-1", "1-2"])])
    plan = model(company, kept.store, "action-plan")
    (tolerated,) = [action for action in plan.actions if action.status == "accepted"]
    assert (tolerated.number, tolerated.accepted_until) == (1, TODAY + timedelta(days=30))
    assert tolerated.estimated_completion is None
    assert len(plan.actions) == 3
    work = model(company, kept.store, "roadmap").work
    assert (work.accepted, work.done, sorted(work.by_gap)) == ((1,), 0, [2, 3])
    assert work.remaining == sum(line.person_days for line in work.lines)


def accepted(findings):
    return AcceptanceGiven(
        at=NOW - timedelta(minutes=1),
        cycle=0,
        number=1,
        covers=Covered(check=CHECK.id),
        by="alice",
        approver="bob",
        reason="the vendor mends it next month",
        compensating="nobody may log in",
        until=TODAY + timedelta(days=30),
        findings=tuple(findings),
    )


def test_the_window_can_start_when_every_design_gap_is_closed_before(company, ten):
    far = model(with_window(company, TODAY + timedelta(days=700)), ten, "roadmap")
    assert far.can_start
    assert far.in_the_way == ()
    assert far.day("design-closed") < far.day("type-1") <= far.day("window-opens")


def test_the_gaps_in_the_way_of_the_window_are_named(company, ten):
    near = model(with_window(company, TODAY + timedelta(days=3)), ten, "roadmap")
    late = [line.gap for line in near.work.lines if line.end >= near.day("window-opens")]
    assert not near.can_start
    assert sorted(near.in_the_way) == sorted(late)
    last = max(line.end for line in near.work.lines)
    for days, can_start in ((0, False), (1, True)):
        then = model(with_window(company, last + timedelta(days=days)), ten, "roadmap")
        assert (then.can_start, not then.in_the_way) == (can_start, can_start)
    assert near.in_the_way
    said = roadmap_pages.pages(near).lead
    assert "cannot start on 26 November 2026" in said
    assert f"{len(late)} gaps stand in its way" in said


def test_a_window_that_is_open_already_is_told_with_what_is_open_in_it(company, ten):
    plan = model(company, ten, "roadmap")
    assert plan.window_open
    assert "opened on 1 October 2026, and 10 gaps are still open" in roadmap_pages.pages(plan).lead


def test_work_done_and_remaining_are_told_in_percent_of_person_days(company, kept):
    fill(kept, 10)
    with kept.cycle() as cycle:
        for number in range(1, 6):
            cycle.close_gap(number)
    work = model(company, kept.store, "roadmap").work
    assert work.done_percent + work.remaining_percent == 100
    assert work.done_percent == round(100 * work.done / (work.done + work.remaining))
    assert len(work.lines) == 5


def test_the_plan_keeps_to_the_configured_time_of_its_owners(tmp_path, kept):
    roadmap = "roadmap: {capacity: {alice@acme.test: 5, default: 1}, effort: {S: 1, M: 5, L: 15}}\n"
    company = estate(tmp_path, configuration=CONFIGURATION + roadmap)
    work = model(company, fill(kept, 40), "roadmap").work
    assert {o.owner: o.days_a_week for o in work.owners} == {
        "alice@acme.test": 5,
        "nobody yet": 1,
    }
    for owner in work.owners:
        weeks = (owner.free_from - TODAY).days / 7
        assert weeks >= owner.person_days / owner.days_a_week - 1


def test_setting_a_control_up_waits_for_the_controls_it_builds_on(company, kept):
    with kept.cycle(new_gaps=(1, 2, 3)) as cycle:
        cycle.gap(1, control="ACC-01", check=None, issue="Nothing evidences ACC-01")
        cycle.gap(2, control="ACC-06", check=None, issue="Nothing evidences ACC-06")
        cycle.gap(3, "invoices", control="ACC-07")
    lines = model(company, kept.store, "roadmap").work.by_gap
    assert lines[2].waits_for == (1,)
    assert lines[2].start > lines[1].end
    assert lines[3].waits_for == ()


def test_what_happened_and_cannot_be_repaired_does_not_keep_the_window_from_opening(company, kept):
    occurrence = next(c for c in all_checks().values() if c.kind == "occurrence")
    with kept.cycle(new_gaps=(1,)) as cycle:
        cycle.gap(1, "change-7", control="CHG-02", check=occurrence)
    plan = model(company, kept.store, "roadmap")
    assert plan.work.lines[0].deviation
    assert plan.can_start


def test_the_implementation_plan_has_the_steps_of_every_control_not_in_place(company, ten):
    plan = model(company, ten, "implementation-plan")
    assert plan.in_place + len(plan.controls) == plan.total
    assert [c.phase for c in plan.controls] == sorted(c.phase for c in plan.controls)
    order = [control.id for control in plan.controls]
    for control in plan.controls:
        assert control.steps or control.state is ControlState.NOT_EVIDENCED
        assert all(order.index(before) < order.index(control.id) for before in control.after)
    (public,) = [control for control in plan.controls if control.id == "NET-02"]
    assert [step.kind for step in public.steps][:2] == ["close", "read"]
    assert "AccessDenied" in public.steps[1].action


@pytest.mark.parametrize("report", ["action-plan", "implementation-plan", "roadmap"])
def test_with_nothing_to_do_the_plans_say_so(company, kept, report):
    with kept.cycle() as cycle:
        cycle.evidence(("invoices", OPEN))
    assert document(company, kept.store, report).lead


def test_the_same_day_gives_the_same_plan_and_the_next_day_a_new_one(company, ten):
    today = model(company, ten, "roadmap").work
    assert model(company, ten, "roadmap").work == today
    later = at(company, NOW + timedelta(days=7))
    assert model(later, ten, "roadmap").work.lines[0].start > today.lines[0].start
