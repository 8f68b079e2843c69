"""The pages of the gap analysis report."""

from collections.abc import Iterator, Sequence

from agent.reports import pictures
from agent.reports.document import (
    Bullets,
    Card,
    Cards,
    Cell,
    Column,
    Document,
    Kind,
    Paragraph,
    Picture,
    Section,
    Table,
    Tone,
)
from agent.reports.gap_analysis import Changes, GapAnalysis, GapDetail, Seen
from agent.reports.pages.frame import document, share_figures
from agent.reports.standing import Part, Standing, part_of
from agent.reports.text import (
    counted,
    gap_number,
    listed,
    long_day,
    moment,
    observed,
    sentence,
    shortened,
    words,
)
from agent.views import ControlView

MOST_CARDS = 60
"""Gaps told at length; beyond them the table tells each in a line."""
MOST_SUBJECTS = 8
MOST_BLIND = 200


def pages(report: GapAnalysis) -> Document:
    """The report in the order in which it is read."""
    return document(
        report.about,
        kind="gap-analysis",
        title="Gap analysis report",
        lead=_lead(report),
        tone=_tone(report),
        sections=(
            _summary(report),
            *_state(report),
            _changes(report.changes),
            *_controls(report),
            *_gaps(report),
            _blind(report),
            _scope(report),
            Section(id="limits", title="Limits", blocks=(Bullets(items=report.limits),)),
        ),
    )


def _lead(report: GapAnalysis) -> str:
    controls = report.all_controls
    if not report.method.cycles:
        return "Nothing has been read yet, so nothing is known of any control in scope."
    in_part = f", {controls.in_part} as far as they were assessed" if controls.in_part else ""
    unknown = f"; of {controls.unknown} nobody knows" if controls.unknown else ""
    return (
        f"{controls.in_place} of {controls.total} controls are in place{in_part}, "
        f"{controls.remaining} are not{unknown}."
    )


def _tone(report: GapAnalysis) -> Tone:
    if report.all_controls.remaining:
        return Tone.BAD
    unknown = report.all_controls.unknown + report.all_controls.in_part
    return Tone.UNKNOWN if unknown else Tone.GOOD


def _summary(report: GapAnalysis) -> Section:
    gaps = report.gaps_by_severity()
    told = ", ".join(f"{count} {severity}" for severity, count in gaps.items() if count)
    open_gaps = counted(len(report.gaps), "gap")
    return Section(
        id="summary",
        title="Summary",
        blocks=(
            share_figures(report.all_controls, "controls"),
            Paragraph(
                text=f"{open_gaps} {'is' if len(report.gaps) == 1 else 'are'} open"
                f"{f': {told}' if told else ''}. {report.closed_gaps} "
                f"{'was' if report.closed_gaps == 1 else 'were'} closed since the first reading. "
                f"{counted(len(report.blind_spots), 'blind spot')} "
                f"{'limits' if len(report.blind_spots) == 1 else 'limit'} what can be said."
            ),
            Paragraph(
                text="What could not be read, or is not evidenced, counts as unknown. It stays in "
                "the denominator of every percentage and is never counted as in place. A control "
                "is in place in part where what was assessed of it works, and the rest is not "
                "assessed.",
                tone=Tone.UNKNOWN,
            ),
        ),
    )


def _state(report: GapAnalysis) -> Iterator[Section]:
    yield Section(
        id="state",
        title="State of criteria and areas",
        blocks=(
            share_figures(report.all_criteria, "criteria"),
            _shares_picture("Criteria by series and category", report.by_category),
            _shares_picture("Controls by area", report.by_area),
        ),
    )
    yield Section(
        id="state-figures",
        title="In figures",
        level=2,
        blocks=(
            _shares_table(
                "Criteria in figures", "Criteria by series and category", report.by_category
            ),
            _shares_table("Areas in figures", "Controls by area", report.by_area),
        ),
    )
    yield Section(
        id="criteria",
        title="Every criterion",
        level=2,
        blocks=(
            Table(
                name="Criteria",
                caption="A criterion stands as the worst of its controls; one unknown control "
                "keeps it unknown.",
                columns=(
                    Column(name="Criterion", kind=Kind.CODE, width=2),
                    Column(name="About", width=5),
                    Column(name="State", kind=Kind.STATE, width=3),
                    Column(name="Assessed", width=2),
                    Column(name="Controls", kind=Kind.CODE, width=5),
                ),
                rows=tuple(
                    (c.id, c.title, words(c.state), words(c.coverage), c.controls)
                    for c in report.criteria
                ),
            ),
        ),
    )


def _shares_picture(caption: str, groups: Sequence[Standing]) -> Picture:
    told = "; ".join(
        f"{g.name}, {g.total} in all: "
        + ", ".join(f"{count} {part.value}" for part, count, _ in g.parts)
        for g in groups
    )
    return Picture(caption=caption, alternative=f"{told}.", chart=pictures.shares(groups))


