"""What every call to a vendor promises: it exists, it only reads, and it is allowed by its name."""

import fnmatch
import json
import re
from collections import defaultdict
from dataclasses import replace
from functools import cache

import botocore.session
import graphql
import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from agent.permissions import OF_CONNECTIONS, aws_policy, needed
from agent.permissions_github import CLASSIC_SCOPES, GITHUB_SETTINGS, classic_scopes, manifest
from agent.registry import all_collectors
from collectors.gcp.live import BY_CLIENT, BY_PATH
from collectors.github.organisation import Query
from tests.descriptions.github_rest import OPEN, description, operations

COLLECTORS = tuple(all_collectors().values())


def calls_of(source):
    declared = {call for c in COLLECTORS if c.source == source for call in c.calls}
    return sorted(declared | {*OF_CONNECTIONS.get(source, ())}, key=str)


SESSION = botocore.session.get_session()
READS = re.compile(
    r"(Get|List|Describe|Lookup|BatchGet|Search)[A-Z]|(Search|GenerateCredentialReport)$"
)
"""AWS counts the ordering of that report among the reading actions: it changes nothing."""
NAMED_OTHERWISE = {
    "cloudwatch:DescribeAlarms": "cloudwatch:DescribeAlarms",  # signed as `monitoring`
    "s3:ListBuckets": "s3:ListAllMyBuckets",  # S3's actions are older than its operations
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",  # one operation, two actions:
    "s3control:GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",  # of bucket and account
    "accessanalyzer:ListFindingsV2": "access-analyzer:ListFindings",  # of both versions
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",  # the action of all bucket crypto
    **dict.fromkeys(  # API Gateway's actions are the verbs of HTTP
        (
            *("apigateway:GetRestApis", "apigateway:GetStages"),
            *("apigatewayv2:GetApis", "apigatewayv2:GetStages"),
        ),
        "apigateway:GET",
    ),
    "resourcegroupstaggingapi:GetResources": "tag:GetResources",  # signed as tagging
    "cloudwatch:ListMetrics": "cloudwatch:ListMetrics",  # signed as monitoring, allowed otherwise
}
NEEDED_BESIDE_SECURITY_AUDIT = {
    "artifact:ListReports": "which reports on AWS there are, and not what they say",
    "backup:ListBackupJobs": "what AWS Backup did, as backup:ListProtectedResources is",
    "backup:ListCopyJobs": "the same",
    "backup:ListRecoveryPointsByBackupVault": "the same",
    "backup:ListRestoreJobs": "the same",
    "resource-explorer-2:ListIndexes": "a setting",
    "resource-explorer-2:ListResources": "of which kinds there are any; nothing else of it is kept",
    "resource-explorer-2:Search": "how many resources there are; what it finds is not kept",
    "cloudtrail:GetEventDataStore": "what a store records; SecurityAudit only lists the stores",
    "oam:GetSinkPolicy": "a policy; SecurityAudit knows nothing of shared observability",
    "oam:ListLinks": "the same",
    "oam:ListSinks": "the same",
    "macie2:GetAutomatedDiscoveryConfiguration": "the same",
    "macie2:GetMacieSession": "a setting; SecurityAudit knows nothing of Macie",
    "eks:DescribeClusterVersions": "versions of AWS's own, and how long it supports them",
    "redshift-serverless:ListNamespaces": "settings, as redshift-serverless:ListWorkgroups is",
    "wafv2:DescribeManagedRuleGroup": "what a vendor's rules do; SecurityAudit only lists groups",
    "wafv2:GetRuleGroup": "what the company's own do",
    "sts:GetCallerIdentity": "who we are: AWS gives it to everyone, even where it is denied",
}

NAMED_BY_A_PATTERN_ONLY = {
    "resource-explorer-2:ListResources",
    "ssm:DescribeInstancePatchStates",
}
"""Actions that no policy of AWS's writes out; its reference of actions has them."""


@cache
def operation(call):
    return SESSION.get_service_model(call.service).operation_model(call.operation)


@cache
def managed():
    """What each of AWS's own policies allows, action by action as it is written there."""
    policies = json.loads(aws_managed_policies_data)
    return {name: {*allowed(policy["Document"])} for name, policy in policies.items()}


def allowed(document):
    for statement in several(document["Statement"]):
        if statement["Effect"] == "Allow":
            yield from several(statement.get("Action", ()))


