"""The account as a part of its organisation, and whom AWS calls when something is wrong."""

from collections.abc import Iterator
from typing import Literal

from collectors.aws.account import Account, Response, told
from collectors.aws.iam_account import NO_ORGANIZATION, ORGANIZATION
from collectors.aws.policies import policy_in
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.organisation import AccountGuardrails, Guardrail, SecurityContact
from collectors.evidence.record import Unread

PARENTS = ApiCall("organizations", "ListParents", "organizations:ListParents")
POLICIES = ApiCall(
    "organizations",
    "ListPoliciesForTarget",
    "organizations:ListPoliciesForTarget",
    redact=("Policies.Description",),
)
POLICY = ApiCall(
    "organizations",
    "DescribePolicy",
    "organizations:DescribePolicy",
    redact=("Policy.PolicySummary.Description",),
)
CONTACT = ApiCall(
    "account",
    "GetAlternateContact",
    "account:GetAlternateContact",
    redact=tuple(
        f"AlternateContact.{field}" for field in ("EmailAddress", "Name", "PhoneNumber", "Title")
    ),
)
NO_CONTACT = "ResourceNotFoundException"
GUARDRAILS = "SERVICE_CONTROL_POLICY"
ROOT = "ROOT"
DEEPEST = 10
"""An organisation has at most five levels of units below its root."""


@collector(id="aws.organizations.guardrails", calls=(ORGANIZATION, PARENTS, POLICIES, POLICY))
def account_guardrails(account: Account) -> Iterator[AccountGuardrails]:
    """The account, with every service control policy of its own and of what it lies in.

    AWS shows them only to the organisation's management account and to those it delegates to;
    elsewhere they are unread.
    """
    answer = account.detail(ORGANIZATION, absent=NO_ORGANIZATION)
    standing = _standing(account, answer)
    member = standing == "member"
    yield AccountGuardrails(
        id=f"arn:{account.partition}:iam::{account.id}:root",
        name=account.id,
        standing=standing,
        features=None
        if answer is None
        else told(
            ORGANIZATION, told(ORGANIZATION, answer, "Organization", dict), "FeatureSet", str
        ),
        guardrails=_guardrails(account) if member else (),
    )


@collector(id="aws.account.contacts", calls=(CONTACT,))
def security_contact(account: Account) -> Iterator[SecurityContact]:
    """The account, and whether it names a contact for security; who that is is not kept."""
    answer = account.detail(CONTACT, absent=NO_CONTACT, AlternateContactType="SECURITY")
    contact = answer if answer is None else told(CONTACT, answer, "AlternateContact", dict)
    yield SecurityContact(
        id=f"arn:{account.partition}:iam::{account.id}:root",
        name=account.id,
        named=contact if isinstance(contact, Unread) else contact is not None,
    )


def _standing(
    account: Account, answer: Response | Unread | None
) -> Literal["standalone", "management", "member"] | Unread:
    if answer is None:
        return "standalone"
    organization = told(ORGANIZATION, answer, "Organization", dict)
    management = told(ORGANIZATION, organization, "MasterAccountId", str)
    if isinstance(management, Unread):
        return management
    return "management" if management == account.id else "member"


def _guardrails(account: Account) -> tuple[Guardrail, ...] | Unread:
    targets = _upwards(account)
    if isinstance(targets, Unread):
        return targets
    found: dict[str, Guardrail] = {}
    for target in targets:
        policies = account.listed(POLICIES, "Policies", TargetId=target, Filter=GUARDRAILS)
        if isinstance(policies, Unread):
            return policies
        for policy in policies:
            found[policy["Id"]] = _guardrail(account, policy["Id"])
    return tuple(found[name] for name in sorted(found))


def _upwards(account: Account) -> tuple[str, ...] | Unread:
    """The account, each unit it lies in, and the root of the organisation."""
    nodes = [account.id]
    while len(nodes) < DEEPEST:
        parents = account.listed(PARENTS, "Parents", ChildId=nodes[-1])
        if isinstance(parents, Unread):
            return parents
        if not parents:
            break
        nodes.append(parents[0]["Id"])
        if parents[0].get("Type") == ROOT:
            break
    return tuple(nodes)


def _guardrail(account: Account, policy_id: str) -> Guardrail:
    policy = told(POLICY, account.detail(POLICY, PolicyId=policy_id), "Policy", dict)
    return Guardrail(id=policy_id, statements=policy_in(POLICY, policy, "Content"))
