"""Registers of labelled issues are read with what GitHub tells of each issue's life."""

from datetime import timedelta

import pytest

from collectors.evidence.github.registers import Labelled
from collectors.evidence.record import Omission, Unread
from collectors.github.registers import register_issues, registered_changes
from tests.evidence import NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OPENED = NOW - 5 * DAY
ISSUES = "GET /repos/{owner}/{repo}/issues"
TIMELINE = f"{ISSUES}/{{issue_number}}/timeline"


@pytest.fixture
def web(github):
    """A repository in which one incident and one emergency change were registered."""
    github.state.add_repository("web", at=NOW - 300 * DAY)
    for label in ("incident", "emergency-change", "bug"):
        github.state.open_issue("web", "mia", "A title", "A text", at=OPENED, labels=(label, "ops"))
    return github


def read(github, collector=register_issues, **how):
    snapshot, _ = github.snapshot(collector, **how)
    return snapshot


def test_every_issue_with_a_registers_label_is_a_row_and_no_other(web):
    rows = {row.register: row for row in read(web).records}

    assert rows.keys() == {"incidents", "emergency_changes"}
    assert rows["incidents"].name == "acme/web#1"
    assert (rows["incidents"].closed_at, rows["incidents"].renamed_at) == (None, None)


def test_a_row_says_when_it_was_opened_and_what_its_form_answers(web):
    web.state.issues["web"][1].body = "### How bad\n\nhigh\n\n### Who\n\nAda Lovelace\n"
    register = ("incidents", "web", "incident", "severity=How bad")
    snapshot, transcript = web.snapshot(register_issues, registers=(register,))
    (row,) = snapshot.records

    assert row.opened_at == OPENED
    assert [(one.field, one.said) for one in row.answers] == [("severity", "high")]
    assert "Lovelace" not in str(transcript)


def test_closing_and_renaming_are_read_from_the_hosts_events(web):
    issue = web.state.issues["web"][1]
    web.state.close_issue("web", 1, at=OPENED + HOUR)
    web.state.rename_issue(issue, "mia", "Another", at=OPENED + 2 * HOUR)
    row = next(row for row in read(web).records if row.register == "incidents")

    assert (row.closed_at, row.renamed_at) == (OPENED + HOUR, OPENED + 2 * HOUR)


def test_a_row_that_disappears_stays_told(web):
    first = read(web)
    del web.state.issues["web"][1]
    second = read(web, since=first.reached)
    third = read(web, since=second.reached)

    assert [row.name for row in second.records if row.gone] == ["acme/web#1"]
    assert third.records == second.records
    assert {row.id for row in first.records} == {row.id for row in second.records}


def test_a_row_that_loses_its_label_is_gone_too(web):
    first = read(web)
    web.state.issues["web"][1].labels = ("ops",)

    assert [row.name for row in read(web, since=first.reached).records if row.gone]


def test_a_denied_register_is_an_omission_and_takes_no_row_for_gone(web):
    first = read(web)
    web.server.deny(ISSUES)
    denied = read(web, since=first.reached)

    why = f"github:{ISSUES}: 403 Forbidden"
    assert set(denied.omissions) == {Omission(where="acme/web", why=why)}
    assert denied.records == ()
    assert denied.reached == first.reached


def test_a_repository_that_does_not_exist_is_an_omission(web):
    snapshot = read(web, registers=(("incidents", "nowhere", "incident"),))

    assert [one.where for one in snapshot.omissions] == ["acme/nowhere"]


def test_a_denied_timeline_leaves_what_it_tells_unread(web):
    web.server.deny(TIMELINE)
    row = read(web).records[0]

    assert row.renamed_at == Unread(why=f"github:{TIMELINE}: 403 Forbidden")


