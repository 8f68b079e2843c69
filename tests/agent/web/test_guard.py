"""Who may ask, and what every answer forbids the browser."""

import pytest

from agent.web.guard import guarded
from agent.web.server import Page
from tests.agent.web.conftest import Served
from tests.agent.web.kept import Kept, estate

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize(
    ("hosts", "status"),
    [
        pytest.param(["127.0.0.1"], 200, id="loopback"),
        pytest.param(["127.0.0.1:9999"], 200, id="any port, as behind a tunnel"),
        pytest.param(["localhost:8080"], 200, id="localhost"),
        pytest.param(["LOCALHOST"], 200, id="names have no case"),
        pytest.param(["[::1]:8080"], 200, id="loopback, version 6"),
        pytest.param(["evil.test"], 400, id="a name of somebody else"),
        pytest.param(["evil.test:8080"], 400, id="the same with our port"),
        pytest.param(["127.0.0.1.evil.test"], 400, id="begins like ours"),
        pytest.param(["localhost.evil.test"], 400, id="the same in words"),
        pytest.param(["localhost:8080.evil.test"], 400, id="a port that is none"),
        pytest.param(["192.168.1.7"], 400, id="an address that is not ours"),
        pytest.param([""], 400, id="empty"),
        pytest.param(["localhost", "evil.test"], 400, id="two names"),
        pytest.param([], 400, id="none"),
    ],
)
def test_only_requests_addressed_to_this_machine_are_answered(served, hosts, status):
    assert served.ask("/health", hosts=hosts).status == status


@pytest.mark.parametrize(
    ("host", "status"),
    [("10.1.2.3:8080", 200), ("[fd00::7]", 200), ("localhost", 200), ("evil.test", 400)],
)
def test_beyond_this_machine_an_address_is_enough_but_no_foreign_name(tmp_path, host, status):
    company = estate(tmp_path, host="0.0.0.0")
    store = company.store(create=True)
    with Page(company, store) as page:
        served = Served(company, Kept(store), page.address.replace("0.0.0.0", "127.0.0.1"))
        assert served.ask("/health", hosts=[host]).status == status


@pytest.mark.parametrize(("host", "status"), [("soc2.acme.test", 200), ("evil.acme.test", 400)])
def test_the_public_name_is_ours_as_well(tmp_path, host, status):
    company = estate(tmp_path, public_url="https://soc2.acme.test/gapwatch")
    store = company.store(create=True)
    with Page(company, store) as page:
        served = Served(company, Kept(store), page.address)
        assert served.ask("/health", hosts=[host]).status == status


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/api/gaps", "/gaps/1", "/nothing"])
def test_nothing_but_reading_is_allowed(served, method, path):
    answer = served.ask(path, method=method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize(
    ("path", "method", "hosts"),
    [
        ("/", "GET", None),
        ("/static/style.css", "GET", None),
        ("/api/gaps", "GET", None),
        ("/nothing", "GET", None),
        ("/", "POST", None),
        ("/", "GET", ["evil.test"]),
    ],
)
def test_every_answer_forbids_what_it_does_not_need(served, path, method, hosts):
    headers = served.ask(path, method=method, hosts=hosts).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


@pytest.mark.parametrize("path", ["/schema", "/docs", "/static/../app.py", "/static/%2e%2e/app.py"])
def test_nothing_else_is_served(served, path):
    assert served.ask(path).status == 404


async def _never(*_):
    raise AssertionError


def test_what_is_not_http_is_not_answered():
    answering = guarded(_never, hosts=())({"type": "websocket"}, _never, _never)
    with pytest.raises(StopIteration):
        answering.send(None)
