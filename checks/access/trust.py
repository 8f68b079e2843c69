"""Whom roles trust: other accounts, and issuers of tokens."""

import re
from collections.abc import Iterable

from checks.contract import (
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from checks.policies import NAMES, covers, open_statements, outsiders
from collectors.evidence.aws.policy import ResourceStatement, TrustedRole
from collectors.evidence.record import Unread

BY_TOKEN = "sts:AssumeRoleWithWebIdentity"  # noqa: S105 - the name of an action
EXTERNAL_ID = "sts:externalid"
COGNITO = "cognito-identity.amazonaws.com"
PROVIDER = re.compile(r"Federated:(?:arn:[\w-]+:iam::\d{12}:oidc-provider/)?(.+)")
FIXED_PARTS = {"system:serviceaccount": 3}
"""How many parts of a subject have to be fixed, by how it begins; of all others two."""


@check(
    id="aws.iam.role-trust-known",
    title="Roles trust known accounts only",
    controls=("ACC-07", "VEN-01"),
    severity=Severity.HIGH,
    remediation="Remove the trust, or record the vendor's account as approved and require an "
    "external id.",
    empty=Outcome.NOT_APPLICABLE,
)
def iam_role_trust_known(role: TrustedRole, *, approved_accounts: tuple[str, ...] = ()) -> Verdict:
    """A role that trusts an account trusts everybody whom that account lets in.

    Every outside account belongs to the organisation or is approved, and an approved one has
    to give an external id, or the vendor could be talked into acting for somebody else. A
    trust in everybody counts as none in particular unless a condition names accounts or an
    organisation. Service-linked roles and those of Identity Center are left out, and so is
    trust in AWS's own services.
    """
    if isinstance(role.statements, Unread):
        return undetermined(role.statements)
    open_to_all = open_statements(role.statements)
    if open_to_all:
        return failed("the role trusts everybody", statements=open_to_all)
    outside = outsiders(role.statements, home=role.account_id)
    if not outside:
        return not_applicable("no other account may take the role")
    return _known(role, role.statements, outside, frozenset(approved_accounts))


def _known(
    role: TrustedRole,
    statements: Iterable[ResourceStatement],
    outside: frozenset[str],
    approved: frozenset[str],
) -> Verdict:
    """Judge each account that is not seen to be of the organisation as a vendor's."""
    members = frozenset[str]() if isinstance(role.organisation, Unread) else role.organisation
    vendors = outside - members
    unknown = tuple(sorted(vendors - approved))
    without = tuple(sorted(_without_external_id(statements, vendors, role)))
    if isinstance(role.organisation, Unread) and (unknown or without):
        return undetermined(role.organisation, not_known=unknown, without_external_id=without)
    if unknown:
        return failed(f"{len(unknown)} outside accounts are not known", unknown=unknown)
    if without:
        return failed("a vendor need not give an external id", vendors=without)
    return passed("every outside account is known", accounts=tuple(sorted(outside)))


@check(
    id="aws.iam.federated-trust-narrow",
    title="Roles trust tokens of one audience and one subject",
    controls=("ACC-07", "ACC-08"),
    severity=Severity.HIGH,
    remediation="Add a condition on the token's subject claim that fixes organisation and "
    "repository, and one on its audience.",
    empty=Outcome.NOT_APPLICABLE,
)
def iam_federated_trust_narrow(
    role: TrustedRole, *, production_roles: tuple[str, ...] = ()
) -> Verdict:
    """An issuer such as GitHub signs tokens for all the world: the subject says for whom.

    A trust names the audience, and a subject whose first two parts are fixed, such as one
    organisation and repository; of a Kubernetes service account three, its namespace
    included. Roles listed as `production_roles` need the whole subject fixed, with branch or
    environment. Identity pools of Cognito have no such subject, and are judged by their
    audience.
    """
    if isinstance(role.statements, Unread):
        return undetermined(role.statements)
    trusts = tuple(
        (number, statement)
        for number, statement in enumerate(role.statements, start=1)
        if _takes_tokens(statement)
    )
    if not trusts:
        return not_applicable("no outside issuer of tokens is trusted")
    exact = role.name in production_roles
    wide = tuple(number for number, s in trusts if not _narrow(s, exact=exact))
    if wide:
        return failed("tokens of others would be taken as well", statements=wide)
    return passed("audience and subject are fixed")


def _without_external_id(
    statements: Iterable[ResourceStatement], vendors: frozenset[str], role: TrustedRole
) -> frozenset[str]:
    """The vendors that some statement admits without asking for an external id."""
    found = frozenset[str]()
    for statement in statements:
        if not any(
            _names(c.operator) and c.key.lower() == EXTERNAL_ID for c in statement.conditions
        ):
            found |= outsiders((statement,), home=role.account_id) & vendors
    return found


def _names(operator: str) -> bool:
    return operator.lower() in NAMES


def _takes_tokens(statement: ResourceStatement) -> bool:
    return (
        statement.effect == "Allow"
        and bool(tuple(_issuers(statement)))
        and any(covers(action, BY_TOKEN) for action in statement.actions or ("*",))
    )


def _issuers(statement: ResourceStatement) -> Iterable[str]:
    for principal in statement.principals or ():
        match = PROVIDER.fullmatch(principal)
        if match and ":saml-provider/" not in principal:
            yield match[1]


def _narrow(statement: ResourceStatement, *, exact: bool) -> bool:
    return all(
        _fixed(statement, f"{issuer}:aud", parts=1, exact=True)
        and (issuer == COGNITO or _fixed(statement, f"{issuer}:sub", parts=2, exact=exact))
        for issuer in _issuers(statement)
    )


def _fixed(statement: ResourceStatement, key: str, *, parts: int, exact: bool) -> bool:
    """Whether a condition fixes a claim of the token, or at least its first parts."""
    return any(
        _names(condition.operator)
        and condition.key.lower() == key.lower()
        and all(_begins_fixed(value, parts, exact=exact) for value in condition.values)
        for condition in statement.conditions
    )


def _begins_fixed(value: str, parts: int, *, exact: bool) -> bool:
    given = value.split(":")
    if not exact:
        wanted = max(parts, FIXED_PARTS.get(":".join(given[:2]), 0))
        given = given[:wanted] if len(given) >= wanted else ["*"]
    return not any(set(part) & set("*?") for part in given)
