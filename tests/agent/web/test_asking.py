"""That something is asked for reaches whoever has to answer, once; and the commands list it."""

from datetime import date

import pytest

from agent.gaps.events import AcceptanceAsked, Covered
from agent.service import announce
from tests.agent.alerts.conftest import receiving_posts
from tests.agent.web.kept import CLOSED, CONFIGURATION, OPEN
from tests.agent.web.people import opened
from tests.agent.web.test_deciding import ASKED, UNTIL
from tests.journeys.company import Company

ROUTE = "alerts: [{{to: 'json://127.0.0.1:{port}/hook?cto=2&rto=2', when: [{kind}]}}]\n"


@pytest.fixture
def house(request, tmp_path):
    """A company that tells one receiver of what is asked for; two buckets are open."""
    kind = getattr(request, "param", "acceptance_asked")
    with receiving_posts() as receiver:
        told = CONFIGURATION + ROUTE.format(port=receiver.port, kind=kind)
        with opened(tmp_path, configuration=told) as house:
            with house.kept.cycle(new_gaps=(1,)) as kept:
                kept.evidence(("invoices", OPEN), ("uploads", OPEN), ("closed", CLOSED))
                kept.gap(1, "invoices", "uploads")
            house.receiver = receiver
            yield house


def ask(house, **fields):
    browser = house.browser("owner")
    browser.get("/gaps/1")
    assert browser.post("/gaps/1/ask", **ASKED | fields).status == 303


def received(house):
    """What arrives when everything that is due is sent, by now or ever."""
    announce(house.company, house.kept.store)
    return [change for post in house.receiver.posts for change in post.json["payload"]["changes"]]


def test_what_is_asked_for_on_the_page_arrives_with_its_subjects(house):
    ask(house, covers="1-1")

    (told,) = received(house)
    assert told["kind"] == "acceptance_asked"
    assert told["headline"] == f"owner@acme.test asks that 1-1 be accepted until {UNTIL}"
    assert [subject["name"] for subject in told["subjects"]] == ["uploads"]
    assert (told["gap"], told["owner"], told["severity"]) == (1, "alice@acme.test", "critical")
    assert ASKED["reason"] in told["why"]
    assert ASKED["compensating"] in told["why"]


def test_a_form_that_is_sent_twice_asks_once(house):
    ask(house)
    ask(house)

    assert len(house.entries("acceptance_asked")) == 1
    assert len(received(house)) == 1
    assert len(received(house)) == 1


def test_what_was_refused_can_be_asked_for_again(house):
    ask(house)
    (entry,) = [one.request for one in house.company.reading(house.kept.store).requests()]
    house.company.desk(house.kept.store).refuse(entry, by="approver@acme.test", reason="no")
    ask(house)

    assert len(house.entries("acceptance_asked")) == 2
    assert len(received(house)) == 2


@pytest.mark.parametrize("house", ["acceptance_expired"], indirect=True)
def test_a_route_for_something_else_does_not_hear_of_it(house):
    ask(house)

    assert received(house) == []


@pytest.mark.parametrize("answer", ["approve", "refuse"])
def test_what_waits_is_listed_until_it_is_answered(house, answer):
    ask(house)
    reading = house.company.reading(house.kept.store)
    (waiting,) = reading.requests()
    assert (waiting.state, waiting.number, waiting.approver) == ("asked", None, None)
    assert (waiting.by, waiting.covers) == ("owner@acme.test", "G-1")
    assert reading.acceptances() == []

    desk, reason = house.company.desk(house.kept.store), {"reason": "no"}
    getattr(desk, answer)(
        waiting.request, by="approver@acme.test", **reason if answer == "refuse" else {}
    )

    assert reading.requests() == []
    assert len(reading.acceptances()) == (answer == "approve")


def test_the_commands_list_what_waits_beside_what_is_in_force(house, tmp_path):
    asked = AcceptanceAsked(
        at=house.clock(),
        cycle=0,
        covers=Covered(gap=1),
        by="owner@acme.test",
        reason="it moves",
        compensating="nothing in it",
        until=date(2999, 12, 31),
    )
    (entry,) = house.kept.append(asked)
    acme = Company(folder=tmp_path)

    (row,) = acme.rows("acceptances", "--where", "state=asked")
    assert (row["request"], row["number"], row["by"]) == (entry, None, "owner@acme.test")
    assert acme.rows("acceptances", "--where", "state=active") == []
    (status,) = acme.rows("status")
    assert status["asked"] == ["G-1 until 2999-12-31 by owner@acme.test"]
    assert str(entry) in acme.gapwatch("acceptances").out
