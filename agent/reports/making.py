"""Making a deliverable: which store, as of which day, in which format."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import msgspec

from agent.estate import Estate
from agent.gaps.events import ReportMade
from agent.package.history import History, Source
from agent.package.window import Window
from agent.reading import Reading
from agent.registry import all_joins, all_that_read
from agent.reports.action_plan import ActionPlan, action_plan
from agent.reports.document import Document
from agent.reports.gap_analysis import GapAnalysis, gap_analysis
from agent.reports.implementation_plan import ImplementationPlan, implementation_plan
from agent.reports.material import DAY, About, Material, day_of, end_of, gather
from agent.reports.operating_record import OperatingRecord, operating_record
from agent.reports.pages import action_plan as action_plan_pages
from agent.reports.pages import gap_analysis as gap_analysis_pages
from agent.reports.pages import implementation_plan as implementation_plan_pages
from agent.reports.pages import operating_record as operating_record_pages
from agent.reports.pages import roadmap as roadmap_pages
from agent.reports.roadmap import Roadmap, roadmap
from agent.store import queries
from agent.store.past import as_it_was
from agent.store.store import Store
from collectors.evidence.record import Instant

MILLISECOND = timedelta(milliseconds=1)


class NoSuchReport(Exception):
    """The deliverable cannot be made; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be made; days are in UTC."""

    report: str
    format: str
    as_of: date | None = None
    """Today, if not given."""
    since: date | None = None
    """The day whose end is compared with; the last report, if not given."""
    start: date | None = None
    end: date | None = None
    """Another window than the configured one, for the operating record."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Everything a deliverable may be worked out from."""

    reading: Reading
    material: Material
    order: Order
    since: Instant | None
    """Until when the report told that this one is compared with."""


def make(company: Estate, store: Store, order: Order) -> bytes:
    """The file's bytes; the same store and the same day give the same.

    Raises:
        NoSuchReport: see `prepared`.
        StoreUnusable: the store cannot be read.
    """
    return RENDERERS[order.format](*prepared(company, store, order))


def prepared(company: Estate, store: Store, order: Order) -> tuple[msgspec.Struct, Document]:
    """What is told, as values and as a document.

    Raises:
        NoSuchReport: the day lies ahead, or before the store's first.
        StoreUnusable: the store cannot be read.
    """
    today = day_of(company.clock())
    day = order.as_of or today
    if day > today:
        raise NoSuchReport(f"--as-of {day} lies ahead: today is {today}, in UTC")
    with _store_as_of(store, day, today) as seen:
        _refuse_before_the_first(seen, store, day)
        reading = company.reading(seen)
        if day < today:
            reading = _at(reading, day)
        since = end_of(order.since) if order.since else last_made(store, order.report, before=day)
        asked = Asked(reading=reading, material=gather(reading, day), order=order, since=since)
        return DELIVERABLES[order.report](asked)


def note(company: Estate, store: Store, order: Order) -> None:
    """Write into the log that the deliverable was made: the next one is compared with it."""
    now = company.clock()
    made = ReportMade(
        at=now,
        cycle=0,
        report=order.report,
        format=order.format,
        as_of=order.as_of or day_of(now),
    )
    with store.transaction() as writer:
        writer.append([made])


def last_made(store: Store, report: str, *, before: date) -> Instant | None:
    """Until when the last such deliverable told that is as of an earlier day.

    One that was made before its day was over tells nothing of the rest of that day.
    """
    with store.reading() as connection:
        moments = (
            min(event.at, end_of(event.as_of))
            for _, event in queries.entries(connection, kind="report_made")
            if isinstance(event, ReportMade) and event.report == report and event.as_of < before
        )
        return max(moments, default=None)


@contextmanager
def _store_as_of(store: Store, day: date, today: date) -> Iterator[Store]:
    if day == today:
        yield store
        return
    with as_it_was(store, end_of(day)) as past:
        yield past


def _at(reading: Reading, day: date) -> Reading:
    """The last moment of the day: what was too old by then counts as unknown."""
    return replace(reading, now=end_of(day) - MILLISECOND)


