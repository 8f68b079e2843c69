"""What the first page tells, best first: a sentence, two pictures, what changed, what is blind."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import ClassVar, TypeVar

import msgspec

from agent.catalogue import Category
from agent.gaps.events import ControlState
from agent.reading import Reading
from agent.store import queries
from agent.views import (
    AcceptanceView,
    ControlView,
    CriterionView,
    CycleView,
    DriftView,
    EvidenceView,
    GapView,
)
from agent.web.asking import asked_for
from agent.web.door import Visit
from agent.web.rendering import Frame, Shown, counted
from checks.contract import Severity

T = TypeVar("T", CriterionView, ControlView)

CYCLES = 10
NEW_GAPS = 8
MESSAGES = 10
UNKNOWN = (ControlState.UNDETERMINED, ControlState.NOT_EVIDENCED)


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """One control or criterion in a picture."""

    id: str
    title: str
    state: ControlState
    link: str


class TileRow(msgspec.Struct, frozen=True, kw_only=True):
    """Tiles that belong together."""

    name: str
    tiles: tuple[Tile, ...]


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """How many are in one state, and how many stand before them in the bar."""

    state: ControlState
    count: int
    before: int


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one kind, by its state."""

    noun: str
    total: int
    shares: tuple[Share, ...]
    rows: tuple[TileRow, ...]


