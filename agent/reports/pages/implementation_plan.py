"""The pages of the control implementation plan."""

from collections.abc import Iterator, Sequence

from agent.reports.document import (
    Card,
    Cards,
    Cell,
    Column,
    Document,
    Figure,
    Figures,
    Kind,
    Paragraph,
    Section,
    Table,
    Tone,
)
from agent.reports.implementation_plan import PHASES, ControlPlan, ImplementationPlan, Step
from agent.reports.pages.frame import document
from agent.reports.standing import Part
from agent.reports.text import counted, gap_number, listed, sentence, shortened, words

EFFORT = {
    "S": "small: up to 2 person-days",
    "M": "medium: up to 10 person-days",
    "L": "large: more than 10 person-days",
}
NUMBERS = 12
LONGEST = 420
"""Letters of one step on a page; the workbook has all of it."""


def pages(plan: ImplementationPlan) -> Document:
    """The plan, phase by phase."""
    missing = len(plan.controls)
    return document(
        plan.about,
        kind="implementation-plan",
        title="Control implementation plan",
        lead=f"{sentence(counted(missing, 'control'))} of {plan.total} "
        f"{'is' if missing == 1 else 'are'} not wholly in place."
        if missing
        else "Every control in scope is in place.",
        tone=Tone.BAD if missing else Tone.GOOD,
        sections=(
            _summary(plan),
            *(section for phase in PHASES for section in _phase(plan, phase)),
            _steps(plan),
        ),
    )


def _summary(plan: ImplementationPlan) -> Section:
    return Section(
        id="summary",
        title="Summary",
        blocks=(
            Figures(
                figures=(
                    *(
                        Figure(
                            value=str(len(plan.of_phase(phase))),
                            label=f"phase {phase}, {name.lower()}",
                        )
                        for phase, name in PHASES.items()
                    ),
                    Figure(
                        value=f"{sum(c.person_days for c in plan.controls):g}",
                        label="person-days of open gaps",
                    ),
                )
            ),
            Paragraph(
                text="Phases follow each other where one builds on another. Days come from the "
                "compliance roadmap; a control without days has no open gap, and waits for its "
                "evidence to be read or shown."
            ),
            Table(
                name="Controls",
                caption="Controls not wholly in place, in the order of their implementation",
                columns=(
                    Column(name="Control", kind=Kind.CODE, width=3),
                    Column(name="Title", width=8),
                    Column(name="State", kind=Kind.STATE, width=4),
                    Column(name="Phase", kind=Kind.NUMBER, width=2),
                    Column(name="Owner role", width=4),
                    Column(name="Effort", width=2),
                    Column(name="Builds on", kind=Kind.CODE, width=3),
                    Column(name="Start", kind=Kind.DATE, width=3),
                    Column(name="End", kind=Kind.DATE, width=3),
                ),
                more=(
                    Column(name="Owner", width=3),
                    Column(name="Person-days left", kind=Kind.NUMBER),
                    Column(name="Criteria", kind=Kind.CODE, width=3),
                ),
                rows=tuple(_row(control) for control in plan.controls),
                nothing="Every control in scope is in place.",
            ),
        ),
    )


def _row(control: ControlPlan) -> tuple[Cell, ...]:
    return (
        control.id,
        control.title,
        words(control.state),
        control.phase,
        control.owner_role,
        control.effort,
        control.after,
        control.start,
        control.end,
        control.owner,
        control.person_days,
        control.criteria,
    )


def _phase(plan: ImplementationPlan, phase: int) -> Iterator[Section]:
    controls = plan.of_phase(phase)
    yield Section(
        id=f"phase-{phase}",
        title=f"Phase {phase}: {PHASES[phase].lower()}",
        blocks=(Paragraph(text=_told(controls)),),
    )
    groups = (
        ("missing", "Not in place", [c for c in controls if c.part is not Part.IN_PART]),
        ("in-part", "In place in part", [c for c in controls if c.part is Part.IN_PART]),
    )
    for place, title, members in groups:
        if members:
            yield Section(
                id=f"phase-{phase}-{place}",
                title=title,
                level=2,
                blocks=(Cards(cards=tuple(_card(control) for control in members)),),
            )


def _told(controls: Sequence[ControlPlan]) -> str:
    if not controls:
        return "Every control of this phase is in place."
    days = sum(control.person_days for control in controls)
    ends = [control.end for control in controls if control.end]
    until = f", planned until {max(ends)}" if ends else ""
    return (
        f"{sentence(counted(len(controls), 'control'))}, {days:g} person-days of open gaps{until}."
    )


def _card(control: ControlPlan) -> Card:
    days = f"{control.start} to {control.end}" if control.start else "not planned"
    return Card(
        id=f"control-{control.id}",
        title=f"{control.id} {control.title}",
        state=words(control.state),
        facts=(
            ("Owner role", control.owner_role),
            ("Owner", control.owner or "nobody yet"),
            ("Effort to set up", EFFORT[control.effort]),
            ("Builds on", ", ".join(control.after) or "nothing that is missing"),
            ("Planned", days),
            ("Criteria", ", ".join(control.criteria)),
        ),
        texts=(("Promise", control.description),),
        items=tuple(
            (f"Step {number}", _step(step)) for number, step in enumerate(control.steps, 1)
        ),
    )


def _step(step: Step) -> str:
    gaps = f" ({listed([gap_number(n) for n in step.gaps], NUMBERS)})" if step.gaps else ""
    until = f" Until {step.until}." if step.until else ""
    action = shortened(step.action, LONGEST)
    return f"{action.rstrip('.')}{gaps}.{until} Done when: {step.done_when}"


def _steps(plan: ImplementationPlan) -> Section:
    return Section(
        id="steps",
        title="Every step",
        blocks=(
            Table(
                name="Steps",
                caption="Every step of every control",
                columns=(
                    Column(name="Control", kind=Kind.CODE, width=2),
                    Column(name="Step", kind=Kind.NUMBER),
                    Column(name="What", width=8),
                    Column(name="Gaps", kind=Kind.CODE, width=3),
                    Column(name="Until", kind=Kind.DATE, width=3),
                    Column(name="Done when", width=6),
                ),
                rows=tuple(
                    (
                        control.id,
                        number,
                        step.action,
                        tuple(gap_number(n) for n in step.gaps),
                        step.until,
                        step.done_when,
                    )
                    for control in plan.controls
                    for number, step in enumerate(control.steps, 1)
                ),
                most=0,
            ),
            Paragraph(text="The workbook has a line for each step."),
        ),
    )
