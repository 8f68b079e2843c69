"""Do people sign in to AWS in one place, and is it known whose every grant is?"""

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
from collectors.evidence.aws.iam import Statement
from collectors.evidence.aws.identity_center import (
    AccountedGrant,
    CenterAssignment,
    GrantHolder,
    SingleSignOn,
)
from collectors.evidence.record import Instant, Unread

ADMINISTRATOR = ":iam::aws:policy/AdministratorAccess"


@check(
    id="aws.identity-center.used-by-people",
    title="People sign in to AWS by single sign-on",
    controls=("ACC-01",),
    severity=Severity.MEDIUM,
    remediation="Move people to single sign-on and delete their login profiles.",
    empty=Outcome.FAILED,
)
def identity_center_used_by_people(
    account: SingleSignOn, *, approved_console_users: tuple[str, ...] = ()
) -> Verdict:
    """A password in each account is one more that stays when its owner goes.

    No user of IAM may have a console password but the approved ones, such as break-glass. The
    account needs an instance of Identity Center, the organisation's where there is one, or a
    SAML provider of its own.
    """
    if not isinstance(account.console_users, Unread):
        others = tuple(u for u in account.console_users if u not in approved_console_users)
        if others:
            return failed(f"{len(others)} users have a console password", users=others)
    way = _way(account)
    if way is None:
        return failed("neither an instance of the organisation nor a SAML provider exists")
    for part in (way, account.console_users):
        if isinstance(part, Unread):
            return undetermined(part)
    return passed(f"people sign in by {way}")


@check(
    id="aws.identity-center.administrator-assignment-approved",
    title="Full control by single sign-on is given to approved people only",
    controls=("ACC-03", "ACC-04", "ACC-07"),
    severity=Severity.HIGH,
    remediation="Remove the assignment or record its approval.",
    empty=Outcome.NOT_APPLICABLE,
)
def identity_center_administrator_assignment_approved(
    assignment: CenterAssignment, *, approved_holders: tuple[str, ...] = ()
) -> Verdict:
    """A permission set makes administrators of a whole group in a whole account at once.

    Full control is AWS's administrator policy, or a statement written into the permission set
    that allows every action on every resource. Each member of a group counts. A holder is
    approved by login or address, for all accounts or for one (`ada@acme.test@123456789012`).
    Policies of the company's own that a set refers to are judged in the accounts they lie in.
    """
    given = (_administrates(assignment.policies), _unlimited(assignment.inline))
    if True not in given:
        for part in given:
            if isinstance(part, Unread):
                return undetermined(part)
        return not_applicable("the permission set does not give full control")
    if isinstance(assignment.people, Unread):
        return undetermined(assignment.people)
    if assignment.people is None:
        return failed("assigned to somebody who is gone")
    known = {name.casefold() for name in approved_holders}
    unknown = tuple(
        user.login
        for user in assignment.people
        if not {
            f"{name}{place}".casefold()
            for name in (user.login, user.email or user.login)
            for place in ("", f"@{assignment.account_id}")
        }
        & known
    )
    if unknown:
        return failed(f"{len(unknown)} people have full control without approval", people=unknown)
    return passed("everybody with full control is approved")


@check(
    id="aws.identity.grant-accounted-for",
    title="Every grant in AWS belongs to somebody the company knows",
    controls=("ACC-04", "ACC-05", "ACC-06"),
    severity=Severity.MEDIUM,
    remediation="Remove the grant or add the person to the roster.",
    empty=Outcome.FAILED,
)
def identity_grant_accounted_for(
    grant: AccountedGrant, *, as_of: Instant, machine_accounts: tuple[str, ...] = ()
) -> Verdict:
    """What belongs to nobody is taken away by nobody.

    Every user of IAM, and everybody whom an assignment of Identity Center reaches, has to be a
    person of the register who has not left, or an approved machine account. An assignment to
    somebody who is gone fails: whoever gets that name next gets the rights. Roles are judged by
    whom they trust.
    """
    if grant.holders is None:
        return failed("assigned to somebody who is gone", via=grant.via)
    if isinstance(grant.holders, Unread):
        return undetermined(grant.holders, via=grant.via)
    machines = {name.casefold() for name in machine_accounts}
    people = [one for one in grant.holders if one.login.casefold() not in machines]
    nobodys = tuple(one.login for one in people if not _known(one, as_of) and not one.in_doubt)
    if nobodys:
        return failed(f"{len(nobodys)} holders are nobody of the company", holders=nobodys)
    for one in people:
        if one.in_doubt:
            return undetermined(one.in_doubt, via=grant.via)
    return passed("every holder is known", via=grant.via)


def _way(account: SingleSignOn) -> str | Unread | None:
    """By what people can sign in; `None` where there is nothing but an instance of somebody's."""
    if isinstance(account.saml_providers, tuple) and account.saml_providers:
        return "a SAML provider"
    if account.management is None and account.owners:
        return "an instance of the account"
    if isinstance(account.management, str) and account.management in account.owners:
        return "the organisation's instance"
    if isinstance(account.management, Unread) and account.owners:
        return account.management
    doubts = (*account.unseen, account.saml_providers)
    return next((part for part in doubts if isinstance(part, Unread)), None)


def _administrates(policies: tuple[str, ...] | Unread) -> bool | Unread:
    if isinstance(policies, Unread):
        return policies
    return any(arn.endswith(ADMINISTRATOR) for arn in policies)


def _unlimited(inline: tuple[Statement, ...] | Unread | None) -> bool | Unread:
    if isinstance(inline, Unread):
        return inline
    return any(
        s.effect == "Allow" and "*" in (s.actions or ()) and "*" in (s.resources or ())
        for s in inline or ()
    )


def _known(holder: GrantHolder, as_of: Instant) -> bool:
    if holder.person is None:
        return False
    return holder.employed_until is None or as_of.date() <= holder.employed_until
