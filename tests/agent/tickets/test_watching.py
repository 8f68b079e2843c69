"""A tracker that cannot be used is told: by an alert, and by `doctor` before it comes to that."""

import pytest

from agent.doctor import examine
from agent.service import announce
from agent.store import queries
from tests.agent.alerts.conftest import receiving_posts

ONLY_TROUBLE = "alerts: [{{to: '{url}', when: [tickets_failing]}}]\n"


@pytest.fixture
def web(story):
    with receiving_posts() as told:
        story.alerts = ONLY_TROUBLE.format(url=told.url)
        yield told


def titles(story, web):
    story.later(minutes=11)
    announce(story.company, story.store)
    return [post.json["title"] for post in web.posts]


def troubles(story):
    with story.store.reading() as connection:
        return [(one.kind, one.what) for one in queries.troubles(connection)]


def test_a_tracker_that_takes_nothing_is_an_alert_and_so_is_its_recovery(story, place, web):
    tracker = story.company.settings.tickets.tracker
    story.opens("invoices")
    place.break_down()
    story.keep()
    story.keep()
    assert titles(story, web) == [f"Acme: {tracker} takes no tickets"]
    assert "none is lost" in web.posts[0].json["body"]
    assert "503" in web.posts[0].json["body"]
    assert 'Run "gapwatch doctor"' in web.posts[0].json["body"]

    place.repair()
    story.later(days=1)
    story.keep()
    assert titles(story, web)[1:] == [f"Acme: {tracker} takes tickets again"]
    assert len(place.issues) == 1
    assert troubles(story) == []


def test_it_recovers_although_there_is_nothing_to_write(story, place):
    """It broke down while closed tickets were looked for, and nothing changed since."""
    story.opens("invoices")
    story.keep()
    place.break_down()
    story.keep()
    assert [kind for kind, _ in troubles(story)] == ["tickets_failing"]

    place.repair()
    story.keep()
    assert troubles(story) == []


def test_a_missing_secret_is_told_and_over_when_it_is_there_though_no_gap_is_open(story, place):
    secret = place.environment.pop("TICKETS_TOKEN")
    story.keep()
    (told,) = story.log("tickets_failing")
    assert "TICKETS_TOKEN" in told.why

    place.environment["TICKETS_TOKEN"] = secret
    story.keep()
    assert troubles(story) == []


def looked(story):
    found = examine(story.company, lambda **_: None)
    (one,) = [one for one in found if one.what.startswith("tickets ")]
    return one


def test_doctor_looks_at_the_tracker_and_writes_nothing(story, place):
    found = looked(story)

    assert found.state == "passed"
    assert found.what == f"tickets {story.company.settings.tickets.tracker}"
    assert found.told.startswith("issues of ")
    assert place.writes == []


def test_doctor_says_that_the_tracker_is_down(story, place):
    place.break_down()

    assert looked(story).state == "failed"
    assert "503" in looked(story).told


def test_doctor_says_which_secret_is_missing(story, place):
    del place.environment["TICKETS_TOKEN"]

    assert looked(story).state == "failed"
    assert "TICKETS_TOKEN is not set: set it" in looked(story).told
