"""Whose access to the code it is."""

from datetime import datetime, timedelta

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.github.organisation import AccountedAccess
from collectors.evidence.record import Unread


@check(
    id="github.member.access-accounted-for",
    title="Everybody who reaches the code is somebody the company knows",
    controls=("ACC-04", "ACC-05", "ACC-06", "VEN-01"),
    severity=Severity.MEDIUM,
    remediation="Remove the access, or add the person or the machine account to the roster.",
    empty=Outcome.FAILED,
)
def member_access_accounted_for(
    access: AccountedAccess,
    *,
    as_of: datetime,
    machine_accounts: tuple[str, ...] = (),
    max_invitation_days: int = 14,
) -> Verdict:
    """A login that belongs to nobody is taken away by nobody.

    Members, collaborators from outside and pending invitations have to belong to a person
    of the register, or to be an approved machine account. Whoever comes from outside needs
    a last day in the register. An invitation that nobody answers for long is withdrawn.
    """
    if isinstance(access.login, str) and access.login.casefold() in {
        name.casefold() for name in machine_accounts
    }:
        return passed("an approved machine account")
    if isinstance(access.invited_at, Unread):
        return undetermined(access.invited_at)
    if access.invited_at is not None:
        due = access.invited_at + timedelta(days=max_invitation_days)
        if as_of > due:
            return failed(f"the invitation was to be withdrawn by {due:%Y-%m-%d}")
    if access.person is None:
        if isinstance(access.email, Unread):
            return undetermined(access.email)
        return failed("the login belongs to nobody of the register of people", via=access.via)
    return _of_person(access, as_of)


def _of_person(access: AccountedAccess, as_of: datetime) -> Verdict:
    last_day = access.employed_until
    if last_day is not None and as_of.date() > last_day:
        return failed(f"the person left on {last_day}", person=access.person, via=access.via)
    if access.via == "outsider" and last_day is None:
        return failed("somebody from outside has no last day", person=access.person)
    return passed("the access is a person's of the register", person=access.person, via=access.via)
