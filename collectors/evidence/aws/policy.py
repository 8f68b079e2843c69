"""Policies of resources: who may do what with a key, a queue, a function or a role."""

from collectors.evidence.aws.iam import Condition
from collectors.evidence.record import Fact, Record, Unread


class ResourceStatement(Fact, frozen=True, tag="aws.resource_statement"):
    """One statement of a policy that stands on a resource; each pair has one that is `None`."""

    effect: str
    principals: frozenset[str] | None
    """`*`, or the kind and the name: `AWS:arn:aws:iam::123456789012:role/reader`."""
    not_principals: frozenset[str] | None
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    """`None` in a role's trust as well: it speaks of that role alone."""
    not_resources: tuple[str, ...] | None
    conditions: tuple[Condition, ...]


class TrustedRole(Record, frozen=True, tag="aws.trusted_role"):
    """A role of the customer's own, with whom it trusts."""

    account_id: str
    statements: tuple[ResourceStatement, ...] | Unread
    organisation: frozenset[str] | Unread
    """The accounts of the company's organisation; empty where the account is in none."""
