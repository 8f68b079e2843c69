"""The auditor's own list is read whole, and each line is answered, or said to have no answer."""

import csv
import io
import re
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.package.request_list import BadRequests, Request, read_requests
from tests.agent.package.half_year import HOSTILE, prove
from tests.agent.package.test_tampering import contents
from tests.dose import dose

LIST = (
    ("PBC list of Acme", "", ""),
    ("", "", ""),
    ("No.", "Request", "Control / Criterion"),
    ("1", "Evidence that doors are shut", "NET-01"),
    ("2", "How changes are approved", "CC8.1"),
    ("3", "Register of vendors with the review of each", ""),
    ("4", "Photographs of the canteen", ""),
    ("5", "Segregation", "SOD-77"),
    ("6", HOSTILE, "GOV-01"),
)


def as_csv(folder, rows, delimiter=",", name="list.csv"):
    path = folder / name
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def as_workbook(folder, rows):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "PBC"
    for row in rows:
        sheet.append([int(cell) if cell.isdigit() else cell for cell in row])
    book.create_sheet("Notes").append(["nothing to see"])
    path = folder / "list.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize(
    "write", [as_csv, as_workbook, lambda folder, rows: as_csv(folder, rows, delimiter=";")]
)
def test_a_list_is_read_whole_in_its_order_and_words(tmp_path, write):
    found = read_requests(write(tmp_path, LIST)).requests
    assert [(one.number, one.text, one.reference) for one in found] == list(LIST[3:])


def test_a_line_without_a_number_is_not_lost(tmp_path):
    found = read_requests(as_csv(tmp_path, [LIST[2], ("", "Something", ""), ("", "", "")])).requests
    assert found == (Request(number="row 2", text="Something", reference=""),)


@pytest.mark.parametrize(
    ("name", "content", "remedy"),
    [
        ("list.pdf", b"%PDF", "export the list as .csv or .xlsx"),
        ("list.csv", b"\xff\xfe\xfa", "not text in UTF-8: export it as CSV UTF-8"),
        ("list.csv", b"a,b\n1,2\n", "call one Number and one Request"),
        ("list.csv", b"Number,Request\n", "call one Number and one Request"),
        ("list.csv", b"Number,Request\n1,a\n1,b\n", "`1` is given twice"),
        ("list.xlsx", b"junk", "is no workbook that can be read"),
        ("missing.csv", None, "cannot be read .*: name the list with --requests"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(tmp_path, name, content, remedy):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadRequests, match=f"{re.escape(str(path))}.*{remedy}"):
        read_requests(path)


def test_a_workbook_that_unpacks_to_more_than_is_read_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (21 << 20))
    assert path.stat().st_size < 100_000
    with pytest.raises(BadRequests, match="unpacks to more than 20 MiB"):
        read_requests(path)


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=20))
@settings(max_examples=dose(small=50, whole=2_000), deadline=None)
def test_whatever_the_cells_say_no_line_with_words_is_left_out(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("list")
    numbered = [(str(n), text, ref) for n, (text, ref) in enumerate(rows, 1)]
    path = as_csv(folder, [("Number", "Request", "Control"), *numbered])
    if not rows:
        return
    found = read_requests(path).requests
    assert [one.number for one in found] == [number for number, _, _ in numbered]
    assert [one.text for one in found] == [text.strip() for _, text, _ in numbered]


@pytest.fixture(scope="module")
def answered(month, tmp_path_factory):
    asked = read_requests(as_csv(tmp_path_factory.mktemp("asked"), LIST))
    month.hand("before.zip", asked=asked)
    return month.hand("answered.zip", asked=asked, seed="7"), asked


def answers(path):
    content = contents(path)["pbc/answers.csv"].decode()
    return {row["request"]: row for row in csv.DictReader(io.StringIO(content))}


def test_every_request_is_a_line_with_its_match_and_its_status(answered):
    (path, _), _ = answered
    rows = answers(path)
    assert list(rows) == ["1", "2", "3", "4", "5", "6"]
    by = [row["matched_by"] for row in rows.values()]
    assert by == ["control", "criterion", "words", "", "", "control"]
    assert rows["1"]["controls"] == "NET-01"
    assert rows["1"]["status"] == "answered in part"
    assert "NET-01: not carried out by this version" in rows["1"]["why"]
    assert "CHG-02" in rows["2"]["controls"]
    assert "VEN-01" in rows["3"]["controls"]
    assert "somebody has to confirm it" in rows["3"]["why"]
    assert rows["6"]["status"] == "nothing in the package"
    assert rows["6"]["text"] == f"'{HOSTILE}"


def test_what_matches_nothing_is_said_plainly_and_answered_by_nothing(answered):
    (path, told), _ = answered
    rows = answers(path)
    for number in ("4", "5"):
        assert (rows[number]["status"], rows[number]["artefacts"]) == ("not matched", "")
    assert "SOD-77 is no control or criterion in scope" in rows["5"]["why"]
    doubts = [one for one in told if one.reason == "request without an answer"]
    assert {"request 4", "request 5", "request 6"} <= {one.about for one in doubts}
    assert "request 1" not in {one.about for one in doubts}


def test_every_path_of_an_answer_is_a_file_of_the_package(answered):
    (path, _), _ = answered
    names = contents(path).keys()
    for row in answers(path).values():
        assert all(one in names for one in row["artefacts"].split("; ") if one)
    first = answers(path)["1"]["artefacts"].split("; ")
    assert "evidence/NET-01/index.csv" in first
    assert {one.partition("/")[0] for one in first} == {"evidence", "populations", "samples"}


def test_the_list_goes_along_as_it_came_and_the_package_proves(answered):
    (path, _), asked = answered
    files = contents(path)
    assert files["pbc/received.csv"] == asked.content
    assert b"answering 6 requests" in files["access_log.csv"]
    assert prove(path)[0] == []


def test_the_redacted_edition_answers_without_the_auditors_words(month, answered):
    _, asked = answered
    path, _ = month.hand("hidden-answers.zip", asked=asked, redacted=True)
    files = contents(path)
    assert "pbc/received.csv" not in files
    assert b'"path":"pbc/received.*"' in files["MANIFEST.json"]
    rows = answers(path)
    assert [row["status"] for row in rows.values()] == [
        row["status"] for row in answers(answered[0][0]).values()
    ]
    assert b"canteen" not in b"".join(files.values())