def _refuse_before_the_first(seen: Store, store: Store, day: date) -> None:
    with seen.reading() as connection:
        if queries.last_number(connection):
            return
    with store.reading() as connection:
        first = next((event for _, event in queries.entries(connection)), None)
    if first is not None:
        raise NoSuchReport(
            f"the store knows nothing as of {day}: its first entry is of {day_of(first.at)}"
        )


def _gap_analysis(asked: Asked) -> tuple[GapAnalysis, Document]:
    report = gap_analysis(asked.material, since=asked.since)
    return report, gap_analysis_pages.pages(report)


def _action_plan(asked: Asked) -> tuple[ActionPlan, Document]:
    plan = action_plan(asked.material)
    return plan, action_plan_pages.pages(plan)


def _implementation_plan(asked: Asked) -> tuple[ImplementationPlan, Document]:
    plan = implementation_plan(asked.material)
    return plan, implementation_plan_pages.pages(plan)


def _roadmap(asked: Asked) -> tuple[Roadmap, Document]:
    plan = roadmap(asked.material)
    return plan, roadmap_pages.pages(plan)


def _operating_record(asked: Asked) -> tuple[OperatingRecord, Document]:
    """Over the window, or of the one day of which a Type 1 report speaks."""
    reading, order = asked.reading, asked.order
    window = _window(reading, order, asked.material.about.day)
    with reading.store.reading() as connection:
        source = Source(
            connection=connection,
            blobs=reading.store.blobs,
            size=queries.last_number(connection),
            at=_told_until(asked.material.about, reading.now),
            checks=reading.checks,
            collectors=all_that_read(),
            joins=all_joins(),
        )
        record = operating_record(asked.material, History.read(source, window))
    return record, operating_record_pages.pages(record)


def _told_until(about: About, now: Instant) -> Instant:
    """The end of the day, or, while it lasts, of its last reading: nobody has looked since.

    A service that stopped before today is told as blind until today began.
    """
    if now >= end_of(about.day) - MILLISECOND:
        return end_of(about.day)
    began = end_of(about.day) - DAY
    return max(about.read_until or began, began)


def _window(reading: Reading, order: Order, day: date) -> Window:
    assessment = reading.settings.assessment
    if assessment.report == "type-1" and not (order.start or order.end):
        return Window(day, day)
    window = Window(order.start or assessment.window.start, order.end or assessment.window.end)
    if window.end < window.start:
        raise NoSuchReport(f"--to {window.end} is before --from {window.start}: swap the two")
    if window.start > day:
        raise NoSuchReport(
            f"the window begins on {window.start}, after {day}: name other days by --from and --to"
        )
    return window


DELIVERABLES: Mapping[str, Callable[[Asked], tuple[msgspec.Struct, Document]]] = {
    "gap-analysis": _gap_analysis,
    "action-plan": _action_plan,
    "implementation-plan": _implementation_plan,
    "roadmap": _roadmap,
    "operating-record": _operating_record,
}


def _html(_: msgspec.Struct, document: Document) -> bytes:
    from agent.reports.rendering.html import html  # noqa: PLC0415 - loads the chart engine

    return html(document)


def _pdf(_: msgspec.Struct, document: Document) -> bytes:
    from agent.reports.rendering.pdf import pdf  # noqa: PLC0415 - loads the typesetter

    return pdf(document)


def _xlsx(_: msgspec.Struct, document: Document) -> bytes:
    from agent.reports.rendering.xlsx import xlsx  # noqa: PLC0415 - its siblings load much as well

    return xlsx(document)


def _json(model: msgspec.Struct, _: Document) -> bytes:
    return msgspec.json.format(msgspec.json.encode(model, order="deterministic"), indent=2) + b"\n"


RENDERERS: Mapping[str, Callable[[Any, Document], bytes]] = {
    "html": _html,
    "pdf": _pdf,
    "xlsx": _xlsx,
    "json": _json,
}