class Headline(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the company in one sentence, and the figures behind it."""

    sentence: str
    detail: str
    tone: ControlState


class Overview(Shown, frozen=True, kw_only=True):
    """The first page."""

    template: ClassVar[str] = "overview.html.j2"

    headline: Headline
    pictures: tuple[Picture, ...]
    criteria: tuple[CriterionView, ...]
    new_gaps: tuple[GapView, ...]
    new_gaps_total: int
    drifts: tuple[DriftView, ...]
    blind: tuple[EvidenceView, ...]
    troubles: tuple[queries.Trouble, ...]
    undelivered: tuple[queries.MessageRow, ...]
    cycles: tuple[CycleView, ...]
    last_finished: CycleView | None
    open_gaps: tuple[GapView, ...]
    waiting: int
    """What somebody asks to be tolerated."""
    acceptances: tuple[AcceptanceView, ...]
    """Those in force, the first to end first."""
    closed_gaps: int


def overview(reading: Reading, visit: Visit) -> Overview:
    """Look at everything once."""
    controls, criteria, gaps = reading.controls(), reading.criteria(), reading.gaps()
    cycles = reading.cycles(last=CYCLES)
    open_gaps = worst_first(gap for gap in gaps if gap.state == "open")
    new_gaps = [gap for gap in open_gaps if gap.is_new]
    return Overview(
        frame=frame(reading, visit),
        headline=headline(controls, open_gaps, started=bool(cycles)),
        pictures=(_of_criteria(reading, criteria), _of_controls(controls)),
        criteria=tuple(criteria),
        new_gaps=tuple(new_gaps[:NEW_GAPS]),
        new_gaps_total=len(new_gaps),
        drifts=tuple(reading.drifts(since_cycle=cycles[-1].cycle) if cycles else ()),
        blind=tuple(row for row in reading.evidence() if not row.complete),
        troubles=tuple(reading.troubles()),
        undelivered=_undelivered(reading),
        cycles=tuple(cycles),
        last_finished=next((cycle for cycle in cycles if cycle.finished_at), None),
        open_gaps=tuple(open_gaps),
        waiting=len(asked_for(reading)),
        acceptances=_in_force(reading),
        closed_gaps=sum(gap.state == "closed" for gap in gaps),
    )


def frame(reading: Reading, visit: Visit) -> Frame:
    """Whose page this is, of which moment, and who looks at it."""
    settings = reading.settings
    return Frame(
        company=settings.company.name,
        service=settings.company.service,
        report=settings.assessment.report,
        categories=tuple(settings.assessment.criteria),
        window_start=settings.assessment.window.start,
        window_end=settings.assessment.window.end,
        as_of=reading.now,
        visit=visit,
    )


def worst_first(gaps: Iterable[GapView]) -> list[GapView]:
    """By severity, then by what is due first."""
    order = list(Severity)
    return sorted(gaps, key=lambda gap: (order.index(gap.severity), gap.due, gap.number))


def headline(
    controls: Sequence[ControlView], open_gaps: Sequence[GapView], *, started: bool
) -> Headline:
    """What a person should remember of the page; never more than the evidence carries."""
    if not started:
        return Headline(
            sentence="Nothing has been read yet.",
            detail="The first cycle is made by: gapwatch run. Until then nothing "
            f"evidences any of the {counted(len(controls), 'control')} in scope.",
            tone=ControlState.NOT_EVIDENCED,
        )
    states = [control.state for control in controls]
    count = {state: states.count(state) for state in ControlState}
    deficient = count[ControlState.DEFICIENT]
    unknown = sum(count[state] for state in UNKNOWN)
    told = {
        ControlState.DEFICIENT: _deficient(deficient, unknown, len(controls)),
        ControlState.UNDETERMINED: f"No control was found deficient, but whether {unknown} of "
        f"{len(controls)} {_work(unknown)} is not known.",
        ControlState.ACCEPTED: "No control was found deficient beyond what is accepted.",
        ControlState.EFFECTIVE: "Every control in scope worked in all that was read.",
    }
    tone = _tone(count, unknown)
    new = sum(gap.is_new for gap in open_gaps)
    return Headline(
        sentence=told[tone],
        detail=f"{_figures(count)}. {counted(len(open_gaps), 'gap')} open, {new} of them new.",
        tone=tone,
    )


def _tone(count: Mapping[ControlState, int], unknown: int) -> ControlState:
    if count[ControlState.DEFICIENT]:
        return ControlState.DEFICIENT
    if unknown:
        return ControlState.UNDETERMINED
    return ControlState.ACCEPTED if count[ControlState.ACCEPTED] else ControlState.EFFECTIVE


def _deficient(deficient: int, unknown: int, total: int) -> str:
    verb = "is" if deficient == 1 else "are"
    unknown_too = f", and whether {unknown} more {_work(unknown)} is not known" if unknown else ""
    return f"{deficient} of {counted(total, 'control')} {verb} deficient{unknown_too}."


def _work(controls: int) -> str:
    return "works" if controls == 1 else "work"


def _figures(count: Mapping[ControlState, int]) -> str:
    effective = count[ControlState.EFFECTIVE]
    parts = [
        f"{effective} effective in what was read",
        f"{count[ControlState.UNDETERMINED]} could not be determined",
        f"{count[ControlState.NOT_EVIDENCED]} not evidenced at all",
    ]
    if count[ControlState.ACCEPTED]:
        parts.append(f"{count[ControlState.ACCEPTED]} accepted by a named person")
    return ", ".join(parts)


def _of_criteria(reading: Reading, criteria: Sequence[CriterionView]) -> Picture:
    def row(criterion: CriterionView) -> str:
        if criterion.category == Category.SECURITY:
            return reading.catalogue.criteria[criterion.id].series
        return criterion.category.replace("_", " ").capitalize()

    return _picture("criteria", criteria, row, lambda criterion: f"#{criterion.id}")


def _of_controls(controls: Sequence[ControlView]) -> Picture:
    def row(control: ControlView) -> str:
        return control.area.replace("_", " ").capitalize()

    return _picture("controls", controls, row, lambda control: f"/controls/{control.id}")


def _picture(
    noun: str, members: Sequence[T], row: Callable[[T], str], link: Callable[[T], str]
) -> Picture:
    rows: dict[str, list[Tile]] = {}
    for member in members:
        tile = Tile(id=member.id, title=member.title, state=member.state, link=link(member))
        rows.setdefault(row(member), []).append(tile)
    states = [member.state for member in members]
    counts = [states.count(state) for state in ControlState]
    return Picture(
        noun=noun,
        total=len(states),
        shares=tuple(
            Share(state=state, count=count, before=before)
            for state, count, before in zip(
                ControlState, counts, accumulate(counts, initial=0), strict=False
            )
        ),
        rows=tuple(TileRow(name=name, tiles=tuple(tiles)) for name, tiles in rows.items()),
    )


def _in_force(reading: Reading) -> tuple[AcceptanceView, ...]:
    active = (one for one in reading.acceptances() if one.state == "active")
    return tuple(sorted(active, key=lambda one: (one.until, one.number)))


def _undelivered(reading: Reading) -> tuple[queries.MessageRow, ...]:
    with reading.store.reading() as connection:
        messages = queries.messages(connection)
    return tuple(message for message in messages if message.state == "dead")[:MESSAGES]
