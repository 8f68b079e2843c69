"""Who can sign in, and with what."""

from datetime import timedelta

import pytest

from checks.access.accounts import (
    access_key_rotated,
    access_key_used,
    console_password_used,
    console_user_has_mfa,
    password_policy_strong,
    root_mfa_on,
    root_without_access_keys,
)
from checks.contract import Outcome
from collectors.evidence.aws.iam import (
    AccessKey,
    AccountPasswordPolicy,
    AccountRoot,
    ConsolePassword,
    IamUser,
    PasswordPolicy,
)
from tests.evidence import DENIED, NOW

ACCOUNT = "123456789012"


def ago(days, seconds=0):
    return NOW - timedelta(days=days, seconds=seconds)


def root(**facts):
    known = {
        "mfa_on": False,
        "has_password": True,
        "has_access_keys": False,
        "has_signing_certificates": False,
        "standing": "standalone",
    }
    arn = f"arn:aws:iam::{ACCOUNT}:root"
    return AccountRoot(id=arn, name="root", account_id=ACCOUNT, **known | facts)


@pytest.mark.parametrize(
    ("mfa_on", "has_password", "standing", "outcome"),
    [
        pytest.param(True, True, "standalone", Outcome.PASSED, id="has a device"),
        pytest.param(True, DENIED, DENIED, Outcome.PASSED, id="the device settles it"),
        pytest.param(False, False, "member", Outcome.PASSED, id="member without a password"),
        pytest.param(False, True, "standalone", Outcome.FAILED, id="no device"),
        pytest.param(False, True, "member", Outcome.FAILED, id="member with a password"),
        pytest.param(False, False, "management", Outcome.FAILED, id="management needs a device"),
        pytest.param(False, False, "standalone", Outcome.FAILED, id="alone needs a device"),
        pytest.param(False, DENIED, "management", Outcome.FAILED, id="management settles it"),
        pytest.param(False, True, DENIED, Outcome.FAILED, id="the password settles it"),
        pytest.param(DENIED, DENIED, "standalone", Outcome.UNDETERMINED, id="summary denied"),
        pytest.param(False, DENIED, "member", Outcome.UNDETERMINED, id="password of member unread"),
        pytest.param(False, False, DENIED, Outcome.UNDETERMINED, id="organisation denied"),
    ],
)
def test_root_mfa_on(mfa_on, has_password, standing, outcome):
    subject = root(mfa_on=mfa_on, has_password=has_password, standing=standing)
    assert root_mfa_on(subject).outcome is outcome


@pytest.mark.parametrize(
    ("keys", "certificates", "outcome"),
    [
        pytest.param(False, False, Outcome.PASSED, id="nothing"),
        pytest.param(True, False, Outcome.FAILED, id="access keys"),
        pytest.param(False, True, Outcome.FAILED, id="certificates"),
        pytest.param(DENIED, True, Outcome.FAILED, id="certificates settle it"),
        pytest.param(DENIED, False, Outcome.UNDETERMINED, id="keys unread"),
        pytest.param(False, DENIED, Outcome.UNDETERMINED, id="certificates unread"),
    ],
)
def test_root_without_access_keys(keys, certificates, outcome):
    subject = root(has_access_keys=keys, has_signing_certificates=certificates)
    assert root_without_access_keys(subject).outcome is outcome


def test_the_kinds_of_root_credentials_are_named():
    verdict = root_without_access_keys(root(has_access_keys=True, has_signing_certificates=True))
    assert verdict.reason == "root holds access keys and signing certificates"


def password(created_at=NOW, last_used_at=None):
    return ConsolePassword(created_at=created_at, last_used_at=last_used_at)


def user(*, password=None, mfa_devices=()):
    return IamUser(
        id=f"arn:aws:iam::{ACCOUNT}:user/alice",
        name="alice",
        account_id=ACCOUNT,
        password=password,
        mfa_devices=mfa_devices,
    )


@pytest.mark.parametrize(
    ("signs_in_with", "devices", "outcome"),
    [
        pytest.param(password(), ("alice",), Outcome.PASSED, id="password and device"),
        pytest.param(DENIED, ("alice",), Outcome.PASSED, id="the device settles it"),
        pytest.param(password(), (), Outcome.FAILED, id="password alone"),
        pytest.param(None, (), Outcome.NOT_APPLICABLE, id="no password"),
        pytest.param(None, DENIED, Outcome.NOT_APPLICABLE, id="no password, devices denied"),
        pytest.param(DENIED, (), Outcome.UNDETERMINED, id="password denied"),
        pytest.param(password(), DENIED, Outcome.UNDETERMINED, id="devices denied"),
    ],
)
def test_console_user_has_mfa(signs_in_with, devices, outcome):
    subject = user(password=signs_in_with, mfa_devices=devices)
    assert console_user_has_mfa(subject).outcome is outcome


