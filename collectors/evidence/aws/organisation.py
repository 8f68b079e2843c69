"""An account as a part of its organisation, and whom AWS calls when something is wrong."""

from typing import Literal

from collectors.evidence.aws.policy import ResourceStatement
from collectors.evidence.record import Fact, Record, Unread


class Guardrail(Fact, frozen=True, tag="aws.guardrail"):
    """A service control policy that applies to an account."""

    id: str
    statements: tuple[ResourceStatement, ...] | Unread | None


class AccountGuardrails(Record, frozen=True, tag="aws.account_guardrails"):
    """An account, with what its organisation keeps it from."""

    standing: Literal["standalone", "management", "member"] | Unread
    features: str | Unread | None
    """`ALL` or `CONSOLIDATED_BILLING`; `None` without an organisation."""
    guardrails: tuple[Guardrail, ...] | Unread
    """Those of the account and of everything above it."""


class SecurityContact(Record, frozen=True, tag="aws.security_contact"):
    """An account, and whether it names somebody whom AWS tells of security matters."""

    named: bool | Unread
