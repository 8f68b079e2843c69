"""The control implementation plan: for each control that is not in place, the steps, by phase."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec

from agent.catalogue import Control
from agent.gaps.events import ControlState
from agent.reports.gap_analysis import BlindSpot, blind_spots
from agent.reports.material import About, Material
from agent.reports.standing import Part, part_of
from agent.reports.work import Work, WorkLine, work
from agent.views import ControlView, GapView

PHASES = {1: "Foundation", 2: "Build", 3: "Operate and prove"}


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do, in its order."""

    kind: Literal["close", "read", "assess"]
    """Close gaps, make readable what was refused, or show by hand what no check asks yet."""
    action: str
    gaps: tuple[int, ...]
    until: date | None
    """The last day of it as planned; `None` where it is not planned."""
    done_when: str


class ControlPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One control that is not in place."""

    id: str
    title: str
    description: str
    state: ControlState
    part: Part
    phase: int
    criteria: tuple[str, ...]
    owner: str | None
    owner_role: str
    effort: str
    """To set the control up, by the catalogue: `S`, `M` or `L`."""
    person_days: float
    """Left of its open gaps."""
    after: tuple[str, ...]
    """The controls it builds on that are not in place either."""
    start: date | None
    end: date | None
    steps: tuple[Step, ...]


class ImplementationPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The whole plan, in the order in which it is carried out."""

    about: About
    controls: tuple[ControlPlan, ...]
    in_place: int
    total: int

    def of_phase(self, phase: int) -> list[ControlPlan]:
        """The controls of one phase."""
        return [control for control in self.controls if control.phase == phase]


def implementation_plan(material: Material) -> ImplementationPlan:
    """Work the plan out."""
    planning = _Planning(material)
    missing = [view for view in material.controls if part_of(view) is not Part.IN_PLACE]
    plans = [planning.of(view, {one.id for one in missing}) for view in missing]
    return ImplementationPlan(
        about=material.about,
        controls=tuple(_in_order(plans)),
        in_place=len(material.controls) - len(missing),
        total=len(material.controls),
    )


def _in_order(plans: Sequence[ControlPlan]) -> Iterator[ControlPlan]:
    """By phase; what others build on before them; then in the order in which work begins."""
    waiting = sorted(plans, key=lambda plan: (plan.phase, plan.start or date.max, plan.id))
    while waiting:
        left = {plan.id for plan in waiting}
        following = next((p for p in waiting if not left & set(p.after)), waiting[0])
        waiting.remove(following)
        yield following


class _Planning:
    """What is known of each control, looked up once."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._work: Work = work(material)
        self._lines: dict[str, list[WorkLine]] = {}
        for line in self._work.lines:
            self._lines.setdefault(line.control, []).append(line)
        self._gaps: dict[str, list[GapView]] = {}
        for gap in material.open_gaps:
            self._gaps.setdefault(gap.control, []).append(gap)
        self._blind: dict[str, list[BlindSpot]] = {}
        for spot in blind_spots(material):
            for control in spot.controls:
                self._blind.setdefault(control, []).append(spot)

    def of(self, view: ControlView, missing: set[str]) -> ControlPlan:
        control: Control = self._material.catalogue.controls[view.id]
        lines = self._lines.get(view.id, [])
        return ControlPlan(
            id=view.id,
            title=view.title,
            description=control.description,
            state=view.state,
            part=part_of(view),
            phase=control.phase,
            criteria=view.criteria,
            owner=self._material.settings.owner(control),
            owner_role=control.owner_role,
            effort=control.effort,
            person_days=round(sum(line.person_days for line in lines), 2),
            after=tuple(name for name in control.after if name in missing),
            start=min((line.start for line in lines), default=None),
            end=max((line.end for line in lines), default=None),
            steps=(*self._closing(view.id), *self._reading(view.id), *self._assessing(view)),
        )

    def _closing(self, control: str) -> Iterator[Step]:
        """One step for each action, whatever the number of gaps it closes."""
        by_action: dict[str, list[GapView]] = {}
        for gap in self._gaps.get(control, ()):
            by_action.setdefault(gap.recommended_action, []).append(gap)
        planned: Mapping[int, WorkLine] = self._work.by_gap
        for action, gaps in by_action.items():
            ends = [planned[gap.number].end for gap in gaps if gap.number in planned]
            yield Step(
                kind="close",
                action=action,
                gaps=tuple(gap.number for gap in gaps),
                until=max(ends, default=None),
                done_when=gaps[0].acceptance_criteria
                if len(gaps) == 1
                else "Each of the gaps is closed, as the action plan says of it.",
            )

    def _reading(self, control: str) -> Iterator[Step]:
        """One step for each reason why something could not be seen."""
        by_reason: dict[tuple[str, str], list[str]] = {}
        for spot in self._blind.get(control, ()):
            if spot.kind != NOT_CARRIED_OUT:
                by_reason.setdefault((spot.kind, spot.why), []).append(spot.where)
        for (_, why), places in by_reason.items():
            yield Step(
                kind="read",
                action=f"Make it readable: {why}: {', '.join(places)}",
                gaps=(),
                until=None,
                done_when="It was read whole, and in time.",
            )

    def _assessing(self, view: ControlView) -> Iterator[Step]:
        planned = sorted({name for part in view.evidence for name in part.planned})
        if planned:
            yield Step(
                kind="assess",
                action="Show by hand what this version does not check yet: "
                + "; ".join(self._asserted(name) for name in planned),
                gaps=(),
                until=None,
                done_when="An auditor can be shown the evidence of each.",
            )

    def _asserted(self, check: str) -> str:
        known = self._material.catalogue.checks.get(check)
        return known.asserts.rstrip(".") if known else check


NOT_CARRIED_OUT = "not carried out yet"
