"""Users and keys are read one by one, and each credential keeps its own answer."""

import json
from datetime import UTC, datetime

import pytest

from collectors.aws.iam_users import iam_access_keys, iam_identities, iam_users
from collectors.evidence.record import Omission, Unread
from collectors.transcript import Transcript
from tests.faults import Denied, Pages

ACCOUNT = "123456789012"
THEN = "2026-10-01T08:00:00+00:00"


@pytest.fixture(autouse=True)
def iam(aws):
    """Alice has a console password, Bob a key, Carol nothing at all."""
    client = aws.client("iam")
    for name in ("alice", "bob", "carol"):
        client.create_user(UserName=name)
    client.create_login_profile(UserName="alice", Password="a-Password-1!")
    client.create_access_key(UserName="bob")
    return client


def enrol(iam, user):
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=user)["VirtualMFADevice"]
    serial = device["SerialNumber"]
    iam.enable_mfa_device(
        UserName=user,
        SerialNumber=serial,
        AuthenticationCode1="123456",
        AuthenticationCode2="654321",
    )
    return serial


def listed(name, **more):
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    return {"UserName": name, "Arn": arn, "UserId": name, "CreateDate": THEN, **more}


def test_a_user_is_read_with_password_and_devices(aws, iam):
    serial = enrol(iam, "alice")
    snapshot, _ = aws.snapshot(iam_users)

    alice, bob, _carol = snapshot.records
    assert alice.id == f"arn:aws:iam::{ACCOUNT}:user/alice"
    assert alice.password.last_used_at is None
    assert alice.password.created_at.tzinfo is not None
    assert alice.mfa_devices == (serial,)
    assert (bob.password, bob.mfa_devices) == (None, ())
    assert snapshot.complete


def test_the_last_sign_in_comes_from_the_list(aws):
    pages = Pages(({"Users": [listed("alice", PasswordLastUsed=THEN)], "IsTruncated": False},))
    snapshot, _ = aws.snapshot(iam_users, {"iam:ListUsers": pages})

    (alice,) = snapshot.records
    assert alice.password.last_used_at == datetime(2026, 10, 1, 8, tzinfo=UTC)


def test_a_password_without_its_date_is_still_a_password(aws):
    pages = Pages(({"LoginProfile": {"UserName": "alice"}},) * 3)
    snapshot, _ = aws.snapshot(iam_users, {"iam:GetLoginProfile": pages})

    why = "iam:GetLoginProfile: the answer has no CreateDate"
    assert snapshot.records[0].password.created_at == Unread(why=why)


def test_denied_details_are_unread_and_the_users_stay(aws):
    snapshot, _ = aws.snapshot(
        iam_users, {"iam:GetLoginProfile": Denied(), "iam:ListMFADevices": Denied(first=2)}
    )

    alice, bob, carol = snapshot.records
    assert carol.password == Unread(why="iam:GetLoginProfile: AccessDenied")
    assert alice.mfa_devices == ()
    assert bob.mfa_devices == Unread(why="iam:ListMFADevices: AccessDenied")
    assert snapshot.complete


@pytest.mark.parametrize("collector", [iam_users, iam_access_keys, iam_identities])
def test_a_denied_list_is_an_omission_and_not_an_empty_account(aws, collector):
    snapshot, _ = aws.snapshot(collector, {"iam:ListUsers": Denied()})

    assert snapshot.records == ()
    assert snapshot.omissions == (
        Omission(where=f"aws:{ACCOUNT}", why="iam:ListUsers: AccessDenied"),
    )


@pytest.mark.parametrize("collector", [iam_users, iam_identities])
def test_users_of_a_second_page_are_read(aws, collector):
    pages = Pages(
        (
            {"Users": [listed("alice")], "IsTruncated": True, "Marker": "more"},
            {"Users": [listed("bob")], "IsTruncated": False},
        )
    )
    snapshot, _ = aws.snapshot(collector, {"iam:ListUsers": pages})

    assert [user.name for user in snapshot.records] == ["alice", "bob"]


def test_both_active_keys_are_read_and_one_turned_off_is_not(aws, iam):
    second = iam.create_access_key(UserName="bob")["AccessKey"]["AccessKeyId"]
    off = iam.create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]
    iam.update_access_key(UserName="alice", AccessKeyId=off, Status="Inactive")
    snapshot, _ = aws.snapshot(iam_access_keys)

    assert len(snapshot.records) == 2
    key = next(key for key in snapshot.records if key.id == second)
    assert (key.user, key.name, key.last_used_at) == ("bob", f"bob/{second}", None)
    assert snapshot.complete


def test_a_key_of_unknown_status_is_not_taken_for_off(aws):
    key = {"UserName": "bob", "AccessKeyId": "AKIA1", "CreateDate": THEN, "Status": "Resting"}
    keys = Pages(
        ({"AccessKeyMetadata": []}, {"AccessKeyMetadata": [key]}, {"AccessKeyMetadata": []})
    )
    snapshot, _ = aws.snapshot(iam_access_keys, {"iam:ListAccessKeys": keys})

    assert [key.id for key in snapshot.records] == ["AKIA1"]


