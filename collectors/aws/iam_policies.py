"""Policies in force, and who holds them."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from collectors.aws.account import Account, told
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.iam import (
    Condition,
    GrantedPolicy,
    PolicyHolder,
    Statement,
    UserRights,
)
from collectors.evidence.record import Unread

AUTHORIZATIONS = ApiCall(
    "iam",
    "GetAccountAuthorizationDetails",
    "iam:GetAccountAuthorizationDetails",
    redact=(
        "Policies.Description",
        "UserDetailList.Tags",
        "RoleDetailList.Tags",
        # it may be the external id that we sign in with
        "RoleDetailList.AssumeRolePolicyDocument.Statement.Condition.*.sts:ExternalId",
        "RoleDetailList.InstanceProfileList.Tags",
        "RoleDetailList.InstanceProfileList.Roles.AssumeRolePolicyDocument",
        "RoleDetailList.InstanceProfileList.Roles.Description",
        "RoleDetailList.InstanceProfileList.Roles.Tags",
    ),
    passing=(  # our own role is used by every cycle
        "RoleDetailList.RoleLastUsed",
        "RoleDetailList.InstanceProfileList.Roles.RoleLastUsed",
    ),
)
WANTED = ("User", "Group", "Role", "LocalManagedPolicy")
"""All but the texts of AWS's own policies; one question, asked alike by all who need it."""
SERVICE_LINKED = ":role/aws-service-role/"

HolderType = Literal["user", "group", "role"]
HOLDERS: dict[HolderType, str] = {
    "user": "UserDetailList",
    "group": "GroupDetailList",
    "role": "RoleDetailList",
}
INLINE = {"user": "UserPolicyList", "group": "GroupPolicyList", "role": "RolePolicyList"}


@collector(id="aws.iam.policy-holders", calls=(AUTHORIZATIONS,))
def iam_policy_holders(account: Account) -> Iterator[PolicyHolder]:
    """Every user, group and role, with the managed policies attached to it.

    Service-linked roles are left out: AWS alone decides what they hold.
    """
    for holder_type, holder in _holders(account):
        yield PolicyHolder(
            id=holder["Arn"],
            name=_name(holder),
            account_id=account.id,
            type=holder_type,
            attached=_attached(told(AUTHORIZATIONS, holder, "AttachedManagedPolicies", list)),
        )


@collector(id="aws.iam.granted-policies", calls=(AUTHORIZATIONS,))
def iam_granted_policies(account: Account) -> Iterator[GrantedPolicy]:
    """Every attached policy of the customer's own, and every policy written into its holder.

    A policy attached to nobody grants nothing and is left out, as are service-linked roles.
    """
    for policy in account.each(AUTHORIZATIONS, "Policies", Filter=[*WANTED]):
        if policy.get("AttachmentCount") != 0:
            yield GrantedPolicy(
                id=policy["Arn"],
                name=_name(policy),
                account_id=account.id,
                statements=statements(default_version(policy)),
            )
    for holder_type, holder in _holders(account):
        for policy in _inline(account, holder, INLINE[holder_type]):
            yield GrantedPolicy(
                id=f"{holder['Arn']}#{policy['PolicyName']}",
                name=f"{_name(holder)}/{policy['PolicyName']}",
                account_id=account.id,
                statements=statements(policy.get("PolicyDocument")),
            )


@collector(id="aws.iam.user-rights", calls=(AUTHORIZATIONS,))
def iam_user_rights(account: Account) -> Iterator[UserRights]:
    """Every user, with the policies attached to or written into the user itself."""
    for user in account.each(AUTHORIZATIONS, HOLDERS["user"], Filter=[*WANTED]):
        inline = told(AUTHORIZATIONS, user, INLINE["user"], list)
        yield UserRights(
            id=user["Arn"],
            name=_name(user),
            account_id=account.id,
            attached=_attached(told(AUTHORIZATIONS, user, "AttachedManagedPolicies", list)),
            inline=inline
            if isinstance(inline, Unread)
            else tuple(sorted(policy["PolicyName"] for policy in inline)),
        )


def _holders(account: Account) -> Iterator[tuple[HolderType, Mapping[str, Any]]]:
    for holder_type, list_key in HOLDERS.items():
        for holder in account.each(AUTHORIZATIONS, list_key, Filter=[*WANTED]):
            if SERVICE_LINKED not in holder["Arn"]:
                yield holder_type, holder


def _inline(account: Account, holder: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The policies written into a holder; an answer that leaves them out hides how many."""
    policies = told(AUTHORIZATIONS, holder, key, list)
    if isinstance(policies, Unread):
        account.omit(holder["Arn"], policies.why)
        return []
    return policies


def _name(holder_or_policy: Mapping[str, Any]) -> str:
    """The last part of the ARN, in front of which there may be a path."""
    arn: str = holder_or_policy["Arn"]
    return arn.rpartition("/")[2]


def _attached(policies: list[Mapping[str, Any]] | Unread) -> tuple[str, ...] | Unread:
    if isinstance(policies, Unread):
        return policies
    return tuple(sorted(policy["PolicyArn"] for policy in policies))


def default_version(policy: Mapping[str, Any]) -> Any:
    """The document in force; only one version is, and it says so itself."""
    versions = policy.get("PolicyVersionList") or ()
    return next((v.get("Document") for v in versions if v.get("IsDefaultVersion")), None)


def statements(document: Any, call: ApiCall = AUTHORIZATIONS) -> tuple[Statement, ...] | Unread:
    """Read a policy; botocore hands it over decoded, or as text if it is no JSON."""
    if not isinstance(document, Mapping) or "Statement" not in document:
        return Unread(why=f"{call}: the answer has no readable policy")
    return tuple(_statement(statement) for statement in _members(document["Statement"]))


def _statement(statement: Mapping[str, Any]) -> Statement:
    return Statement(
        effect=statement["Effect"],
        actions=_texts(statement, "Action"),
        not_actions=_texts(statement, "NotAction"),
        resources=_texts(statement, "Resource"),
        not_resources=_texts(statement, "NotResource"),
        conditions=tuple(_conditions(statement.get("Condition") or {})),
    )


def _texts(statement: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    return tuple(_members(statement[name])) if name in statement else None


def _conditions(conditions: Mapping[str, Mapping[str, Any]]) -> Iterator[Condition]:
    for operator, keys in sorted(conditions.items()):
        for key, values in sorted(keys.items()):
            texts = tuple(str(value) for value in _members(values))
            yield Condition(operator=operator, key=key, values=texts)


def _members(value: Any) -> list[Any]:
    """In a policy, one member may stand without its list."""
    return value if isinstance(value, list) else [value]
