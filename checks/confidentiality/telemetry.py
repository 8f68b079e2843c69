"""Who can read metrics and logs, and which key protects them?"""

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
from checks.policies import everybody, open_statements, outsiders
from collectors.evidence.aws.logs import ProtectedLogGroup, TelemetrySharing
from collectors.evidence.aws.policy import ResourceStatement
from collectors.evidence.record import Unread

ENABLED = "Enabled"
ORGANISATIONS = ("aws:principalorgid", "aws:principalorgpaths")


@check(
    id="aws.logs.encrypted-with-own-key",
    title="Logs of confidential data are encrypted with a key of our own",
    controls=("CRY-02",),
    severity=Severity.MEDIUM,
    remediation="Associate a customer managed key with the log group.",
    empty=Outcome.NOT_APPLICABLE,
)
def logs_encrypted_with_own_key(
    group: ProtectedLogGroup, *, required_for: tuple[str, ...] = ("confidential", "personal")
) -> Verdict:
    """Whoever may use a key of our own is decided by us, and can be taken away at once.

    CloudWatch Logs encrypts every group by itself; that is enough for groups whose tag
    `classification` is none of `required_for`. The key has to be enabled: with any other the
    log can neither be written nor read.
    """
    if isinstance(group.classification, Unread):
        return undetermined(group.classification, key=group.key)
    if (group.classification or "").lower() not in required_for:
        return not_applicable("its class asks for no key of our own", key=group.key)
    if group.key is None:
        return failed("encrypted by the provider alone", classified=group.classification)
    if isinstance(group.key_state, Unread):
        return undetermined(group.key_state, key=group.key)
    judge = passed if group.key_state == ENABLED else failed
    return judge(f"the key is in the state {group.key_state}", key=group.key)


@check(
    id="aws.cloudwatch.sharing-approved",
    title="Metrics and logs are shared only with known accounts",
    controls=("MON-01",),
    severity=Severity.MEDIUM,
    remediation="Remove the sharing role, link or sink, or record the account as approved.",
    empty=Outcome.PASSED,
)
def cloudwatch_sharing_approved(
    sharing: TelemetrySharing, *, approved_accounts: tuple[str, ...] = ()
) -> Verdict:
    """Logs tell what the company does, and now and then what it meant to keep to itself.

    Judged are CloudWatch's sharing role, every link to a monitoring account, and every sink by
    its policy. Accounts are approved by id; a policy for a whole organisation is approved by
    the organisation's id (`o-...`).
    """
    if sharing.form == "link":
        if isinstance(sharing.shared_with, Unread):
            return undetermined(sharing.shared_with)
        named = frozenset({sharing.shared_with or ""}) - {sharing.account_id}
        return _known(named, approved_accounts)
    if isinstance(sharing.statements, Unread):
        return undetermined(sharing.statements)
    statements = sharing.statements or ()
    openly = open_statements(statements)
    if openly:
        return failed("its policy lets in whoever has an AWS account", statements=openly)
    named = outsiders(statements, home=sharing.account_id) | _organisations(statements)
    return _known(named, approved_accounts)


def _known(named: frozenset[str], approved: tuple[str, ...]) -> Verdict:
    unknown = tuple(sorted(named - {*approved}))
    if unknown:
        return failed("shared with others than the approved", unknown=unknown)
    return passed("shared with nobody else, or with the approved", shared=tuple(sorted(named)))


def _organisations(statements: tuple[ResourceStatement, ...]) -> frozenset[str]:
    """The organisations that a policy lets in as a whole; a path begins with the id of one."""
    return frozenset(
        value.partition("/")[0]
        for statement in statements
        if statement.effect == "Allow" and everybody(statement)
        for condition in statement.conditions
        if condition.key.lower() in ORGANISATIONS
        for value in condition.values
    )
