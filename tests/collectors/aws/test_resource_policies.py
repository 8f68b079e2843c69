"""Policies of keys, queues, topics, functions, logs and roles are read as written."""

import io
import json
import zipfile

import pytest

from collectors.aws.functions import function_access
from collectors.aws.iam_trust import iam_trusted_roles
from collectors.aws.kms_policies import kms_key_policies
from collectors.aws.logs_sharing import log_sharing
from collectors.aws.messaging import messaging_resources
from collectors.evidence.aws.iam import Condition
from collectors.evidence.aws.policy import ResourceStatement
from collectors.evidence.record import Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

EVERYBODY = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
OTHER = "arn:aws:iam::210987654321:root"


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(**more):
    return {"Effect": "Allow", "Principal": {"AWS": OTHER}, "Action": "sts:AssumeRole"} | more


def only(snapshot):
    (record,) = snapshot.records
    return record


def test_the_policy_of_a_key_is_read(aws):
    key = aws.client("kms").create_key(Policy=policy(EVERYBODY))["KeyMetadata"]
    snapshot, _ = aws.snapshot(kms_key_policies)

    record = only(snapshot)
    assert (record.id, record.manager) == (key["Arn"], "CUSTOMER")
    assert record.statements == (
        ResourceStatement(
            effect="Allow",
            principals=frozenset({"*"}),
            not_principals=None,
            actions=("*",),
            not_actions=None,
            resources=("*",),
            not_resources=None,
            conditions=(),
        ),
    )


def test_keys_that_aws_manages_are_left_out(aws):
    aws.client("kms").create_key()
    managed = {"KeyMetadata": {"KeyId": "1", "KeyManager": "AWS"}}
    snapshot, _ = aws.snapshot(kms_key_policies, said("kms:DescribeKey", managed))

    assert (snapshot.records, snapshot.complete) == ((), True)


@pytest.mark.parametrize("call", ["kms:GetKeyPolicy", "kms:DescribeKey"])
def test_a_denied_key_stays(aws, call):
    aws.client("kms").create_key()
    snapshot, _ = aws.snapshot(kms_key_policies, {call: Denied()})

    record = only(snapshot)
    unread = Unread(why=f"{call}: AccessDenied")
    assert unread in (record.statements, record.manager)


def test_queues_are_read_with_policy_and_key(aws):
    sqs = aws.client("sqs")
    sqs.create_queue(QueueName="open", Attributes={"Policy": policy(EVERYBODY)})
    sqs.create_queue(
        QueueName="plain", Attributes={"SqsManagedSseEnabled": "false", "KmsMasterKeyId": "alias/a"}
    )
    snapshot, _ = aws.snapshot(messaging_resources)

    queues = {queue.name: queue for queue in snapshot.records}
    assert queues["open"].id == "arn:aws:sqs:eu-west-1:123456789012:open"
    assert queues["open"].statements[0].principals == {"*"}
    assert (queues["open"].key, queues["plain"].key) == (None, "alias/a")
    assert (queues["plain"].statements, queues["plain"].encrypted_by_service) == (None, False)


def test_a_queue_of_which_nothing_is_set_says_so(aws):
    aws.client("sqs").create_queue(QueueName="orders")
    snapshot, _ = aws.snapshot(messaging_resources, said("sqs:GetQueueAttributes", {}))

    record = only(snapshot)
    assert (record.statements, record.key, record.encrypted_by_service) == (None, None, False)


def test_topics_are_read_with_policy_and_key(aws):
    sns = aws.client("sns")
    sns.create_topic(Name="news", Attributes={"KmsMasterKeyId": "alias/aws/sns"})
    snapshot, _ = aws.snapshot(messaging_resources)

    record = only(snapshot)
    assert (record.form, record.name, record.key) == ("topic", "news", "alias/aws/sns")
    assert record.statements[0].conditions == (
        Condition(operator="StringEquals", key="AWS:SourceOwner", values=("123456789012",)),
    )


@pytest.mark.parametrize("call", ["sqs:GetQueueAttributes", "sns:GetTopicAttributes"])
def test_denied_attributes_are_unread(aws, call):
    aws.client("sqs").create_queue(QueueName="orders")
    aws.client("sns").create_topic(Name="news")
    snapshot, _ = aws.snapshot(messaging_resources, {call: Denied()})

    denied = Unread(why=f"{call}: AccessDenied")
    assert [r.key for r in snapshot.records if r.statements == denied] == [denied]


def code():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): pass")
    return made.getvalue()


OPEN_URL = {
    "FunctionUrlConfigs": [
        {
            "FunctionUrl": "https://abc.lambda-url.eu-west-1.on.aws/",
            "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:orders",
            "CreationTime": "2026-11-01T00:00:00Z",
            "LastModifiedTime": "2026-11-01T00:00:00Z",
            "AuthType": "NONE",
        }
    ]
}
"""moto makes URLs and lists none."""


