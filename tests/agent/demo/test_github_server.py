"""The local GitHub answers, pages and refuses as the real one does, and the same story twice."""

import json
from datetime import timedelta
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from agent.demo.github import estate as github_estate
from agent.demo.github.server import TOKEN, GithubServer
from agent.demo.github.state import GithubState
from tests.evidence import NOW

OLD = NOW - timedelta(days=300)


@pytest.fixture
def server():
    with GithubServer("acme", clock=lambda: NOW) as server:
        server.state.add_member("olga", "admin")
        server.state.add_member("mia")
        yield server


def ask(server, path, *, token=TOKEN, body=None, method=None, **headers):
    """The status, the headers and the body of one answer."""
    content = None if body is None else json.dumps(body).encode()
    sent = {"Authorization": f"token {token}", **headers}
    try:
        answer = urlopen(Request(f"{server.url}{path}", content, sent, method=method))
    except HTTPError as refusal:
        answer = refusal
    content = answer.read()
    return answer.status, answer.headers, json.loads(content) if content else None


def test_every_answer_has_the_headers_github_sends(server):
    _, headers, _ = ask(server, "/orgs/acme")

    assert headers["Date"] == "Mon, 23 Nov 2026 09:00:00 GMT"
    assert headers["X-GitHub-Request-Id"] == "0A01:0001"
    assert headers["X-RateLimit-Limit"] == "5000"
    assert headers["X-RateLimit-Remaining"] == "4999"
    assert headers["X-RateLimit-Reset"] == str(int((NOW + timedelta(hours=1)).timestamp()))


def test_pages_follow_one_another_on_the_same_host_and_port(server):
    _, headers, first = ask(server, "/orgs/acme/members?per_page=1")
    following = headers["Link"].partition(">")[0].removeprefix(f"<{server.url}")
    _, last_headers, second = ask(server, following)

    assert [person["login"] for person in first + second] == ["olga", "mia"]
    assert 'rel="next"' in headers["Link"]
    assert 'rel="next"' not in last_headers["Link"]


def test_what_did_not_change_is_not_sent_again(server):
    _, headers, _ = ask(server, "/orgs/acme/members")
    unchanged = ask(server, "/orgs/acme/members", **{"If-None-Match": headers["ETag"]})
    server.state.add_member("max")
    changed = ask(server, "/orgs/acme/members", **{"If-None-Match": headers["ETag"]})

    assert (unchanged[0], unchanged[2]) == (304, None)
    assert changed[0] == 200


@pytest.mark.parametrize(
    ("path", "options", "status"),
    [
        pytest.param("/orgs/acme", {"token": "wrong"}, 401, id="a wrong token"),
        pytest.param("/orgs/other", {}, 404, id="an organisation that is not there"),
        pytest.param("/repos/acme/none", {}, 404, id="a repository that is not there"),
        pytest.param("/orgs/acme/packages", {}, 501, id="a route that is not offered"),
        pytest.param("/orgs/acme", {"method": "DELETE"}, 501, id="a route that would write"),
    ],
)
def test_what_cannot_be_answered_is_refused(server, path, options, status):
    assert ask(server, path, **options)[0] == status


def test_a_denial_holds_until_it_is_taken_back(server):
    server.deny("GET /orgs/{org}", status=404, message="Not Found")
    denied, _, body = ask(server, "/orgs/acme")
    server.allow_all()

    assert (denied, body) == (404, {"message": "Not Found"})
    assert ask(server, "/orgs/acme")[0] == 200


@pytest.mark.parametrize(
    ("query", "error"),
    [
        pytest.param(
            "{ viewer { shoeSize } }",
            {"extensions": {"code": "undefinedField"}},
            id="a field GitHub does not have",
        ),
        pytest.param(
            '{ organization(login: "other") { id } }', {"type": "NOT_FOUND"}, id="nothing there"
        ),
        pytest.param(
            '{ repository(owner: "acme", name: "web") { object(oid: "HEAD") '
            "{ ... on Commit { history { nodes { oid } } } } } }",
            {"type": "EXCESSIVE_PAGINATION"},
            id="a connection without a limit",
        ),
    ],
)
def test_a_question_it_cannot_answer_has_an_error(server, query, error):
    server.state.add_repository("web", at=OLD)
    head = server.state.repositories["web"].branches["main"]
    status, _, body = ask(server, "/graphql", body={"query": query.replace("HEAD", head)})

    assert status == 200
    assert error.items() <= body["errors"][0].items()


def test_history_never_shows_a_commit_before_its_child():
    state = GithubState("acme")
    state.add_member("olga", "admin")
    repository = state.add_repository("web", at=NOW)
    pull = state.open_pull_request("web", "olga", "Add", at=OLD)
    state.push("web", "olga", "Meanwhile", at=OLD)
    head = state.merge("web", pull, "olga", at=OLD, method="merge")

    shown = [commit.sha for commit in repository.history(head)]
    assert len(shown) == len(repository.commits) == 4
    for commit in repository.history(head):
        assert all(shown.index(parent) > shown.index(commit.sha) for parent in commit.parents)


def test_the_same_story_gives_the_same_organisation():
    def told(seed):
        with GithubServer("acme", clock=lambda: NOW, seed=seed) as server:
            github_estate.seed(server, NOW)
            return {name: place.branches for name, place in server.state.repositories.items()}

    assert told(1) == told(1)
    assert told(1) != told(2)
