"""When work can be done: tasks, their owners' days, and what has to wait for what. Pure.

Tasks are placed one after the other, the most urgent first, each on the first days on which
its owner has time left and everything it waits for is done. What was placed is never moved
for a later one. So a task that takes longer, or begins later, moves only tasks that wait for
it, and less urgent ones of the owners concerned: nobody can do two things at once.
"""

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

import msgspec

DAY = timedelta(days=1)
SATURDAY = 5
LAST = 1_000_000
"""A rank behind every other."""
NO_TIME = "nothing can be planned for an owner who has no time at all"

Urgency = tuple[date, int, str]
"""The smaller, the earlier it is placed."""
After = Mapping[str, Collection[str]]
"""By group, the groups that have to be done before; one without tasks is done already."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Something one person has to do."""

    id: str
    group: str
    """What it belongs to, such as a control: groups wait for each other."""
    owner: str
    minutes: int
    """Of work, more than none."""
    due: date
    rank: int = 0
    """Of two with one due date the lower comes first."""
    ready: date | None = None
    """Not to be begun earlier; `None` at once."""


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """On which days a task is worked on."""

    id: str
    days: tuple[tuple[date, int], ...]
    """Working days with the minutes of each, in order."""

    @property
    def start(self) -> date:
        """Its first day."""
        return self.days[0][0]

    @property
    def end(self) -> date:
        """Its last day."""
        return self.days[-1][0]


class Circular(Exception):
    """Tasks wait for each other in a circle; the message names one of them."""


def schedule(
    tasks: Iterable[Task], after: After, minutes_a_day: Callable[[str], int], start: date
) -> dict[str, Planned]:
    """Place every task; the same input gives the same plan.

    Args:
        tasks: What is to be done, in any order.
        after: Which groups of tasks wait for which.
        minutes_a_day: How long an owner can work on tasks on one working day, more than none.
        start: The first day that can be worked on, if it is a working day.

    Raises:
        Circular: some groups wait for each other.
        ValueError: an owner has no time, or a task takes none.
    """
    groups = _by_group(tasks)
    calendars: dict[str, _Calendar] = {}
    placed: dict[str, Planned] = {}
    ends: dict[str, date] = {}
    for task in _in_order(groups, _kept(after, groups)):
        if task.owner not in calendars:
            calendars[task.owner] = _Calendar(minutes_a_day(task.owner), start)
        done = [ends[before] + DAY for before in after.get(task.group, ()) if before in ends]
        earliest = max([start, task.ready or start, *done])
        planned = Planned(id=task.id, days=calendars[task.owner].take(task.minutes, earliest))
        placed[task.id] = planned
        ends[task.group] = max(planned.end, ends.get(task.group, planned.end))
    return placed


def working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + DAY * (7 - day.weekday()) if day.weekday() >= SATURDAY else day


class _Calendar:
    """The days of one owner."""

    def __init__(self, minutes_a_day: int, start: date) -> None:
        if minutes_a_day <= 0:
            raise ValueError(NO_TIME)
        self._minutes_a_day = minutes_a_day
        self._used: dict[date, int] = {}
        self._free = working_day(start)
        """Every working day before is full."""

    def take(self, minutes: int, earliest: date) -> tuple[tuple[date, int], ...]:
        """The first days from a day on that have time left, until the work is done."""
        if minutes <= 0:
            raise ValueError("a task that takes no time cannot be planned")
        day = working_day(max(earliest, self._free))
        taken: list[tuple[date, int]] = []
        while minutes:
            now = min(self._minutes_a_day - self._used.get(day, 0), minutes)
            if now:
                taken.append((day, now))
                self._used[day] = self._used.get(day, 0) + now
                minutes -= now
            day = working_day(day + DAY)
        while self._used.get(self._free, 0) == self._minutes_a_day:
            self._free = working_day(self._free + DAY)
        return tuple(taken)


def _in_order(groups: Mapping[str, Sequence[Task]], after: After) -> Iterator[Task]:
    """What others wait for before them, else the most urgent first.

    Raises:
        Circular: some groups wait for each other.
    """
    urgent = _most_urgent(groups, after)
    ready: list[tuple[Urgency, Task]] = []
    left = {name: len(tasks) for name, tasks in groups.items()}
    waiting = {name: len(after[name]) for name in groups}
    dependents = _dependents(after)

    def release(name: str) -> None:
        due, rank = urgent[name]
        for task in groups[name]:
            urgency = (min(task.due, due), min(task.rank, rank), task.id)
            heapq.heappush(ready, (urgency, task))

    for name, count in waiting.items():
        if not count:
            release(name)
    while ready:
        _, task = heapq.heappop(ready)
        yield task
        left[task.group] -= 1
        if left[task.group]:
            continue
        for dependent in dependents[task.group]:
            waiting[dependent] -= 1
            if not waiting[dependent]:
                release(dependent)


def _most_urgent(groups: Mapping[str, Sequence[Task]], after: After) -> dict[str, tuple[date, int]]:
    """By group, the due date and rank of the most urgent task that waits for it."""
    urgent: dict[str, tuple[date, int]] = {}
    dependents = _dependents(after)
    waiting = {name: len(others) for name, others in dependents.items()}
    last = [name for name, count in waiting.items() if not count]
    while last:
        name = last.pop()
        urgent[name] = min(
            (
                *(urgent[other] for other in dependents[name]),
                *(min((t.due, t.rank) for t in groups[other]) for other in dependents[name]),
            ),
            default=(date.max, LAST),
        )
        for before in after[name]:
            waiting[before] -= 1
            if not waiting[before]:
                last.append(before)
    if len(urgent) < len(groups):
        raise Circular(f"{min(groups.keys() - urgent.keys())} waits for itself, in the end")
    return urgent


def _by_group(tasks: Iterable[Task]) -> dict[str, list[Task]]:
    groups: dict[str, list[Task]] = {}
    for task in sorted(tasks, key=lambda task: task.id):
        groups.setdefault(task.group, []).append(task)
    return groups


def _kept(after: After, groups: Mapping[str, Sequence[Task]]) -> dict[str, list[str]]:
    """What is still waited for, in one order."""
    return {name: sorted(set(after.get(name, ())) & groups.keys()) for name in groups}


def _dependents(after: After) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in after}
    for name, others in after.items():
        for before in others:
            found[before].append(name)
    return found
