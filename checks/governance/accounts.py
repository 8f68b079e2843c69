"""Accounts: whom AWS calls, and what the organisation keeps them from."""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from checks.policies import covers
from collectors.evidence.aws.organisation import AccountGuardrails, SecurityContact
from collectors.evidence.aws.policy import ResourceStatement
from collectors.evidence.record import Unread


@check(
    id="aws.account.security-contact-set",
    title="AWS knows whom to tell of security matters",
    controls=("GOV-03", "IR-01", "MON-03"),
    severity=Severity.MEDIUM,
    remediation="Set a monitored group address as the security contact of every account.",
    empty=Outcome.FAILED,
)
def account_security_contact_set(account: SecurityContact) -> Verdict:
    """When a key of the company turns up in public, AWS writes to the contact for security.

    Without one it writes to the address of root, which nobody may read. Who the contact is is
    not kept, so whether that person still works here is not asked.
    """
    if isinstance(account.named, Unread):
        return undetermined(account.named)
    return passed("a contact is named") if account.named else failed("no contact is named")


@check(
    id="aws.organizations.guardrails-attached",
    title="The organisation keeps its accounts from undoing their safeguards",
    controls=("MON-04", "CHG-04", "RSK-03"),
    severity=Severity.MEDIUM,
    remediation="Bring the account into the organisation with all features on, and attach a "
    "service control policy that denies the actions.",
    empty=Outcome.FAILED,
)
def organizations_guardrails_attached(
    account: AccountGuardrails,
    *,
    watched_denials: tuple[str, ...] = (
        "cloudtrail:StopLogging",
        "cloudtrail:DeleteTrail",
        "organizations:LeaveOrganization",
        "guardduty:DeleteDetector",
        "config:StopConfigurationRecorder",
    ),
) -> Verdict:
    """What the organisation denies, no administrator of a member account can do.

    A denial counts if it is of every resource, by a policy of the account or of what it lies
    in; a condition may spare named principals and nobody else. Of the management account only
    membership with all features is asked: such policies do not bind it.
    """
    if isinstance(account.standing, Unread):
        return undetermined(account.standing)
    if account.standing == "standalone":
        return failed("the account belongs to no organisation")
    if isinstance(account.features, Unread):
        return undetermined(account.features)
    if account.features != "ALL":
        return failed("the organisation has not all features on", features=account.features)
    if account.standing == "management":
        return passed("the organisation's management account, which no such policy binds")
    return _denied(account, watched_denials)


def _denied(account: AccountGuardrails, watched: tuple[str, ...]) -> Verdict:
    if isinstance(account.guardrails, Unread):
        return undetermined(account.guardrails)
    known = [g.statements for g in account.guardrails if isinstance(g.statements, tuple)]
    statements = [statement for policy in known for statement in policy]
    missing = tuple(a for a in watched if not any(_denies(s, a) for s in statements))
    if not missing:
        return passed("what is watched is denied", denied=watched)
    for guardrail in account.guardrails:
        if isinstance(guardrail.statements, Unread):
            return undetermined(guardrail.statements, not_seen=missing)
    return failed("actions that are watched are not denied", missing=missing)


def _denies(statement: ResourceStatement, action: str) -> bool:
    if statement.effect != "Deny" or "*" not in (statement.resources or ()):
        return False
    if not all(
        condition.key.lower() == "aws:principalarn" and "not" in condition.operator.lower()
        for condition in statement.conditions
    ):
        return False
    if statement.not_actions is not None:
        return not any(covers(pattern, action) for pattern in statement.not_actions)
    return any(covers(pattern, action) for pattern in statement.actions or ())
