"""The work that closes the gaps, planned: who, when, and how much of it is done."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from agent.gaps.scheduling import Planned, Task, schedule
from agent.reports.material import SEVERITY_ORDER, Material
from agent.reports.text import percentages
from agent.settings.roadmap import RoadmapSettings
from agent.views import GapView
from checks.contract import Severity

NOBODY = "nobody yet"
DOCUMENTS = "documents."
"""How checks of what people write and keep begin."""
DAY_MINUTES = 480
WORKING_DAYS = 5


class WorkLine(msgspec.Struct, frozen=True, kw_only=True):
    """One open gap, with the days on which it is planned to be worked on."""

    gap: int
    control: str
    phase: int
    issue: str
    severity: Severity
    owner: str
    person_days: float
    """What is left of it."""
    start: date
    end: date
    due: date
    late: bool
    """Whether it is planned to end after it is due."""
    deviation: bool
    """Whether it is about something that happened: it can be explained, not repaired."""
    waits_for: tuple[int, ...]
    """The gaps of the controls that its control builds on."""


class OwnerLoad(msgspec.Struct, frozen=True, kw_only=True):
    """What one owner has to do, and the time there is for it."""

    owner: str
    gaps: int
    person_days: float
    days_a_week: float
    free_from: date
    """The last day on which anything is planned."""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """The whole plan; work is counted in person-days."""

    lines: tuple[WorkLine, ...]
    """In the order in which they begin."""
    owners: tuple[OwnerLoad, ...]
    accepted: tuple[int, ...]
    """Gaps that a named person tolerates: put off, and not planned."""
    done: float
    remaining: float
    done_percent: int
    remaining_percent: int

    @property
    def by_gap(self) -> Mapping[int, WorkLine]:
        """Each line by its gap."""
        return {line.gap: line for line in self.lines}


def work(material: Material) -> Work:
    """Plan everything that is open, from the day of the material on."""
    settings = material.settings.roadmap
    gaps = {gap.number: gap for gap in material.gaps if gap.state == "open"}
    after = {control.id: control.after for control in material.catalogue.controls.values()}
    planned = schedule(
        (_task(gap, settings) for gap in gaps.values()),
        _waiting(after),
        lambda owner: _minutes_a_day(owner, settings),
        material.about.day,
    )
    open_of: dict[str, list[int]] = {}
    for gap in gaps.values():
        open_of.setdefault(gap.control, []).append(gap.number)
    lines = sorted(
        (
            _line(gap, planned[_name(number)], material, waits_for=_waits_for(gap, after, open_of))
            for number, gap in gaps.items()
        ),
        key=lambda line: (line.start, line.end, line.gap),
    )
    done, remaining = _done(material.gaps, settings)
    percents = percentages((round(done * 100), round(remaining * 100)))
    return Work(
        lines=tuple(lines),
        owners=tuple(_loads(lines, settings)),
        accepted=tuple(gap.number for gap in material.gaps if gap.state == "accepted"),
        done=done,
        remaining=remaining,
        done_percent=percents[0],
        remaining_percent=percents[1],
    )


def _name(number: int) -> str:
    """Of a task; in the order of the numbers where nothing else decides."""
    return f"{number:09}"


def _builds(gap: GapView) -> bool:
    """Whether closing it sets something up: what is only set wrong can be put right at once."""
    return gap.check is None or gap.check.startswith(DOCUMENTS)


def _group(control: str, *, builds: bool) -> str:
    return f"{control} set up" if builds else f"{control} put right"


def _waiting(after: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Setting up a control waits for all that is open of the controls it builds on."""
    return {
        _group(control, builds=True): [
            _group(name, builds=builds) for name in before for builds in (True, False)
        ]
        for control, before in after.items()
    }


def _task(gap: GapView, settings: RoadmapSettings) -> Task:
    return Task(
        id=_name(gap.number),
        group=_group(gap.control, builds=_builds(gap)),
        owner=gap.owner or NOBODY,
        minutes=max(1, round(_left(gap, settings) * DAY_MINUTES)),
        due=gap.due,
        rank=SEVERITY_ORDER[gap.severity],
    )


def _line(
    gap: GapView, planned: Planned, material: Material, *, waits_for: tuple[int, ...]
) -> WorkLine:
    control = material.catalogue.controls.get(gap.control)
    return WorkLine(
        gap=gap.number,
        control=gap.control,
        phase=control.phase if control else 1,
        issue=gap.issue,
        severity=gap.severity,
        owner=gap.owner or NOBODY,
        person_days=_left(gap, material.settings.roadmap),
        start=planned.start,
        end=planned.end,
        due=gap.due,
        late=planned.end > gap.due,
        deviation=gap.check in material.occurrences,
        waits_for=waits_for,
    )


def _waits_for(
    gap: GapView, after: Mapping[str, tuple[str, ...]], open_of: Mapping[str, list[int]]
) -> tuple[int, ...]:
    before = after.get(gap.control, ()) if _builds(gap) else ()
    return tuple(sorted(number for control in before for number in open_of.get(control, ())))


def _loads(lines: Iterable[WorkLine], settings: RoadmapSettings) -> Iterable[OwnerLoad]:
    gaps: Counter[str] = Counter()
    days: dict[str, float] = {}
    ends: dict[str, date] = {}
    for line in lines:
        gaps[line.owner] += 1
        days[line.owner] = days.get(line.owner, 0.0) + line.person_days
        ends[line.owner] = max(line.end, ends.get(line.owner, line.end))
    for owner in sorted(gaps):
        yield OwnerLoad(
            owner=owner,
            gaps=gaps[owner],
            person_days=round(days[owner], 2),
            days_a_week=settings.days_a_week(owner),
            free_from=ends[owner],
        )


def _done(gaps: Iterable[GapView], settings: RoadmapSettings) -> tuple[float, float]:
    """Person-days done and left; what is accepted is in neither."""
    done = left = 0.0
    for gap in gaps:
        whole = settings.days_for(gap.effort)
        if gap.state == "closed":
            done += whole
        elif gap.state == "open":
            left += _left(gap, settings)
            done += whole - _left(gap, settings)
    return round(done, 2), round(left, 2)


def _left(gap: GapView, settings: RoadmapSettings) -> float:
    """Person-days: what is repaired, gone or explained of its subjects is no work any more."""
    whole = settings.days_for(gap.effort)
    if not gap.subjects_total:
        return whole
    left = gap.subjects_total - gap.subjects_done
    return round(whole * max(left, 1) / gap.subjects_total, 2)


def _minutes_a_day(owner: str, settings: RoadmapSettings) -> int:
    return max(1, round(settings.days_a_week(owner) * DAY_MINUTES / WORKING_DAYS))
