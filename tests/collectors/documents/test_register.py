"""A register is read as its company wrote it, or refused with what to write instead."""

from datetime import date

import pytest

from collectors.documents.register import Malformed, parse, typed
from collectors.documents.rows import (
    AccessReviewRow,
    DecisionCell,
    LoginCell,
    PersonRow,
    RestoreTestRow,
)

PEOPLE = "person_id,email,start_date,end_date,identities"
ADA = PersonRow(
    person_id="007",
    email="ada@acme.test",
    start_date=date(2024, 1, 1),
    end_date=None,
    identities=(
        LoginCell(source="aws", login="ada"),
        LoginCell(source="github", login="ada-l"),
    ),
)


def read(text, *, file, row=PersonRow):
    return typed(parse(text, file=file), row)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param(
            "people.csv",
            f"{PEOPLE}\n007,ada@acme.test,2024-01-01,,aws=ada; github=ada-l\n",
            id="CSV",
        ),
        pytest.param(
            "people.csv",
            f"{PEOPLE},manager\r\n\r\n007, ada@acme.test ,2024-01-01,,"
            '"aws=ada;\r\ngithub=ada-l",x\r\n',
            id="CSV of a spreadsheet, with a column nobody reads",
        ),
        pytest.param(
            "people.json",
            '[{"person_id": "007", "email": "ada@acme.test", "start_date": "2024-01-01",'
            ' "identities": [{"source": "aws", "login": "ada"},'
            ' {"source": "github", "login": "ada-l"}]}]',
            id="JSON",
        ),
        pytest.param(
            "people.yaml",
            "- person_id: '007'\n  email: ada@acme.test\n  start_date: 2024-01-01\n  end_date:\n"
            "  identities: [{source: aws, login: ada}, {source: github, login: ada-l}]\n",
            id="YAML",
        ),
    ],
)
def test_every_format_gives_the_same_rows(file, text):
    assert read(text, file=file) == (ADA,)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            "1,a@b.c,1.10.2026,,", "line 2, start_date: write a date such as 2026-10-01", id="date"
        ),
        pytest.param("1,a@b.c,2026-02-30,,", "line 2, start_date: write a date", id="no such day"),
        pytest.param("1,ada,2026-01-01,,", "line 2, email: write an address such as", id="address"),
        pytest.param(",a@b.c,2026-01-01,,", "line 2, person_id: is empty: write text", id="empty"),
        pytest.param("1,a@b.c,2026-01-01,null,", "line 2, end_date: write a date", id="null"),
        pytest.param("1,a@b.c,2026-01-01", "line 2: has 3 cells, the header has 5", id="short"),
        pytest.param(
            "1,a@b.c,2026-01-01,,ada", "line 2, identities: write source=login; ", id="no source"
        ),
        pytest.param(
            "1,a@b.c,2026-01-01,,\n2,b@b.c,2026-01-01,,\n1,c@b.c,2026-01-01,,",
            "line 4, person_id: is given twice, first on line 2",
            id="twice",
        ),
        pytest.param('1,"a@b.c,2026-01-01,,', "line 2: unexpected end of data", id="open quote"),
    ],
)
def test_a_malformed_row_names_line_field_and_remedy(text, problem):
    with pytest.raises(Malformed) as refusal:
        read(f"{PEOPLE}\n{text}\n", file="registers/people.csv")

    assert str(refusal.value).startswith(f"registers/people.csv, {problem}")


def test_a_refusal_does_not_repeat_what_may_be_personal():
    with pytest.raises(Malformed) as refusal:
        read(f"{PEOPLE}\n1,a@b.c,diagnosis,,\n", file="people.csv")

    assert "diagnosis" not in str(refusal.value)


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        pytest.param(
            "p.csv", f"{PEOPLE},salary\n", "line 1, salary: is not a field", id="unknown column"
        ),
        pytest.param(
            "p.csv",
            "person_id,email,start_date,identities\n",
            "line 1, end_date: add",
            id="missing",
        ),
        pytest.param("p.csv", "", "line 1: name every column", id="no header"),
        pytest.param("p.csv", "person_id,,email\n", "line 1: name every column", id="no name"),
        pytest.param("p.csv", "email,email\n", "line 1: name every column", id="one name twice"),
        pytest.param("p.json", "{}", "write a list of rows", id="no list"),
        pytest.param(
            "p.json", '[{"email": 1, "email": 2}]', "email: is given twice", id="key twice"
        ),
        pytest.param("p.json", "[\n{", "line 2: ", id="broken JSON"),
        pytest.param(
            "p.json", '[{}, {"salary": 1}]', "row 2, salary: is not a field", id="unknown"
        ),
        pytest.param(
            "p.yaml", "- email: NO", "line 1, [0].email: YAML reads this as true", id="NO"
        ),
        pytest.param("p.yaml", "- person_id: 0123", "line 1, [0].person_id: YAML may", id="octal"),
        pytest.param("p.yaml", "- person_id: 123", "row 1, person_id: write text", id="a number"),
        pytest.param("p.yaml", "a: 1\na: 2", "line 2, a: is given twice", id="YAML key twice"),
        pytest.param("p.yaml", "", "write a list of rows", id="an empty file"),
    ],
)
def test_a_malformed_file_names_place_and_remedy(file, text, problem):
    with pytest.raises(Malformed) as refusal:
        read(text, file=file)

    assert problem in str(refusal.value)
    assert str(refusal.value).startswith(file)


def test_a_register_without_rows_is_empty_and_not_malformed():
    assert read(PEOPLE, file="people.csv") == ()
    assert read("[]", file="people.json") == ()


def test_numbers_booleans_and_choices_are_read_out_of_text():
    header = "store,backup_id,date,duration,data_check,result"
    (test,) = read(
        f"{header}\norders,b1,2026-10-01,95,true,succeeded", file="t.csv", row=RestoreTestRow
    )

    assert (test.duration, test.data_check, test.result) == (95, True, "succeeded")
    for wrong in ("95,yes,succeeded", "1.5,true,succeeded", "95,true,fine"):
        with pytest.raises(Malformed, match=r"true or false|whole number|one of succeeded, failed"):
            read(f"{header}\norders,b1,2026-10-01,{wrong}", file="t.csv", row=RestoreTestRow)


def test_an_identity_with_an_equals_sign_keeps_it():
    header = "system,period,snapshot_id,reviewer,completed_at,decisions"
    (review,) = read(
        f"{header}\naws,2026-Q3,s,a@b.c,,cn=ada=keep", file="r.csv", row=AccessReviewRow
    )

    assert review.decisions == (DecisionCell(identity="cn=ada", decision="keep"),)


def test_only_the_fields_asked_for_are_kept():
    table = parse("email,salary\na@b.c,100000\n", file="people.csv").only(("email",))

    assert table.columns == {"email": "line 1", "salary": "line 1"}
    assert [line.values for line in table.lines] == [{"email": "a@b.c"}]
