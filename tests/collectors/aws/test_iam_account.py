"""What guards the account as a whole, with what it does not tell."""

import json

import pytest

from collectors.aws.iam_account import iam_password_policy, iam_root
from collectors.evidence.aws.iam import PasswordPolicy
from collectors.evidence.record import Unread
from tests.faults import Denied, Pages

ACCOUNT = "123456789012"
SUMMARY = {
    "AccountMFAEnabled": 1,
    "AccountPasswordPresent": 1,
    "AccountAccessKeysPresent": 0,
    "AccountSigningCertificatesPresent": 0,
}


def root(aws, faults=None):
    snapshot, _ = aws.snapshot(iam_root, faults)
    assert snapshot.complete
    (record,) = snapshot.records
    return record


def summary(**counts):
    return {"iam:GetAccountSummary": Pages(({"SummaryMap": SUMMARY | counts},))}


def organization(management):
    answer = {"Organization": {"MasterAccountId": management, "MasterAccountEmail": "x@acme.test"}}
    return {"organizations:DescribeOrganization": Pages((answer,))}


def test_root_is_read_from_a_real_answer(aws):
    read = root(aws)

    assert read.id == f"arn:aws:iam::{ACCOUNT}:root"
    assert (read.mfa_on, read.has_access_keys, read.has_signing_certificates) == (False,) * 3
    assert read.standing == "standalone"


def test_an_older_summary_leaves_the_password_unread(aws):
    why = "iam:GetAccountSummary: the answer has no AccountPasswordPresent"
    assert root(aws).has_password == Unread(why=why)


def test_every_count_goes_to_its_own_field(aws):
    read = root(aws, summary(AccountPasswordPresent=0, AccountAccessKeysPresent=1))
    assert (read.mfa_on, read.has_password) == (True, False)
    assert (read.has_access_keys, read.has_signing_certificates) == (True, False)

    read = root(aws, summary(AccountMFAEnabled=0, AccountSigningCertificatesPresent=2))
    assert (read.mfa_on, read.has_password) == (False, True)
    assert (read.has_access_keys, read.has_signing_certificates) == (False, True)


def test_a_denied_summary_leaves_everything_unread(aws):
    read = root(aws, {"iam:GetAccountSummary": Denied()})

    unread = Unread(why="iam:GetAccountSummary: AccessDenied")
    assert (read.mfa_on, read.has_password, read.has_access_keys) == (unread,) * 3


@pytest.mark.parametrize(
    ("management", "standing"), [(ACCOUNT, "management"), ("210987654321", "member")]
)
def test_the_place_in_an_organisation_is_read(aws, management, standing):
    assert root(aws, organization(management)).standing == standing


def test_a_real_organisation_names_its_management_account(aws):
    aws.client("organizations").create_organization(FeatureSet="ALL")

    assert root(aws).standing == "management"


def test_a_denied_organisation_is_not_no_organisation(aws):
    read = root(aws, {"organizations:DescribeOrganization": Denied(code="AccessDeniedException")})

    why = "organizations:DescribeOrganization: AccessDeniedException"
    assert read.standing == Unread(why=why)


def test_the_address_of_the_organisation_is_cut_out(aws):
    _, transcript = aws.snapshot(iam_root, organization(ACCOUNT))

    assert "x@acme.test" not in json.dumps([e.response for e in transcript.exchanges])


def password_policy(aws, faults=None):
    snapshot, _ = aws.snapshot(iam_password_policy, faults)
    assert snapshot.complete
    (record,) = snapshot.records
    return record


def test_an_account_without_policy_and_users_has_neither(aws):
    read = password_policy(aws)

    assert (read.policy, read.has_console_users) == (None, False)


def test_policy_and_console_users_are_read(aws):
    iam = aws.client("iam")
    iam.update_account_password_policy(MinimumPasswordLength=16, PasswordReusePrevention=12)
    iam.create_user(UserName="alice")
    iam.create_user(UserName="bob")
    iam.create_login_profile(UserName="bob", Password="a-Password-1!")
    read = password_policy(aws)

    assert read.policy == PasswordPolicy(min_length=16, reuse_memory=12)
    assert read.has_console_users is True


def test_a_policy_that_names_no_memory_has_none(aws):
    aws.client("iam").update_account_password_policy(MinimumPasswordLength=16)

    assert password_policy(aws).policy == PasswordPolicy(min_length=16, reuse_memory=0)


def test_a_policy_that_names_no_length_leaves_it_unread(aws):
    pages = Pages(({"PasswordPolicy": {"PasswordReusePrevention": 24}},))
    read = password_policy(aws, {"iam:GetAccountPasswordPolicy": pages})

    why = "iam:GetAccountPasswordPolicy: the answer has no MinimumPasswordLength"
    assert read.policy == PasswordPolicy(min_length=Unread(why=why), reuse_memory=24)


@pytest.mark.parametrize("denied", ["iam:ListUsers", "iam:GetLoginProfile"])
def test_denied_users_are_not_no_users(aws, denied):
    aws.client("iam").create_user(UserName="alice")
    read = password_policy(aws, {denied: Denied()})

    assert read.has_console_users == Unread(why=f"{denied}: AccessDenied")


def test_one_console_user_settles_it_for_all(aws):
    iam = aws.client("iam")
    for name in ("alice", "bob"):
        iam.create_user(UserName=name)
        iam.create_login_profile(UserName=name, Password="a-Password-1!")
    read = password_policy(aws, {"iam:GetLoginProfile": Denied(first=2)})

    assert read.has_console_users is True


def test_console_users_of_a_second_page_count(aws):
    iam = aws.client("iam")
    for name in ("alice", "bob"):
        iam.create_user(UserName=name)
    iam.create_login_profile(UserName="bob", Password="a-Password-1!")
    pages = Pages(
        (
            {"Users": [{"UserName": "alice"}], "IsTruncated": True, "Marker": "more"},
            {"Users": [{"UserName": "bob"}], "IsTruncated": False},
        )
    )
    assert password_policy(aws, {"iam:ListUsers": pages}).has_console_users is True


def test_a_denied_policy_is_not_no_policy(aws):
    read = password_policy(aws, {"iam:GetAccountPasswordPolicy": Denied()})

    assert read.policy == Unread(why="iam:GetAccountPasswordPolicy: AccessDenied")


@pytest.mark.parametrize("collector", [iam_root, iam_password_policy])
def test_a_replay_reads_what_was_read(aws, collector):
    aws.client("iam").create_user(UserName="alice")
    snapshot, transcript = aws.snapshot(collector)

    assert aws.again(collector, transcript) == snapshot
