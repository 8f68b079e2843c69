"""How the policy of a resource is read, wherever an answer carries one."""

from collections.abc import Iterator, Mapping
from typing import Any

from collectors.aws.account import Response, document, told, whole
from collectors.contract import ApiCall
from collectors.evidence.aws.iam import Condition
from collectors.evidence.aws.policy import ResourceStatement
from collectors.evidence.record import Unread
from collectors.reader import unread

Statements = tuple[ResourceStatement, ...]


def policy_in(
    call: ApiCall, answer: Response | Unread | None, field: str
) -> Statements | Unread | None:
    """The policy that an answer carries as text in one field; `None` where there is none."""
    if answer is None:
        return None
    text = told(call, answer, field, str)
    return text if isinstance(text, Unread) else policy(call, document(call, text))


def policy(call: ApiCall, written: Any) -> Statements | Unread:
    """Read a policy that has been decoded; `Unread` where it is none."""
    if isinstance(written, Unread):
        return written
    if not isinstance(written, Mapping) or "Statement" not in written:
        return unread(call, "the answer holds no readable policy")
    return whole(_statement(call, statement) for statement in members(written["Statement"]))


def members(value: Any) -> list[Any]:
    """In a policy, one member may stand without its list."""
    return value if isinstance(value, list) else [value]


def _statement(call: ApiCall, written: Any) -> ResourceStatement | Unread:
    effect = told(call, written, "Effect", str) if isinstance(written, Mapping) else None
    if effect is None or isinstance(effect, Unread):
        return effect or unread(call, "the answer holds no readable policy")
    return ResourceStatement(
        effect=effect,
        principals=_principals(written, "Principal"),
        not_principals=_principals(written, "NotPrincipal"),
        actions=_texts(written, "Action"),
        not_actions=_texts(written, "NotAction"),
        resources=_texts(written, "Resource"),
        not_resources=_texts(written, "NotResource"),
        conditions=tuple(_conditions(written.get("Condition") or {})),
    )


def _principals(written: Response, part: str) -> frozenset[str] | None:
    if part not in written:
        return None
    named = written[part]
    if not isinstance(named, Mapping):
        return frozenset(members(named))
    return frozenset(f"{kind}:{name}" for kind, names in named.items() for name in members(names))


def _texts(written: Response, part: str) -> tuple[str, ...] | None:
    return tuple(members(written[part])) if part in written else None


def _conditions(written: Mapping[str, Mapping[str, Any]]) -> Iterator[Condition]:
    for operator, keys in sorted(written.items()):
        for key, values in sorted(keys.items()):
            yield Condition(operator=operator, key=key, values=_values(values))


def _values(written: Any) -> tuple[str, ...]:
    """What a condition compares with; a value that was cut out keeps its place, without words."""
    texts = (value if isinstance(value, str) else _text(value) for value in members(written))
    return tuple(texts)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "redacted" if isinstance(value, Mapping) else str(value)
