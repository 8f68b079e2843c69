"""What a file tells is what was worked out: every row, every value, every date, in its place."""

import io
from datetime import UTC, date, datetime, time, timedelta
from html.parser import HTMLParser

import openpyxl
import pypdf
import pytest

from agent.gaps.events import ControlState
from agent.reports.document import Column, Document, Kind, Section, Table, Tone
from agent.reports.making import DELIVERABLES
from agent.reports.rendering.html import html
from agent.reports.rendering.pdf import pdf
from checks.contract import Severity
from tests.agent.reports.conftest import CONTROLS, document, made
from tests.agent.web.kept import CLOSED, OPEN, cause
from tests.evidence import NOW

REPORTS = tuple(DELIVERABLES)
LONG = 290
"""Letters of a cell; longer ones are cut on pages."""


@pytest.fixture
def store(kept):
    """A few gaps with plain names, opened late in the evening of different days."""
    for number, control in enumerate(CONTROLS, 1):
        kept.at = NOW.replace(hour=23, minute=40) - timedelta(days=30 - number)
        with kept.cycle(new_gaps=(number,), drifted=(control,)) as cycle:
            cycle.evidence(("invoices", OPEN if number % 2 else CLOSED))
            severity = tuple(Severity)[number % 4]
            cycle.gap(number, f"bucket-{number}", control=control, severity=severity)
            cycle.state(control, ControlState.DEFICIENT, ControlState.EFFECTIVE, cause())
    kept.at = NOW - timedelta(minutes=5)
    with kept.cycle() as cycle:
        cycle.close_gap(1)
        cycle.close_gap(2)
    return kept.store


class Tables(HTMLParser):
    """The tables of a page as a browser reads them: captions, and the texts of cells."""

    def __init__(self):
        super().__init__()
        self.found, self.words, self.cell = [], None, None

    def handle_starttag(self, tag, _):
        if tag == "table":
            self.found.append([])
        elif tag == "tr":
            self.found[-1].append([])
        elif tag in ("td", "th"):
            self.cell = []

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.found[-1][-1].append(" ".join("".join(self.cell).split()))
            self.cell = None


def as_told(value, kind):
    """How a value stands on a page: worked out here once more, by other code."""
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, datetime):
        utc = value.astimezone(UTC)
        return f"{utc.date()} {utc.hour:02}:{utc.minute:02} UTC"
    if isinstance(value, date):
        return f"{value.year}-{value.month:02}-{value.day:02}"
    text = f"{value:.1f}" if isinstance(value, float) else str("" if value is None else value)
    return f"{text} %" if kind is Kind.PERCENT else text


def rows_of(table):
    """What of a table there is room for on a page."""
    return [
        [as_told(value, column.kind) for value, column in zip(row, table.columns, strict=False)]
        for row in table.rows[: table.most]
    ]


@pytest.mark.parametrize("report", REPORTS)
def test_the_page_has_every_row_and_every_value_in_its_place(company, store, report):
    page = Tables()
    page.feed(made(company, store, report, "html").decode())
    tables = [table for table in document(company, store, report).tables() if rows_of(table)]
    assert len(page.found) == len(tables)
    for found, table in zip(page.found, tables, strict=True):
        assert found[0] == [column.name for column in table.columns]
        for cells, told in zip(found[1:], rows_of(table), strict=True):
            for cell, value in zip(cells, told, strict=True):
                whole = " ".join(value.split())
                assert cell == whole or (len(whole) > LONG and whole.startswith(cell[:LONG]))


def cut(most):
    """A deliverable with a table of five rows, of which so many are shown."""
    table = Table(
        name="Fruit",
        caption="What grows here",
        columns=(Column(name="Kind", kind=Kind.CODE),),
        rows=tuple((name,) for name in ("cherry", "pear", "plum", "quince", "medlar")),
        most=most,
    )
    return Document(
        kind="Action plan",
        title="Fruit",
        company="Acme",
        lead="It is ripe.",
        tone=Tone.PLAIN,
        facts=(),
        day=NOW.date(),
        footer="",
        landscape=False,
        sections=(Section(id="fruit", title="Fruit", blocks=(table,)),),
    )


def on_the_page(document):
    return " ".join(html(document).decode().split())


def on_paper(document):
    pages = pypdf.PdfReader(io.BytesIO(pdf(document))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("read", [on_the_page, on_paper])
@pytest.mark.parametrize(
    ("most", "left"),
    [
        pytest.param(2, "3 more rows are in the workbook", id="some are left"),
        pytest.param(4, "1 more row is in the workbook", id="one is left"),
        pytest.param(5, None, id="there is room for all"),
        pytest.param(None, None, id="nobody counts"),
        pytest.param(0, None, id="a table for the workbook alone"),
    ],
)
def test_how_many_rows_there_was_no_room_for_is_said(read, most, left):
    told = read(cut(most))

    assert [name for name in ("cherry", "pear", "plum", "quince", "medlar") if name in told] == [
        row[0] for row in cut(most).tables()[0].rows[:most]
    ]
    assert ("more row" in told) == (left is not None)
    assert left is None or left in told


@pytest.mark.parametrize("report", REPORTS)
def test_the_paper_has_every_row_with_its_dates(company, store, report):
    pages = pypdf.PdfReader(io.BytesIO(made(company, store, report, "pdf"))).pages
    paper = "".join("".join(page.extract_text().split()) for page in pages)
    paper = paper.replace("\u200b", "")
    for table in document(company, store, report).tables():
        for row in table.rows[: table.most]:
            for value, column in zip(row, table.columns, strict=False):
                if column.kind in (Kind.CODE, Kind.DATE, Kind.STATE) and isinstance(
                    value, str | date
                ):
                    assert "".join(as_told(value, column.kind).split()) in paper


@pytest.mark.parametrize("report", REPORTS)
def test_on_paper_the_first_cells_of_a_table_stand_in_their_order(company, store, report):
    pages = pypdf.PdfReader(io.BytesIO(made(company, store, report, "pdf"))).pages
    lines = [line.strip() for page in pages for line in page.extract_text().splitlines()]
    for table in document(company, store, report).tables():
        if table.columns[0].kind is Kind.CODE:
            names = [str(row[0]) for row in table.rows[: table.most]]
            beginning = iter(lines)
            assert all(any(line.startswith(n) for line in beginning) for n in names), table.name


@pytest.mark.parametrize("report", REPORTS)
def test_the_workbook_has_every_value_as_it_is(company, store, report):
    book = openpyxl.load_workbook(io.BytesIO(made(company, store, report, "xlsx")))
    for table in document(company, store, report).tables():
        columns = (*table.columns, *table.more)
        cells = list(book[table.name].iter_rows(min_row=2, values_only=True))
        assert len(cells) == len(table.rows)
        for found, row in zip(cells, table.rows, strict=True):
            for cell, value, column in zip(found, row, columns, strict=True):
                assert cell == in_workbook(value, column.kind), (table.name, column.name)


def in_workbook(value, kind):
    """How a spreadsheet has a value: moments in UTC to the millisecond, percents of one."""
    if isinstance(value, datetime):
        at = value.astimezone(UTC).replace(tzinfo=None) + timedelta(microseconds=500)
        return at.replace(microsecond=at.microsecond // 1000 * 1000)
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, tuple):
        return "\n".join(value)
    return value / 100 if kind is Kind.PERCENT and value is not None else value
