"""The pages of the action plan."""

from agent.reports.action_plan import Action, ActionPlan
from agent.reports.document import (
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
from agent.reports.pages.frame import document, owners_table
from agent.reports.text import counted, gap_number, sentence

MOST_ON_PAGES = 600
"""Lines; beyond them the workbook has room."""
COLUMNS = (
    Column(name="Gap number", kind=Kind.CODE, width=6),
    Column(name="Issue", width=13),
    Column(name="Criterion", kind=Kind.CODE, width=7),
    Column(name="Recommended action", width=15),
    Column(name="Responsible", width=11),
    Column(name="Resources required", width=9),
    Column(name="Estimated completion", kind=Kind.DATE, width=8),
    Column(name="Due", kind=Kind.DATE, width=8),
    Column(name="Acceptance criteria", width=26),
    Column(name="Status", kind=Kind.STATE, width=8),
    Column(name="Progress", width=8),
)
MORE_IN_WORKBOOKS = (
    Column(name="Progress, %", kind=Kind.PERCENT),
    Column(name="Severity", kind=Kind.SEVERITY),
    Column(name="Control", kind=Kind.CODE),
    Column(name="Scope", kind=Kind.CODE, width=3),
    Column(name="Note", width=4),
)


def pages(plan: ActionPlan) -> Document:
    """The plan, open lines first."""
    return document(
        plan.about,
        kind="action-plan",
        title="Action plan",
        lead=_lead(plan),
        tone=Tone.BAD if plan.count("open", "overdue") else Tone.GOOD,
        landscape=True,
        sections=(_summary(plan), _actions(plan), _owners(plan), *_closed(plan)),
    )


def _lead(plan: ActionPlan) -> str:
    waiting, overdue = plan.count("open", "overdue"), plan.count("overdue")
    if not waiting:
        return "No gap is open."
    late = f", {overdue} of them overdue" if overdue else ", none of them overdue"
    return f"{sentence(counted(waiting, 'gap'))} to close{late}."


def _summary(plan: ActionPlan) -> Section:
    overdue = plan.count("overdue")
    late = Tone.BAD if overdue else Tone.PLAIN
    unnamed = sum(not a.named and a.status in ("open", "overdue") for a in plan.actions)
    return Section(
        id="summary",
        title="Summary",
        blocks=(
            Figures(
                figures=(
                    Figure(value=str(plan.count("open", "overdue")), label="open", tone=Tone.BAD),
                    Figure(value=str(overdue), label="overdue", tone=late),
                    Figure(value=str(plan.count("accepted")), label="accepted", tone=Tone.PLAIN),
                    Figure(value=str(plan.count("closed")), label="closed", tone=Tone.GOOD),
                    Figure(
                        value=f"{plan.done_percent} %", label="of the work done", tone=Tone.GOOD
                    ),
                )
            ),
            Paragraph(
                text=f"{plan.late} will be closed later than due if the work goes as planned; "
                f"{unnamed} {'has' if unnamed == 1 else 'have'} no named owner yet. Estimated "
                "completion follows from effort, the time its owner has, and what has to be done "
                "before, as the compliance roadmap shows."
            ),
        ),
    )


def _actions(plan: ActionPlan) -> Section:
    waiting = [a for a in plan.actions if a.status != "closed"]
    return Section(
        id="actions",
        title="Actions",
        blocks=(
            Table(
                name="Action plan",
                caption="Every gap that is not closed, worst first",
                columns=COLUMNS,
                more=MORE_IN_WORKBOOKS,
                rows=tuple(_row(action) for action in waiting),
                most=MOST_ON_PAGES,
                nothing="No gap is open.",
            ),
        ),
    )


def _closed(plan: ActionPlan) -> tuple[Section, ...]:
    closed = [a for a in plan.actions if a.status == "closed"]
    if not closed:
        return ()
    table = Table(
        name="Closed",
        caption="Every gap that was closed",
        columns=COLUMNS,
        more=MORE_IN_WORKBOOKS,
        rows=tuple(_row(action) for action in closed),
        most=MOST_ON_PAGES,
    )
    return (Section(id="closed", title="Closed", blocks=(table,)),)


def _owners(plan: ActionPlan) -> Section:
    return Section(id="owners", title="Who has how much to do", blocks=(owners_table(plan.owners),))


def _row(action: Action) -> tuple[Cell, ...]:
    status = action.status
    until = action.accepted_until
    return (
        gap_number(action.number),
        action.issue,
        action.criteria,
        action.recommended_action,
        action.responsible,
        action.resources,
        action.estimated_completion,
        action.due,
        action.acceptance_criteria,
        status,
        f"{action.progress}; accepted until {until}" if until else action.progress,
        action.progress_percent,
        action.severity,
        action.control,
        action.scope,
        action.note,
    )
