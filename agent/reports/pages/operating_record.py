"""The pages of the operating record."""

from collections.abc import Iterator

from agent.reports import strips
from agent.reports.document import (
    Bullets,
    Cell,
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
from agent.reports.operating_record import ControlRecord, Deviation, OperatingRecord
from agent.reports.pages.frame import document
from agent.reports.text import counted, gap_number, moment, percentages, sentence
from agent.reports.timeline import Seen

MOST_LINES = 500
SHORTEST = 12
"""Letters of a digest on a page."""


def pages(record: OperatingRecord) -> Document:
    """The record: each control in a line first, then what went wrong, then what changed."""
    return document(
        record.about,
        kind="operating-record",
        title="Operating record" if record.report == "type-2" else "Record of design as of a day",
        lead=_lead(record),
        tone=_tone(record),
        sections=(
            _summary(record),
            _picture(record),
            _controls(record),
            _deviations(record),
            _acceptances(record),
            _blind(record),
            _versions(record),
            _scope(record),
            _limits(record),
        ),
    )


def _lead(record: OperatingRecord) -> str:
    whole = sum(_effective(control, record) for control in record.controls)
    deficient = sum(control.hours_deficient > 0 for control in record.controls)
    total = counted(len(record.controls), "control")
    unseen = sum(control.hours_blind >= record.window_hours for control in record.controls)
    time = "the whole time" if record.report == "type-2" else "that day"
    return (
        f"Of {total}, {whole} were seen to work {time}, {deficient} failed in it, and of {unseen} "
        "nobody can say anything at all."
    )


def _effective(control: ControlRecord, record: OperatingRecord) -> bool:
    return bool(control.stretches) and control.hours_effective >= record.window_hours > 0


def _tone(record: OperatingRecord) -> Tone:
    if any(control.hours_deficient for control in record.controls):
        return Tone.BAD
    blind = any(control.hours_blind for control in record.controls) or not record.controls
    return Tone.UNKNOWN if blind else Tone.GOOD


def _summary(record: OperatingRecord) -> Section:
    totals = [
        sum(control.hours_effective for control in record.controls),
        sum(control.hours_accepted for control in record.controls),
        sum(control.hours_deficient for control in record.controls),
        sum(control.hours_blind for control in record.controls),
    ]
    shares = percentages([round(total * 100) for total in totals])
    named = (
        ("effective", Tone.GOOD),
        ("accepted", Tone.PLAIN),
        ("deficient", Tone.BAD),
        ("blind", Tone.UNKNOWN),
    )
    return Section(
        id="summary",
        title="Summary",
        blocks=(
            Figures(
                figures=tuple(
                    Figure(value=f"{share} %", label=f"of all hours {name}", tone=tone)
                    for share, (name, tone) in zip(shares, named, strict=True)
                )
            ),
            Paragraph(
                text=f"Told from {moment(record.start)} to {moment(record.end)}, "
                f"{record.window_hours:g} hours, with {counted(record.cycles, 'reading')} of the "
                "sources. The hours of a control are effective where everything it was asked "
                "passed, deficient where something failed, accepted where a named person "
                "tolerated all that failed."
            ),
            Paragraph(
                text="Hours are blind where nobody can say: something could not be read, was not "
                "evidenced, or was read too long ago. They are never counted as effective.",
                tone=Tone.UNKNOWN,
            ),
        ),
    )


def _picture(record: OperatingRecord) -> Section:
    told = [control for control in record.controls if control.stretches]
    blocks: tuple[Paragraph | Picture, ...] = (Paragraph(text="Nothing of the window is over."),)
    if told:
        blocks = (
            Picture(
                caption="Every control over the window",
                alternative="; ".join(
                    f"{c.id}: {c.hours_effective:g} h effective, {c.hours_deficient:g} h "
                    f"deficient, {c.hours_accepted:g} h accepted, {c.hours_blind:g} h blind"
                    for c in told
                )
                + ".",
                chart=strips.strips(told),
            ),
        )
    return Section(id="picture", title="The window at a glance", blocks=blocks)


def _controls(record: OperatingRecord) -> Section:
    return Section(
        id="controls",
        title="Every control",
        blocks=(
            Table(
                name="Controls",
                caption="Hours by state, population and remediation",
                columns=(
                    Column(name="Control", kind=Kind.CODE, width=4),
                    Column(name="Title", width=11),
                    Column(name="At the end", kind=Kind.STATE, width=5),
                    Column(name="Hours effective", kind=Kind.NUMBER, width=4),
                    Column(name="Hours deficient", kind=Kind.NUMBER, width=4),
                    Column(name="Hours blind", kind=Kind.NUMBER, width=4),
                    Column(name="Longest blind, h", kind=Kind.NUMBER, width=4),
                    Column(name="Population", kind=Kind.NUMBER, width=5),
                    Column(name="Tested", kind=Kind.NUMBER, width=4),
                    Column(name="Deviations", kind=Kind.NUMBER, width=5),
                    Column(name="Median h to remedy", kind=Kind.NUMBER, width=4),
                ),
                more=(
                    Column(name="Hours accepted", kind=Kind.NUMBER),
                    Column(name="Longest blind from", kind=Kind.MOMENT),
                    Column(name="Longest blind to", kind=Kind.MOMENT),
                    Column(name="Acceptances", kind=Kind.NUMBER),
                    Column(name="Remedied", kind=Kind.NUMBER),
                    Column(name="Longest h to remedy", kind=Kind.NUMBER),
                    Column(name="Criteria", kind=Kind.CODE),
                ),
                rows=tuple(_row(control) for control in record.controls),
            ),
        ),
    )


def _row(control: ControlRecord) -> tuple[Cell, ...]:
    blind = control.longest_blind
    return (
        control.id,
        control.title,
        control.state.value,
        control.hours_effective,
        control.hours_deficient,
        control.hours_blind,
        round(blind.hours, 2) if blind else None,
        control.population,
        control.tested,
        len(control.deviations),
        control.median_hours_to_remedy,
        control.hours_accepted,
        blind.start if blind else None,
        blind.end if blind else None,
        len(control.acceptances),
        control.remedied,
        control.longest_hours_to_remedy,
        control.criteria,
    )


def _deviations(record: OperatingRecord) -> Section:
    return Section(
        id="deviations",
        title="Deviations",
        blocks=(
            Paragraph(
                text="Each time that a subject failed, with its dates and its cause. What happened "
                "and cannot be repaired stays; a named person may have explained it."
            ),
            Table(
                name="Deviations",
                caption="Every deviation that was open at any moment of the window",
                columns=(
                    Column(name="Control", kind=Kind.CODE, width=4),
                    Column(name="Gap", kind=Kind.CODE, width=3),
                    Column(name="Subject", kind=Kind.CODE, width=7),
                    Column(name="Cause", width=9),
                    Column(name="Seen", kind=Kind.MOMENT, width=5),
                    Column(name="Closed", kind=Kind.MOMENT, width=5),
                    Column(name="Hours to remedy", kind=Kind.NUMBER, width=3),
                    Column(name="How it ended", width=5),
                ),
                more=(
                    Column(name="Severity", kind=Kind.SEVERITY),
                    Column(name="Check", kind=Kind.CODE, width=3),
                    Column(name="Scope", kind=Kind.CODE, width=3),
                    Column(name="Id", kind=Kind.CODE, width=4),
                    Column(name="Kind"),
                    Column(name="Happened", kind=Kind.MOMENT),
                    Column(name="Explained by", width=3),
                    Column(name="Explanation", width=5),
                ),
                rows=tuple(
                    _deviation(control.id, one)
                    for control in record.controls
                    for one in control.deviations
                ),
                most=MOST_LINES,
                nothing="No deviation was seen.",
            ),
        ),
    )


def _deviation(control: str, one: Deviation) -> tuple[Cell, ...]:
    ended = one.how_closed or ("explained" if one.explained_by else "still open")
    return (
        control,
        gap_number(one.gap),
        one.name,
        one.cause,
        one.opened_at,
        one.closed_at,
        one.hours,
        ended,
        one.severity,
        one.check,
        one.scope,
        one.subject,
        one.kind,
        one.occurred_at,
        one.explained_by,
        one.explanation,
    )


def _acceptances(record: OperatingRecord) -> Section:
    return Section(
        id="acceptances",
        title="Acceptances",
        blocks=(
            Table(
                name="Acceptances",
                caption="Who tolerated what, why, and until when",
                columns=(
                    Column(name="Control", kind=Kind.CODE, width=2),
                    Column(name="Number", kind=Kind.NUMBER),
                    Column(name="Accepted by", width=4),
                    Column(name="Approved by", width=4),
                    Column(name="Reason", width=6),
                    Column(name="Given", kind=Kind.MOMENT, width=3),
                    Column(name="Until", width=3),
                    Column(name="State", kind=Kind.STATE, width=2),
                ),
                rows=tuple(
                    (c.id, a.number, a.by, a.approver, a.reason, a.given_at, a.until, a.state)
                    for c in record.controls
                    for a in c.acceptances
                ),
                nothing="Nobody tolerated any of the deviations.",
            ),
        ),
    )


def _blind(record: OperatingRecord) -> Section:
    return Section(
        id="blind",
        title="Blind stretches",
        blocks=(
            Table(
                name="Blind",
                caption="When nobody could say whether a control worked",
                columns=(
                    Column(name="Control", kind=Kind.CODE, width=2),
                    Column(name="Title", width=6),
                    Column(name="From", kind=Kind.MOMENT, width=3),
                    Column(name="To", kind=Kind.MOMENT, width=3),
                    Column(name="Hours", kind=Kind.NUMBER, width=2),
                ),
                rows=tuple(
                    (c.id, c.title, one.start, one.end, round(one.hours, 2))
                    for c in record.controls
                    for one in c.stretches
                    if one.state is Seen.BLIND
                ),
                most=MOST_LINES,
                nothing="There was none.",
            ),
        ),
    )


def _versions(record: OperatingRecord) -> Section:
    return Section(
        id="versions",
        title="Versions of wording and limits",
        blocks=(
            Paragraph(
                text="What judged when the window began, and each change since. A control is told "
                "in its words before and after; criteria, worklist and code by their digests. "
                "Results before a change stay as they were."
            ),
            Table(
                name="Versions",
                caption="In force, and changed",
                columns=(
                    Column(name="From", kind=Kind.MOMENT, width=3),
                    Column(name="What", width=4),
                    Column(name="Name", kind=Kind.CODE, width=4),
                    Column(name="Before", width=6),
                    Column(name="After", width=6),
                ),
                more=(Column(name="Cycle", kind=Kind.NUMBER),),
                rows=tuple(
                    (c.at, c.what, c.name, _digest(c.before), _digest(c.after), c.cycle)
                    for c in record.changes
                ),
                most=MOST_LINES,
                nothing="Nothing judged yet.",
            ),
        ),
    )


def _digest(value: str) -> str:
    """A digest as far as people compare it; the JSON has all of it."""
    return f"{value[:SHORTEST]}…" if len(value) == DIGEST and value.isalnum() else value


DIGEST = 64


def _scope(record: OperatingRecord) -> Section:
    return Section(
        id="scope",
        title="Changes in scope",
        blocks=(
            Table(
                name="Scope",
                caption="Accounts, regions, projects and organisations that came or went",
                columns=(
                    Column(name="When", kind=Kind.MOMENT, width=3),
                    Column(name="Scope", kind=Kind.CODE, width=5),
                    Column(name="What", width=4),
                    Column(name="Collectors", kind=Kind.CODE, width=6),
                ),
                rows=tuple((c.at, c.scope, c.what, c.collectors) for c in record.scope_changes),
                nothing="No scope came or went.",
            ),
        ),
    )


def _limits(record: OperatingRecord) -> Section:
    return Section(id="limits", title="Limits", blocks=(Bullets(items=tuple(_limits_of(record))),))


def _limits_of(record: OperatingRecord) -> Iterator[str]:
    yield (
        "Between two readings the last one holds for twice the interval of its schedule; after "
        "that the whole silence is blind. What changed and was undone between two readings was "
        "not seen."
    )
    yield (
        "A check that began within the window speaks from its first answer on. A control of which "
        "not all checks are carried out is told by those that are."
    )
    yield (
        "The population of a control are the subjects that its checks were asked of, those left "
        "out of scope excepted; tested are those that passed or failed at least once."
    )
    if record.expired_entries:
        yield (
            f"{sentence(counted(record.expired_entries, 'piece'))} of evidence of the window were "
            "kept long enough and removed: conclusions stand in the log, subjects are not counted."
        )
