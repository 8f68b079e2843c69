"""What every tracer promises: it asks who did it, it only reads, and no verdict needs it."""

import json
import re

import botocore.session
import pytest

from agent.permissions import aws_policy, needed, needed_to_trace, optional
from agent.registry import all_checks, all_collectors, all_joins, all_tracers
from collectors.evidence.trails import Trail
from collectors.gcp.live import BY_POST
from collectors.strict_yaml import load
from collectors.transcript import AS_JSON

TRACERS = tuple(all_tracers().values())
COLLECTORS = tuple(all_collectors().values())
SESSION = botocore.session.get_session()
PERMISSIONS = {
    "aws": {"cloudtrail:LookupEvents"},
    "gcp": {"logging.logEntries.list"},
    "github": {"organization_administration:read"},
}


def named(unit):
    return unit.id


@pytest.mark.parametrize("tracer", TRACERS, ids=named)
def test_it_yields_trails_and_no_check_judges_them(tracer):
    assert tracer.yields is Trail
    assert Trail not in {check.subject for check in all_checks().values()}
    assert tracer.id not in {*all_collectors(), *all_joins()}


@pytest.mark.parametrize("tracer", TRACERS, ids=named)
def test_every_call_exists_and_only_reads(tracer):
    (call,) = tracer.calls
    if tracer.source == "aws":
        model = SESSION.get_service_model(call.service).operation_model(call.operation)
        assert model.name == call.operation
        assert re.match(r"(Get|List|Lookup)[A-Z]", call.operation)
    elif tracer.source == "gcp":
        assert str(call) in BY_POST
        assert call.operation.endswith(".list")
    else:
        assert call.operation.startswith("GET /")


@pytest.mark.parametrize("source", PERMISSIONS)
def test_what_it_needs_is_published_as_optional(source):
    asked = {one.permission for one in needed_to_trace(source, TRACERS)}

    assert asked == PERMISSIONS[source]


@pytest.mark.parametrize("source", ["aws", "gcp"])
def test_what_is_optional_is_not_among_what_is_needed(source):
    assert not PERMISSIONS[source] & {one.permission for one in needed(source, COLLECTORS)}


def test_the_optional_policy_is_a_policy_of_its_own():
    (statement,) = json.loads(optional("aws", TRACERS))["Statement"]

    assert statement["Action"] == ["cloudtrail:LookupEvents"]
    assert "cloudtrail:LookupEvents" not in json.dumps(aws_policy(COLLECTORS))


def test_the_optional_role_is_yaml_that_gcloud_reads():
    role = load(optional("gcp", TRACERS), file="optional-role.yaml")

    assert role["includedPermissions"] == ["logging.logEntries.list"]


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (call, path)
        for t in TRACERS
        if t.source == "aws"
        for call in t.calls
        for path in call.redact
    ],
)
def test_a_redacted_field_exists_as_far_as_aws_describes_it(call, path):
    shape = SESSION.get_service_model(call.service).operation_model(call.operation).output_shape
    for field in path.partition(f".{AS_JSON}")[0].split("."):
        while shape.type_name == "list":
            shape = shape.member
        shape = shape.members[field]
