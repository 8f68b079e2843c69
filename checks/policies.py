"""What policies let through: principals, conditions and both ways to write a list, together.

The rules are AWS's own: of the IAM user guide for patterns and conditions, and of Block Public
Access and IAM Access Analyzer for when a statement is open to everybody.
"""

import re
from collections.abc import Iterable
from functools import cache
from ipaddress import ip_network

from collectors.evidence.aws.iam import Condition, Statement
from collectors.evidence.aws.policy import ResourceStatement

EVERYBODY = frozenset({"*", "AWS:*", "Federated:*", "CanonicalUser:*"})
ACCOUNTS = frozenset(
    {"aws:principalaccount", "aws:sourceaccount", "aws:sourceowner", "kms:calleraccount"}
)
ARNS = frozenset({"aws:principalarn", "aws:sourcearn"})
PLACES = frozenset(
    {
        *("aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid", "aws:sourceorgpaths"),
        *("aws:sourcevpc", "aws:sourcevpce", "aws:userid", "sns:endpoint"),
    }
)
NETWORK = "aws:sourceip"
WIDEST = {4: 8, 6: 32}
"""The widest address range that AWS does not call public, by version of the protocol."""
NAMES = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"})
NAMES_NOT = frozenset(
    {
        *("stringnotequals", "stringnotequalsignorecase", "stringnotlike"),
        *("arnnotequals", "arnnotlike"),
    }
)
PRINCIPAL_ACCOUNT = re.compile(r"AWS:(?:arn:[\w-]+:[a-z]+::)?(\d{12})(?::|$)")
ACCOUNT_OF_ARN = re.compile(r"arn:[\w-]+:[^:]+:[^:]*:(\d{12}):")


def open_statements(statements: tuple[ResourceStatement, ...]) -> tuple[int, ...]:
    """The numbers, from 1, of the statements that let in whoever has an AWS account."""
    return tuple(
        number
        for number, statement in enumerate(statements, start=1)
        if _is_open(statement) and not any(_shuts(other, statement) for other in statements)
    )


def outsiders(statements: tuple[ResourceStatement, ...], *, home: str) -> frozenset[str]:
    """The accounts other than `home` that statements name; a canonical id stands for itself."""
    named: set[str] = set()
    for statement in statements:
        if statement.effect == "Allow":
            named |= _named(statement)
    return frozenset(named - {home})


def allows(statements: Iterable[Statement], action: str, resource: str = "*") -> bool:
    """Whether an identity's statements allow an action on a resource, and none denies it.

    A condition narrows: an allowance under one counts, a denial under one does not. With
    `resource="*"` only an allowance on every resource counts.
    """
    given = tuple(statements)
    if any(
        s.effect == "Deny" and not s.conditions and _speaks_of(s, action, resource) for s in given
    ):
        return False
    return any(s.effect == "Allow" and _speaks_of(s, action, resource) for s in given)


def covers(pattern: str, text: str) -> bool:
    """Whether a pattern of IAM's (`*` for anything, `?` for one character) covers a text."""
    return _compiled(pattern.lower()).fullmatch(text.lower()) is not None


def everybody(statement: ResourceStatement) -> bool:
    """Whether a statement names no one in particular: a star, or all but some."""
    if statement.not_principals is not None:
        return True
    return not EVERYBODY.isdisjoint(statement.principals or ())


def limits(condition: Condition) -> bool:
    """Whether a condition lets nobody through but those whom it names.

    One that holds as well where its key is missing (`IfExists`, `ForAllValues`, `Null`) names
    nobody, and neither does a pattern that any account can meet.
    """
    operator = condition.operator.lower().removeprefix("foranyvalue:")
    key = condition.key.lower()
    if key == NETWORK:
        return operator == "ipaddress" and all(map(_narrow_range, condition.values))
    if operator not in NAMES or not condition.values:
        return False
    if key in ARNS:
        return all(map(_names_an_owner, condition.values))
    return key in ACCOUNTS | PLACES and all(map(_names_one, condition.values))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    translated = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(translated, re.DOTALL)