@pytest.fixture
def function(aws):
    role = aws.client("iam").create_role(
        RoleName="run", AssumeRolePolicyDocument=policy(trust()), Path="/service/"
    )["Role"]["Arn"]
    aws.client("lambda").create_function(
        FunctionName="orders",
        Runtime="python3.12",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": code()},
        Environment={"Variables": {"TOKEN": "canary-of-a-token"}},
    )
    return aws.client("lambda")


def test_functions_are_read_with_policy_and_urls(aws, function):
    none = said("lambda:ListFunctionUrlConfigs", {"FunctionUrlConfigs": []})
    snapshot, transcript = aws.snapshot(function_access, none)
    assert (only(snapshot).statements, only(snapshot).addresses) == (None, ())
    assert "canary-of-a-token" not in json.dumps([e.response for e in transcript.exchanges])

    function.add_permission(
        FunctionName="orders", StatementId="all", Action="lambda:InvokeFunction", Principal="*"
    )
    snapshot, _ = aws.snapshot(function_access, said("lambda:ListFunctionUrlConfigs", OPEN_URL))
    assert only(snapshot).addresses == ("NONE",)
    assert only(snapshot).statements[0].principals == {"*"}


@pytest.mark.parametrize(
    ("call", "field"),
    [("lambda:GetPolicy", "statements"), ("lambda:ListFunctionUrlConfigs", "addresses")],
)
@pytest.mark.usefixtures("function")
def test_a_denied_function_stays(aws, call, field):
    snapshot, _ = aws.snapshot(function_access, {call: Denied()})

    assert getattr(only(snapshot), field) == Unread(why=f"{call}: AccessDenied")


def test_policies_and_destinations_of_logs_are_read(aws):
    logs = aws.client("logs")
    logs.put_resource_policy(policyName="all", policyDocument=policy(EVERYBODY))
    logs.put_destination(
        destinationName="central",
        targetArn="arn:aws:kinesis:eu-west-1:123456789012:stream/logs",
        roleArn="arn:aws:iam::123456789012:role/logs",
    )
    logs.put_destination_policy(destinationName="central", accessPolicy=policy(EVERYBODY))
    snapshot, _ = aws.snapshot(log_sharing)

    assert [record.name for record in snapshot.records] == ["central", "all"]
    assert [record.statements[0].principals for record in snapshot.records] == [{"*"}, {"*"}]


def test_a_destination_without_a_policy_has_none(aws):
    destination = {"destinationName": "central", "arn": "arn:aws:logs:::destination:central"}
    faults = said("logs:DescribeDestinations", {"destinations": [destination]})
    snapshot, _ = aws.snapshot(log_sharing, faults)

    assert only(snapshot).statements is None


@pytest.mark.parametrize("text", ["no policy", "[]", '{"Statement": [[]]}', '{"Statement": [{}]}'])
def test_what_is_no_policy_is_unread(aws, text):
    answer = {"resourcePolicies": [{"policyName": "all", "policyDocument": text}]}
    snapshot, _ = aws.snapshot(log_sharing, said("logs:DescribeResourcePolicies", answer))

    assert isinstance(only(snapshot).statements, Unread)


def test_roles_are_read_with_their_trust_and_no_external_id_is_kept(aws):
    iam = aws.client("iam")
    for key in ("sts:ExternalId", "sts:externalid"):
        condition = {"StringEquals": {key: "canary-of-an-id", "aws:PrincipalOrgID": "o-abc"}}
        iam.create_role(
            RoleName=f"vendor-{key[-2:]}",
            AssumeRolePolicyDocument=policy(trust(Condition=condition)),
        )
    iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com")
    snapshot, transcript = aws.snapshot(iam_trusted_roles)

    assert [role.name for role in snapshot.records] == ["vendor-Id", "vendor-id"]
    for role in snapshot.records:
        (statement,) = role.statements
        assert statement.principals == {f"AWS:{OTHER}"}
        assert sorted(c.values for c in statement.conditions) == [("o-abc",), ("redacted",)]
    assert "canary-of-an-id" not in json.dumps([e.response for e in transcript.exchanges])


def test_the_accounts_of_the_organisation_are_read(aws):
    aws.client("iam").create_role(RoleName="x", AssumeRolePolicyDocument=policy(trust()))
    snapshot, _ = aws.snapshot(iam_trusted_roles)
    assert only(snapshot).organisation == frozenset()

    organizations = aws.client("organizations", "us-east-1")
    organizations.create_organization(FeatureSet="ALL")
    member = organizations.create_account(AccountName="canary", Email="canary@acme.test")
    snapshot, transcript = aws.snapshot(iam_trusted_roles)
    assert only(snapshot).organisation == {
        "123456789012",
        member["CreateAccountStatus"]["AccountId"],
    }
    assert "canary" not in json.dumps([e.response for e in transcript.exchanges])

    snapshot, _ = aws.snapshot(
        iam_trusted_roles, {"organizations:ListAccounts": Denied("AccessDeniedException")}
    )
    why = "organizations:ListAccounts: AccessDeniedException"
    assert only(snapshot).organisation == Unread(why=why)