def several(value):
    return [value] if isinstance(value, str | dict) else value


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
def test_an_aws_permission_is_an_action_that_aws_itself_names(call):
    named = any(call.permission in actions for actions in managed().values())

    assert named != (call.permission in NAMED_BY_A_PATTERN_ONLY)


@pytest.mark.parametrize("call", calls_of("aws"), ids=str)
def test_an_aws_permission_reads_configuration_and_no_customers_data(call):
    """As AWS draws the line: in the policy that it offers to auditors."""
    patterns = managed()["SecurityAudit"]
    audited = any(fnmatch.fnmatchcase(call.permission, pattern) for pattern in patterns)

    assert audited != (call.permission in NEEDED_BESIDE_SECURITY_AUDIT)


def test_no_permission_is_known_to_differ_that_nobody_needs():
    asked = {str(call) for call in calls_of("aws")}
    permissions = {call.permission for call in calls_of("aws")}

    assert NAMED_OTHERWISE.keys() <= asked
    assert NEEDED_BESIDE_SECURITY_AUDIT.keys() <= permissions


def redactions(source):
    return [
        pytest.param(call, path, id=f"{call} {path}")
        for call in calls_of(source)
        for path in (*call.redact, *call.recognise)
    ]


DECODED = {"policyDocumentType"}
"""Texts that botocore hands over decoded: the path goes on inside, where no model reaches."""


@pytest.mark.parametrize(("call", "path"), redactions("aws"))
def test_a_redacted_field_exists_so_a_misspelt_one_leaks_nothing(call, path):
    shape = operation(call).output_shape
    for field in path.split("."):
        while shape.type_name == "list":
            shape = shape.member
        if shape.name in DECODED:
            return
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
    "cloudresourcemanager:projects.search": "resourcemanager.projects.get",  # what one may get
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


@pytest.mark.parametrize(
    "call", [c for c in calls_of("github") if not isinstance(c, Query)], ids=str
)
def test_a_github_call_is_in_githubs_own_description(call):
    assert call.operation in operations(), "make the extract anew: tests/descriptions/extract.py"


@pytest.mark.parametrize(("call", "path"), redactions("github"))
def test_a_field_redacted_of_github_is_in_githubs_own_description(call, path):
    if isinstance(call, Query):
        return
    _, *names = path.split(".")
    assert reaches(operations()[call.operation]["answer"], names)


def reaches(shape, names):
    """Whether a path of field names leads somewhere in a shape; lists are passed through."""
    if "$ref" in shape:
        name = shape["$ref"].rpartition("/")[2]
        if name in OPEN:
            return True
        shape = description()["schemas"][name]
    if "anyOf" in shape:
        return any(reaches(one, names) for one in shape["anyOf"])
    if "items" in shape:
        return reaches(shape["items"], names)
    inner = shape.get("properties", {}).get(names[0]) if names else {}
    return inner is not None and (not names or reaches(inner, names[1:]))


@pytest.mark.parametrize("one", needed("github", COLLECTORS), ids=lambda one: one.permission)
def test_a_github_permission_is_known_and_only_reads(one):
    name, _, access = one.permission.partition(":")

    assert name in GITHUB_SETTINGS
    assert access == "read"
    assert "read" in description()["permissions"][name]


def test_an_app_asks_for_what_the_calls_need_and_no_more():
    needs = [(one.permission.partition(":")[0], one.calls) for one in needed("github", COLLECTORS)]
    declared = {
        permission.partition(":")[0]
        for call in calls_of("github")
        for permission in call.permission.split(", ")
    }

    assert manifest(needs)["default_permissions"] == dict.fromkeys(declared, "read")
    assert "repo" in classic_scopes(needs)


def test_every_permission_of_the_organisation_has_its_classic_scope():
    of_organisation = {n for n, (of, _) in GITHUB_SETTINGS.items() if of == "organization"}

    assert of_organisation == CLASSIC_SCOPES.keys()


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
            declared[str(call)].add(replace(call, passing=()))

    assert not {name: calls for name, calls in declared.items() if len(calls) > 1}


@pytest.mark.parametrize("collector", COLLECTORS, ids=lambda collector: collector.id)
def test_a_collector_declares_each_call_once(collector):
    assert collector.calls
    assert len(collector.calls) == len(set(collector.calls))


def test_the_policy_fits_into_a_role():
    """IAM takes 10,240 characters of policies written into a role, without the white space."""
    assert len(json.dumps(aws_policy(COLLECTORS), separators=(",", ":"))) <= 10_240