def _speaks_of(statement: Statement, action: str, resource: str) -> bool:
    if statement.not_actions is not None:
        acts = not any(covers(pattern, action) for pattern in statement.not_actions)
    else:
        acts = any(covers(pattern, action) for pattern in statement.actions or ())
    if statement.not_resources is not None:
        return acts and not any(covers(pattern, resource) for pattern in statement.not_resources)
    return acts and any(covers(pattern, resource) for pattern in statement.resources or ())


def _is_open(statement: ResourceStatement) -> bool:
    return (
        statement.effect == "Allow"
        and everybody(statement)
        and not any(limits(condition) for condition in statement.conditions)
    )


def _shuts(denial: ResourceStatement, allowance: ResourceStatement) -> bool:
    """Whether a statement denies strangers all that another allows.

    It may name the few it leaves out by `NotPrincipal`, or by one condition that is turned
    round; AWS's own services may be left out as well.
    """
    if denial.effect != "Deny" or not everybody(denial):
        return False
    if not _includes(denial.actions, allowance.actions):
        return False
    if not _includes(denial.resources, allowance.resources):
        return False
    if denial.not_principals is not None and not denial.conditions:
        return EVERYBODY.isdisjoint(denial.not_principals)
    strangers = [c for c in denial.conditions if not _spares_services(c)]
    return len(strangers) == 1 and _turned_round(strangers[0])


def _includes(denied: tuple[str, ...] | None, allowed: tuple[str, ...] | None) -> bool:
    if denied is not None and "*" in denied:
        return True
    if denied is None or allowed is None:
        return denied == allowed
    return all(any(covers(pattern, one) for pattern in denied) for one in allowed)


def _spares_services(condition: Condition) -> bool:
    operator = condition.operator.lower().removesuffix("ifexists")
    return (
        operator == "bool"
        and condition.key.lower() == "aws:principalisawsservice"
        and condition.values == ("false",)
    )


def _turned_round(condition: Condition) -> bool:
    operator = condition.operator.lower().removesuffix("ifexists")
    if operator not in NAMES_NOT:
        return False
    named = Condition(operator="StringLike", key=condition.key, values=condition.values)
    return limits(named)


def _named(statement: ResourceStatement) -> set[str]:
    """Whom an allowance names: in its principals, or, where those are anybody, in a condition."""
    if everybody(statement):
        values = (
            value
            for condition in statement.conditions
            if limits(condition) and condition.key.lower() in ACCOUNTS | ARNS
            for value in condition.values
        )
        return {found for value in values for found in _account_in(value)}
    return {found for principal in statement.principals or () for found in _account_of(principal)}


def _account_of(principal: str) -> tuple[str, ...]:
    match = PRINCIPAL_ACCOUNT.match(principal)
    if match:
        return (match[1],)
    return (principal,) if principal.startswith("CanonicalUser:") else ()


def _account_in(value: str) -> tuple[str, ...]:
    match = ACCOUNT_OF_ARN.match(value)
    if match:
        return (match[1],)
    return (value,) if re.fullmatch(r"\d{12}", value) else ()


def _names_one(value: str) -> bool:
    """Whether a value begins with something fixed; `o-abc/*` is a part of one organisation."""
    return bool(value) and value[0] not in "*?"


def _names_an_owner(arn: str) -> bool:
    """Whether an ARN fixes its account, or, where it has none, the beginning of its name."""
    parts = arn.split(":", 5)
    if len(parts) < 6:  # noqa: PLR2004 - an ARN has six parts
        return False
    account, name = parts[4], parts[5]
    return account.isdigit() or (account == "" and _names_one(name))


def _narrow_range(value: str) -> bool:
    network = ip_network(value, strict=False)
    return network.prefixlen > WIDEST[network.version]
