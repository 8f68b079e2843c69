"""Who from outside may use keys, queues, functions and logs: policies of resources."""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from checks.policies import open_statements, outsiders
from collectors.evidence.aws.functions import FunctionAccess
from collectors.evidence.aws.kms import KmsKeyPolicy
from collectors.evidence.aws.logs import LogSharing
from collectors.evidence.aws.messaging import MessagingResource
from collectors.evidence.aws.policy import ResourceStatement
from collectors.evidence.record import Unread

NO_QUESTION_ASKED = "NONE"
"""The setting of a function URL under which nobody has to say who he is."""

Statements = tuple[ResourceStatement, ...]


@check(
    id="aws.kms.key-policy-narrow",
    title="Policies of own keys admit known accounts only",
    controls=("CRY-02", "ACC-07"),
    severity=Severity.HIGH,
    remediation="Name the accounts or the organisation that may use the key, in the statement or "
    "in a condition on kms:CallerAccount or aws:PrincipalOrgID.",
    empty=Outcome.NOT_APPLICABLE,
)
def kms_key_policy_narrow(key: KmsKeyPolicy, *, approved_accounts: tuple[str, ...] = ()) -> Verdict:
    """Data that is encrypted with a key is open to whoever may use the key.

    No statement may admit everybody without a condition that names accounts, an organisation
    or a network, and outside accounts have to be approved. A condition on kms:ViaService alone
    names nobody: every account has that service. The statement that leaves the key to the
    account's own policies passes.
    """
    if isinstance(key.statements, Unread):
        return undetermined(key.statements)
    if isinstance(key.manager, Unread):
        return undetermined(key.manager)
    return _closed(key.statements or (), key.account_id, approved_accounts)


@check(
    id="aws.messaging.resource-not-public",
    title="Queues and topics are not open to everybody",
    controls=("NET-02",),
    severity=Severity.HIGH,
    remediation="Name who may use it, or add a condition on account, organisation or source.",
    empty=Outcome.NOT_APPLICABLE,
)
def messaging_resource_not_public(resource: MessagingResource) -> Verdict:
    """An open queue takes orders from strangers, and an open topic tells them the news.

    A statement for everybody passes if a condition names the accounts, the organisation or
    the resources it is meant for. Single outside accounts are not judged here.
    """
    if isinstance(resource.statements, Unread):
        return undetermined(resource.statements)
    if resource.statements is None:
        return passed(f"the {resource.form} has no policy: only its own account may use it")
    return _not_open(resource.statements)


@check(
    id="aws.lambda.function-not-public",
    title="Functions are not open to everybody",
    controls=("NET-02",),
    severity=Severity.HIGH,
    remediation="Name who may call the function in its policy, and let its URL ask for "
    "authentication.",
    empty=Outcome.NOT_APPLICABLE,
)
def lambda_function_not_public(
    function: FunctionAccess, *, approved_functions: tuple[str, ...] = ()
) -> Verdict:
    """Whoever may call a function acts with its role, and at the company's cost.

    A function URL that does not ask who calls is open, and so is a policy's statement for
    everybody that no condition limits to accounts, an organisation or a source. Functions may
    be approved by name or ARN. Policies of single versions and aliases are not read.
    """
    found = _open_doors(function)
    if found and {function.id, function.name} & set(approved_functions):
        return passed("approved to be public", open_through=found)
    if found:
        return failed("anyone can call it", open_through=found)
    for part in (function.addresses, function.statements):
        if isinstance(part, Unread):
            return undetermined(part)
    return passed("neither its policy nor a URL lets everybody in")


@check(
    id="aws.logs.not-shared-outside",
    title="Logs are shared with approved accounts only",
    controls=("MON-01", "NET-02"),
    severity=Severity.HIGH,
    remediation="Narrow the principal of the policy, or record the account as approved.",
    empty=Outcome.PASSED,
)
def logs_not_shared_outside(
    sharing: LogSharing, *, approved_accounts: tuple[str, ...] = ()
) -> Verdict:
    """Whoever can write into the logs can hide in them, and logs hold what people did.

    Judged are the policies of the region's log groups, and those of destinations that other
    accounts send their logs to.
    """
    if isinstance(sharing.statements, Unread):
        return undetermined(sharing.statements)
    if sharing.statements is None:
        return passed("the destination has no policy: nobody else may send to it")
    return _closed(sharing.statements, sharing.account_id, approved_accounts)


def _not_open(statements: Statements) -> Verdict:
    numbers = open_statements(statements)
    if numbers:
        return failed("the policy admits everybody", statements=numbers)
    return passed("the policy admits nobody without a name")


def _closed(statements: Statements, home: str, approved: tuple[str, ...]) -> Verdict:
    verdict = _not_open(statements)
    outside = tuple(sorted(outsiders(statements, home=home)))
    unknown = tuple(account for account in outside if account not in approved)
    if verdict.outcome is Outcome.PASSED and unknown:
        return failed(f"{len(unknown)} outside accounts are not approved", unknown=unknown)
    if verdict.outcome is Outcome.PASSED:
        return passed(verdict.reason, approved=outside)
    return verdict


def _open_doors(function: FunctionAccess) -> tuple[str, ...]:
    """What lets everybody in, as far as it was read."""
    doors = []
    if not isinstance(function.addresses, Unread) and NO_QUESTION_ASKED in function.addresses:
        doors.append("URL")
    if isinstance(function.statements, tuple) and open_statements(
        tuple(s for s in function.statements if not _only_by_open_url(s))
    ):
        doors.append("policy")
    return tuple(doors)


def _only_by_open_url(statement: ResourceStatement) -> bool:
    """Whether it speaks only of URLs that ask nothing: those are judged by their own setting."""
    return any(
        condition.operator.lower() == "stringequals"
        and condition.key.lower() == "lambda:functionurlauthtype"
        and condition.values == (NO_QUESTION_ASKED,)
        for condition in statement.conditions
    )
