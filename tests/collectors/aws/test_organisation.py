"""The account as a part of its organisation is read as far as AWS shows it."""

import json

import pytest

from collectors.aws.iam_policies import iam_user_rights
from collectors.aws.organisation import account_guardrails, security_contact
from collectors.evidence.record import Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

ACCOUNT = "123456789012"
MEMBER = {"Organization": {"MasterAccountId": "210987654321", "FeatureSet": "ALL"}}
DENIAL = {"Effect": "Deny", "Action": "cloudtrail:StopLogging", "Resource": "*"}
IN_A_UNIT = (
    said("organizations:DescribeOrganization", MEMBER)
    | said(
        "organizations:ListParents",
        {"Parents": [{"Id": "ou-abcd-12345678", "Type": "ORGANIZATIONAL_UNIT"}]},
        {"Parents": [{"Id": "r-abcd", "Type": "ROOT"}]},
    )
    | said(
        "organizations:ListPoliciesForTarget",
        {"Policies": []},
        {"Policies": [{"Id": "p-22222222", "Description": "canary"}], "NextToken": "more"},
        {"Policies": [{"Id": "p-11111111"}]},
        {"Policies": [{"Id": "p-11111111"}]},
    )
    | said(
        "organizations:DescribePolicy",
        *({"Policy": {"Content": json.dumps({"Statement": DENIAL})}} for _ in range(3)),
    )
)


def only(snapshot):
    (record,) = snapshot.records
    return record


def test_an_account_without_an_organisation_stands_alone(aws):
    snapshot, transcript = aws.snapshot(account_guardrails)

    record = only(snapshot)
    assert (record.standing, record.features, record.guardrails) == ("standalone", None, ())
    assert aws.again(account_guardrails, transcript) == snapshot


def test_the_management_account_is_known(aws):
    aws.client("organizations", "us-east-1").create_organization(FeatureSet="ALL")
    snapshot, transcript = aws.snapshot(account_guardrails)

    assert (only(snapshot).standing, only(snapshot).features) == ("management", "ALL")
    assert "@" not in json.dumps([e.response for e in transcript.exchanges])


def test_the_guardrails_of_all_that_the_account_lies_in_are_read(aws):
    snapshot, transcript = aws.snapshot(account_guardrails, IN_A_UNIT)

    record = only(snapshot)
    assert record.standing == "member"
    assert [guardrail.id for guardrail in record.guardrails] == ["p-11111111", "p-22222222"]
    assert record.guardrails[0].statements[0].actions == ("cloudtrail:StopLogging",)
    assert "canary" not in json.dumps([e.response for e in transcript.exchanges])
    asked = {e.arguments["TargetId"] for e in transcript.exchanges if "TargetId" in e.arguments}
    assert asked == {ACCOUNT, "ou-abcd-12345678", "r-abcd"}


@pytest.mark.parametrize("operation", ["ListParents", "ListPoliciesForTarget"])
def test_what_members_may_not_see_is_unread(aws, operation):
    call = f"organizations:{operation}"
    snapshot, _ = aws.snapshot(account_guardrails, IN_A_UNIT | {call: Denied()})

    assert only(snapshot).guardrails == Unread(why=f"{call}: AccessDenied")


def test_a_denied_policy_stays_among_the_guardrails(aws):
    call = "organizations:DescribePolicy"
    snapshot, _ = aws.snapshot(account_guardrails, IN_A_UNIT | {call: Denied()})

    unread = Unread(why=f"{call}: AccessDenied")
    assert [guardrail.statements for guardrail in only(snapshot).guardrails] == [unread, unread]


def test_a_denied_organisation_leaves_the_standing_unread(aws):
    call = "organizations:DescribeOrganization"
    snapshot, _ = aws.snapshot(account_guardrails, {call: Denied()})

    assert only(snapshot).standing == Unread(why=f"{call}: AccessDenied")


def test_that_there_is_a_contact_is_read_and_not_who(aws):
    snapshot, _ = aws.snapshot(security_contact)
    assert only(snapshot).named is False

    aws.client("account").put_alternate_contact(
        AlternateContactType="SECURITY",
        EmailAddress="canary@acme.test",
        Name="canary",
        PhoneNumber="555-0100",
        Title="canary",
    )
    snapshot, transcript = aws.snapshot(security_contact)
    assert only(snapshot).named is True
    kept = json.dumps([e.response for e in transcript.exchanges])
    assert "canary" not in kept
    assert "555-0100" not in kept
    assert aws.again(security_contact, transcript) == snapshot


def test_a_denied_contact_is_unread(aws):
    snapshot, _ = aws.snapshot(security_contact, {"account:GetAlternateContact": Denied()})

    assert only(snapshot).named == Unread(why="account:GetAlternateContact: AccessDenied")


def test_the_rights_of_a_user_are_read_without_those_of_its_groups(aws):
    iam = aws.client("iam")
    document = json.dumps({"Version": "2012-10-17", "Statement": [DENIAL]})
    own = iam.create_policy(PolicyName="own", PolicyDocument=document)["Policy"]["Arn"]
    iam.create_group(GroupName="staff")
    iam.attach_group_policy(GroupName="staff", PolicyArn=own)
    for name in ("ada", "ben"):
        iam.create_user(UserName=name)
        iam.add_user_to_group(UserName=name, GroupName="staff")
    iam.attach_user_policy(UserName="ben", PolicyArn=own)
    iam.put_user_policy(UserName="ben", PolicyName="written", PolicyDocument=document)
    snapshot, _ = aws.snapshot(iam_user_rights)

    assert {user.name: (user.attached, user.inline) for user in snapshot.records} == {
        "ada": ((), ()),
        "ben": ((own,), ("written",)),
    }
