"""What every check and every collector promises, asked of all of them at once."""

import fnmatch
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import get_args, get_origin

import botocore.session
import graphql
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto.iam.aws_managed_policies import aws_managed_policies_data

from agent.catalogue import load_controls
from agent.permissions import GITHUB_SETTINGS, OF_CONNECTIONS, aws_policy, needed
from agent.registry import all_checks, all_collectors, all_joins
from collectors.evidence.record import Fact, Occurrence, Record, Unread
from collectors.gcp.live import BY_CLIENT, BY_PATH
from collectors.github.organisation import Query
from tests.architecture.syntax import ROOT
from tests.architecture.values import values
from tests.architecture.witness import WRITES_TO

CHECKS = tuple(all_checks().values())
COLLECTORS = tuple(all_collectors().values())
JOINS = tuple(all_joins().values())
UNITS = (*COLLECTORS, *JOINS)
ID = re.compile(r"[a-z][a-z0-9]*(\.[a-z][a-z0-9]*([-_][a-z0-9]+)*){1,3}")


def named(unit):
    return unit.id


@pytest.mark.parametrize("unit", [*CHECKS, *UNITS], ids=named)
def test_an_id_is_a_readable_path_and_given_once(unit):
    ids = [other.id for other in (*CHECKS, *UNITS)]

    assert ID.fullmatch(unit.id)
    assert ids.count(unit.id) == 1


@pytest.mark.parametrize("collector", COLLECTORS, ids=named)
def test_a_collector_is_named_for_the_source_it_lies_in_and_reads(collector):
    _, source, *_ = collector.pull.__module__.split(".")

    assert collector.source == source
    assert collector.reads.__module__.startswith(f"collectors.{source}.")


@pytest.mark.parametrize("join", JOINS, ids=named)
def test_a_join_is_named_for_being_derived(join):
    assert join.id.startswith("derived.")
    assert join.join.__module__.startswith("collectors.derived.")


# What is asked of vendors.


def calls_of(source):
    declared = {call for c in COLLECTORS if c.source == source for call in c.calls}
    return sorted(declared | {*OF_CONNECTIONS.get(source, ())}, key=str)


SESSION = botocore.session.get_session()
READS = re.compile(r"(Get|List|Describe|Lookup|BatchGet|Search)[A-Z]")
NAMED_OTHERWISE = {
    "s3:ListBuckets": "s3:ListAllMyBuckets",  # S3's actions are older than its operations
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",  # one operation, two actions:
    "s3control:GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",  # of bucket and account
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",  # the action of all bucket crypto
}
NEEDED_BESIDE_SECURITY_AUDIT = {
    "sts:GetCallerIdentity": "who we are: AWS gives it to everyone, even where it is denied",
}


@cache
def operation(call):
    return SESSION.get_service_model(call.service).operation_model(call.operation)


@cache
def security_audit():
    """The actions of AWS's own policy for auditors: configuration, and no customer's data."""
    document = json.loads(aws_managed_policies_data)["SecurityAudit"]["Document"]
    return {action for statement in document["Statement"] for action in statement["Action"]}


@pytest.mark.parametrize("call", calls_of("aws"), ids=str)
def test_an_aws_call_exists_and_only_reads(call):
    assert operation(call).name == call.operation
    assert READS.match(call.operation)


@pytest.mark.parametrize("call", calls_of("aws"), ids=str)
def test_an_aws_permission_is_the_operations_own_or_known_to_differ(call):
    prefix = operation(call).service_model.signing_name
    own = f"{prefix}:{call.operation}"

    assert call.permission == NAMED_OTHERWISE.get(str(call), own)


@pytest.mark.parametrize("call", calls_of("aws"), ids=str)
def test_an_aws_permission_is_one_that_aws_gives_to_auditors(call):
    allowed = any(fnmatch.fnmatchcase(call.permission, action) for action in security_audit())

    assert allowed != (call.permission in NEEDED_BESIDE_SECURITY_AUDIT)


def test_no_permission_is_known_to_differ_that_nobody_needs():
    asked = {str(call) for call in calls_of("aws")}
    permissions = {call.permission for call in calls_of("aws")}

    assert NAMED_OTHERWISE.keys() <= asked
    assert NEEDED_BESIDE_SECURITY_AUDIT.keys() <= permissions


def redactions(source):
    return [
        pytest.param(call, path, id=f"{call} {path}")
        for call in calls_of(source)
        for path in call.redact
    ]


@pytest.mark.parametrize(("call", "path"), redactions("aws"))
def test_a_redacted_field_exists_so_a_misspelt_one_leaks_nothing(call, path):
    shape = operation(call).output_shape
    for field in path.split("."):
        while shape.type_name == "list":
            shape = shape.member
        shape = shape.value if field == "*" else shape.members[field]


