"""Single sign-on is read with whom each assignment reaches, and who does without."""

import json

from collectors.aws.identity_center import center_assignments, console_sign_in
from collectors.evidence.aws.identity_center import CenterUser
from collectors.evidence.record import Unread
from tests.collectors.aws.estates import ANSWERS, assigned, center_user
from tests.collectors.aws.shaped import said
from tests.faults import Denied


def assignments(aws, *answers):
    told = {call: pages for answer in answers for call, pages in answer.items()}
    snapshot, transcript = aws.snapshot(center_assignments, ANSWERS[center_assignments.id] | told)
    return {one.principal: one for one in snapshot.records}, transcript


def test_a_group_is_resolved_to_its_members(aws):
    found, _ = assignments(aws)

    people = [CenterUser(id=f"u-{n}", login=f"u-{n}", email=None) for n in (1, 2)]
    assert found["USER"].people == (people[0],)
    assert found["GROUP"].people == tuple(people)


def test_a_user_is_known_by_login_and_primary_address_and_by_nothing_else(aws):
    emails = [{"Value": "old@acme.test"}, {"Value": "ada@acme.test", "Primary": True}]
    ada = center_user("u-1", UserName="ada", Emails=emails, DisplayName="canary", Title="canary")
    found, transcript = assignments(aws, said("identitystore:ListUsers", {"Users": [ada]}))

    assert found["USER"].people == (CenterUser(id="u-1", login="ada", email="ada@acme.test"),)
    assert "canary" not in json.dumps([e.response for e in transcript.exchanges])


def test_a_principal_that_is_gone_is_none_and_not_unread(aws):
    found, _ = assignments(
        aws,
        said(
            "sso-admin:ListAccountAssignments",
            {"AccountAssignments": [assigned("USER", "u-9"), assigned("GROUP", "g-9")]},
        ),
        {"identitystore:ListGroupMemberships": Denied("ResourceNotFoundException")},
    )

    assert (found["USER"].people, found["GROUP"].people) == (None, None)


def test_an_inline_policy_is_read(aws):
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    told = said("sso-admin:GetInlinePolicyForPermissionSet", {"InlinePolicy": text})

    (read,) = assignments(aws, told)[0]["USER"].inline
    assert (read.actions, read.resources) == (("*",), ("*",))
    assert assignments(aws)[0]["USER"].inline is None


def test_an_inline_policy_that_cannot_be_read_is_unread(aws):
    told = said("sso-admin:GetInlinePolicyForPermissionSet", {"InlinePolicy": "{cut"})

    why = "sso-admin:GetInlinePolicyForPermissionSet: the answer holds no JSON object"
    assert assignments(aws, told)[0]["USER"].inline == Unread(why=why)


def test_who_has_a_console_password_is_read(aws):
    iam = aws.client("iam")
    for name in ("ada", "bot"):
        iam.create_user(UserName=name)
    iam.create_login_profile(UserName="ada", Password="Correct-horse-9")
    snapshot, transcript = aws.snapshot(console_sign_in)

    (account,) = snapshot.records
    assert (account.console_users, account.saml_providers) == (("ada",), ())
    assert account.management is None
    assert aws.again(console_sign_in, transcript) == snapshot
