"""Who declares a call that tells secrets declares what is cut out of it, today and next year."""

import json
from functools import cache
from pathlib import Path

import botocore.session
import googleapiclient
import graphql
import pytest

from agent.permissions import OF_CONNECTIONS
from agent.registry import all_collectors
from collectors.github.organisation import Query
from tests.architecture.secretive import (
    FILES_THAT_DECIDE,
    TELLS_NOTHING_ELSE,
    TELLS_SECRETS,
    WRITTEN_BY_PEOPLE,
)

DECLARED = {call for collector in all_collectors().values() for call in collector.calls}
ASKED_FOR = {str(call) for call in DECLARED.union(*OF_CONNECTIONS.values())}
SESSION = botocore.session.get_session()
OF_AWS = {*SESSION.get_available_services()}
READ = {
    "ecs:DescribeTaskDefinition": {"taskDefinition.containerDefinitions.environment"},
    "identitystore:ListUsers": {"Users.UserName", "Users.Emails.Value"},
    "s3:GetBucketEncryption": {
        "ServerSideEncryptionConfiguration.Rules.ApplyServerSideEncryptionByDefault.KMSMasterKeyID"
    },
}
"""What AWS marks as sensitive and a check reads: the name of a key is not the key, of a
variable the value is cut out, and a login says whose a grant is."""


def of(source):
    return sorted((call for call in DECLARED if call.service in source), key=str)


def covered(path, redacted):
    """Whether the field or anything around it is cut out, or of a map every value."""
    return any(cut in (path, f"{path}.*") or path.startswith(f"{cut}.") for cut in redacted)


@pytest.mark.parametrize("call", sorted(DECLARED, key=str), ids=str)
def test_a_call_that_tells_secrets_cuts_them_out(call):
    secrets = TELLS_SECRETS.get(str(call), ())

    cut_out = (*call.redact, *call.scheme_only, *call.recognise, *call.sections)
    assert [path for path in secrets if not covered(path, cut_out)] == []


@pytest.mark.parametrize("call", of(OF_AWS), ids=str)
def test_what_aws_itself_marks_as_sensitive_is_cut_out(call):
    marked = {*sensitive(output(call.service, call.operation))}
    read = READ.get(str(call), set())

    cut_out = (*call.redact, *call.recognise)
    assert {path for path in marked if not covered(path, cut_out)} == read


def test_a_call_that_tells_nothing_but_secrets_is_not_asked():
    assert not ASKED_FOR & TELLS_NOTHING_ELSE


@pytest.mark.parametrize(
    "query", sorted((call for call in DECLARED if isinstance(call, Query)), key=str), ids=str
)
def test_a_query_asks_for_no_words_of_people(query):
    names = Names()
    graphql.visit(graphql.parse(query.text), names)

    assert names.found
    decides = FILES_THAT_DECIDE.get(query.operation, set())
    sifted = {path.rpartition(".")[2] for path in query.sift}
    assert not (names.found - decides - sifted) & WRITTEN_BY_PEOPLE


class Names(graphql.Visitor):
    """Every field that a query asks for."""

    def __init__(self):
        super().__init__()
        self.found = set()

    def enter_field(self, node, *_):
        self.found.add(node.name.value)


def output(service, operation):
    return SESSION.get_service_model(service).operation_model(operation).output_shape


def sensitive(shape, path=(), above=()):
    """The paths of all fields that AWS marks as sensitive."""
    if shape is None or shape.name in above:
        return
    if shape.metadata.get("sensitive"):
        yield ".".join(path)
        return
    above = (*above, shape.name)
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield from sensitive(member, (*path, name), above)
    elif shape.type_name == "list":
        yield from sensitive(shape.member, path, above)
    elif shape.type_name == "map":
        yield from sensitive(shape.key, (*path, "*"), above)
        yield from sensitive(shape.value, (*path, "*"), above)


def test_aws_does_mark_what_is_sensitive():
    """The test above rests on it."""
    assert {*sensitive(output("secretsmanager", "GetSecretValue"))} == {
        "SecretBinary",
        "SecretString",
    }
    assert "Functions.Environment.Variables" in {*sensitive(output("lambda", "ListFunctions"))}


LISTED = sorted((name, path) for name, paths in TELLS_SECRETS.items() for path in paths)


def named(services):
    return [
        pytest.param(*name.split(":", 1), path, id=f"{name} {path}")
        for name, path in LISTED
        if name.partition(":")[0] in services
    ]


@pytest.mark.parametrize(("service", "operation", "path"), named(OF_AWS))
def test_a_secret_of_aws_is_known_by_its_right_name(service, operation, path):
    shape = output(service, operation)
    for field in path.split("."):
        while shape.type_name == "list":
            shape = shape.member
        shape = shape.value if field == "*" else shape.members[field]


DESCRIPTIONS = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
OF_GOOGLE = {
    "apikeys": "v2",
    "cloudasset": "v1",
    "cloudbuild": "v1",
    "cloudfunctions": "v2",
    "compute": "v1",
    "container": "v1",
    "iamcredentials": "v1",
    "logging": "v2",
    "run": "v2",
    "secretmanager": "v1",
    "sqladmin": "v1",
}
"""Google's APIs, and the version in which we look up their descriptions."""


@cache
def description(service):
    name = f"{service}.{OF_GOOGLE[service]}.json"
    return json.loads((DESCRIPTIONS / name).read_text())


def methods(resource):
    for method in resource.get("methods", {}).values():
        yield method["id"].partition(".")[2], method
    for inner in resource.get("resources", {}).values():
        yield from methods(inner)


@pytest.mark.parametrize(("service", "operation", "path"), named(OF_GOOGLE))
def test_a_secret_of_google_is_known_by_its_right_name(service, operation, path):
    whole = description(service)
    schema = whole["schemas"][dict(methods(whole))[operation]["response"]["$ref"]]
    for field in path.split("."):
        schema = schema["additionalProperties"] if field == "*" else schema["properties"][field]
        schema = schema.get("items", schema)
        schema = whole["schemas"][schema["$ref"]] if "$ref" in schema else schema


@pytest.mark.parametrize("name", sorted(TELLS_NOTHING_ELSE))
def test_what_is_never_asked_exists(name):
    service, _, operation = name.partition(":")
    if service in OF_GOOGLE:
        assert operation in dict(methods(description(service)))
    else:
        assert operation in SESSION.get_service_model(service).operation_names


@pytest.mark.parametrize(("service", "operation", "path"), named({"github"}))
def test_a_secret_of_github_lies_in_the_body(service, operation, path):
    assert (service, operation[:5]) == ("github", "GET /")
    assert path.startswith("body.")


def test_every_vendor_in_the_list_is_looked_up():
    services = {name.partition(":")[0] for name in {*TELLS_SECRETS, *TELLS_NOTHING_ELSE}}

    assert services <= OF_AWS | OF_GOOGLE.keys() | {"github"}
