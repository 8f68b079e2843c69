"""A workbook: a sheet in words, then a real table for each table of the document."""

import io
from datetime import UTC, date, datetime, time

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from agent.reports.document import (
    Bullets,
    Cell,
    Document,
    Figures,
    Kind,
    Paragraph,
    Table,
)
from agent.reports.text import harmless

LETTERS = 32_000
"""Of one cell; Excel takes 767 more."""
WIDTHS = {Kind.DATE: 12, Kind.MOMENT: 18, Kind.NUMBER: 11, Kind.PERCENT: 11, Kind.SEVERITY: 11}
WIDEST = 60
INVALID = str.maketrans("[]:*?/\\", "       ")


def xlsx(document: Document) -> bytes:
    """The document as a workbook; a text is a text, whatever sign it begins with."""
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties(
            {
                "title": f"{document.company}: {document.title}",
                "comments": document.lead,
                "created": datetime.combine(document.day, time()),
            }
        )
        book.set_size(2400, 1600)
        looks = _looks(book)
        _words(book, document, looks)
        for number, table in enumerate(document.tables(), 1):
            _sheet(book, table, number, looks)
    return file.getvalue()


def _looks(book: xlsxwriter.Workbook) -> dict[str, Format]:
    font = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
    return {
        "title": book.add_format({**font, "font_size": 20}),
        "lead": book.add_format({**font, "font_size": 13, "text_wrap": True}),
        "heading": book.add_format({**font, "bold": True, "font_size": 13, "top": 1}),
        "name": book.add_format({**font, "font_color": "#566064"}),
        "text": book.add_format({**font, "text_wrap": True}),
        "link": book.add_format({**font, "font_color": "#1f4d4a", "underline": 1}),
        "header": book.add_format(
            {**font, "bold": True, "bottom": 2, "bg_color": "#f1eee6", "text_wrap": True}
        ),
        Kind.TEXT: book.add_format({**font, "text_wrap": True}),
        Kind.CODE: book.add_format({**font, "text_wrap": True}),
        Kind.STATE: book.add_format(font),
        Kind.SEVERITY: book.add_format(font),
        Kind.NUMBER: book.add_format({**font, "num_format": "#,##0"}),
        Kind.PERCENT: book.add_format({**font, "num_format": "0%"}),
        Kind.DATE: book.add_format({**font, "num_format": "yyyy-mm-dd", "align": "left"}),
        Kind.MOMENT: book.add_format({**font, "num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
    }


def _words(book: xlsxwriter.Workbook, document: Document, looks: dict[str, Format]) -> None:
    """The first sheet: what it is about, and everything that is said in sentences."""
    sheet = book.add_worksheet("Summary")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, harmless(document.company), looks["name"])
    sheet.write_string(1, 0, harmless(document.title), looks["title"])
    sheet.write_string(2, 1, harmless(document.lead), looks["lead"])
    row = 4
    for name, value in (*document.facts, ("Made by", document.footer)):
        row = _line(sheet, row, name, value, looks)
    names = iter(_sheet_name(table, n) for n, table in enumerate(document.tables(), 1))
    for section in document.sections:
        sheet.write_string(row + 1, 0, harmless(section.title), looks["heading"])
        sheet.write_blank(row + 1, 1, None, looks["heading"])
        row += 2
        for block in section.blocks:
            match block:
                case Paragraph():
                    row = _line(sheet, row, "", block.text, looks)
                case Bullets():
                    for item in block.items:
                        row = _line(sheet, row, "", item, looks)
                case Figures():
                    for figure in block.figures:
                        row = _line(sheet, row, figure.value, figure.label, looks)
                case Table():
                    name = next(names)
                    told = block.caption if block.rows else block.nothing
                    sheet.write_url(row, 0, f"internal:'{name}'!A1", looks["link"], string=name)
                    sheet.write_string(row, 1, harmless(told), looks["text"])
                    row += 1


def _line(sheet: Worksheet, row: int, name: str, text: str, looks: dict[str, Format]) -> int:
    sheet.write_string(row, 0, harmless(name), looks["name"])
    sheet.write_string(row, 1, harmless(text), looks["text"])
    return row + 1


def _sheet(book: xlsxwriter.Workbook, table: Table, number: int, looks: dict[str, Format]) -> None:
    sheet = book.add_worksheet(_sheet_name(table, number))
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    columns = (*table.columns, *table.more)
    for place, column in enumerate(columns):
        width = WIDTHS.get(column.kind, min(10 + 5 * column.width, WIDEST))
        sheet.set_column(place, place, width)
        if not table.rows:
            sheet.write_string(0, place, column.name, looks["header"])
    for line, row in enumerate(table.rows, 1):
        for place, value in enumerate(row):
            kind = columns[place].kind
            _write(sheet, (line, place), value, kind, looks[kind])
    if table.rows:
        sheet.add_table(
            0,
            0,
            len(table.rows),
            len(columns) - 1,
            {
                "name": f"Table{number}",
                "style": "Table Style Light 1",
                "columns": [
                    {"header": column.name, "header_format": looks["header"]} for column in columns
                ],
            },
        )


def _write(sheet: Worksheet, at: tuple[int, int], value: Cell, kind: Kind, look: Format) -> None:
    if value is None:
        sheet.write_blank(*at, None, look)
    elif isinstance(value, datetime):
        sheet.write_datetime(*at, value.astimezone(UTC).replace(tzinfo=None), look)
    elif isinstance(value, date):
        sheet.write_datetime(*at, datetime.combine(value, time()), look)
    elif isinstance(value, int | float):
        sheet.write_number(*at, value / 100 if kind is Kind.PERCENT else value, look)
    else:
        text = value if isinstance(value, str) else "\n".join(value)
        sheet.write_string(*at, _text(text), look)


def _text(text: str) -> str:
    """One cell's text; the line breaks in it are ours."""
    lines = (harmless(line) for line in text.split("\n"))
    return "\n".join(lines)[:LETTERS]


def _sheet_name(table: Table, number: int) -> str:
    """Excel knows a sheet by at most 31 letters, some of which it forbids."""
    return table.name.translate(INVALID)[:31] or f"Table {number}"
