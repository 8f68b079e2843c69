"""Who looked at evidence is told in the log before they see it, by name and without chatter."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from agent.store import queries
from agent.store.faults import StoreUnusable
from agent.versions import encode
from agent.web.door import Visit
from agent.web.witness import Witness
from tests.agent.web.kept import OPEN
from tests.agent.web.people import opened, person

LOOKED = "evidence_accessed"


@pytest.fixture
def house(tmp_path):
    with opened(tmp_path) as house:
        house.kept.versions = house.kept.store.blobs.put(encode(house.company.versions))
        with house.kept.cycle(new_gaps=(1,)) as kept:
            kept.evidence(("invoices", OPEN))
            kept.gap(1, "invoices")
        yield house


def told(house):
    return [(event.action, event.what, event.by) for event in house.entries(LOOKED)]


@pytest.mark.parametrize(
    ("path", "action", "what"),
    [
        ("/evidence/2", "viewed", "evidence 2"),
        ("/gaps/1", "viewed", "gap G-1"),
        ("/controls/NET-02", "viewed", "control NET-02"),
        ("/api/verdicts", "exported", "verdicts as JSON"),
        ("/api/findings", "exported", "findings as JSON"),
        ("/api/evidence", "exported", "evidence as JSON"),
        ("/changes", "viewed", "landed changes"),
        ("/api/changes", "exported", "landed changes as JSON"),
        ("/reports/action-plan.json", "exported", "report action-plan.json"),
    ],
)
def test_each_look_and_each_thing_taken_away_is_an_entry_by_name(house, path, action, what):
    assert house.browser("auditor").get(path).status == 200
    assert told(house) == [(action, what, "auditor@acme.test")]


@pytest.mark.parametrize(
    "path", ["/", "/acceptances", "/access", "/api/gaps", "/gaps/99", "/evidence/1"]
)
def test_what_is_no_evidence_is_not_told(house, path):
    house.browser("auditor").get(path)
    assert told(house) == []


def test_the_same_look_is_told_once_in_an_hour_for_each_person(house):
    auditor = house.browser("auditor")
    for _ in range(3):
        auditor.get("/gaps/1")
        house.clock.pass_(minutes=19)
    house.browser("viewer").get("/gaps/1")
    assert [by for _, _, by in told(house)] == ["auditor@acme.test", "viewer@acme.test"]
    house.clock.pass_(minutes=3)
    auditor.get("/gaps/1")
    assert [by for _, _, by in told(house)][2:] == ["auditor@acme.test"]


def test_who_may_not_see_it_is_not_said_to_have_seen_it(house):
    answer = house.browser("viewer").get("/evidence/2")
    assert answer.status == 403
    assert "Your role does not let you see how evidence was read." in answer.text
    assert told(house) == []


def test_nothing_is_shown_that_the_log_cannot_be_told_of(house, monkeypatch):
    def refused(*_):
        raise StoreUnusable("the disk is full")

    auditor = house.browser("auditor")
    monkeypatch.setattr(type(house.kept.store), "transaction", refused)
    answer = auditor.get("/evidence/2")
    assert answer.status == 500
    assert "aws.s3.buckets" not in answer.text


def test_evidence_that_is_damaged_is_named_and_not_shown(house):
    with house.kept.store.reading() as connection:
        (row,) = queries.snapshots(connection)
    house.kept.versions = "0" * 64
    with house.kept.cycle() as kept:
        kept.evidence(("uploads", OPEN))
    answer = house.browser("auditor").get(f"/evidence/{row.number + 5}")
    assert answer.status == 500
    assert f"It is not as it was kept: evidence {'0' * 64}" in answer.text


def test_where_nobody_signs_in_nobody_can_be_named(served):
    with served.kept.cycle() as kept:
        kept.gap(1, "invoices")
    assert served.ask("/gaps/1").status == 200
    Witness(served.company, served.kept.store).saw(Visit(), "gap G-1")
    with served.kept.store.reading() as connection:
        assert not connection.exec_driver_sql(f"SELECT 1 FROM log WHERE kind = '{LOOKED}'").all()


def test_two_looks_at_once_are_one_entry(house):
    witness = Witness(house.company, house.kept.store)
    visit = Visit(person=person("auditor"))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: witness.saw(visit, "evidence 2"), range(8)))
    assert len(told(house)) == 1


def test_an_auditor_sees_who_looked(house):
    house.browser("viewer").get("/controls/NET-02")
    page = house.browser("auditor").get("/access").text
    assert "viewer@acme.test" in page
    assert "control NET-02" in page
    assert house.browser("owner").get("/access").status == 403
