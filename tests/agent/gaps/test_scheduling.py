"""A plan that can be carried out: whatever the gaps, and whatever is moved."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from agent.gaps.scheduling import Circular, Task, schedule
from tests.dose import dose

START = date(2026, 11, 21)  # a Saturday
OWNERS = ("ada", "grace", "nobody")
MINUTES = {"ada": 96, "grace": 480, "nobody": 30}
GROUPS = tuple("ABCDEF")
FEW = settings(max_examples=dose(small=60, whole=3_000), deadline=None)


@st.composite
def plans(draw):
    """Tasks in groups, where a group waits only for those before it in the alphabet."""
    count = draw(st.integers(1, 25))
    tasks = [
        Task(
            id=f"G-{number}",
            group=draw(st.sampled_from(GROUPS)),
            owner=draw(st.sampled_from(OWNERS)),
            minutes=draw(st.integers(1, 3_000)),
            due=START + timedelta(days=draw(st.integers(-30, 90))),
            rank=draw(st.integers(0, 3)),
            ready=draw(st.none() | st.dates(START, START + timedelta(days=40))),
        )
        for number in range(count)
    ]
    after = {
        group: draw(st.sets(st.sampled_from(GROUPS[:place]))) if place else set()
        for place, group in enumerate(GROUPS)
    }
    return tasks, after


def planned(tasks, after):
    return schedule(tasks, after, MINUTES.__getitem__, START)


@given(plans())
@FEW
def test_every_task_is_done_whole_on_working_days_and_not_too_early(plan):
    tasks, after = plan
    found = planned(tasks, after)
    assert found.keys() == {task.id for task in tasks}
    for task in tasks:
        days = found[task.id].days
        assert sum(minutes for _, minutes in days) == task.minutes
        assert [day for day, _ in days] == sorted({day for day, _ in days})
        assert all(day.weekday() < 5 for day, _ in days)
        assert found[task.id].start >= max(START, task.ready or START)


@given(plans())
@FEW
def test_nothing_begins_before_what_it_waits_for_is_done(plan):
    tasks, after = plan
    found = planned(tasks, after)
    for task in tasks:
        for other in tasks:
            if other.group in after[task.group]:
                assert found[other.id].end < found[task.id].start


@given(plans())
@FEW
def test_nobody_is_ever_given_more_than_they_have(plan):
    tasks, after = plan
    found = planned(tasks, after)
    load = Counter()
    for task in tasks:
        for day, minutes in found[task.id].days:
            load[task.owner, day] += minutes
    assert all(minutes <= MINUTES[owner] for (owner, _), minutes in load.items())


@given(plans(), st.randoms())
@FEW
def test_the_same_input_gives_the_same_plan_in_whatever_order_it_comes(plan, random):
    tasks, after = plan
    shuffled = random.sample(tasks, len(tasks))
    assert planned(shuffled, after) == planned(tasks, after)


@given(plans(), st.data())
@FEW
def test_a_longer_or_later_task_moves_only_what_waits_for_it_or_shares_its_owners_days(plan, data):
    tasks, after = plan
    moved = data.draw(st.sampled_from(tasks))
    later = replace(
        moved,
        minutes=moved.minutes + data.draw(st.integers(0, 2_000)),
        ready=(moved.ready or START) + timedelta(days=data.draw(st.integers(0, 30))),
    )
    before = planned(tasks, after)
    now = planned([later if task is moved else task for task in tasks], after)
    may_move = reached(moved, tasks, after)
    assert moves(before, now) <= may_move


@given(plans(), st.data())
@FEW
def test_a_gap_of_a_group_and_an_owner_of_its_own_moves_nothing_else(plan, data):
    tasks, after = plan
    alone = Task(id="alone", group="Z", owner="hedy", minutes=600, due=START)
    later = replace(alone, minutes=data.draw(st.integers(1, 5_000)))
    capacity = {**MINUTES, "hedy": 240}.__getitem__
    before = schedule([*tasks, alone], after, capacity, START)
    now = schedule([*tasks, later], after, capacity, START)
    assert moves(before, now) <= {"alone"}


def moves(before, now):
    return {name for name in before if before[name] != now[name]}


def reached(moved, tasks, after):
    """What waits for a task, and what shares an owner with any of it, and so on."""
    found, waiting = set(), [moved]
    while waiting:
        task = waiting.pop()
        if task.id in found:
            continue
        found.add(task.id)
        waiting += [
            t for t in tasks if task.group in after.get(t.group, ()) or t.owner == task.owner
        ]
    return found


def test_what_is_due_first_is_done_first():
    urgent = Task(id="b", group="A", owner="grace", minutes=480, due=START)
    other = Task(id="a", group="B", owner="grace", minutes=480, due=START + timedelta(days=1))
    found = planned([other, urgent], {})
    assert (found["b"].end, found["a"].start) == (date(2026, 11, 23), date(2026, 11, 24))


def test_what_an_urgent_gap_waits_for_is_as_urgent():
    base = Task(id="base", group="A", owner="grace", minutes=480, due=date(2027, 5, 1))
    urgent = Task(id="urgent", group="B", owner="ada", minutes=96, due=START)
    middle = Task(id="middle", group="C", owner="grace", minutes=480, due=date(2027, 1, 1))
    found = planned([base, urgent, middle], {"B": ["A"]})
    assert found["base"].end < found["middle"].start
    assert found["urgent"].start == date(2026, 11, 24)


@given(plans())
@FEW
def test_a_circle_is_refused_by_name(plan):
    tasks, _ = plan
    groups = sorted({task.group for task in tasks})
    assume(len(groups) > 1)
    circle = {group: [groups[place - 1]] for place, group in enumerate(groups)}
    with pytest.raises(Circular, match="waits for itself"):
        planned(tasks, circle)


def test_an_owner_without_time_is_refused():
    with pytest.raises(ValueError, match="no time at all"):
        schedule(
            [Task(id="a", group="A", owner="ada", minutes=1, due=START)], {}, lambda _: 0, START
        )
