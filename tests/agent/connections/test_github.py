"""The connection says whose token it is and under which name GitHub knows the organisation."""

import socket

import pytest

from agent.connections.github import PAUSE, GithubConnection
from agent.connections.unit import Unit, Unreachable
from agent.demo.github.rest.view import Viewer
from agent.demo.github.server import TOKEN, GithubServer
from collectors.github.live import requester
from collectors.github.organisation import Organisation
from tests.evidence import NOW


@pytest.fixture
def server():
    with GithubServer("acme", clock=lambda: NOW) as server:
        yield server


def only_unit(url, *, token=TOKEN, organization="acme", attempts=1):
    connection = GithubConnection(
        name="test",
        organization=organization,
        token=token,
        begins=NOW,
        base_url=url,
        attempts=attempts,
        clock=lambda: NOW,
    )
    (unit,) = connection.units()
    return unit


def test_the_unit_is_named_by_github_and_not_by_the_configuration(server):
    unit = only_unit(server.url, organization="ACME")

    assert isinstance(unit, Unit)
    assert (unit.scope, unit.reads, unit.identity) == (
        "github:acme",
        Organisation,
        "gapwatch-reader",
    )


def test_an_app_has_a_name_though_it_is_no_user(server):
    server.viewer = Viewer(login="gapwatch[bot]", is_app=True)

    assert only_unit(server.url).identity == "gapwatch[bot]"


@pytest.mark.parametrize(
    ("denied", "options", "why"),
    [
        pytest.param(
            (), {"token": "wrong"}, "github:GET /user: 401 Unauthorized", id="a wrong token"
        ),
        pytest.param(
            (),
            {"organization": "other"},
            "github:GET /orgs/{org}: 404 Not Found",
            id="an organisation nobody may see",
        ),
        pytest.param(
            ("GET /user", "Query.viewer"),
            {},
            "graphql:Viewer: FORBIDDEN",
            id="neither a user nor an app",
        ),
    ],
)
def test_what_cannot_be_reached_says_why(server, denied, options, why):
    for what in denied:
        server.deny(what)
    unit = only_unit(server.url, **options)

    assert isinstance(unit, Unreachable)
    assert (unit.reads, unit.why) == ((Organisation,), why)


def test_a_server_that_is_not_there_is_unreachable():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        unit = only_unit(f"http://127.0.0.1:{taken.getsockname()[1]}")

    assert unit.why == "github:GET /user: ConnectionError"


def test_a_passing_fault_is_asked_again_and_a_lasting_one_keeps_its_status(server, monkeypatch):
    monkeypatch.setattr("urllib3.util.retry.Retry.get_backoff_time", lambda _: 0)
    server.deny("GET /user", 502, "Server Error")
    unit = only_unit(server.url, attempts=3)

    assert unit.why == "github:GET /user: 502 Bad Gateway"
    assert server.asked == ["GET /user"] * 3


def test_the_token_is_in_no_description_of_the_connection(server):
    connection = GithubConnection(
        name="test", organization="acme", token="ghp_secret", begins=NOW, base_url=server.url
    )
    assert "ghp_secret" not in repr(connection)


def test_questions_by_post_do_not_wait_as_if_they_wrote():
    """PyGithub waits a second after each POST; the pauses it keeps are pinned here."""
    kept = requester("https://api.github.com", "token", attempts=1, pause=PAUSE).kwargs

    assert (kept["seconds_between_requests"], kept["seconds_between_writes"]) == (PAUSE, None)
