"""Policies in force are read as written, and their holders with them."""

import json

import pytest

from collectors.aws.iam_policies import iam_granted_policies, iam_policy_holders
from collectors.evidence.aws.iam import Condition, Statement
from collectors.evidence.record import Omission, Unread
from tests.faults import Denied, Pages

ACCOUNT = "123456789012"
DETAILS = "iam:GetAccountAuthorizationDetails"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
NOTHING = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def role(name, **more):
    arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    return {"Arn": arn, "AttachedManagedPolicies": [], "RolePolicyList": [], **more}


def own(aws, name, *statements):
    iam = aws.client("iam")
    text = json.dumps(document(*statements))
    return iam.create_policy(PolicyName=name, PolicyDocument=text)["Policy"]["Arn"]


def answers(*pages):
    return {DETAILS: Pages(tuple(NOTHING | page for page in pages))}


def test_holders_of_every_type_are_read_with_what_is_attached(aws):
    iam = aws.client("iam")
    arn = own(aws, "operate", EVERYTHING)
    trust = json.dumps(document())
    iam.create_user(UserName="alice")
    iam.create_group(GroupName="staff")
    iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=trust, Path="/ci/")
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust)
    iam.attach_user_policy(UserName="alice", PolicyArn=arn)
    iam.attach_group_policy(GroupName="staff", PolicyArn=arn)
    iam.attach_role_policy(RoleName="deployer", PolicyArn=arn)
    snapshot, _ = aws.snapshot(iam_policy_holders)

    assert {(h.type, h.name): h.attached for h in snapshot.records} == {
        ("user", "alice"): (arn,),
        ("group", "staff"): (arn,),
        ("role", "deployer"): (arn,),
        ("role", "reader"): (),
    }
    assert snapshot.complete


def test_policies_of_aws_are_among_what_is_attached(aws):
    attached = [{"PolicyName": "AdministratorAccess", "PolicyArn": ADMINISTRATOR}]
    faults = answers({"RoleDetailList": [role("admin", AttachedManagedPolicies=attached)]})
    snapshot, _ = aws.snapshot(iam_policy_holders, faults)

    assert snapshot.records[0].attached == (ADMINISTRATOR,)


def test_service_linked_roles_are_left_out(aws):
    linked = role("aws-service-role/elasticache.amazonaws.com/Linked", RolePolicyList=[{}])
    faults = answers({"RoleDetailList": [linked, role("reader")]})

    snapshot, _ = aws.snapshot(iam_policy_holders, faults)
    assert [holder.name for holder in snapshot.records] == ["reader"]
    snapshot, _ = aws.snapshot(iam_granted_policies, faults)
    assert (snapshot.records, snapshot.complete) == ((), True)


def test_an_answer_without_attachments_leaves_them_unread(aws):
    faults = answers({"RoleDetailList": [role("reader", AttachedManagedPolicies=None)]})
    snapshot, _ = aws.snapshot(iam_policy_holders, faults)

    why = f"{DETAILS}: the answer has no AttachedManagedPolicies"
    assert snapshot.records[0].attached == Unread(why=why)


def test_an_answer_without_inline_policies_is_an_omission(aws):
    faults = answers({"RoleDetailList": [role("reader", RolePolicyList=None)]})
    snapshot, _ = aws.snapshot(iam_granted_policies, faults)

    why = f"{DETAILS}: the answer has no RolePolicyList"
    arn = f"arn:aws:iam::{ACCOUNT}:role/reader"
    assert snapshot.omissions == (Omission(where=arn, why=why),)


def test_attached_policies_are_read_by_their_default_version(aws):
    iam = aws.client("iam")
    arn = own(aws, "operate", EVERYTHING)
    own(aws, "idle", EVERYTHING)
    narrow = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*"}
    iam.create_policy_version(
        PolicyArn=arn, PolicyDocument=json.dumps(document(narrow)), SetAsDefault=True
    )
    iam.create_user(UserName="alice")
    iam.attach_user_policy(UserName="alice", PolicyArn=arn)
    snapshot, _ = aws.snapshot(iam_granted_policies)

    (policy,) = snapshot.records
    assert (policy.id, policy.name) == (arn, "operate")
    (statement,) = policy.statements
    assert statement.actions == ("s3:GetObject", "s3:PutObject")
    assert statement.resources == ("*",)
    assert (statement.not_actions, statement.not_resources) == (None, None)


