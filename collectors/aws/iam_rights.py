"""What users and roles may do in all: their own policies, attached ones, and their groups'."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Literal

import msgspec

from collectors.aws.account import Account, Response, told, whole
from collectors.aws.iam_policies import (
    AUTHORIZATIONS,
    HOLDERS,
    INLINE,
    SERVICE_LINKED,
    WANTED,
    default_version,
    statements,
)
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.iam import Statement
from collectors.evidence.aws.rights import ESCALATING, EffectiveRights
from collectors.evidence.record import Unread
from collectors.reader import unread

AWS_POLICIES = ApiCall("iam", "ListPolicies", "iam:ListPolicies")
AWS_POLICY = ApiCall("iam", "GetPolicyVersion", "iam:GetPolicyVersion")
Statements = tuple[Statement, ...]
WATCHED = frozenset(action.lower() for action in ESCALATING)


@collector(id="aws.iam.effective-rights", calls=(AUTHORIZATIONS, AWS_POLICIES, AWS_POLICY))
def effective_rights(account: Account) -> Iterator[EffectiveRights]:
    """Every user and role with all statements by which it could get more rights.

    Service-linked roles are left out: AWS alone decides what they hold, and only AWS uses them.
    What service control policies take away is not taken off.
    """
    holders = {kind: _listed(account, HOLDERS[kind]) for kind in ("user", "group", "role")}
    documents = _Documents(account, _listed(account, "Policies"))
    groups = {group["GroupName"]: group for group in holders["group"]}
    for user in holders["user"]:
        theirs = [groups.get(name) for name in user.get("GroupList") or ()]
        yield _rights(account, documents, "user", user, theirs)
    for role in holders["role"]:
        if SERVICE_LINKED not in role["Arn"]:
            yield _rights(account, documents, "role", role, [])


class _Documents:
    """The texts of managed policies; AWS's own are asked for when somebody holds one."""

    def __init__(self, account: Account, own: list[Response]) -> None:
        self._account = account
        self._read: dict[str, Statements | Unread] = {
            policy["Arn"]: _watched(statements(default_version(policy))) for policy in own
        }

    def __getitem__(self, arn: str) -> Statements | Unread:
        if arn not in self._read:
            self._read[arn] = self._of_aws(arn)
        return self._read[arn]

    def _of_aws(self, arn: str) -> Statements | Unread:
        listed = self._account.listed(AWS_POLICIES, "Policies", Scope="AWS", OnlyAttached=True)
        if isinstance(listed, Unread):
            return listed
        version = next((p["DefaultVersionId"] for p in listed if p["Arn"] == arn), None)
        if version is None:
            return unread(AWS_POLICIES, f"the answer lacks {arn.rpartition('/')[2]}")
        answer = self._account.detail(AWS_POLICY, PolicyArn=arn, VersionId=version)
        policy = told(AWS_POLICY, answer, "PolicyVersion", dict)
        if isinstance(policy, Unread):
            return policy
        return _watched(statements(policy.get("Document"), AWS_POLICY))


def _listed(account: Account, list_key: str) -> list[Response]:
    return list(account.each(AUTHORIZATIONS, list_key, Filter=[*WANTED]))


def _rights(
    account: Account,
    documents: _Documents,
    kind: Literal["user", "role"],
    holder: Response,
    groups: list[Response | None],
) -> EffectiveRights:
    known = [group for group in groups if group is not None]
    attached = [_attached(one) for one in (holder, *known)]
    arns = tuple(arn for one in attached if not isinstance(one, Unread) for arn in one)
    parts: list[Statements | Unread] = [
        *(one for one in attached if isinstance(one, Unread)),
        *(documents[arn] for arn in arns),
        *_inline(holder, INLINE[kind]),
        *(part for group in known for part in _inline(group, INLINE["group"])),
    ]
    if len(known) < len(groups):
        parts.append(unread(AUTHORIZATIONS, "the answer lacks a group"))
    boundary = (holder.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
    return EffectiveRights(
        id=holder["Arn"],
        name=holder["Arn"].rpartition("/")[2],
        account_id=account.id,
        type=kind,
        groups=tuple(sorted(group["Arn"] for group in known)),
        own_policies=tuple(sorted({arn for arn in arns if arn.split(":")[4] == account.id})),
        statements=_together(parts),
        boundary=documents[boundary] if boundary else None,
    )


def _together(parts: list[Statements | Unread]) -> Statements | Unread:
    read = whole(parts)
    if isinstance(read, Unread):
        return read
    return tuple(dict.fromkeys(statement for part in read for statement in part))


def _attached(holder: Response) -> tuple[str, ...] | Unread:
    policies = told(AUTHORIZATIONS, holder, "AttachedManagedPolicies", list)
    if isinstance(policies, Unread):
        return policies
    return tuple(sorted(policy["PolicyArn"] for policy in policies))


def _inline(holder: Mapping[str, Any], key: str) -> Iterator[Statements | Unread]:
    """Every policy that is written into a holder; IAM lists none as an empty list."""
    policies = told(AUTHORIZATIONS, holder, key, list)
    if isinstance(policies, Unread):
        yield policies
        return
    for policy in policies:
        yield _watched(statements(policy.get("PolicyDocument")))


def _watched(read: Statements | Unread) -> Statements | Unread:
    """Without what cannot be turned into more rights: AWS's policies name actions by thousands."""
    if isinstance(read, Unread):
        return read
    return tuple(kept for statement in read for kept in _narrowed(statement))


def _narrowed(statement: Statement) -> Iterator[Statement]:
    if statement.actions is None:
        yield statement
        return
    actions = tuple(
        pattern
        for pattern in statement.actions
        if any(fnmatchcase(action, pattern.lower()) for action in WATCHED)
    )
    if actions:
        yield msgspec.structs.replace(statement, actions=actions)
