"""The compliance roadmap: when the gaps will be closed, and whether the window can begin."""

from datetime import date
from typing import Literal

import msgspec

from agent.gaps.scheduling import DAY, working_day
from agent.reports.material import About, Material
from agent.reports.standing import Part, part_of
from agent.reports.work import Work, work


class Milestone(msgspec.Struct, frozen=True, kw_only=True):
    """A day to reach."""

    id: Literal["design-closed", "type-1", "window-opens", "window-closes"]
    name: str
    day: date
    reached: bool
    """Whether it lies behind."""
    planned: bool
    """Worked out from the plan; the others are configured."""


class Roadmap(msgspec.Struct, frozen=True, kw_only=True):
    """The whole roadmap."""

    about: About
    work: Work
    milestones: tuple[Milestone, ...]
    window_open: bool
    """Whether the window's first day lies behind, or is today."""
    can_start: bool
    """Whether every gap of design is closed before the window's first day."""
    in_the_way: tuple[int, ...]
    """The gaps that are not: those that end last first."""
    earliest_start: date
    """The first day on which a window could begin with every gap of design closed."""
    unknown_controls: int
    """Controls that are not known to work: what is wrong with them is not in the plan."""
    partly_known_controls: int

    def day(self, milestone: str) -> date:
        """The day of one milestone."""
        return next(one.day for one in self.milestones if one.id == milestone)


def roadmap(material: Material) -> Roadmap:
    """Plan the work, and hold it against the window."""
    about = material.about
    planned = work(material)
    design = [line for line in planned.lines if not line.deviation]
    closed = max((line.end for line in design), default=about.day)
    earliest = working_day(closed + DAY) if design else about.day
    window_open = about.window_start <= about.day
    late = [line for line in design if line.end >= about.window_start]
    parts = [part_of(control) for control in material.controls]
    return Roadmap(
        about=about,
        work=planned,
        milestones=_milestones(about, closed, earliest, reached=not design),
        window_open=window_open,
        can_start=not late,
        in_the_way=tuple(
            line.gap for line in sorted(late, key=lambda line: (line.end, line.gap), reverse=True)
        ),
        earliest_start=earliest,
        unknown_controls=parts.count(Part.UNKNOWN),
        partly_known_controls=parts.count(Part.IN_PART),
    )


def _milestones(
    about: About, closed: date, earliest: date, *, reached: bool
) -> tuple[Milestone, ...]:
    return (
        Milestone(
            id="design-closed",
            name="Design gaps closed",
            day=closed,
            reached=reached,
            planned=True,
        ),
        Milestone(id="type-1", name="Type 1 possible", day=earliest, reached=reached, planned=True),
        Milestone(
            id="window-opens",
            name="Window opens",
            day=about.window_start,
            reached=about.window_start <= about.day,
            planned=False,
        ),
        Milestone(
            id="window-closes",
            name="Window closes",
            day=about.window_end,
            reached=about.window_end < about.day,
            planned=False,
        ),
    )
