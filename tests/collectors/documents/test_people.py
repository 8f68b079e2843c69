"""The register of people is read whole or not at all."""

from datetime import date

import pytest

from collectors.documents.people import people
from collectors.evidence.people import Employment, Login, Person
from collectors.evidence.record import Omission
from tests.faults import Denied

HEADER = "person_id,email,start_date,end_date,identities,manager"


@pytest.fixture
def written(folder):
    folder.register(
        "people.csv",
        HEADER,
        "p1,ada@acme.test,2020-01-01,,aws=ada,p0",
        "p2,dan@acme.test,2021-01-01,2026-10-01,,p1",
    )
    return folder


def test_everyone_is_read_with_their_days_and_logins(written):
    snapshot, _ = written.snapshot(people)

    ada, dan = snapshot.records
    assert ada == Person(
        id="p1",
        name="ada@acme.test",
        email="ada@acme.test",
        employment=Employment(started_on=date(2020, 1, 1), left_on=None),
        logins=(Login(source="aws", login="ada"),),
    )
    assert dan.employment.left_on == date(2026, 10, 1)
    assert snapshot.complete


def test_what_no_check_reads_never_leaves_the_file(written):
    _, transcript = written.snapshot(people)

    (exchange,) = transcript.exchanges
    values = [line["values"].keys() for line in exchange.response["lines"]]
    assert values == [{"person_id", "email", "start_date", "end_date", "identities"}] * 2


def omission(why):
    return (Omission(where="documents:acme", why=f"documents:ReadFile: registers/people{why}"),)


def test_a_register_that_is_not_kept_is_an_omission_and_not_empty(folder):
    snapshot, _ = folder.snapshot(people)

    assert snapshot.records == ()
    assert snapshot.omissions == omission(".csv is missing")


def test_a_denied_register_is_an_omission(written):
    snapshot, _ = written.snapshot(people, {"documents:ReadFile": Denied("PermissionDenied")})

    assert snapshot.omissions == omission(".csv may not be read")


def test_two_registers_in_different_formats_are_an_omission(written):
    written.register("people.json", "[]")
    snapshot, _ = written.snapshot(people)

    why = " is there in more than one format: keep one"
    assert snapshot.omissions == omission(why)


def test_one_malformed_row_hides_everybody(written):
    written.register("people.csv", HEADER, "p1,ada@acme.test,2020-01-01,,,", "p2,dan,2021-01-01,,,")
    snapshot, _ = written.snapshot(people)

    assert snapshot.records == ()
    why = ".csv, line 3, email: write an address such as ada@acme.test"
    assert snapshot.omissions == omission(why)


def test_a_replay_reads_what_was_read(written):
    snapshot, transcript = written.snapshot(people)

    written.register("people.csv", HEADER)
    assert written.again(people, transcript) == snapshot
