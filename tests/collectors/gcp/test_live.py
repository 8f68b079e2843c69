"""Whatever Google does comes back as an exchange, and what it did is told apart."""

import json
import socket
import threading
from pathlib import Path

import googleapiclient
import pytest
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import DefaultCredentialsError, RefreshError
from requests.adapters import HTTPAdapter

from agent.connections.gcp import CALLS
from agent.demo.gcp_server import GoogleCloud
from agent.demo.gcp_state import Bucket
from collectors.contract import ApiCall
from collectors.gcp import audit_logs, iam, logging, sql, storage
from collectors.gcp.live import BY_CLIENT, BY_PATH, BY_POST, Google, live
from collectors.gcp.project import GET_PROJECT, LARGEST_PAGE
from tests.evidence import NOW

DESCRIPTIONS = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
COLLECTORS = (
    audit_logs.audit_log_deeds,
    iam.bindings,
    iam.inherited_bindings,
    iam.identities,
    logging.audit,
    logging.sinks,
    sql.sql_instances,
    storage.buckets,
    storage.bucket_versions,
)
DECLARED = sorted({*CALLS, *(call for one in COLLECTORS for call in one.calls)}, key=str)
LIST = storage.LIST_BUCKETS
BY_NUMBER = {"project": "1001"}
PROJECT = {"name": "projects/1001"}


@pytest.fixture
def server():
    with GoogleCloud() as server:
        project = server.project("1001", "acme-prod")
        project.buckets["invoices"] = Bucket("invoices")
        project.policy.record("allServices", "DATA_READ")
        yield server


def asking(url, **settings):
    google = Google(AnonymousCredentials, endpoint_url=url)
    return live(google, lambda: NOW, **{"pause": lambda _: None, **settings})


def test_a_good_answer_is_kept_as_it_came(server):
    exchange = asking(server.url)(LIST, BY_NUMBER)

    assert (exchange.status, exchange.code) == (200, None)
    assert exchange.response == server.given[-1][1]
    assert exchange.server_date.endswith("GMT")
    assert (exchange.service, exchange.operation, exchange.arguments) == (
        "storage",
        "buckets.list",
        BY_NUMBER,
    )


def test_an_answer_by_the_sdk_is_kept_as_it_came_with_enumerations_by_name(server):
    ask = asking(server.url)
    project = ask(GET_PROJECT, PROJECT)
    policy = ask(iam.PROJECT_POLICY, {"resource": "projects/1001", "options": {}})

    assert project.response["state"] == "ACTIVE"
    assert policy.response["auditConfigs"][0]["auditLogConfigs"] == [{"logType": "DATA_READ"}]
    assert policy.server_date.endswith("GMT")


def test_the_sdk_would_ask_for_enumerations_as_numbers(server):
    """When this fails the SDK has changed, and its requests need no rewriting any more."""
    _, numbered, _ = server.respond(
        "GET", "/v3/projects/1001?%24alt=json%3Benum-encoding%3Dint", b""
    )
    google = Google(AnonymousCredentials, endpoint_url=server.url)
    google.ask(GET_PROJECT, PROJECT)
    transport = google._client("resourcemanager_v3", "ProjectsClient").transport
    prepared = []
    transport._session.mount("http://", Listening(prepared))
    google.ask(GET_PROJECT, PROJECT)

    assert numbered["state"] == 1
    assert "%24alt=json%3Benum-encoding%3Dint" in prepared[0]


class Listening(HTTPAdapter):
    """Notes the address of a request on its way."""

    def __init__(self, heard):
        super().__init__()
        self.heard = heard

    def send(self, request, *args, **options):
        self.heard.append(request.url)
        return super().send(request, *args, **options)


