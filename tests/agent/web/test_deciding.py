"""What people decide on the page: by the rules of the commands, in their own name, if they may."""

import re
from datetime import timedelta

import pytest

from agent.deciding import CannotDecide
from agent.gaps.acceptances import Declared
from agent.gaps.events import Covered
from agent.store import queries
from agent.web.door import Visit
from agent.web.roles import MAY, Deed
from checks.contract import Severity
from tests.agent.store.held import check_rebuilt
from tests.agent.web.kept import CHECK, CONFIGURATION, HOSTILE, OPEN, SCOPE
from tests.agent.web.people import EVERYBODY, Browser, opened, person
from tests.evidence import NOW

UNTIL = str(NOW.date() + timedelta(days=20))
TOO_LONG = str(NOW.date() + timedelta(days=31))
ASKED = {
    "covers": "gap",
    "until": UNTIL,
    "reason": "it moves next week",
    "compensating": "nothing but published pages",
}
CASES = [
    ("/gaps/1/ask", ASKED, Deed.DECIDE),
    ("/gaps/1/assign", {"owner": "paul@acme.test"}, Deed.DECIDE),
    ("/acceptances/asked/{asked}/approve", {}, Deed.APPROVE),
    ("/acceptances/asked/{asked}/refuse", {"reason": "fix it"}, Deed.DECIDE),
    ("/acceptances/{given}/withdraw", {"reason": "it is fixed"}, Deed.DECIDE),
]
DECISIONS = (
    *("acceptance_asked", "acceptance_refused", "acceptance_given", "acceptance_withdrawn"),
    "gap_assigned",
)


@pytest.fixture
def house(tmp_path):
    """Two gaps: one of two buckets that alice@acme.test owns, one that the approver owns."""
    owned = CONFIGURATION.replace("owners: {", "owners: {governance: approver@acme.test, ")
    with opened(tmp_path, configuration=owned) as house:
        with house.kept.cycle(new_gaps=(1, 2)) as kept:
            kept.evidence(("invoices", OPEN), ("uploads", OPEN))
            kept.gap(1, "invoices", "uploads")
            kept.gap(2, control="GOV-01", check=None, severity=Severity.MEDIUM)
        yield house


def asked(house, number=1, role="owner", **fields):
    """Ask on a gap's page; the log entry of the request."""
    browser = house.browser(role)
    browser.get(f"/gaps/{number}")
    answer = browser.post(f"/gaps/{number}/ask", **ASKED | fields)
    assert answer.status == 303, answer.text
    with house.kept.store.reading() as connection:
        return queries.last_entry(connection, "acceptance_asked")


def given(house):
    """An acceptance in force; its number."""
    return (
        house.company.desk(house.kept.store)
        .accept(
            Declared(
                covers=Covered(finding="1-0"),
                by="owner@acme.test",
                approver="approver@acme.test",
                reason="it moves",
                compensating="nothing in it",
                until=NOW.date() + timedelta(days=5),
            )
        )
        .number
    )


def finding(house, id):
    with house.kept.store.reading() as connection:
        return queries.findings(connection, id=id)[0].state


def test_what_one_asks_for_and_another_approves_is_accepted_in_both_names(house):
    entry = asked(house)
    assert finding(house, "1-0") == "open"

    approver = house.browser("approver")
    page = approver.get("/acceptances").text
    assert "G-1" in page
    assert "it moves next week" in page
    answer = approver.post(f"/acceptances/asked/{entry}/approve")

    assert (answer.status, answer.where) == (303, "/acceptances")
    (event,) = house.entries("acceptance_given")
    assert (event.by, event.approver, event.asked) == (
        "owner@acme.test",
        "approver@acme.test",
        entry,
    )
    assert (event.reason, event.compensating) == (ASKED["reason"], ASKED["compensating"])
    assert (str(event.until), event.covers) == (UNTIL, Covered(gap=1))
    assert (finding(house, "1-0"), finding(house, "1-1")) == ("accepted", "accepted")
    assert "Nobody waits for an approval." in approver.get("/acceptances").text
    check_rebuilt(house.kept.store)