IDLE = [
    pytest.param(ago(400), ago(45), Outcome.PASSED, id="used on the last day"),
    pytest.param(ago(400), ago(45, seconds=1), Outcome.FAILED, id="used a second too early"),
    pytest.param(ago(45), None, Outcome.PASSED, id="never used, made on the last day"),
    pytest.param(ago(45, seconds=1), None, Outcome.FAILED, id="never used, a second too old"),
    pytest.param(ago(400), ago(-1), Outcome.PASSED, id="used while evidence was taken"),
    pytest.param(DENIED, ago(1), Outcome.PASSED, id="use settles it"),
    pytest.param(DENIED, ago(400), Outcome.UNDETERMINED, id="used long ago, perhaps new"),
    pytest.param(DENIED, None, Outcome.UNDETERMINED, id="never used, perhaps new"),
]


@pytest.mark.parametrize(
    ("created_at", "last_used_at", "outcome"),
    [
        *IDLE,
        pytest.param(ago(1), ago(400), Outcome.PASSED, id="an earlier password was used"),
    ],
)
def test_console_password_used(created_at, last_used_at, outcome):
    subject = user(password=password(created_at, last_used_at))
    assert console_password_used(subject, as_of=NOW).outcome is outcome


@pytest.mark.parametrize(
    ("signs_in_with", "outcome"), [(None, Outcome.NOT_APPLICABLE), (DENIED, Outcome.UNDETERMINED)]
)
def test_only_a_known_password_can_be_idle(signs_in_with, outcome):
    assert console_password_used(user(password=signs_in_with), as_of=NOW).outcome is outcome


def key(created_at=NOW, last_used_at=None):
    return AccessKey(
        id="AKIA1",
        name="alice/AKIA1",
        account_id=ACCOUNT,
        user="alice",
        created_at=created_at,
        last_used_at=last_used_at,
    )


@pytest.mark.parametrize(
    ("created_at", "last_used_at", "outcome"),
    [
        *IDLE,
        pytest.param(ago(1), DENIED, Outcome.PASSED, id="creation settles it"),
        pytest.param(ago(400), DENIED, Outcome.UNDETERMINED, id="last use denied"),
    ],
)
def test_access_key_used(created_at, last_used_at, outcome):
    assert access_key_used(key(created_at, last_used_at), as_of=NOW).outcome is outcome


def test_an_idle_key_says_the_same_tomorrow():
    subject = key(ago(400), ago(100))
    today = access_key_used(subject, as_of=NOW)
    assert today == access_key_used(subject, as_of=NOW + timedelta(days=1))
    assert today.observed == {
        "made_at": ago(400).isoformat(),
        "last_used_at": ago(100).isoformat(),
    }


@pytest.mark.parametrize(
    ("created_at", "outcome"),
    [
        pytest.param(ago(90), Outcome.PASSED, id="the last day"),
        pytest.param(ago(90, seconds=1), Outcome.FAILED, id="a second too old"),
        pytest.param(ago(-1), Outcome.PASSED, id="made while evidence was taken"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="no date"),
    ],
)
def test_access_key_rotated(created_at, outcome):
    assert access_key_rotated(key(created_at), as_of=NOW).outcome is outcome


def test_the_operator_may_set_the_limits():
    assert access_key_rotated(key(ago(60)), as_of=NOW, max_age_days=59).outcome is Outcome.FAILED
    assert access_key_used(key(ago(60)), as_of=NOW, max_idle_days=60).outcome is Outcome.PASSED


def policy(min_length=14, reuse_memory=24):
    return PasswordPolicy(min_length=min_length, reuse_memory=reuse_memory)


@pytest.mark.parametrize(
    ("asked", "has_console_users", "outcome"),
    [
        pytest.param(policy(), True, Outcome.PASSED, id="just strong enough"),
        pytest.param(policy(), DENIED, Outcome.UNDETERMINED, id="strong, users denied"),
        pytest.param(policy(), False, Outcome.NOT_APPLICABLE, id="strong, for nobody"),
        pytest.param(policy(min_length=13), False, Outcome.NOT_APPLICABLE, id="weak, for nobody"),
        pytest.param(policy(min_length=13), True, Outcome.FAILED, id="too short"),
        pytest.param(policy(reuse_memory=23), True, Outcome.FAILED, id="forgets too soon"),
        pytest.param(None, True, Outcome.FAILED, id="no policy"),
        pytest.param(None, False, Outcome.NOT_APPLICABLE, id="no policy and no users"),
        pytest.param(DENIED, False, Outcome.NOT_APPLICABLE, id="policy denied, no users"),
        pytest.param(DENIED, True, Outcome.UNDETERMINED, id="policy denied"),
        pytest.param(policy(min_length=DENIED), True, Outcome.UNDETERMINED, id="length unread"),
        pytest.param(None, DENIED, Outcome.UNDETERMINED, id="no policy, users denied"),
        pytest.param(policy(min_length=8), DENIED, Outcome.UNDETERMINED, id="weak, users denied"),
    ],
)
def test_password_policy_strong(asked, has_console_users, outcome):
    subject = AccountPasswordPolicy(
        id=f"arn:aws:iam::{ACCOUNT}:root",
        name="password policy",
        account_id=ACCOUNT,
        policy=asked,
        has_console_users=has_console_users,
    )
    assert password_policy_strong(subject).outcome is outcome
