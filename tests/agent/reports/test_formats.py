"""Every deliverable in every format: whole, the same again, and no name in it does anything."""

import io
import re
import time
from datetime import datetime

import openpyxl
import pypdf
import pytest

from agent.reports.making import DELIVERABLES, RENDERERS
from tests.agent.reports.conftest import FORMULA, document, made
from tests.agent.web.kept import HOSTILE

REPORTS = tuple(DELIVERABLES)
NAME_OF_A_CHECK = "devices.compliant-and-assigned"
MOST_HTML = 3_000_000
MOST_CPU = 10
ONLY_AN_AUDITOR_MAY = re.compile(
    r"\b((non-?)?compliant|certif(y|ies|ied|ication)|audit-?ready|audit passed|soc 2 ready)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("format", RENDERERS)
@pytest.mark.parametrize("report", REPORTS)
def test_the_same_store_and_day_give_the_same_bytes(company, ten, report, format):
    assert made(company, ten, report, format) == made(company, ten, report, format)


@pytest.mark.parametrize("report", REPORTS)
def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing(company, ten, report):
    page = made(company, ten, report, "html").decode()
    policy = "default-src 'none'; style-src 'sha256-"
    assert f'http-equiv="Content-Security-Policy" content="{policy}' in page
    assert not re.search(r"<(script|iframe|img|link|object|embed)\b", page)
    assert not re.search(r"""\s(src|style|on\w+)=["']""", page)
    assert {url for url in re.findall(r"https?://[^\s\"'<)]+", page) if "w3.org" not in url} <= {
        "https://elsewhere.test&#34;,&#34;click&#34;",
        "https://elsewhere.test",
    }


@pytest.mark.parametrize("report", REPORTS)
def test_names_are_shown_as_they_are_and_do_nothing(company, ten, report):
    page = made(company, ten, report, "html").decode()
    assert HOSTILE not in page
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in page


def test_a_hostile_name_can_be_read_on_the_page_and_on_paper(company, ten):
    page = made(company, ten, "gap-analysis", "html").decode()
    assert "&lt;img src=x onerror=alert(1)&gt;\N{REPLACEMENT CHARACTER}evil" in page
    assert "<img src=x" in words(made(company, ten, "gap-analysis", "pdf"))


@pytest.mark.parametrize("report", REPORTS)
def test_the_pdf_is_tagged_with_bookmarks_page_numbers_and_its_own_fonts(company, ten, report):
    paper = pypdf.PdfReader(io.BytesIO(made(company, ten, report, "pdf")))
    root = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert len(paper.outline) > 1
    assert f"1 / {len(paper.pages)}" in paper.pages[0].extract_text()
    assert all(embedded(page) for page in paper.pages)


def embedded(page):
    """Whether every font of a page lies in the file."""
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    described = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    return fonts and all({"/FontFile2", "/FontFile3"} & d.get_object().keys() for d in described)


@pytest.mark.parametrize("report", REPORTS)
def test_the_workbook_holds_every_table_as_a_table_and_every_value_as_what_it_is(
    company, ten, report
):
    book = openpyxl.load_workbook(io.BytesIO(made(company, ten, report, "xlsx")))
    tables = document(company, ten, report).tables()
    assert book.sheetnames == ["Summary", *(table.name for table in tables)]
    for table in tables:
        sheet = book[table.name]
        header = [cell.value for cell in sheet[1]]
        columns = (*table.columns, *table.more)
        assert header == [column.name for column in columns]
        assert sheet.max_row == len(table.rows) + 1
        if table.rows:
            (real,) = sheet.tables.values()
            assert real.autoFilter is not None
        for cells, row in zip(sheet.iter_rows(min_row=2), table.rows, strict=True):
            for cell, column, value in zip(cells, columns, row, strict=True):
                assert cell.data_type != "f"
                if column.kind in ("date", "moment") and value is not None:
                    assert isinstance(cell.value, datetime)
                if column.kind in ("number", "percent") and value is not None:
                    assert isinstance(cell.value, int | float)


def test_a_formula_in_a_name_stays_text_in_the_workbook(company, ten):
    book = openpyxl.load_workbook(io.BytesIO(made(company, ten, "gap-analysis", "xlsx")))
    subjects = [cell for cell in book["Evidence"]["B"] if cell.value == FORMULA]
    assert len(subjects) == 10
    assert {(cell.data_type, cell.hyperlink) for cell in subjects} == {("s", None)}


@pytest.mark.parametrize("format", ["html", "json"])
@pytest.mark.parametrize("report", REPORTS)
def test_nothing_is_said_that_only_an_auditor_may_say(company, ten, report, format):
    told = made(company, ten, report, format).decode().replace(NAME_OF_A_CHECK, "")
    assert not ONLY_AN_AUDITOR_MAY.search(told)


@pytest.mark.parametrize("report", REPORTS)
def test_two_thousand_gaps_stay_usable(company, two_thousand, report):
    assert len(made(company, two_thousand, report, "html")) < MOST_HTML
    made(company, two_thousand, report, "xlsx")
    before = time.process_time()
    made(company, two_thousand, report, "pdf")
    assert time.process_time() - before < MOST_CPU


def words(content):
    return " ".join(
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages
    ).replace("\u200b", "")