@pytest.mark.parametrize(
    ("fields", "covers"),
    [
        ({"covers": "1-1"}, Covered(finding="1-1")),
        (
            {"covers": "pattern", "scope": "aws:*", "subject": "up*"},
            Covered(check=CHECK.id, scope="aws:*", subject="up*"),
        ),
        ({"covers": "pattern", "scope": " ", "subject": "uploads"}, None),
    ],
)
def test_a_finding_or_a_pattern_is_accepted_alone(house, fields, covers):
    entry = asked(house, **fields)
    approver = house.browser("approver")
    approver.get("/acceptances")
    assert approver.post(f"/acceptances/asked/{entry}/approve").status == 303
    (event,) = house.entries("acceptance_given")
    assert event.covers == (covers or Covered(check=CHECK.id, subject="uploads"))
    assert (finding(house, "1-0"), finding(house, "1-1")) == ("open", "accepted")


def test_a_gap_without_findings_is_accepted_as_a_whole(house):
    with house.kept.cycle() as kept:
        kept.gap(3, control="CHG-01", check=None)
    entry = asked(house, 3)
    approver = house.browser("approver")
    approver.get("/acceptances")
    assert approver.post(f"/acceptances/asked/{entry}/approve").status == 303
    assert "accepted" in approver.get("/gaps/3").text


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        pytest.param(
            {"until": TOO_LONG},
            "1-0 cannot be accepted so: what is critical is tolerated until 2026-12-23 at most",
            id="longer than its severity allows",
        ),
        pytest.param({"until": "2026-11-22"}, "2026-11-22 is over", id="a day that is over"),
        pytest.param({"until": ""}, "the last day must not be empty", id="no day"),
        pytest.param({"until": "soon"}, "the last day must be a day such as", id="no date"),
        pytest.param({"reason": "  "}, "the reason must not be empty", id="no reason"),
        pytest.param({"compensating": ""}, "what limits the risk meanwhile must", id="no control"),
        pytest.param({"covers": "F-NONE"}, "nothing that fails fits F-NONE", id="no such finding"),
        pytest.param(
            {"covers": "pattern", "scope": "gcp:*"}, "nothing that fails fits check", id="fits none"
        ),
        pytest.param({"covers": HOSTILE}, "nothing that fails fits &lt;img", id="a hostile name"),
    ],
)
def test_what_the_command_refuses_is_refused_beside_the_form_in_its_words(house, fields, why):
    browser = house.browser("owner")
    browser.get("/gaps/1")
    answer = browser.post("/gaps/1/ask", **ASKED | fields)
    assert answer.status == 422
    refused = re.search(r'<p class="refused" role="alert">(.*?)</p>', answer.text)[1]
    assert why in refused
    assert house.entries(*DECISIONS) == []


def test_a_form_that_is_refused_keeps_what_was_written(house):
    browser = house.browser("owner")
    browser.get("/gaps/1")
    page = browser.post("/gaps/1/ask", **ASKED | {"until": "", "covers": "1-1"}).text
    assert f">{ASKED['reason']}</textarea>" in page
    assert '<option value="1-1" selected>' in page


def test_what_is_written_in_several_lines_is_one_sentence_in_the_log(house):
    asked(house, reason="it moves\r\n  next week \n")
    (event,) = house.entries("acceptance_asked")
    assert event.reason == "it moves next week"


def test_the_first_page_says_that_somebody_waits(house):
    assert "not yet approved" not in house.browser("viewer").get("/").text
    asked(house)
    assert "1 acceptance asked for and not yet approved" in house.browser("viewer").get("/").text


def test_the_words_are_those_of_the_command(house):
    """The same wish, once at the desk as the command has it, and once on the page."""
    wanted = Declared(
        covers=Covered(gap=1),
        by="owner@acme.test",
        approver="approver@acme.test",
        reason="x",
        compensating="y",
        until=NOW.date() + timedelta(days=31),
    )
    with pytest.raises(CannotDecide) as refusal:
        house.company.desk(house.kept.store).accept(wanted)
    browser = house.browser("owner")
    browser.get("/gaps/1")
    assert str(refusal.value) in browser.post("/gaps/1/ask", **ASKED | {"until": TOO_LONG}).text


