"""The local Google Cloud answers as Google's own API descriptions say, or not at all."""

import json
import re
from functools import cache
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import googleapiclient
import pytest

from agent.demo import gcp_estate
from agent.demo.gcp_methods import ROUTES
from agent.demo.gcp_server import GoogleCloud
from agent.demo.gcp_state import Bucket, Instance
from tests.evidence import NOW

DESCRIPTIONS = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
VERSIONS = {
    "cloudasset": "v1",
    "cloudresourcemanager": "v3",
    "logging": "v2",
    "orgpolicy": "v2",
    "serviceusage": "v1",
    "sql": "v1",
    "storage": "v1",
}
NUMBER, NAME = gcp_estate.PROJECT_NUMBER, gcp_estate.PROJECT
ORGANIZATION = f"organizations/{gcp_estate.ORGANIZATION}"
FOLDER = f"folders/{gcp_estate.FOLDER}"
ASKED = {
    "cloudasset.searchAllIamPolicies": f"/v1/{ORGANIZATION}:searchAllIamPolicies",
    "cloudasset.searchAllResources": (
        f"/v1/projects/{NUMBER}:searchAllResources?assetTypes=sqladmin.googleapis.com/Instance"
    ),
    "cloudresourcemanager.folders.get": f"/v3/{FOLDER}",
    "cloudresourcemanager.folders.getIamPolicy": f"/v3/{FOLDER}:getIamPolicy",
    "cloudresourcemanager.folders.list": f"/v3/folders?parent={ORGANIZATION}",
    "cloudresourcemanager.organizations.getIamPolicy": f"/v3/{ORGANIZATION}:getIamPolicy",
    "cloudresourcemanager.projects.get": f"/v3/projects/{NUMBER}",
    "cloudresourcemanager.projects.getIamPolicy": f"/v3/projects/{NUMBER}:getIamPolicy",
    "cloudresourcemanager.projects.list": f"/v3/projects?parent={FOLDER}",
    "cloudresourcemanager.projects.search": "/v3/projects:search",
    "logging.entries.list": "/v2/entries:list",
    "logging.sinks.list": f"/v2/{ORGANIZATION}/sinks",
    "orgpolicy.projects.policies.getEffectivePolicy": (
        f"/v2/projects/{NUMBER}/policies/storage.publicAccessPrevention:getEffectivePolicy"
    ),
    "serviceusage.services.get": f"/v1/projects/{NUMBER}/services/sqladmin.googleapis.com",
    "sql.backupRuns.list": f"/v1/projects/{NAME}/instances/orders/backupRuns",
    "sql.instances.list": f"/v1/projects/{NAME}/instances",
    "storage.buckets.get": "/storage/v1/b/lists?projection=full",
    "storage.buckets.getIamPolicy": "/storage/v1/b/acme-invoices/iam",
    "storage.buckets.list": f"/storage/v1/b?project={NUMBER}&projection=full",
}
SENT = {
    "logging.entries.list": json.dumps(
        {
            "resourceNames": [f"projects/{NUMBER}"],
            "filter": 'protoPayload.methodName:"SetIamPolicy"',
            "orderBy": "timestamp desc",
        }
    ).encode()
}


@pytest.fixture
def server():
    with GoogleCloud() as server:
        gcp_estate.seed(server, NOW)
        project = server.project_called(NAME)
        project.buckets["lists"] = Bucket("lists", uniform=False, entries=["allUsers"])
        project.policy.record("storage.googleapis.com", "DATA_READ", exempt=["user:a@acme.test"])
        limit = {"title": "until", "expression": "request.time < timestamp('2027-01-01T00:00:00Z')"}
        project.policy.grant("roles/browser", "user:b@acme.test", condition=limit)
        project.note("SetIamPolicy", "a@acme.test", f"projects/{NAME}", NOW.isoformat())
        yield server


@cache
def described(method):
    """A method of Google's API description, and the schemas its answer is made of."""
    api = method.partition(".")[0]
    name = {"sql": "sqladmin"}.get(api, api)
    description = json.loads((DESCRIPTIONS / f"{name}.{VERSIONS[api]}.json").read_text())
    return next(m for m in _methods(description) if m["id"] == method), description


def _methods(resource):
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from _methods(inner)


