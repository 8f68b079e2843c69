"""IAM Identity Center: its instances, and who is assigned what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from collectors.aws.account import Account, Region, Response, document, told
from collectors.aws.iam_account import NO_ORGANIZATION, ORGANIZATION
from collectors.aws.iam_policies import statements
from collectors.aws.iam_users import LIST_USERS, LOGIN_PROFILE, console_password
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.iam import ConsolePassword, Statement
from collectors.evidence.aws.identity_center import (
    CenterAssignment,
    CenterInstances,
    CenterUser,
    ConsoleSignIn,
)
from collectors.evidence.record import Unread

INSTANCES = ApiCall("sso-admin", "ListInstances", "sso:ListInstances")
SETS = ApiCall("sso-admin", "ListPermissionSets", "sso:ListPermissionSets")
SET = ApiCall(
    "sso-admin",
    "DescribePermissionSet",
    "sso:DescribePermissionSet",
    redact=("PermissionSet.Description", "PermissionSet.RelayState"),
)
POLICIES = ApiCall(
    "sso-admin", "ListManagedPoliciesInPermissionSet", "sso:ListManagedPoliciesInPermissionSet"
)
INLINE = ApiCall(
    "sso-admin", "GetInlinePolicyForPermissionSet", "sso:GetInlinePolicyForPermissionSet"
)
ACCOUNTS = ApiCall(
    "sso-admin",
    "ListAccountsForProvisionedPermissionSet",
    "sso:ListAccountsForProvisionedPermissionSet",
)
ASSIGNMENTS = ApiCall("sso-admin", "ListAccountAssignments", "sso:ListAccountAssignments")
USERS = ApiCall(
    "identitystore",
    "ListUsers",
    "identitystore:ListUsers",
    redact=tuple(
        f"Users.{field}"
        for field in (
            *("Addresses", "Birthdate", "DisplayName", "Emails.Type", "Extensions", "ExternalIds"),
            *("Locale", "Name", "NickName", "PhoneNumbers", "Photos", "PreferredLanguage"),
            *("ProfileUrl", "Roles", "Timezone", "Title", "UserType", "Website"),
        )
    ),
)
MEMBERS = ApiCall("identitystore", "ListGroupMemberships", "identitystore:ListGroupMemberships")
SAML = ApiCall("iam", "ListSAMLProviders", "iam:ListSAMLProviders")
GONE = "ResourceNotFoundException"


@collector(id="aws.identity-center.instances", calls=(INSTANCES,))
def center_instances(region: Region) -> Iterator[CenterInstances]:
    """The region, with the instances of Identity Center that it shows to the account."""
    listed = region.listed(INSTANCES, "Instances")
    yield CenterInstances(
        id=f"arn:{region.partition}:sso:{region.region}:{region.id}:instances",
        name=f"{region.id}/{region.region}",
        account_id=region.id,
        owners=listed
        if isinstance(listed, Unread)
        else tuple(sorted(one["OwnerAccountId"] for one in listed)),
    )


@collector(id="aws.identity-center.sign-in", calls=(LIST_USERS, LOGIN_PROFILE, SAML, ORGANIZATION))
def console_sign_in(account: Account) -> Iterator[ConsoleSignIn]:
    """The account, with its users who have a console password and its SAML providers."""
    providers = account.listed(SAML, "SAMLProviderList")
    answer = account.detail(ORGANIZATION, absent=NO_ORGANIZATION)
    organisation = answer if answer is None else told(ORGANIZATION, answer, "Organization", dict)
    yield ConsoleSignIn(
        id=f"arn:{account.partition}:iam::{account.id}:root",
        name=account.id,
        console_users=_console_users(account),
        saml_providers=providers
        if isinstance(providers, Unread)
        else tuple(sorted(one["Arn"] for one in providers)),
        management=organisation
        if organisation is None
        else told(ORGANIZATION, organisation, "MasterAccountId", str),
    )


@collector(
    id="aws.identity-center.assignments",
    calls=(INSTANCES, SETS, SET, POLICIES, INLINE, ACCOUNTS, ASSIGNMENTS, USERS, MEMBERS),
)
def center_assignments(region: Region) -> Iterator[CenterAssignment]:
    """Every assignment of a permission set, with the people it reaches.

    AWS shows them to the account that owns the instance and to those that it delegates to.
    """
    instances = region.each(INSTANCES, "Instances")
    yield from region.in_turn(*(_of_instance(region, instance) for instance in instances))


@dataclass(frozen=True)
class _Center:
    region: Region
    arn: str
    store: str

    def users(self) -> Mapping[str, CenterUser] | Unread:
        listed = self.region.listed(USERS, "Users", IdentityStoreId=self.store)
        if isinstance(listed, Unread):
            return listed
        return {user["UserId"]: _user(user) for user in listed}

    def people(self, principal: str, id: str) -> tuple[CenterUser, ...] | Unread | None:
        """Whom an assignment reaches; `None` where its principal is gone."""
        users = self.users()
        if isinstance(users, Unread):
            return users
        if principal == "USER":
            return (users[id],) if id in users else None
        members = self.region.listed_unless(
            GONE, MEMBERS, "GroupMemberships", IdentityStoreId=self.store, GroupId=id
        )
        if members is None or isinstance(members, Unread):
            return members
        ids = {member["MemberId"]["UserId"] for member in members}
        return tuple(users[one] for one in sorted(ids & users.keys()))


def _of_instance(region: Region, instance: Response) -> Iterator[CenterAssignment]:
    center = _Center(region, instance["InstanceArn"], instance["IdentityStoreId"])
    for arn in region.each(SETS, "PermissionSets", InstanceArn=center.arn):
        yield from region.in_turn(_of_set(center, arn))


def _of_set(center: _Center, arn: str) -> Iterator[CenterAssignment]:
    of_set: dict[str, Any] = {"InstanceArn": center.arn, "PermissionSetArn": arn}
    region = center.region
    accounts = tuple(region.each(ACCOUNTS, "AccountIds", **of_set))
    if not accounts:
        return
    policies = region.listed(POLICIES, "AttachedManagedPolicies", **of_set)
    told_set = told(SET, region.detail(SET, **of_set), "PermissionSet", dict)
    name = told(SET, told_set, "Name", str)
    inline = _inline(region.detail(INLINE, **of_set))
    for account in accounts:
        for one in region.each(ASSIGNMENTS, "AccountAssignments", AccountId=account, **of_set):
            called = arn if isinstance(name, Unread) else name
            yield CenterAssignment(
                id=f"{arn}/{account}/{one['PrincipalType']}/{one['PrincipalId']}",
                name=f"{called} in {account} for {one['PrincipalType'].lower()} "
                f"{one['PrincipalId']}",
                account_id=account,
                permission_set=name,
                principal=one["PrincipalType"],
                people=center.people(one["PrincipalType"], one["PrincipalId"]),
                policies=policies
                if isinstance(policies, Unread)
                else tuple(sorted(policy["Arn"] for policy in policies)),
                inline=inline,
            )


def _inline(answer: Response | Unread) -> tuple[Statement, ...] | Unread | None:
    """Identity Center answers with an empty text where there is none."""
    if isinstance(answer, Unread):
        return answer
    text = answer.get("InlinePolicy")
    if not text:
        return None
    written = document(INLINE, text)
    return written if isinstance(written, Unread) else statements(written, INLINE)


def _user(user: Response) -> CenterUser:
    addresses = user.get("Emails") or ()
    primary = sorted(addresses, key=lambda address: address.get("Primary") is not True)
    return CenterUser(
        id=user["UserId"],
        login=user.get("UserName") or user["UserId"],
        email=next((address["Value"] for address in primary if address.get("Value")), None),
    )


def _console_users(account: Account) -> tuple[str, ...] | Unread:
    users = account.listed(LIST_USERS, "Users")
    if isinstance(users, Unread):
        return users
    passwords = list(account.concurrently(lambda user: console_password(account, user), users))
    for password in passwords:
        if isinstance(password, Unread):
            return password
    return tuple(
        sorted(
            user["UserName"]
            for user, password in zip(users, passwords, strict=True)
            if isinstance(password, ConsolePassword)
        )
    )