def test_nobody_approves_what_they_ask_for_themselves(house):
    entry = asked(house, role="approver")
    approver = house.browser("approver")
    assert f"asked/{entry}/approve" not in approver.get("/acceptances").text
    answer = approver.post(f"/acceptances/asked/{entry}/approve")
    assert answer.status == 422
    assert "approver@acme.test cannot approve it alone: somebody else must" in answer.text
    assert house.entries("acceptance_given") == []


def test_the_owner_of_a_gap_does_not_approve_that_it_is_tolerated(house):
    entry = asked(house, 2)
    approver = house.browser("approver")
    approver.get("/acceptances")
    answer = approver.post(f"/acceptances/asked/{entry}/approve")
    assert answer.status == 422
    assert "approver@acme.test owns the gap and cannot approve it" in answer.text
    administrator = house.browser("administrator")
    administrator.get("/acceptances")
    assert administrator.post(f"/acceptances/asked/{entry}/approve").status == 303


def test_whoever_becomes_the_owner_meanwhile_does_not_approve_it_either(house):
    entry = asked(house)
    house.company.desk(house.kept.store).assign(1, by="x", owner="Approver@Acme.test")
    approver = house.browser("approver")
    approver.get("/acceptances")
    assert approver.post(f"/acceptances/asked/{entry}/approve").status == 422


def test_a_request_is_answered_once(house):
    entry = asked(house)
    approver = house.browser("approver")
    approver.get("/acceptances")
    approver.post(f"/acceptances/asked/{entry}/approve")
    for answer in ("approve", "refuse"):
        again = approver.post(f"/acceptances/asked/{entry}/{answer}", reason="twice")
        assert again.status == 422
        assert "nobody asks for it any more" in again.text
    assert len(house.entries("acceptance_given", "acceptance_refused")) == 1


def test_a_request_waits_until_its_last_day_and_no_longer(house):
    entry = asked(house)
    house.clock.pass_(days=20)
    approver = house.browser("approver")
    assert f"asked/{entry}/approve" in approver.get("/acceptances").text
    house.clock.pass_(days=1)
    approver = house.browser("approver")
    assert "Nobody waits for an approval." in approver.get("/acceptances").text
    assert approver.post(f"/acceptances/asked/{entry}/approve").status == 422


@pytest.mark.parametrize("who", ["owner", "approver"])
def test_a_request_is_refused_or_taken_back_with_a_reason(house, who):
    entry = asked(house)
    browser = house.browser(who)
    browser.get("/acceptances")
    without = browser.post(f"/acceptances/asked/{entry}/refuse", reason=" ")
    assert (without.status, house.entries("acceptance_refused")) == (422, [])
    assert "the reason must not be empty" in without.text
    assert browser.post(f"/acceptances/asked/{entry}/refuse", reason="no").status == 303
    (event,) = house.entries("acceptance_refused")
    assert (event.asked, event.by, event.reason) == (entry, f"{who}@acme.test", "no")
    assert finding(house, "1-0") == "open"


def test_an_acceptance_is_withdrawn_in_the_name_of_who_is_signed_in(house):
    number = given(house)
    assert finding(house, "1-0") == "accepted"
    browser = house.browser("owner")
    assert f"/acceptances/{number}/withdraw" in browser.get("/acceptances").text
    assert browser.post(f"/acceptances/{number}/withdraw", reason="it is fixed").status == 303
    (event,) = house.entries("acceptance_withdrawn")
    assert (event.by, event.reason) == ("owner@acme.test", "it is fixed")
    assert finding(house, "1-0") == "open"
    again = browser.post(f"/acceptances/{number}/withdraw", reason="it is fixed")
    assert f"A-{number} is withdrawn already" in again.text
    assert "it is fixed" in browser.get("/acceptances").text


def test_a_gap_is_assigned_in_the_name_of_who_is_signed_in(house):
    browser = house.browser("owner")
    browser.get("/gaps/1")
    fields = {"owner": "paul@acme.test", "due": "2026-12-01", "note": "half done"}
    answer = browser.post("/gaps/1/assign", **fields)
    assert (answer.status, answer.where) == (303, "/gaps/1#assignment")
    (event,) = house.entries("gap_assigned")
    assert (event.by, event.owner) == ("owner@acme.test", "paul@acme.test")
    assert (str(event.due), event.note) == ("2026-12-01", "half done")
    assert "paul@acme.test" in browser.get("/gaps/1").text


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "nothing is said: give an owner, a due date or a note"),
        ({"due": "2026-11-22"}, "2026-11-22 is over: name a day from 2026-11-23 on"),
        ({"due": "tomorrow"}, "the due date must be a day such as 2026-12-31"),
    ],
)
def test_an_assignment_is_refused_in_the_words_of_the_command(house, fields, why):
    browser = house.browser("owner")
    browser.get("/gaps/1")
    answer = browser.post("/gaps/1/assign", **fields)
    assert (answer.status, house.entries("gap_assigned")) == (422, [])
    assert why in answer.text


