"""The pages of the compliance roadmap."""

from collections.abc import Iterator

from agent.reports import gantt
from agent.reports.document import (
    Bullets,
    Column,
    Document,
    Figure,
    Figures,
    Kind,
    Paragraph,
    Picture,
    Section,
    Table,
    Tone,
)
from agent.reports.pages.frame import document, owners_table
from agent.reports.roadmap import Roadmap
from agent.reports.text import counted, gap_number, listed, long_day, sentence
from agent.reports.work import WorkLine

MOST_LINES = 400


def pages(plan: Roadmap) -> Document:
    """The roadmap, the answer first."""
    return document(
        plan.about,
        kind="roadmap",
        title="Compliance roadmap",
        lead=_lead(plan),
        tone=Tone.GOOD if plan.can_start else Tone.BAD,
        sections=(
            _summary(plan),
            _picture(plan),
            *_in_the_way(plan),
            _lines(plan),
            _owners(plan),
            _assumptions(plan),
        ),
    )


def _lead(plan: Roadmap) -> str:
    start = long_day(plan.about.window_start)
    if plan.can_start and not plan.window_open:
        return f"As planned, every design gap is closed before the window opens on {start}."
    if plan.can_start:
        return f"The window opened on {start}, and no design gap is open."
    count = counted(len(plan.in_the_way), "gap")
    if plan.window_open:
        verb = "is" if len(plan.in_the_way) == 1 else "are"
        return (
            f"The window opened on {start}, and {count} {verb} still open in it. As planned the "
            f"last is closed on {long_day(plan.day('design-closed'))}."
        )
    verb = "stands" if len(plan.in_the_way) == 1 else "stand"
    return (
        f"The window cannot start on {start} with every design gap closed: {count} {verb} in its "
        f"way. As planned it can start on {long_day(plan.earliest_start)}."
    )


def _summary(plan: Roadmap) -> Section:
    work = plan.work
    return Section(
        id="summary",
        title="Summary",
        blocks=(
            Figures(
                figures=(
                    Figure(
                        value=f"{work.done_percent} %",
                        label=f"of the work done: {_days(work.done)}",
                        tone=Tone.GOOD,
                    ),
                    Figure(
                        value=f"{work.remaining_percent} %",
                        label=f"remaining: {_days(work.remaining)}",
                        tone=Tone.BAD if work.remaining else Tone.PLAIN,
                    ),
                    *(
                        Figure(value=one.day.isoformat(), label=one.name.lower())
                        for one in plan.milestones
                        if one.id in ("design-closed", "window-opens")
                    ),
                )
            ),
            Table(
                name="Milestones",
                caption="Milestones",
                columns=(
                    Column(name="Milestone", width=4),
                    Column(name="Day", kind=Kind.DATE, width=2),
                    Column(name="From", width=3),
                    Column(name="State", kind=Kind.STATE, width=2),
                ),
                rows=tuple(
                    (
                        one.name,
                        one.day,
                        "the plan below" if one.planned else "the configuration",
                        "done" if one.reached else "ahead",
                    )
                    for one in plan.milestones
                ),
            ),
        ),
    )


def _days(days: float) -> str:
    return f"{days:g} person-day{'' if days == 1 else 's'}"


def _picture(plan: Roadmap) -> Section:
    blocks: tuple[Picture | Paragraph, ...] = (
        Paragraph(text="No gap is open: there is nothing to plan."),
    )
    if plan.work.lines:
        first = min(line.start for line in plan.work.lines)
        last = max(line.end for line in plan.work.lines)
        told = ", ".join(f"{one.name.lower()} on {one.day}" for one in plan.milestones)
        rows = gantt.rows(plan.work.lines)
        blocks = (
            Picture(
                caption=f"Work by {rows.by}, with the milestones",
                alternative=f"{sentence(counted(len(plan.work.lines), 'gap'))} worked on from "
                f"{first} to {last}; {told}. The table below has every line of it.",
                chart=gantt.gantt(rows, plan.milestones, plan.about.day),
            ),
        )
    return Section(id="gantt", title="The plan", blocks=blocks)


def _in_the_way(plan: Roadmap) -> Iterator[Section]:
    if not plan.in_the_way:
        return
    lines = plan.work.by_gap
    yield Section(
        id="in-the-way",
        title="What stands in the way of the window"
        if not plan.window_open
        else "Open in the window",
        blocks=(
            _table(
                "In the way",
                "Gaps of design that are planned to end on or after the first day of the window",
                tuple(lines[number] for number in plan.in_the_way),
            ),
        ),
    )


def _lines(plan: Roadmap) -> Section:
    table = _table("Plan", "Every open gap, in the order of its beginning", plan.work.lines)
    return Section(id="lines", title="Every line of the plan", blocks=(table,))


def _table(name: str, caption: str, lines: tuple[WorkLine, ...]) -> Table:
    return Table(
        name=name,
        caption=caption,
        columns=(
            Column(name="Gap", kind=Kind.CODE, width=2),
            Column(name="Control", kind=Kind.CODE, width=3),
            Column(name="Issue", width=9),
            Column(name="Owner", width=5),
            Column(name="Days", kind=Kind.NUMBER, width=2),
            Column(name="Start", kind=Kind.DATE, width=4),
            Column(name="End", kind=Kind.DATE, width=4),
            Column(name="Due", kind=Kind.DATE, width=4),
            Column(name="In time", kind=Kind.STATE, width=4),
            Column(name="Waits for", kind=Kind.CODE, width=2),
        ),
        more=(Column(name="Severity", kind=Kind.SEVERITY), Column(name="Phase", kind=Kind.NUMBER)),
        rows=tuple(
            (
                gap_number(line.gap),
                line.control,
                line.issue,
                line.owner,
                line.person_days,
                line.start,
                line.end,
                line.due,
                "late" if line.late else "in time",
                tuple(gap_number(number) for number in line.waits_for),
                line.severity,
                line.phase,
            )
            for line in lines
        ),
        most=MOST_LINES,
        nothing="Nothing is planned.",
    )


def _owners(plan: Roadmap) -> Section:
    return Section(id="owners", title="Owners", blocks=(owners_table(plan.work.owners),))


def _assumptions(plan: Roadmap) -> Section:
    return Section(
        id="assumptions",
        title="What the plan rests on",
        blocks=(Bullets(items=tuple(_assumed(plan))),),
    )


def _assumed(plan: Roadmap) -> Iterator[str]:
    yield (
        "Each gap takes the person-days of its effort, less what is done of its subjects. An owner "
        "works on gaps for the time a week that is configured, from Monday to Friday; holidays "
        "are not known."
    )
    yield (
        "What is due first is done first. What sets a control up waits for the gaps of the "
        "controls it builds on; what is only set wrong can be put right at once."
    )
    yield (
        "The plan is worked out anew whenever a gap opens or closes. A change moves what waits "
        "for it, and less urgent work of the same owner; nothing else."
    )
    yield (
        "Deviations, which happened and cannot be repaired, are planned as work to explain them; "
        "they do not keep a window from opening."
    )
    if plan.unknown_controls or plan.partly_known_controls:
        yield (
            f"Of {counted(plan.unknown_controls, 'control')} nobody knows whether "
            f"{'it works' if plan.unknown_controls == 1 else 'they work'}, and of "
            f"{plan.partly_known_controls} only in part. What is wrong there is not in this plan: "
            "it can only become longer by it."
        )
    if plan.work.accepted:
        numbers = listed([gap_number(number) for number in plan.work.accepted], 12)
        yield f"Accepted by a named person, and therefore not planned: {numbers}."
