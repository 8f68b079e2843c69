"""Roles, and whom they trust."""

from collections.abc import Iterator

from collectors.aws.account import Account, told, whole
from collectors.aws.iam_policies import AUTHORIZATIONS, SERVICE_LINKED, WANTED
from collectors.aws.policies import policy
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.policy import TrustedRole
from collectors.evidence.record import Unread

MEMBERS = ApiCall(
    "organizations",
    "ListAccounts",
    "organizations:ListAccounts",
    redact=("Accounts.Email", "Accounts.Name"),
)
NO_ORGANIZATION = "AWSOrganizationsNotInUseException"
IDENTITY_CENTER = ":role/aws-reserved/sso.amazonaws.com/"


@collector(id="aws.iam.trusted-roles", calls=(AUTHORIZATIONS, MEMBERS))
def iam_trusted_roles(account: Account) -> Iterator[TrustedRole]:
    """Every role with whom it trusts, and the accounts of the organisation beside it.

    Service-linked roles and those that Identity Center makes are left out: AWS writes their
    trust. AWS names an organisation's accounts only to its management account and to those
    that it delegates to.
    """
    members = _members(account)
    for role in account.each(AUTHORIZATIONS, "RoleDetailList", Filter=[*WANTED]):
        if SERVICE_LINKED not in role["Arn"] and IDENTITY_CENTER not in role["Arn"]:
            yield TrustedRole(
                id=role["Arn"],
                name=role["Arn"].rpartition("/")[2],
                account_id=account.id,
                statements=policy(AUTHORIZATIONS, role.get("AssumeRolePolicyDocument")),
                organisation=members,
            )


def _members(account: Account) -> frozenset[str] | Unread:
    listed = account.listed_unless(NO_ORGANIZATION, MEMBERS, "Accounts")
    if listed is None:
        return frozenset()
    if isinstance(listed, Unread):
        return listed
    ids = whole(told(MEMBERS, member, "Id", str) for member in listed)
    return ids if isinstance(ids, Unread) else frozenset(ids)