# roles


@pytest.mark.parametrize("role", MAY)
@pytest.mark.parametrize(("path", "fields", "deed"), CASES)
def test_a_role_does_what_it_may_and_nothing_else_even_by_hand(house, path, fields, deed, role):
    """The form is sent by hand, with a token that is good: only the role speaks against it."""
    path = path.format(asked=asked(house, role="administrator"), given=given(house))
    before = house.entries(*DECISIONS)
    browser = house.browser(role)
    browser.get("/")
    answer = browser.post(path, **fields)
    if deed in MAY[role]:
        if (role, deed) != ("administrator", Deed.APPROVE):
            assert answer.status == 303
        return
    assert answer.status == 403
    assert f"Your role does not let you {deed}." in answer.text
    assert house.entries(*DECISIONS) == before


@pytest.mark.parametrize("role", MAY)
def test_the_page_offers_what_the_role_may_do_and_nothing_else(house, role):
    asked(house, role="administrator" if role != "administrator" else "owner")
    given(house)
    browser = house.browser(role)
    offered = re.findall(r'action="([^"]*)"', browser.get("/gaps/1").text)
    offered += re.findall(r'action="([^"]*)"', browser.get("/acceptances").text)
    decisions = {path.partition("#")[0].rpartition("/")[2] for path in offered} - {"sign-out"}
    may = MAY[role]
    wanted = {"ask", "assign", "refuse", "withdraw"} if Deed.DECIDE in may else set()
    assert decisions == wanted | ({"approve"} if Deed.APPROVE in may else set())


@pytest.mark.parametrize(("path", "fields", "_"), CASES)
def test_no_decision_is_taken_without_the_form_it_stands_in(house, path, fields, _):
    path = path.format(asked=asked(house), given=given(house))
    before = house.entries(*DECISIONS)
    browser = house.browser("administrator")
    browser.get("/")
    assert browser.post(path, token=None, **fields).status == 403
    browser.headers = {"Origin": "https://evil.test"}
    assert browser.post(path, **fields).status == 403
    assert house.entries(*DECISIONS) == before


@pytest.mark.parametrize(("path", "fields", "_"), CASES)
def test_nobody_decides_from_outside(house, path, fields, _):
    path = path.format(asked=asked(house), given=given(house))
    before = house.entries(*DECISIONS)
    answer = Browser(house.address).post(path, **fields)
    assert (answer.status, answer.where) == (303, "/sign-in?to=/")
    assert house.entries(*DECISIONS) == before


@pytest.mark.parametrize("path", [path for path, _, _ in CASES])
def test_where_nobody_signs_in_nothing_is_decided(served, path):
    answer = served.ask(path.format(asked=1, given=1), method="POST")
    assert answer.status == 405
    assert "<form" not in served.ask("/acceptances").text
    assert not Visit().may(Deed.DECIDE)


def test_a_hostile_name_stays_a_name_wherever_it_is_shown(tmp_path):
    hostile = person("owner", name=HOSTILE)
    people = (hostile, *(one for one in EVERYBODY if one.role != "owner"))
    with opened(tmp_path, people=people) as house:
        with house.kept.cycle() as kept:
            kept.gap(1, HOSTILE)
        entry = asked(house, reason=HOSTILE, compensating=HOSTILE, covers="pattern", subject="*")
        browser = house.browser("approver")
        pages = [browser.get(path).text for path in ("/gaps/1", "/acceptances", "/access")]
        browser.post(f"/acceptances/asked/{entry}/approve")
        pages += [house.browser("owner").get("/acceptances").text]
        pages += [house.browser("administrator").get("/access").text]
    assert "<img" not in "".join(pages)
    assert "&lt;img" in pages[-1]
    assert SCOPE in "".join(pages)