def test_the_last_use_of_a_key_is_read_and_a_denial_is_not_never(aws):
    used = Pages(({"AccessKeyLastUsed": {"LastUsedDate": THEN, "Region": "N/A"}},))
    snapshot, _ = aws.snapshot(iam_access_keys, {"iam:GetAccessKeyLastUsed": used})
    assert snapshot.records[0].last_used_at == datetime(2026, 10, 1, 8, tzinfo=UTC)

    snapshot, _ = aws.snapshot(iam_access_keys, {"iam:GetAccessKeyLastUsed": Denied()})
    why = "iam:GetAccessKeyLastUsed: AccessDenied"
    assert snapshot.records[0].last_used_at == Unread(why=why)


@pytest.mark.parametrize("threads", [1, 4])
def test_a_user_whose_keys_cannot_be_listed_is_an_omission(aws, iam, threads):
    iam.create_access_key(UserName="alice")
    snapshot, _ = aws.snapshot(
        iam_access_keys, {"iam:ListAccessKeys": Denied(first=4)}, threads=threads
    )
    assert (len(snapshot.records), snapshot.complete) == (2, True)

    snapshot, _ = aws.snapshot(iam_access_keys, {"iam:ListAccessKeys": Denied(first=3)})
    assert len(snapshot.records) == 2
    assert snapshot.omissions == (
        Omission(where=f"aws:{ACCOUNT}/carol", why="iam:ListAccessKeys: AccessDenied"),
    )


def test_a_login_is_tied_to_its_address(aws, iam):
    iam.create_user(UserName="dora@acme.test")
    iam.tag_user(UserName="bob", Tags=[{"Key": "Email", "Value": "bob@acme.test"}])
    snapshot, _ = aws.snapshot(iam_identities)

    emails = {identity.login: identity.email for identity in snapshot.records}
    assert emails == {
        "alice": None,
        "bob": "bob@acme.test",
        "carol": None,
        "dora@acme.test": "dora@acme.test",
    }


def test_a_login_is_open_by_password_or_key(aws):
    snapshot, _ = aws.snapshot(iam_identities)

    alice, bob, carol = snapshot.records
    assert (alice.enabled, bob.enabled, carol.enabled) == (True, True, False)
    assert alice.is_machine is False
    assert isinstance(bob.is_machine, Unread)
    assert alice.source == "aws"


@pytest.mark.parametrize(
    ("denied", "enabled"),
    [
        ("iam:GetLoginProfile", (None, True, None)),
        ("iam:ListAccessKeys", (True, None, None)),
    ],
)
def test_what_was_not_read_closes_no_login(aws, denied, enabled):
    snapshot, _ = aws.snapshot(iam_identities, {denied: Denied()})

    unread = Unread(why=f"{denied}: AccessDenied")
    assert [identity.enabled for identity in snapshot.records] == [
        unread if known is None else known for known in enabled
    ]


def test_denied_tags_leave_the_address_unread(aws):
    snapshot, _ = aws.snapshot(iam_identities, {"iam:ListUserTags": Denied()})

    assert snapshot.records[0].email == Unread(why="iam:ListUserTags: AccessDenied")


@pytest.mark.parametrize("collector", [iam_users, iam_access_keys, iam_identities])
def test_a_replay_reads_what_was_read(aws, collector):
    snapshot, transcript = aws.snapshot(collector)

    assert aws.again(collector, transcript) == snapshot


def test_a_replay_reads_no_more_than_was_read(aws):
    _, transcript = aws.snapshot(iam_users)
    lists = Transcript(tuple(e for e in transcript.exchanges if e.operation == "ListUsers"))

    assert {user.password.why for user in aws.again(iam_users, lists).records} == {
        "iam:GetLoginProfile: not collected"
    }


def test_the_same_questions_are_asked_by_all_so_a_cycle_asks_them_once(aws):
    def asked(collector, operation):
        _, transcript = aws.snapshot(collector)
        return [e.arguments for e in transcript.exchanges if e.operation == operation]

    assert asked(iam_users, "ListUsers") == asked(iam_access_keys, "ListUsers")
    for operation, collector in (
        ("GetLoginProfile", iam_users),
        ("ListAccessKeys", iam_access_keys),
    ):
        theirs, ours = asked(collector, operation), asked(iam_identities, operation)
        assert ours
        assert all(arguments in theirs for arguments in ours)


def test_no_secret_is_among_what_is_kept(aws, iam):
    secret = iam.create_access_key(UserName="carol")["AccessKey"]["SecretAccessKey"]
    _, transcript = aws.snapshot(iam_access_keys)

    kept = json.dumps([exchange.response for exchange in transcript.exchanges])
    assert secret not in kept