@pytest.mark.parametrize("call", calls_of("gcp"), ids=str)
def test_a_gcp_call_has_a_road_and_only_reads(call):
    _, _, verb = f".{call.operation}".rpartition(".")

    assert re.match(r"(get|list|search)([A-Z]|$)", verb)
    assert str(call) in {*BY_CLIENT, *BY_PATH}


CALLED_BY_IAM = {"cloudresourcemanager": "resourcemanager", "sqladmin": "cloudsql"}
GCP_NAMED_OTHERWISE = {
    "cloudasset:searchAllIamPolicies": "cloudasset.assets.searchAllIamPolicies",  # no resource
    "cloudasset:searchAllResources": "cloudasset.assets.searchAllResources",  # in the method's name
    "cloudresourcemanager:projects.search": "resourcemanager.projects.get",  # gives what one may get
    "orgpolicy:projects.policies.getEffectivePolicy": "orgpolicy.policy.get",  # of any node
}


@pytest.mark.parametrize("call", calls_of("gcp"), ids=str)
def test_a_gcp_permission_is_the_methods_own_or_known_to_differ(call):
    own = f"{CALLED_BY_IAM.get(call.service, call.service)}.{call.operation}"

    assert call.permission == GCP_NAMED_OTHERWISE.get(str(call), own)


@pytest.mark.parametrize("call", calls_of("github"), ids=str)
def test_a_github_call_is_a_get_or_one_named_question(call):
    if not isinstance(call, Query):
        assert call.service == "github"
        assert re.fullmatch(r"GET (/[a-z{}_-]+)+", call.operation)
        return
    (asked,) = graphql.parse(call.text).definitions

    assert call.service == "graphql"
    assert asked.operation is graphql.OperationType.QUERY
    assert asked.name.value == call.operation


@pytest.mark.parametrize("one", needed("github", COLLECTORS), ids=lambda one: one.permission)
def test_a_github_permission_is_known_and_only_reads(one):
    name, _, access = one.permission.partition(":")

    assert name in GITHUB_SETTINGS
    assert access == "read"


@pytest.mark.parametrize(("call", "path"), redactions("github"))
def test_a_github_redaction_begins_where_answers_are_kept(call, path):
    assert path.partition(".")[0] == ("data" if isinstance(call, Query) else "body")


@pytest.mark.parametrize("call", calls_of("documents"), ids=str)
def test_a_question_to_a_folder_only_reads(call):
    assert re.match(r"(List|Read)[A-Z]|LastChange$", call.operation)


def test_a_question_is_declared_alike_by_all_who_ask_it():
    """The cycle's cache is shared: the first to ask decides what is cut out of the answer."""
    declared = defaultdict(set)
    for collector in COLLECTORS:
        for call in collector.calls:
            declared[str(call)].add(call)

    assert not {name: calls for name, calls in declared.items() if len(calls) > 1}


@pytest.mark.parametrize("collector", COLLECTORS, ids=named)
def test_a_collector_declares_each_call_once(collector):
    assert collector.calls
    assert len(collector.calls) == len(set(collector.calls))


def test_the_policy_fits_into_one():
    """IAM takes 6144 characters in a managed policy, and does not count white space."""
    assert len(json.dumps(aws_policy(COLLECTORS), separators=(",", ":"))) <= 6144


# What is kept as evidence.


def subclasses(kind):
    for below in kind.__subclasses__():
        yield below
        yield from subclasses(below)


WORDS = (Record, Occurrence)
FACTS = sorted(set(subclasses(Fact)) - {*WORDS}, key=lambda kind: f"{kind.__module__}{kind}")
KINDS = sorted({unit.yields for unit in UNITS}, key=lambda kind: kind.__name__)


def tag(kind):
    return kind.__struct_config__.tag


@pytest.mark.parametrize("kind", FACTS, ids=tag)
def test_a_tag_means_one_kind_of_fact_of_one_source(kind):
    *_, module = kind.__module__.partition("collectors.evidence.")
    source = module.partition(".")[0]
    alike = [other.__qualname__ for other in FACTS if tag(other) == tag(kind)]

    assert alike == [kind.__qualname__]
    assert kind in (Unread, *subclasses_of_words()) or tag(kind).startswith(f"{source}.")


def subclasses_of_words():
    return [kind for kind in FACTS if kind.__module__ == "collectors.evidence.record"]


@pytest.mark.parametrize("kind", FACTS, ids=tag)
def test_a_fact_is_frozen_and_refuses_what_it_does_not_know(kind):
    assert kind.__struct_config__.frozen
    assert kind.__struct_config__.forbid_unknown_fields