@pytest.mark.parametrize(
    ("call", "arguments", "method", "code"),
    [
        pytest.param(LIST, BY_NUMBER, "storage.buckets.list", "forbidden", id="older API"),
        pytest.param(
            logging.SINKS,
            {"parent": "projects/1001"},
            "logging.sinks.list",
            "PERMISSION_DENIED",
            id="newer API",
        ),
        pytest.param(
            GET_PROJECT,
            PROJECT,
            "cloudresourcemanager.projects.get",
            "PERMISSION_DENIED",
            id="by the SDK",
        ),
    ],
)
def test_a_denial_is_in_googles_own_word(server, call, arguments, method, code):
    server.deny(method)
    exchange = asking(server.url)(call, arguments)

    assert (exchange.status, exchange.code) == (403, code)
    assert exchange.response == {}, "its text may quote what was sent"


def test_an_api_that_is_off_is_told_from_a_denial(server):
    server.deny("logging.sinks.list", reason="SERVICE_DISABLED")
    exchange = asking(server.url)(logging.SINKS, {"parent": "projects/1001"})

    assert exchange.code == "SERVICE_DISABLED"


@pytest.mark.parametrize(
    ("call", "arguments", "method"),
    [
        pytest.param(LIST, BY_NUMBER, "storage.buckets.list", id="by path"),
        pytest.param(GET_PROJECT, PROJECT, "cloudresourcemanager.projects.get", id="by the SDK"),
    ],
)
def test_an_exhausted_quota_is_waited_for_and_not_for_ever(server, call, arguments, method):
    pauses = []
    server.be_busy(method, times=3)
    patient = asking(server.url, pause=pauses.append)(call, arguments)
    server.be_busy(method, times=9)
    hasty = asking(server.url, attempts=2, pause=pauses.append)(call, arguments)

    assert patient.code is None
    assert hasty.status == 429
    assert hasty.code in ("rateLimitExceeded", "RESOURCE_EXHAUSTED")
    assert pauses == [1, 2, 4, 1]


def test_a_denial_is_not_asked_again(server):
    server.deny("storage.buckets.list")
    pauses = []
    asking(server.url, pause=pauses.append)(LIST, BY_NUMBER)

    assert pauses == []


@pytest.mark.parametrize(
    ("call", "arguments", "method"),
    [
        pytest.param(LIST, BY_NUMBER, "storage.buckets.list", id="by path"),
        pytest.param(GET_PROJECT, PROJECT, "cloudresourcemanager.projects.get", id="by the SDK"),
    ],
)
def test_an_answer_that_breaks_off_is_no_empty_list(server, call, arguments, method):
    server.cut_short(method)
    exchange = asking(server.url, attempts=2)(call, arguments)

    assert (exchange.status, exchange.code) == (None, "AnswerBrokenOff")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        pytest.param(b"<html>log in</html>", b"200 OK", "AnswerNotJson", id="a captive portal"),
        pytest.param(b"", b"200 OK", "AnswerNotJson", id="nothing at all"),
        pytest.param(b"[]", b"200 OK", "AnswerNotJson", id="no object"),
        pytest.param(b"<html/>", b"404 Not Found", "HTTP 404", id="a stranger's error"),
        pytest.param(b'{"error": "no"}', b"400 Bad", "HTTP 400", id="an error without words"),
    ],
)
@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        pytest.param(LIST, BY_NUMBER, id="by path"),
        pytest.param(GET_PROJECT, PROJECT, id="by the SDK"),
    ],
)
def test_what_is_not_googles_json_is_a_fault(call, arguments, body, status, code):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=answer_once, args=(listener, status, body), daemon=True).start()
        exchange = asking(f"http://127.0.0.1:{listener.getsockname()[1]}", attempts=1)(
            call, arguments
        )

    assert (exchange.code, exchange.response) == (code, {})


def answer_once(listener, status, body):
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        length = str(len(body)).encode()
        connection.sendall(
            b"HTTP/1.1 " + status + b"\r\nContent-Length: " + length + b"\r\n\r\n" + body
        )


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        pytest.param(LIST, BY_NUMBER, id="by path"),
        pytest.param(GET_PROJECT, PROJECT, id="by the SDK"),
    ],
)
def test_nobody_there_is_an_exchange_too(call, arguments):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    pauses = []
    exchange = asking(f"http://127.0.0.1:{port}", attempts=3, pause=pauses.append)(call, arguments)

    assert (exchange.status, exchange.code) == (None, "ConnectionError")
    assert len(pauses) == 2