def test_inline_policies_of_every_type_are_read(aws):
    iam = aws.client("iam")
    text = json.dumps(document(EVERYTHING))
    iam.create_user(UserName="alice")
    iam.create_group(GroupName="staff")
    iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=json.dumps(document()))
    iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=text)
    iam.put_group_policy(GroupName="staff", PolicyName="own", PolicyDocument=text)
    iam.put_role_policy(RoleName="deployer", PolicyName="own", PolicyDocument=text)
    snapshot, _ = aws.snapshot(iam_granted_policies)

    assert {policy.name for policy in snapshot.records} == {
        "alice/own",
        "staff/own",
        "deployer/own",
    }
    everything = Statement(
        effect="Allow",
        actions=("*",),
        not_actions=None,
        resources=("*",),
        not_resources=None,
        conditions=(),
    )
    assert {policy.statements for policy in snapshot.records} == {(everything,)}
    assert snapshot.complete
    assert snapshot.records[0].id == f"arn:aws:iam::{ACCOUNT}:group/staff#own"


def test_a_lone_statement_and_its_conditions_are_read(aws):
    lone = {
        "Effect": "Allow",
        "NotAction": "iam:*",
        "NotResource": "arn:aws:s3:::x",
        "Condition": {
            "StringEquals": {"aws:PrincipalArn": ["a", "b"]},
            "Bool": {"aws:SecureTransport": True},
        },
    }
    inline = {"PolicyName": "own", "PolicyDocument": {"Statement": lone}}
    faults = answers({"RoleDetailList": [role("deployer", RolePolicyList=[inline])]})
    snapshot, _ = aws.snapshot(iam_granted_policies, faults)

    assert snapshot.records[0].statements == (
        Statement(
            effect="Allow",
            actions=None,
            not_actions=("iam:*",),
            resources=None,
            not_resources=("arn:aws:s3:::x",),
            conditions=(
                Condition(operator="Bool", key="aws:SecureTransport", values=("True",)),
                Condition(operator="StringEquals", key="aws:PrincipalArn", values=("a", "b")),
            ),
        ),
    )


@pytest.mark.parametrize(
    "policy",
    [
        pytest.param({"PolicyVersionList": []}, id="no default version"),
        pytest.param({}, id="no versions"),
        pytest.param(
            {"PolicyVersionList": [{"IsDefaultVersion": True, "Document": "{cut"}]}, id="no JSON"
        ),
    ],
)
def test_a_policy_that_cannot_be_read_stays_as_unread(aws, policy):
    policy = {"Arn": "arn:aws:iam::1:policy/x", "PolicyName": "x", "AttachmentCount": 1} | policy
    snapshot, _ = aws.snapshot(iam_granted_policies, answers({"Policies": [policy]}))

    why = f"{DETAILS}: the answer has no readable policy"
    assert snapshot.records[0].statements == Unread(why=why)


@pytest.mark.parametrize("collector", [iam_policy_holders, iam_granted_policies])
def test_a_denied_account_is_an_omission(aws, collector):
    snapshot, _ = aws.snapshot(collector, {DETAILS: Denied()})

    assert snapshot.records == ()
    assert snapshot.omissions == (Omission(where=f"aws:{ACCOUNT}", why=f"{DETAILS}: AccessDenied"),)


def test_what_stands_on_a_second_page_is_read(aws):
    attached = [{"PolicyName": "AdministratorAccess", "PolicyArn": ADMINISTRATOR}]
    inline = [{"PolicyName": "own", "PolicyDocument": document(EVERYTHING)}]
    admin = role("admin", AttachedManagedPolicies=attached, RolePolicyList=inline)
    pages = ({"IsTruncated": True, "Marker": "more"}, {"RoleDetailList": [admin]})

    snapshot, _ = aws.snapshot(iam_policy_holders, answers(*pages))
    assert [holder.attached for holder in snapshot.records] == [(ADMINISTRATOR,)]
    snapshot, _ = aws.snapshot(iam_granted_policies, answers(*pages))
    assert [policy.name for policy in snapshot.records] == ["admin/own"]


@pytest.mark.parametrize("collector", [iam_policy_holders, iam_granted_policies])
def test_a_replay_reads_what_was_read(aws, collector):
    iam = aws.client("iam")
    iam.create_user(UserName="alice")
    iam.attach_user_policy(UserName="alice", PolicyArn=own(aws, "operate", EVERYTHING))
    snapshot, transcript = aws.snapshot(collector)

    assert snapshot.records
    assert aws.again(collector, transcript) == snapshot


def test_tags_are_cut_out(aws):
    iam = aws.client("iam")
    iam.create_user(UserName="alice", Tags=[{"Key": "phone", "Value": "555-0100"}])
    _, transcript = aws.snapshot(iam_policy_holders)

    assert "555-0100" not in json.dumps([e.response for e in transcript.exchanges])