def _shares_table(name: str, caption: str, groups: Sequence[Standing]) -> Table:
    return Table(
        name=name,
        caption=caption,
        columns=(
            Column(name="Group", width=5),
            Column(name="All", kind=Kind.NUMBER),
            *(Column(name=sentence(part), kind=Kind.NUMBER) for part in Part),
            *(Column(name=f"{sentence(part)}, %", kind=Kind.PERCENT) for part in Part),
        ),
        rows=tuple(
            (
                sentence(g.name),
                g.total,
                *(count for _, count, _ in g.parts),
                *(percent for _, _, percent in g.parts),
            )
            for g in groups
        ),
    )


def _changes(changes: Changes) -> Section:
    if changes.since is None:
        told: tuple[Paragraph | Table, ...] = (
            Paragraph(
                text="This is the first report, or none was named to compare with: there is "
                "nothing to compare."
            ),
        )
    else:
        told = (
            Paragraph(
                text=f"Compared with the report as of {long_day(changes.since)}: "
                f"{counted(len(changes.opened), 'gap')} opened{_named(changes.opened)}, "
                f"{counted(len(changes.closed), 'gap')} closed{_named(changes.closed)}."
            ),
            Table(
                name="Changed controls",
                caption="Controls that are in another state than then",
                columns=(
                    Column(name="Control", kind=Kind.CODE, width=2),
                    Column(name="Title", width=6),
                    Column(name="Then", kind=Kind.STATE, width=3),
                    Column(name="Now", kind=Kind.STATE, width=3),
                    Column(name="Changed last", kind=Kind.MOMENT, width=3),
                ),
                rows=tuple(
                    (d.control, d.title, words(d.before), words(d.after), d.at)
                    for d in changes.drifted
                ),
                nothing="Every control is in the state it was in then.",
            ),
        )
    return Section(id="changes", title="What changed since the last report", blocks=told)


def _named(numbers: Sequence[int]) -> str:
    return f" ({listed([gap_number(n) for n in numbers], 12)})" if numbers else ""


def _controls(report: GapAnalysis) -> Iterator[Section]:
    groups = (
        ("in-place", "Controls in place", Part.IN_PLACE),
        ("in-part", "Controls in place in part", Part.IN_PART),
        ("missing", "Controls that do not work", Part.REMAINING),
        ("unknown", "Controls nobody knows of", Part.UNKNOWN),
    )
    yield Section(id="controls", title="Controls", blocks=())
    for place, title, part in groups:
        found = [control for control in report.controls if part_of(control) is part]
        yield Section(
            id=place,
            title=f"{title}: {len(found)}",
            level=2,
            blocks=(_control_table(title, found),),
        )


def _control_table(title: str, controls: Sequence[ControlView]) -> Table:
    return Table(
        name=title,
        caption="Each kind of evidence with its own state; checks not carried out yet are planned",
        columns=(
            Column(name="Control", kind=Kind.CODE, width=2),
            Column(name="Title", width=5),
            Column(name="State", kind=Kind.STATE, width=3),
            Column(name="Evidence", width=6),
            Column(name="Criteria", kind=Kind.CODE, width=4),
        ),
        rows=tuple((c.id, c.title, words(c.state), _evidence(c), c.criteria) for c in controls),
        nothing="There is none.",
    )


def _evidence(control: ControlView) -> tuple[str, ...]:
    return tuple(
        f"{part.kind}: {words(part.state)}"
        + (f" ({len(part.planned)} planned)" if part.planned else "")
        for part in control.evidence
    )


def _gaps(report: GapAnalysis) -> Iterator[Section]:
    counts = report.gaps_by_severity()
    told = ", ".join(f"{severity} {count}" for severity, count in counts.items())
    yield Section(
        id="gaps",
        title="Gaps by severity",
        blocks=(
            Picture(
                caption="Open gaps by severity",
                alternative=f"Open gaps: {told}.",
                chart=pictures.severities(counts),
            ),
            Table(
                name="Gaps",
                caption="Every gap that is not closed, worst first",
                columns=(
                    Column(name="Gap", kind=Kind.CODE, width=2),
                    Column(name="Severity", kind=Kind.SEVERITY, width=2),
                    Column(name="Control", kind=Kind.CODE, width=2),
                    Column(name="Issue", width=7),
                    Column(name="Scope", kind=Kind.CODE, width=4),
                    Column(name="Subjects", kind=Kind.NUMBER, width=2),
                    Column(name="Due", kind=Kind.DATE, width=3),
                ),
                rows=tuple(_gap_row(gap) for gap in report.gaps),
                nothing="No gap is open.",
            ),
        ),
    )
    if report.gaps:
        yield _evidence_section(report)


def _gap_row(gap: GapDetail) -> tuple[Cell, ...]:
    number = gap_number(gap.number)
    subjects = len(gap.evidence)
    return (number, gap.severity, gap.control, gap.issue, gap.scope, subjects, gap.due)