def test_an_older_answer_never_stands_in_for_a_missing_one(server):
    credentials = Expiring()
    ask = live(Google(lambda: credentials, endpoint_url=server.url), lambda: NOW)
    before = ask(GET_PROJECT, PROJECT)
    credentials.over = True
    after = ask(GET_PROJECT, PROJECT)

    assert (before.code, after.code) == (None, "RefreshError")
    assert after.response == {}


class Expiring(AnonymousCredentials):
    """Credentials that cannot be renewed from some moment on."""

    over = False

    def before_request(self, *_):
        if self.over:
            raise RefreshError


def test_missing_credentials_are_an_exchange_too():
    def none():
        raise DefaultCredentialsError

    exchange = live(Google(none), lambda: NOW)(LIST, BY_NUMBER)

    assert exchange.code == "DefaultCredentialsError"


@pytest.mark.parametrize("call", DECLARED, ids=str)
def test_every_declared_call_has_one_road(call):
    assert sum(str(call) in roads for roads in (BY_CLIENT, BY_PATH, BY_POST)) == 1


def test_every_road_is_of_a_declared_call():
    assert {*BY_CLIENT, *BY_PATH, *BY_POST} == {str(call) for call in DECLARED}
    assert LARGEST_PAGE.keys() <= {str(call) for call in DECLARED}


VERSIONS = {
    "cloudasset": "v1",
    "cloudresourcemanager": "v3",
    "logging": "v2",
    "orgpolicy": "v2",
    "serviceusage": "v1",
    "sqladmin": "v1",
    "storage": "v1",
}


READ_BY_POST = {
    "entries.list",
    "folders.getIamPolicy",
    "organizations.getIamPolicy",
    "projects.getIamPolicy",
}
"""Methods that read, though Google wants their question in the body of a POST."""
PAYLOAD = ("servicecontrol.v1.json", "AuditLog")
"""Where Google describes what an audit log entry carries; the log itself carries anything."""


def described(call):
    prefix = {"sqladmin": "sql"}.get(call.service, call.service)
    name = f"{call.service}.{VERSIONS[call.service]}.json"
    whole = json.loads((DESCRIPTIONS / name).read_text())
    wanted = f"{prefix}.{call.operation}"
    (method,) = (m for m in methods(whole) if m["id"] == wanted)
    return method, whole


def methods(resource):
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from methods(inner)


@pytest.mark.parametrize("call", DECLARED, ids=str)
def test_every_call_exists_and_only_reads(call):
    method, whole = described(call)
    path = {**BY_PATH, **BY_POST}.get(str(call))
    asked = method["parameters"]
    if str(call) in BY_POST:
        asked = whole["schemas"][method["request"]["$ref"]]["properties"]

    assert method["httpMethod"] == "GET" or call.operation in READ_BY_POST
    assert path in {None, f"{whole['rootUrl']}{whole['servicePath']}{method['path']}"}
    for name in LARGEST_PAGE.get(str(call), {}):
        assert name in asked


@pytest.mark.parametrize("call", [call for call in DECLARED if call.redact], ids=str)
def test_every_redacted_field_exists_so_a_misspelt_one_leaks_nothing(call):
    method, whole = described(call)
    for path in call.redact:
        schemas, schema = whole["schemas"], whole["schemas"][method["response"]["$ref"]]
        for field in path.split("."):
            schema = schema["properties"][field]
            schema = schema.get("items", schema)
            schema = schemas[schema["$ref"]] if "$ref" in schema else schema
            if field == "protoPayload":
                schemas = json.loads((DESCRIPTIONS / PAYLOAD[0]).read_text())["schemas"]
                schema = schemas[PAYLOAD[1]]


def test_a_call_without_a_road_is_a_mistake_of_ours(server):
    with pytest.raises(KeyError):
        asking(server.url)(ApiCall("storage", "buckets.delete", "x"), {})
