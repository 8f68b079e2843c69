"""Jira's side: pages, workflows, what is refused, and a token that never appears."""

import pytest

from agent.tickets.jira import JiraTracker
from agent.tickets.tracker import Marker, NotTaken
from agent.tickets.writing import paragraphs, said
from tests import jira
from tests.evidence import NOW

TEXT = paragraphs(said("text"))
STORE = "a" * 12


@pytest.fixture
def server():
    with jira.Jira(page=1) as running:
        yield running


def tracker(server, token=jira.TOKEN):
    return JiraTracker(
        server.url, "SEC", (jira.USER, token), issue_type="Task", labels=("gapwatch",)
    )


def test_an_issue_is_found_by_its_own_label_on_whatever_page(server):
    kept = tracker(server)
    for number in (7, 8, 1, 12):
        kept.open(f"G-{number}", TEXT, Marker(number, STORE))

    assert [ticket.key for ticket in kept.find(Marker(1, STORE), NOW)] == ["SEC-3"]
    assert kept.find(Marker(1, "b" * 12), NOW) == []


def test_closing_takes_whatever_transition_the_workflow_offers(server):
    kept = tracker(server)
    ticket = kept.open("G-1", TEXT, Marker(1, STORE))
    server.issues[ticket.key].status = "In Progress"
    kept.close(ticket.key)
    assert server.issues[ticket.key].status == "Done"
    kept.reopen(ticket.key)
    assert server.issues[ticket.key].status == "To Do"


def test_a_workflow_that_offers_no_way_is_said_in_a_sentence(server, monkeypatch):
    monkeypatch.setitem(jira.OFFERED, "To Do", ("In Progress",))
    kept = tracker(server)
    ticket = kept.open("G-1", TEXT, Marker(1, STORE))

    with pytest.raises(NotTaken, match="SEC-1 no transition to a status of the category done"):
        kept.close(ticket.key)


def test_a_comment_with_a_known_mark_is_not_written_again(server):
    kept = tracker(server)
    ticket = kept.open("G-1", TEXT, Marker(1, STORE))
    for mark in ("one", "one", "two"):
        kept.comment(ticket.key, TEXT, mark)

    assert len(server.issues[ticket.key].comments) == 2


def test_a_label_that_somebody_took_off_is_put_back(server):
    kept = tracker(server)
    ticket = kept.open("G-1", TEXT, Marker(1, STORE))
    server.issues[ticket.key].fields["labels"] = []
    kept.rewrite(ticket.key, "G-1", TEXT, Marker(1, STORE))

    assert kept.find(Marker(1, STORE), NOW)


def test_an_issue_that_is_gone_or_moved_is_there_no_more(server):
    kept = tracker(server)
    ticket = kept.open("G-1", TEXT, Marker(1, STORE))
    server.issues[ticket.key].fields["project"] = {"key": "OTHER"}

    assert kept.read(ticket.key) is None
    assert kept.read("SEC-99") is None


def test_a_wrong_token_stops_everything_and_is_not_told(server):
    with pytest.raises(NotTaken) as refusal:
        tracker(server, token="wrong-token").open("G-1", TEXT, Marker(1, STORE))

    assert refusal.value.nothing_works
    assert refusal.value.why == "Jira refused POST issue: 401"


def test_a_site_that_cannot_be_reached_is_said_without_its_address():
    kept = JiraTracker("http://127.0.0.1:9", "SEC", ("u", "t"), issue_type="Task")
    with pytest.raises(NotTaken) as refusal:
        kept.open("G-1", TEXT, Marker(1, STORE))

    assert "127.0.0.1" not in refusal.value.why
    assert refusal.value.nothing_works


def test_what_the_account_may_not_do_is_told_before_it_is_tried(server):
    server.may -= {"TRANSITION_ISSUES", "ADD_COMMENTS"}

    with pytest.raises(NotTaken, match="give it ADD_COMMENTS, TRANSITION_ISSUES"):
        tracker(server).probe()


def test_a_kind_of_issue_that_the_project_does_not_have_is_told_with_those_it_has(server):
    kept = JiraTracker(server.url, "SEC", (jira.USER, jira.TOKEN), issue_type="Bug")

    with pytest.raises(NotTaken, match="no issue type Bug: name one of Task as issue_type"):
        kept.probe()


def test_a_project_that_is_not_there_is_told(server):
    kept = JiraTracker(server.url, "OPS", (jira.USER, jira.TOKEN), issue_type="Task")

    with pytest.raises(NotTaken, match="Jira refused GET project/OPS: 404"):
        kept.probe()
