"""What somebody may do in all is gathered from every policy that holds for them."""

import json

import pytest

from collectors.aws.iam_rights import effective_rights
from collectors.evidence.record import Omission, Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied, Pages

ACCOUNT = "123456789012"
POWER_USER = "arn:aws:iam::aws:policy/PowerUserAccess"
DETAILS = "iam:GetAccountAuthorizationDetails"


def document(*actions, **parts):
    statement = {"Effect": "Allow", "Action": [*actions], "Resource": "*", **parts}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def policy(aws, name, *actions):
    made = aws.client("iam").create_policy(PolicyName=name, PolicyDocument=document(*actions))
    return made["Policy"]["Arn"]


@pytest.fixture
def ada(aws):
    """A user who holds something by every road there is."""
    iam = aws.client("iam")
    iam.create_user(UserName="ada")
    iam.create_group(GroupName="staff")
    iam.add_user_to_group(UserName="ada", GroupName="staff")
    iam.put_user_policy(
        UserName="ada", PolicyName="x", PolicyDocument=document("iam:PassRole", "s3:GetObject")
    )
    iam.attach_user_policy(UserName="ada", PolicyArn=policy(aws, "own", "ec2:RunInstances"))
    iam.put_group_policy(
        GroupName="staff", PolicyName="x", PolicyDocument=document("iam:PutUserPolicy")
    )
    iam.attach_group_policy(GroupName="staff", PolicyArn=policy(aws, "staff", "lambda:*"))
    return aws


def rights(aws, faults=None):
    snapshot, _ = aws.snapshot(effective_rights, faults)
    return {record.name: record for record in snapshot.records}


def actions(statements):
    return sorted(action for statement in statements for action in statement.actions)


def test_policies_of_every_road_are_one_and_only_what_escalates_is_kept(ada):
    found = rights(ada)["ada"]

    assert actions(found.statements) == [
        "ec2:RunInstances",
        "iam:PassRole",
        "iam:PutUserPolicy",
        "lambda:*",
    ]
    assert found.boundary is None
    assert found.groups == (f"arn:aws:iam::{ACCOUNT}:group/staff",)
    names = [arn.rpartition("/")[2] for arn in found.own_policies]
    assert names == ["own", "staff"]


def test_a_statement_that_names_what_it_leaves_out_is_kept_whole(aws):
    iam = aws.client("iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=document("sts:AssumeRole"))
    written = {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": written})
    iam.put_role_policy(RoleName="r", PolicyName="x", PolicyDocument=text)

    (statement,) = rights(aws)["r"].statements
    assert (statement.actions, statement.not_actions) == (None, ("s3:*",))
    assert rights(aws)["r"].boundary is None


OF_AWS = said(
    "iam:ListPolicies",
    {"Policies": [], "IsTruncated": True, "Marker": "more"},
    {"Policies": [{"Arn": POWER_USER, "DefaultVersionId": "v5"}]},
) | {
    "iam:GetPolicyVersion": Pages(
        ({"PolicyVersion": {"Document": json.loads(document("ec2:*", "iam:Get*"))}},)
    )
}


def holding_aws(*roles):
    attached = [{"PolicyName": "PowerUserAccess", "PolicyArn": POWER_USER}]
    described = [
        {
            "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
            "RolePolicyList": [],
            "AttachedManagedPolicies": attached,
        }
        for name in roles
    ]
    empty = {"UserDetailList": [], "GroupDetailList": [], "Policies": []}
    return {DETAILS: Pages(({**empty, "RoleDetailList": described},))}


def test_policies_of_aws_are_read_once_from_the_second_page_and_again(aws):
    faults = holding_aws("a", "b") | OF_AWS
    snapshot, transcript = aws.snapshot(effective_rights, faults)

    assert [actions(record.statements) for record in snapshot.records] == [["ec2:*"], ["ec2:*"]]
    assert aws.again(effective_rights, transcript) == snapshot


def test_a_boundary_is_read_like_any_policy(aws):
    faults = holding_aws("a")
    (page,) = faults[DETAILS].responses
    page["RoleDetailList"][0]["PermissionsBoundary"] = {"PermissionsBoundaryArn": POWER_USER}

    assert actions(rights(aws, faults | OF_AWS)["a"].boundary) == ["ec2:*"]


def test_nobody_asks_for_policies_of_aws_that_nobody_holds(ada):
    _, transcript = ada.snapshot(effective_rights)

    assert {exchange.operation for exchange in transcript.exchanges} == {
        "GetAccountAuthorizationDetails"
    }


@pytest.mark.parametrize("call", ["iam:ListPolicies", "iam:GetPolicyVersion"])
@pytest.mark.parametrize("code", ["AccessDenied", "Throttling"])
def test_a_policy_of_aws_that_is_refused_leaves_the_rights_unread(aws, call, code):
    found = rights(aws, holding_aws("a") | OF_AWS | {call: Denied(code)})

    assert found["a"].statements == Unread(why=f"{call}: {code}")


def test_a_policy_that_the_list_lacks_leaves_the_rights_unread(aws):
    told = said("iam:ListPolicies", {"Policies": [], "IsTruncated": False})

    why = "iam:ListPolicies: the answer lacks PowerUserAccess"
    assert rights(aws, holding_aws("a") | told)["a"].statements == Unread(why=why)


def test_service_linked_roles_are_left_out(aws):
    linked = holding_aws("aws-service-role/x.amazonaws.com/Linked")

    assert rights(aws, linked | OF_AWS) == {}


def test_a_denied_account_is_an_omission(aws):
    snapshot, _ = aws.snapshot(effective_rights, {DETAILS: Denied()})

    assert snapshot.omissions == (Omission(where=f"aws:{ACCOUNT}", why=f"{DETAILS}: AccessDenied"),)