@pytest.mark.parametrize("kind", FACTS, ids=tag)
def test_a_field_cannot_be_changed_and_a_moment_has_its_zone(kind):
    for field in msgspec.structs.fields(kind):
        parts = set(parts_of(field.type))
        assert not parts & {list, set, dict, bytearray, object}, field.name
        assert datetime not in parts, f"{field.name} is an Instant"


def parts_of(hint):
    """Everything a type is made of; what carries a zone stays in its wrapping."""
    if hasattr(hint, "__metadata__"):
        yield hint
        return
    yield get_origin(hint) or hint
    for inner in get_args(hint):
        yield from parts_of(inner)


@pytest.mark.parametrize("kind", KINDS, ids=tag)
@settings(
    max_examples=20,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_what_is_kept_is_read_again_as_it_was(kind, data):
    """Also proves that every union can be told apart: no decoder is built otherwise."""
    decoder = msgspec.json.Decoder(tuple[kind, ...])
    encoder = msgspec.json.Encoder(order="deterministic")
    record = data.draw(values(msgspec.inspect.type_info(kind)))
    kept = encoder.encode((record,))

    assert decoder.decode(kept) == (record,)
    assert encoder.encode(decoder.decode(kept)) == kept


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_what_a_check_is_asked_of_is_collected_or_joined(check):
    assert check.subject in KINDS


@pytest.mark.parametrize("join", JOINS, ids=named)
def test_what_a_join_takes_is_collected_or_joined(join):
    assert set(join.inputs) <= {*KINDS}


@pytest.mark.parametrize("unit", UNITS, ids=named)
def test_nothing_is_read_that_nobody_judges(unit):
    judged = {check.subject for check in CHECKS} | {kind for join in JOINS for kind in join.inputs}

    assert unit.yields in judged


# What a check says of itself, and what it was seen to say.

NEVER_IN_DOUBT = {
    "aws.logs.retention-long-enough": "the listing itself says it, so a group without is omitted",
    "derived.access-review.completed-each-quarter": "a register is read whole or is an omission",
    "gcp.iam.no-basic-roles": "a binding is its role and its members, and is listed whole",
    "gcp.iam.no-public-principal": "the same",
    "github.member.access-accounted-for": "the listing itself says who it is",
}


@pytest.fixture(scope="module")
def witnessed(tmp_path_factory):
    """Which outcomes each check gives in the tests of the checks, by running them."""
    account = tmp_path_factory.mktemp("witness") / "outcomes.json"
    command = [
        *(sys.executable, "-m", "pytest", "tests/checks", "-p", "no:cacheprovider"),
        *("-p", "no:xdist", "-p", "tests.architecture.witness"),
    ]
    environment = {**os.environ, WRITES_TO: str(account), "PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    return json.loads(account.read_text())


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_a_check_was_seen_to_pass_to_fail_and_to_doubt(check, witnessed):
    expected = {"passed", "failed", "undetermined"}
    if check.id in NEVER_IN_DOUBT:
        expected -= {"undetermined"}
    seen = set(witnessed.get(check.id, ()))

    assert expected <= seen
    assert ("undetermined" in seen) != (check.id in NEVER_IN_DOUBT)


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_a_check_has_its_cases_in_the_mirror_of_its_module(check):
    *folders, module = check.judge.__module__.split(".")
    cases = ROOT.joinpath("tests", *folders, f"test_{module}.py")

    assert len(folders) == 2, "a check lies in the folder of what is promised"
    assert re.search(rf"\b{check.judge.__name__}\b", cases.read_text())


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_a_check_says_why_and_what_to_do_in_whole_sentences(check):
    assert re.fullmatch(r"[A-Z].*[^.]", check.title)
    assert re.fullmatch(r"[A-Z].*\.", check.remediation)
    assert re.match(r"[A-Z][^\n]*[.?](\n\n|$)", check.rationale)


PROMISED = load_controls()


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_a_check_tests_controls_of_the_catalogue(check):
    assert set(check.controls) <= PROMISED.keys()
    assert len(check.controls) == len(set(check.controls))


THRESHOLDS = [
    pytest.param(threshold, id=f"{check.id} {name}")
    for check in CHECKS
    for name, threshold in check.thresholds.items()
]


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_a_threshold_can_be_written_into_the_configuration(threshold):
    written = msgspec.json.decode(msgspec.json.encode(threshold.default))

    assert msgspec.convert(written, threshold.type) == threshold.default
    assert not isinstance(threshold.default, list | set | Mapping), "a default cannot be changed"
