"""The action plan: a line for every gap, and what it takes to close it."""

from datetime import date
from typing import Literal

import msgspec

from agent.reports.material import About, Material, worst_first
from agent.reports.work import NOBODY, OwnerLoad, Work, work
from agent.views import GapView
from checks.contract import Severity

Status = Literal["open", "overdue", "accepted", "closed"]


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One line."""

    number: int
    issue: str
    severity: Severity
    criteria: tuple[str, ...]
    control: str
    scope: str
    recommended_action: str
    responsible: str
    """Who answers for it; who usually does such things where nobody was named yet."""
    named: bool
    """Whether a person was named."""
    resources: str
    estimated_completion: date | None
    """The last day of its work as planned; `None` if it is closed, or put off."""
    due: date
    acceptance_criteria: str
    status: Status
    progress: str
    progress_percent: int
    accepted_until: date | None
    note: str | None


class ActionPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The whole plan."""

    about: About
    actions: tuple[Action, ...]
    """Open ones first, worst first; then accepted, then closed ones."""
    owners: tuple[OwnerLoad, ...]
    done_percent: int
    remaining_percent: int
    """Of the work, in person-days."""

    def count(self, *statuses: Status) -> int:
        """How many lines have one of the states."""
        return sum(action.status in statuses for action in self.actions)

    @property
    def late(self) -> int:
        """How many lines are planned to be done after they are due."""
        return sum(
            action.estimated_completion is not None and action.estimated_completion > action.due
            for action in self.actions
        )


ORDER = {"open": 0, "accepted": 1, "closed": 2}


def action_plan(material: Material) -> ActionPlan:
    """Work the plan out."""
    planned = work(material)
    gaps = sorted(worst_first(material.gaps), key=lambda gap: ORDER[gap.state])
    return ActionPlan(
        about=material.about,
        actions=tuple(_action(gap, planned, material.about.day) for gap in gaps),
        owners=planned.owners,
        done_percent=planned.done_percent,
        remaining_percent=planned.remaining_percent,
    )


def _action(gap: GapView, planned: Work, day: date) -> Action:
    line = planned.by_gap.get(gap.number)
    return Action(
        number=gap.number,
        issue=gap.issue,
        severity=gap.severity,
        criteria=gap.criteria,
        control=gap.control,
        scope=gap.scope,
        recommended_action=gap.recommended_action,
        responsible=gap.owner
        or (f"{gap.owner_role} (nobody named yet)" if gap.owner_role else NOBODY),
        named=gap.owner is not None,
        resources=gap.resources,
        estimated_completion=line.end if line else None,
        due=gap.due,
        acceptance_criteria=gap.acceptance_criteria,
        status=_status(gap, day),
        progress=gap.progress,
        progress_percent=_percent(gap),
        accepted_until=gap.accepted_until,
        note=gap.note,
    )


def _role(gap: GapView) -> str:
    return f"{gap.owner_role} (nobody named yet)" if gap.owner_role else NOBODY


def _status(gap: GapView, day: date) -> Status:
    return "overdue" if gap.state == "open" and gap.due < day else gap.state


def _percent(gap: GapView) -> int:
    """Of the subjects that ever came under it; only a closed gap has all of them."""
    if gap.state == "closed":
        return 100
    return min(99, gap.subjects_done * 100 // gap.subjects_total) if gap.subjects_total else 0