def _evidence_section(report: GapAnalysis) -> Section:
    shown = report.gaps[:MOST_CARDS]
    left = len(report.gaps) - len(shown)
    note = (
        Paragraph(
            text=f"The {len(shown)} worst gaps are told at length. The evidence of the other "
            f"{left} is in the workbook and the JSON of this report."
        ),
    )
    return Section(
        id="evidence",
        title="The gaps with their evidence",
        level=2,
        blocks=(
            *(note if left else ()),
            Cards(cards=tuple(_card(gap) for gap in shown)),
            Table(
                name="Evidence",
                caption="Every subject of every open gap",
                most=0,
                columns=(
                    Column(name="Gap", kind=Kind.CODE),
                    Column(name="Subject", kind=Kind.CODE, width=5),
                    Column(name="Id", kind=Kind.CODE, width=6),
                    Column(name="Seen", width=6),
                    Column(name="Values", width=6),
                    Column(name="State", kind=Kind.STATE, width=2),
                    Column(name="Since", kind=Kind.MOMENT, width=3),
                ),
                rows=tuple(
                    (
                        gap_number(gap.number),
                        *(seen.name, seen.subject, seen.reason, observed(seen.observed)),
                        *(words(seen.state), seen.since),
                    )
                    for gap in report.gaps
                    for seen in gap.evidence
                ),
            ),
        ),
    )


def _card(gap: GapDetail) -> Card:
    more = len(gap.evidence) - MOST_SUBJECTS
    due = f"{gap.due.isoformat()}{' (overdue)' if gap.overdue else ''}"
    return Card(
        id=f"gap-{gap.number}",
        title=f"{gap_number(gap.number)} {gap.issue}",
        state=gap.severity,
        facts=(
            ("Control", f"{gap.control} {gap.control_title}"),
            ("Criteria", ", ".join(gap.criteria)),
            ("Where", gap.scope),
            ("Open since", gap.opened_at.date().isoformat()),
            ("Due", due),
            ("Owner", gap.owner or "nobody yet"),
        ),
        texts=(
            ("To do", gap.recommended_action),
            ("Evidence", _rests_on(gap)),
        ),
        items=tuple(_seen(seen) for seen in gap.evidence[:MOST_SUBJECTS]),
        more=f"and {more} more" if more > 0 else "",
    )


def _rests_on(gap: GapDetail) -> str:
    if gap.check is None:
        return "Nothing evidences this control: no check of it came to a verdict."
    entry = f", newest in log entry {gap.snapshot}" if gap.snapshot else ""
    return f"{counted(len(gap.evidence), 'subject')} by {gap.check}{entry}"


def _seen(seen: Seen) -> tuple[str, str]:
    values = observed(seen.observed)
    told = f"{seen.reason} ({values})" if values else seen.reason
    tolerated = "" if seen.state == "open" else f" [{words(seen.state)}]"
    return shortened(seen.name), f"{told}, since {moment(seen.since)}{tolerated}"


def _blind(report: GapAnalysis) -> Section:
    return Section(
        id="blind-spots",
        title="Blind spots",
        blocks=(
            Paragraph(
                text="Here nobody can say whether the controls work. No verdict was reached, "
                "and none is implied."
            ),
            Table(
                name="Blind spots",
                caption="What could not be read, is too old, or is not assessed yet",
                columns=(
                    Column(name="Kind", width=3),
                    Column(name="Where", kind=Kind.CODE, width=5),
                    Column(name="Why", width=7),
                    Column(name="Controls", kind=Kind.CODE, width=4),
                ),
                rows=tuple((b.kind, b.where, b.why, b.controls) for b in report.blind_spots),
                most=MOST_BLIND,
                nothing="Everything that was asked for was read, in time and to its end.",
            ),
        ),
    )


def _scope(report: GapAnalysis) -> Section:
    method = report.method
    if method.first_cycle and method.last_cycle:
        time = (
            f"{counted(method.cycles, 'reading')} of the sources "
            f"from {moment(method.first_cycle)} to {moment(method.last_cycle)}"
        )
    else:
        time = "no reading of the sources yet"
    return Section(
        id="method",
        title="Scope and method",
        blocks=(
            Paragraph(
                text=f"{sentence(time)}. Each source was asked through its own interface, with "
                "permissions that only read; every question and every answer is kept. Each record "
                f"of a population was judged by the checks of its control: "
                f"{counted(method.checks_carried_out, 'check')} of the controls in scope "
                f"are carried out, {method.checks_planned} are planned and count as not assessed."
            ),
            Table(
                name="Sources",
                caption="What was read last",
                columns=(
                    Column(name="Source", width=3),
                    Column(name="Scopes", kind=Kind.NUMBER),
                    Column(name="Snapshots", kind=Kind.NUMBER),
                    Column(name="Records", kind=Kind.NUMBER),
                    Column(name="Calls", kind=Kind.NUMBER),
                    Column(name="Not whole", kind=Kind.NUMBER),
                    Column(name="Oldest of them", kind=Kind.MOMENT, width=4),
                ),
                rows=tuple(
                    (s.source, s.scopes, s.snapshots, s.records, s.calls, s.incomplete, s.oldest)
                    for s in method.sources
                ),
                nothing="No source has been read.",
            ),
            Table(
                name="Left out of scope",
                caption="What the company left out, and why",
                columns=(Column(name="What", kind=Kind.CODE, width=4), Column(name="Why", width=6)),
                rows=tuple((one.what, one.reason) for one in method.left_out),
                nothing="Nothing was left out of scope.",
            ),
        ),
    )