def unknown_to(schema, schemas, value, path="$"):
    """Every part of a value that its schema does not know."""
    schema = schemas[schema["$ref"]] if "$ref" in schema else schema
    if schema["type"] == "array":
        for member in value:
            yield from unknown_to(schema["items"], schemas, member, f"{path}[]")
    elif "properties" in schema:
        for name, inner in value.items():
            if name not in schema["properties"]:
                yield f"{path}.{name}"
            else:
                yield from unknown_to(schema["properties"][name], schemas, inner, f"{path}.{name}")
    elif schema["type"] != "any":
        kind = {"string": str, "boolean": bool, "integer": int, "object": dict}[schema["type"]]
        if not isinstance(value, kind) or value not in schema.get("enum", [value]):
            yield f"{path}: {value!r}"


def answer(server, method):
    route = next(route for route in ROUTES if route.method == method)
    status, body, _ = server.respond(route.verb, ASKED[method], SENT.get(method, b""))
    assert (status, server.given[-1][0]) == (200, method)
    return body


def test_every_method_is_asked_below():
    assert {route.method for route in ROUTES} == ASKED.keys()


@pytest.mark.parametrize("method", ASKED)
def test_an_answer_has_no_field_outside_googles_description(server, method):
    described_method, description = described(method)
    body = answer(server, method)

    schema = described_method["response"]
    assert list(unknown_to(schema, description["schemas"], body)) == []
    assert body


@pytest.mark.parametrize("method", ASKED)
def test_a_method_is_asked_as_googles_description_says(method):
    described_method, description = described(method)
    path = described_method.get("flatPath") or described_method["path"]
    pattern = re.sub(r"\{[^}]+\}", "[^/:]+", f"/{description['servicePath']}{path}")
    route = next(route for route in ROUTES if route.method == method)

    assert route.verb == described_method["httpMethod"]
    assert re.fullmatch(pattern, ASKED[method].partition("?")[0])


def test_pages_are_of_the_size_asked_for_and_their_last_has_no_token(server):
    url = f"/storage/v1/b?project={NUMBER}&maxResults=2"
    names, token = [], ""
    while True:
        _, body, _ = server.respond("GET", f"{url}&pageToken={token or 0}", b"")
        assert len(body["items"]) <= 2
        names += [bucket["name"] for bucket in body["items"]]
        token = body.get("nextPageToken")
        if token is None:
            break
    assert len(names) == len(set(names)) == 5


def test_an_empty_list_is_left_out(server):
    server.project_called(NAME).buckets.clear()
    assert answer(server, "storage.buckets.list") == {"kind": "storage#buckets"}


def test_conditions_are_only_for_who_asks_for_them(server):
    path = ASKED["cloudresourcemanager.projects.getIamPolicy"]
    version_3 = b'{"options": {"requestedPolicyVersion": 3}}'
    found = [
        sum("condition" in b for b in server.respond("POST", path, body)[1]["bindings"])
        for body in (b"", version_3)
    ]
    assert found == [0, 1]


def test_an_unknown_method_is_unimplemented_and_never_an_empty_answer(server):
    with pytest.raises(HTTPError) as refusal:
        urlopen(f"{server.url}/compute/v1/projects/{NAME}/zones")
    assert refusal.value.code == 501
    assert json.loads(refusal.value.read())["error"]["status"] == "UNIMPLEMENTED"


def test_errors_are_in_googles_format_of_their_time(server):
    server.deny("storage.buckets.list")
    server.deny("logging.sinks.list")
    _, older, _ = server.respond("GET", ASKED["storage.buckets.list"], b"")
    _, newer, _ = server.respond("GET", ASKED["logging.sinks.list"], b"")

    assert older["error"]["errors"][0]["reason"] == "forbidden"
    assert newer["error"]["status"] == "PERMISSION_DENIED"
    server.allow("storage.buckets.list")
    assert answer(server, "storage.buckets.list")["items"]


def test_an_api_that_is_off_says_so_in_the_details(server):
    server.project_called(NAME).switched_off.add("sqladmin.googleapis.com")
    status, body, _ = server.respond("GET", ASKED["sql.instances.list"], b"")

    assert status == 403
    assert body["error"]["details"][0]["reason"] == "SERVICE_DISABLED"


def test_what_is_not_there_is_refused(server):
    server.project_called(NAME).instances["new"] = Instance("new")
    paths = {
        "/storage/v1/b/nowhere": 404,
        f"/v1/projects/{NAME}/instances/nowhere/backupRuns": 404,
        f"/v1/projects/{NAME}/instances/new/backupRuns": 200,
        "/v3/projects/nowhere": 403,
        "/v3/folders/1": 403,
    }
    assert {path: server.respond("GET", path, b"")[0] for path in paths} == paths
