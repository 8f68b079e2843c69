"""What guards an account as a whole: its root user, and what it asks of passwords."""

from collections.abc import Iterator
from typing import Literal

from collectors.aws.account import Account, Response, told
from collectors.aws.iam_users import LIST_USERS, LOGIN_PROFILE, console_password
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.iam import (
    AccountPasswordPolicy,
    AccountRoot,
    ConsolePassword,
    PasswordPolicy,
)
from collectors.evidence.record import Unread

SUMMARY = ApiCall("iam", "GetAccountSummary", "iam:GetAccountSummary")
ORGANIZATION = ApiCall(
    "organizations",
    "DescribeOrganization",
    "organizations:DescribeOrganization",
    redact=("Organization.MasterAccountEmail",),
)
PASSWORD_POLICY = ApiCall("iam", "GetAccountPasswordPolicy", "iam:GetAccountPasswordPolicy")
NO_ORGANIZATION = "AWSOrganizationsNotInUseException"
NO_POLICY = "NoSuchEntity"


@collector(id="aws.iam.root", calls=(SUMMARY, ORGANIZATION))
def iam_root(account: Account) -> Iterator[AccountRoot]:
    """The root user, and the account's place in an organisation.

    The account's own summary tells whether root has a password at all. That the organisation
    manages root centrally does not: members keep what they had until somebody removes it.
    """
    summary = told(SUMMARY, account.detail(SUMMARY), "SummaryMap", dict)

    def counted(name: str) -> bool | Unread:
        count = told(SUMMARY, summary, name, int)
        return count if isinstance(count, Unread) else count > 0

    yield AccountRoot(
        id=_arn(account),
        name=f"root user of {account.id}",
        account_id=account.id,
        mfa_on=counted("AccountMFAEnabled"),
        has_password=counted("AccountPasswordPresent"),
        has_access_keys=counted("AccountAccessKeysPresent"),
        has_signing_certificates=counted("AccountSigningCertificatesPresent"),
        standing=_standing(account),
    )


@collector(id="aws.iam.password-policy", calls=(PASSWORD_POLICY, LIST_USERS, LOGIN_PROFILE))
def iam_password_policy(account: Account) -> Iterator[AccountPasswordPolicy]:
    """The account's password policy, and whether any user has a console password."""
    yield AccountPasswordPolicy(
        id=_arn(account),
        name=f"password policy of {account.id}",
        account_id=account.id,
        policy=_policy(account.detail(PASSWORD_POLICY, absent=NO_POLICY)),
        has_console_users=_has_console_users(account),
    )


def _arn(account: Account) -> str:
    return f"arn:{account.partition}:iam::{account.id}:root"


def _standing(account: Account) -> Literal["standalone", "management", "member"] | Unread:
    answer = account.detail(ORGANIZATION, absent=NO_ORGANIZATION)
    if answer is None:
        return "standalone"
    organization = told(ORGANIZATION, answer, "Organization", dict)
    management = told(ORGANIZATION, organization, "MasterAccountId", str)
    if isinstance(management, Unread):
        return management
    return "management" if management == account.id else "member"


def _policy(answer: Response | Unread | None) -> PasswordPolicy | Unread | None:
    if answer is None or isinstance(answer, Unread):
        return answer
    policy = told(PASSWORD_POLICY, answer, "PasswordPolicy", dict)
    if isinstance(policy, Unread):
        return policy
    return PasswordPolicy(
        min_length=told(PASSWORD_POLICY, policy, "MinimumPasswordLength", int),
        # AWS documents 0 for a policy that does not name it: any password may be used again.
        reuse_memory=policy.get("PasswordReusePrevention") or 0,
    )


def _has_console_users(account: Account) -> bool | Unread:
    users = account.listed(LIST_USERS, "Users")
    if isinstance(users, Unread):
        return users
    passwords = list(account.concurrently(lambda user: console_password(account, user), users))
    if any(isinstance(password, ConsolePassword) for password in passwords):
        return True
    return next((password for password in passwords if isinstance(password, Unread)), False)