def test_a_registered_change_tells_who_did_what_and_when(web):
    issue = web.state.issues["web"][2]
    web.state.label_issue(issue, "olga", "approved", at=OPENED + HOUR)
    web.state.close_issue("web", 2, at=OPENED + 2 * HOUR, by="otto")
    (change,) = read(web, registered_changes).records

    assert (change.opened_by, change.occurred_at) == ("mia", OPENED)
    assert (change.closed_by, change.closed_at) == ("otto", OPENED + 2 * HOUR)
    assert Labelled(label="approved", by="olga", at=OPENED + HOUR) in change.labels


def test_a_label_that_was_taken_away_does_not_count(web):
    issue = web.state.issues["web"][2]
    web.state.label_issue(issue, "olga", "approved", at=OPENED + HOUR)
    issue.labels = ("emergency-change",)
    (change,) = read(web, registered_changes).records

    assert {one.label for one in change.labels} == {"emergency-change"}


def test_changes_from_before_the_window_belong_to_no_population(web):
    web.state.issues["web"][2].created_at = NOW - 31 * DAY

    assert read(web, registered_changes).records == ()


def test_without_registers_nothing_is_asked(web):
    assert read(web, registers=()).records == ()
    assert ISSUES not in web.server.asked


def test_what_people_wrote_is_not_kept(web):
    _, transcript = web.snapshot(register_issues)

    assert "A title" not in str(transcript)
    assert "A text" not in str(transcript)


FORM = """### Commit or pull request

acme/web#7

### Why it could not wait

A customer named Ada Lovelace could not sign in.
"""


def said(github, body):
    issue = github.state.issues["web"][2]
    issue.body = body
    (change,) = read(github, registered_changes).records
    ((name, answer),) = [(one.field, one.said) for one in change.answers]
    assert name == "commit_or_pr"
    return answer


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        pytest.param(FORM, "acme/web#7", id="answered"),
        pytest.param(
            FORM.replace("\n", "\r\n"), "acme/web#7", id="with the line ends of a browser"
        ),
        pytest.param("### Commit or pull request\n\n_No response_\n", None, id="left empty"),
        pytest.param("Just words", None, id="no form"),
        pytest.param("", None, id="no text"),
        pytest.param("#### Commit or pull request\n\nx", None, id="a heading of another level"),
    ],
)
def test_a_field_of_a_form_is_read_by_its_heading(web, body, answer):
    assert said(web, body) == answer


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"{FORM}\n### Commit or pull request\n\nacme/web#8\n", id="answered twice"),
        pytest.param(FORM.replace("acme/web#7", "acme/web#7 " * 40), id="at length"),
    ],
)
def test_an_answer_that_is_not_one_is_unread(web, body):
    why = f"github:{ISSUES}: Commit or pull request is answered twice, or at length"

    assert said(web, body) == Unread(why=why)


def test_of_a_form_only_the_named_answers_are_kept(web):
    web.state.issues["web"][2].body = FORM
    for collector in (register_issues, registered_changes):
        snapshot, transcript = web.snapshot(collector)

        assert "acme/web#7" in str(transcript)
        assert "Lovelace" not in str(transcript)
        assert "could not wait" not in str(transcript)
        assert web.again(collector, transcript) == snapshot


def test_answers_are_read_from_every_page(web):
    for number in range(5):
        web.state.open_issue(
            "web", "mia", "Title", FORM, at=OPENED + number * HOUR, labels=("emergency-change",)
        )
    web.server.page_limit = 2

    answers = [one.answers[0].said for one in read(web, registered_changes).records]
    assert answers.count("acme/web#7") == 5


def test_other_headings_than_were_kept_are_asked_for_anew(web):
    """An answer that is confirmed unchanged holds only what was kept of it then."""
    web.state.issues["web"][2].body = FORM
    why = ("emergency_changes", "web", "emergency-change", "reason=Why it could not wait")
    (change,) = read(web, registered_changes, registers=(why,)).records

    assert [one.field for one in change.answers] == ["reason"]
    assert ISSUES in web.server.asked
