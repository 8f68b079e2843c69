"""Users, their passwords, devices and access keys, and whose they are."""

import re
from collections.abc import Iterator

from collectors.aws.account import Account, Response, instant, moment, told
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.iam import AccessKey, ConsolePassword, IamUser
from collectors.evidence.people import Identity
from collectors.evidence.record import Instant, Unread

LIST_USERS = ApiCall("iam", "ListUsers", "iam:ListUsers")
LOGIN_PROFILE = ApiCall("iam", "GetLoginProfile", "iam:GetLoginProfile")
MFA_DEVICES = ApiCall("iam", "ListMFADevices", "iam:ListMFADevices")
ACCESS_KEYS = ApiCall("iam", "ListAccessKeys", "iam:ListAccessKeys")
KEY_LAST_USED = ApiCall("iam", "GetAccessKeyLastUsed", "iam:GetAccessKeyLastUsed")
USER_TAGS = ApiCall("iam", "ListUserTags", "iam:ListUserTags")
NO_PASSWORD = "NoSuchEntity"  # noqa: S105 - the vendor's code for "there is none"
TURNED_OFF = {"Inactive", "Expired"}
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
NOBODY_SAYS = Unread(why="iam: nothing says whether a person or a program holds this user")


@collector(id="aws.iam.users", calls=(LIST_USERS, LOGIN_PROFILE, MFA_DEVICES))
def iam_users(account: Account) -> Iterator[IamUser]:
    """Every user of the account, with console password and MFA devices."""

    def describe(user: Response) -> IamUser:
        devices = account.listed(MFA_DEVICES, "MFADevices", UserName=user["UserName"])
        return IamUser(
            id=user["Arn"],
            name=user["UserName"],
            account_id=account.id,
            password=console_password(account, user),
            mfa_devices=devices
            if isinstance(devices, Unread)
            else tuple(sorted(device["SerialNumber"] for device in devices)),
        )

    yield from account.concurrently(describe, account.each(LIST_USERS, "Users"))


@collector(id="aws.iam.access-keys", calls=(LIST_USERS, ACCESS_KEYS, KEY_LAST_USED))
def iam_access_keys(account: Account) -> Iterator[AccessKey]:
    """Every active access key of every user, each on its own.

    The root user's keys are not among them: AWS lists those to nobody.
    """

    def active_keys(user: str) -> tuple[AccessKey, ...]:
        listed = account.each(ACCESS_KEYS, "AccessKeyMetadata", UserName=user)
        return tuple(_access_key(account, user, key) for key in listed if _active(key))

    users = (user["UserName"] for user in account.each(LIST_USERS, "Users"))
    for keys in account.concurrently(active_keys, users):
        yield from keys


@collector(id="aws.iam.identities", calls=(LIST_USERS, LOGIN_PROFILE, ACCESS_KEYS, USER_TAGS))
def iam_identities(account: Account) -> Iterator[Identity]:
    """Every user as a login that is or may be a person's.

    The address is the user's name if that is one, or else the tag `email`. A user with a
    console password is taken for a person's; of any other AWS does not say.
    """

    def describe(user: Response) -> Identity:
        password = console_password(account, user)
        return Identity(
            id=user["Arn"],
            name=user["UserName"],
            source="aws",
            login=user["UserName"],
            email=_email(account, user["UserName"]),
            is_machine=_is_machine(password),
            enabled=_enabled(account, user["UserName"], password),
        )

    yield from account.concurrently(describe, account.each(LIST_USERS, "Users"))


def console_password(account: Account, user: Response) -> ConsolePassword | Unread | None:
    """The password of a listed user; `None` if the console is closed to them."""
    profile = account.detail(LOGIN_PROFILE, absent=NO_PASSWORD, UserName=user["UserName"])
    if profile is None or isinstance(profile, Unread):
        return profile
    return ConsolePassword(
        created_at=moment(
            LOGIN_PROFILE, told(LOGIN_PROFILE, profile, "LoginProfile", dict), "CreateDate"
        ),
        last_used_at=_moment_or_never(user.get("PasswordLastUsed")),
    )


def _access_key(account: Account, user: str, key: Response) -> AccessKey:
    key_id = key["AccessKeyId"]
    answer = account.detail(KEY_LAST_USED, AccessKeyId=key_id)
    last_use = told(KEY_LAST_USED, answer, "AccessKeyLastUsed", dict)
    return AccessKey(
        id=key_id,
        name=f"{user}/{key_id}",
        account_id=account.id,
        user=user,
        created_at=moment(ACCESS_KEYS, key, "CreateDate"),
        last_used_at=last_use
        if isinstance(last_use, Unread)
        else _moment_or_never(last_use.get("LastUsedDate")),
    )


def _moment_or_never(value: str | None) -> Instant | None:
    """AWS documents that both dates of last use are left out when there was none."""
    return instant(value) if value else None


def _active(key: Response) -> bool:
    """A status we do not know is not known to be off."""
    return key.get("Status") not in TURNED_OFF


def _is_machine(password: ConsolePassword | Unread | None) -> bool | Unread:
    if isinstance(password, Unread):
        return password
    return NOBODY_SAYS if password is None else False


def _email(account: Account, user: str) -> str | Unread | None:
    if ADDRESS.fullmatch(user):
        return user
    tags = account.listed(USER_TAGS, "Tags", UserName=user)
    if isinstance(tags, Unread):
        return tags
    return next((tag["Value"] for tag in tags if tag["Key"].lower() == "email"), None) or None


def _enabled(
    account: Account, user: str, password: ConsolePassword | Unread | None
) -> bool | Unread:
    if isinstance(password, ConsolePassword):
        return True
    keys = account.listed(ACCESS_KEYS, "AccessKeyMetadata", UserName=user)
    if isinstance(keys, Unread):
        return keys
    return any(_active(key) for key in keys) or (False if password is None else password)
