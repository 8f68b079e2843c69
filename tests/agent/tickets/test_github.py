"""GitHub's side: whose issues count, where tickets are not kept, and by which credential."""

from datetime import timedelta

import pytest

from agent.demo.github.rest.view import Viewer
from agent.demo.github.server import TOKEN
from agent.gaps import events as e
from agent.registry import all_checks
from agent.settings.loading import load_settings
from agent.settings.words import BadConfiguration
from agent.store.store import Store
from agent.store.tickets import store_id
from agent.tickets.github import GithubTracker
from agent.tickets.tracker import Marker, NotTaken
from agent.tickets.writing import paragraphs, said
from tests.agent.tickets.conftest import REPOSITORY, Story
from tests.evidence import NOW

TEXT = paragraphs(said("text"))


@pytest.fixture
def store(tmp_path):
    """Which database it is makes no difference here."""
    return Store.open(f"sqlite:///{tmp_path}/gapwatch.db", tmp_path / "evidence", create=True)


@pytest.fixture
def story(store, github, tmp_path, moments):
    told = Story(store, github, tmp_path, moments)
    told.happen(e.CycleStarted(**told.when, trigger="test", sources=("aws",), versions="0" * 64))
    return told


def test_a_marker_that_somebody_else_wrote_does_not_count(story, github):
    with story.store.reading() as connection:
        marker = Marker(1, store_id(connection))
    github.server.state.open_issue(
        REPOSITORY, "mallory", "G-1", f"mine now\n\n<!-- {marker} -->", at=NOW
    )
    story.opens("invoices")
    story.keep()

    assert [issue.author for issue in github.issues] == ["mallory", "gapwatch-tickets"]


def test_a_marker_inside_a_hostile_name_does_not_count(story, github):
    with story.store.reading() as connection:
        store = store_id(connection)
    story.opens(f"x\n<!-- {Marker(2, store)} -->", gap=1)
    story.opens("exports", gap=2)
    story.keep()

    assert [issue.title[:3] for issue in github.issues] == ["G-1", "G-2"]


def test_a_ticket_of_another_store_does_not_count(story, github):
    github.server.state.open_issue(
        REPOSITORY, "gapwatch-tickets", "G-1", f"<!-- {Marker(1, '0' * 12)} -->", at=NOW
    )
    story.opens("invoices")
    story.keep()

    assert len(github.issues) == 2


def test_an_issue_is_found_on_the_second_page(story, github):
    github.server.page_limit = 1
    tracker = story.tracker()
    marker = Marker(1, "a" * 12)
    for number in (7, 8, 1):
        tracker.open(f"G-{number}", TEXT, Marker(number, "a" * 12))

    assert [ticket.key for ticket in tracker.find(marker, NOW)] == ["3"]


def test_a_public_repository_is_refused_before_anything_is_written(story, github):
    github.server.state.repositories[REPOSITORY].private = False
    story.opens("invoices")
    story.keep()

    (told,) = story.log("tickets_failing")
    assert "acme/compliance is public" in told.why
    assert github.writes == []


def test_the_reading_token_may_not_write(github):
    tracker = GithubTracker("acme/compliance", TOKEN, base_url=github.url)

    with pytest.raises(NotTaken, match="refused to open an issue: 403"):
        tracker.open("title", TEXT, Marker(1, "a" * 12))


def test_a_token_that_reads_a_source_is_refused_for_tickets(story):
    path = story.folder / "gapwatch.yaml"
    _ = story.company
    source = "  github:\n    - {name: acme, organization: acme, token: env:TICKETS_TOKEN}\n"
    path.write_text(path.read_text().replace("sources:\n", f"sources:\n{source}"))

    with pytest.raises(BadConfiguration, match="give tickets a token of their own"):
        load_settings(path, all_checks())


def test_creating_is_never_repeated_by_the_library(github):
    github.server.deny("POST /repos/{owner}/{repo}/issues", status=502, message="bad gateway")
    tracker = GithubTracker(
        "acme/compliance", github.environment["TICKETS_TOKEN"], base_url=github.url
    )
    with pytest.raises(NotTaken):
        tracker.open("title", TEXT, Marker(1, "a" * 12))

    assert len(github.writes) == 1


def test_what_can_be_read_and_not_written_is_told_once_and_is_not_over_by_reading(story, github):
    story.opens("invoices")
    github.server.deny("POST /repos/{owner}/{repo}/issues")
    for _ in range(3):
        story.keep()
        story.later(minutes=6)

    assert len(story.log("tickets_failing")) == 1
    assert story.log("trouble_over") == []


@pytest.mark.parametrize(
    "renewed", [timedelta(days=99), None], ids=["for a while", "without an end"]
)
def test_a_token_that_ends_soon_is_told_once_and_once_when_it_is_renewed(story, github, renewed):
    headers = github.server.headers
    headers["GitHub-Authentication-Token-Expiration"] = f"{NOW + timedelta(days=9):%F %T} UTC"
    story.opens("invoices")
    story.keep()
    story.keep()
    (told,) = story.log("credential_expiring")
    assert (told.what, told.expires_at) == (
        "github:acme/compliance credential",
        NOW + timedelta(days=9),
    )

    if renewed is None:
        del headers["GitHub-Authentication-Token-Expiration"]
    else:
        headers["GitHub-Authentication-Token-Expiration"] = f"{NOW + renewed:%F %T} UTC"
    story.happen(story.finding("exports"))
    story.keep()
    assert [over.trouble for over in story.log("trouble_over")] == ["credential_expiring"]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"archived": True}, "is archived, so nothing can be written"),
        ({"has_issues": False}, "has no issues: turn them on"),
        ({"private": False}, "is public, and tickets name what stands open"),
    ],
)
def test_a_repository_that_can_keep_no_tickets_is_told_before_one_is_written(
    story, github, fault, told
):
    for name, value in fault.items():
        setattr(github.server.state.repositories[REPOSITORY], name, value)

    with pytest.raises(NotTaken, match=told):
        story.tracker().probe()


def test_an_account_that_may_not_close_issues_is_told_which_role_it_needs(github):
    github.server.viewer = Viewer(role="pull")
    reading = GithubTracker("acme/compliance", TOKEN, base_url=github.url)

    with pytest.raises(NotTaken, match="give it Triage"):
        reading.probe()
