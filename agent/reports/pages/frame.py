"""What stands around every deliverable, and blocks that several of them share."""

from collections.abc import Iterable

from agent.reports.document import (
    Column,
    Document,
    Figure,
    Figures,
    Kind,
    Section,
    Table,
    Tone,
)
from agent.reports.material import About
from agent.reports.standing import Part, Standing
from agent.reports.text import long_day, moment, words
from agent.reports.work import OwnerLoad

REPORTS = {"type-1": "Type 1", "type-2": "Type 2"}


def document(
    about: About,
    *,
    kind: str,
    title: str,
    lead: str,
    tone: Tone,
    sections: tuple[Section, ...],
    landscape: bool = False,
) -> Document:
    """A deliverable with its title page."""
    read = moment(about.read_until) if about.read_until else "nothing read yet"
    return Document(
        kind=kind,
        title=title,
        company=about.company,
        lead=lead,
        tone=tone,
        facts=(
            ("System", about.service),
            ("Report", f"SOC 2 {REPORTS[about.report]}"),
            ("Criteria", ", ".join(words(one) for one in about.categories)),
            ("Window", f"{about.window_start.isoformat()} to {about.window_end.isoformat()}"),
            ("As of", long_day(about.day)),
            ("Evidence read until", read),
        ),
        day=about.day,
        footer=f"gapwatch {about.gapwatch}, catalogue {about.catalogue[:12]}. It says what was "
        "read and judged; it gives no opinion.",
        landscape=landscape,
        sections=sections,
    )


def share_figures(standing: Standing, noun: str) -> Figures:
    """In place, in part, unknown, remaining: in percent of all, with the counts."""
    return Figures(
        figures=tuple(
            Figure(
                value=f"{percent} %",
                label=f"{part.value}: {count} of {standing.total} {noun}",
                tone=TONES[part],
            )
            for part, count, percent in standing.parts
        )
    )


def owners_table(owners: Iterable[OwnerLoad]) -> Table:
    """Who has how much to do, and until when."""
    return Table(
        name="Owners",
        caption="Open work by owner, in person-days",
        columns=(
            Column(name="Owner", width=5),
            Column(name="Open gaps", kind=Kind.NUMBER),
            Column(name="Person-days", kind=Kind.NUMBER),
            Column(name="Person-days a week", kind=Kind.NUMBER),
            Column(name="Last day of work", kind=Kind.DATE, width=3),
        ),
        rows=tuple((o.owner, o.gaps, o.person_days, o.days_a_week, o.free_from) for o in owners),
        nothing="Nobody has anything to do.",
    )


TONES = {
    Part.IN_PLACE: Tone.GOOD,
    Part.IN_PART: Tone.PART,
    Part.UNKNOWN: Tone.UNKNOWN,
    Part.REMAINING: Tone.BAD,
}
