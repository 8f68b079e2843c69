"""The connection says whose token it is and under which name GitHub knows the organisation."""

import socket
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from agent.connections import configured
from agent.connections.github import PAUSE, WHICH_ORGANISATION, GithubConnection
from agent.connections.secrets import MissingSecret, resolve
from agent.connections.unit import Unit, Unreachable
from agent.demo.github.rest.view import Viewer
from agent.demo.github.server import TOKEN, GithubServer
from agent.settings.sources import GithubApp, GithubSource
from collectors.github.app import Installation
from collectors.github.live import requester
from collectors.github.organisation import Organisation
from tests.evidence import NOW


@pytest.fixture
def server():
    with GithubServer("acme", clock=lambda: NOW) as server:
        yield server


def only_unit(url, *, token=TOKEN, organization="acme", attempts=1, app=None):
    connection = GithubConnection(
        name="test",
        organization=organization,
        token="" if app else token,
        app=app,
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


@pytest.mark.parametrize(
    ("header", "ends"),
    [
        ("2026-12-24 17:00:00 UTC", datetime(2026, 12, 24, 17, tzinfo=UTC)),
        ("2026-12-24 18:00:00 +0100", datetime(2026, 12, 24, 17, tzinfo=UTC)),
        ("soon", None),
        (None, None),
    ],
)
def test_github_says_when_the_token_ends(server, header, ends):
    if header:
        server.headers["GitHub-Authentication-Token-Expiration"] = header

    assert only_unit(server.url).expires_at == ends


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


@pytest.fixture(scope="module")
def keys():
    """An App's private key and its public one, in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


@pytest.fixture
def installed(server, keys):
    server.viewer = Viewer(login="gapwatch[bot]", is_app=True)
    server.apps.install(app=12, installation=34, public_key=keys[1])
    return Installation(app=12, number=34, key=keys[0])


def test_an_app_signs_in_with_its_key_and_keeps_its_token_while_it_lives(server, installed):
    unit = only_unit(server.url, app=installed)

    assert unit.identity == "gapwatch[bot]"
    assert unit.live(WHICH_ORGANISATION, {"org": "acme"}).code is None
    assert server.apps.given == ("ghs_local1",)


def test_a_token_that_ends_is_renewed(server, installed):
    server.apps.lifetime = timedelta(seconds=1)
    unit = only_unit(server.url, app=installed)
    before = len(server.apps.given)

    assert unit.live(WHICH_ORGANISATION, {"org": "acme"}).code is None
    assert len(server.apps.given) > before


@pytest.mark.parametrize(
    ("app", "number", "code"),
    [
        pytest.param(12, 35, "404 Not Found", id="another installation"),
        pytest.param(13, 34, "401 Unauthorized", id="another App"),
    ],
)
def test_an_app_that_is_not_installed_says_so(server, installed, app, number, code):
    stranger = Installation(app=app, number=number, key=installed.key)
    unit = only_unit(server.url, app=stranger)

    assert unit.why == f"github:POST /app/installations/{{installation_id}}/access_tokens: {code}"


@pytest.mark.usefixtures("installed")
def test_a_key_that_is_not_the_apps_is_refused(server):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    unit = only_unit(server.url, app=Installation(app=12, number=34, key=other.decode()))

    assert unit.why.endswith("401 Unauthorized")


def test_neither_key_nor_token_is_in_a_description_or_an_answer(server, installed):
    unit = only_unit(server.url, app=installed)
    answer = unit.live(WHICH_ORGANISATION, {"org": "acme"})

    for told in (repr(installed), repr(unit), repr(answer)):
        assert "PRIVATE KEY" not in told
        assert "ghs_local" not in told


def test_an_app_without_a_github_is_unreachable(installed):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        unit = only_unit(f"http://127.0.0.1:{taken.getsockname()[1]}", app=installed)

    assert unit.why.endswith("ConnectionError")


@pytest.mark.parametrize(
    "written", ["not a key", "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----"]
)
def test_what_is_no_key_is_told_with_its_remedy(tmp_path, written):
    key = tmp_path / "app.pem"
    key.write_text(written)
    source = GithubSource(
        name="acme",
        organization="acme",
        app=GithubApp(id=1, installation=2, key=f"file:{key}"),
    )
    with pytest.raises(MissingSecret, match="holds no private key of a GitHub App: save the PEM"):
        configured._github(source, lambda name: resolve(name, {}), lambda: NOW, NOW)


def test_an_app_can_be_configured(tmp_path, keys):
    key = tmp_path / "app.pem"
    key.write_text(keys[0])
    source = GithubSource(
        name="acme",
        organization="acme",
        app=GithubApp(id=1, installation=2, key=f"file:{key}"),
    )
    made = configured._github(source, lambda name: resolve(name, {}), lambda: NOW, NOW)

    assert (made.app.app, made.app.number, made.token) == (1, 2, "")
