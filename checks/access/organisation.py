"""Who owns an organisation's code, how its people sign in, and who comes from outside."""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.github.organisation import GithubOrganisation, OutsideCollaborator
from collectors.evidence.record import Unread


@check(
    id="github.organisation.two-factor-required",
    title="The GitHub organisation requires two-factor authentication",
    controls=("ACC-02",),
    severity=Severity.CRITICAL,
    remediation="Require two-factor authentication in the organisation's settings.",
    empty=Outcome.FAILED,
)
def organisation_two_factor_required(organisation: GithubOrganisation) -> Verdict:
    """A stolen password must not be enough to change what runs in production.

    The organisation has to require the second factor, and nobody may be listed without
    one, neither members nor collaborators from outside. GitHub shows the setting and the
    listings to owners only. Where an identity provider manages the accounts, its own
    enforcement is not seen here.
    """
    required = organisation.two_factor_required
    groups = (organisation.members_without_two_factor, organisation.outsiders_without_two_factor)
    without = sorted(login for group in groups if isinstance(group, frozenset) for login in group)
    if required is False:
        return failed("two-factor authentication is not required", without=tuple(without))
    if without:
        return failed(f"{len(without)} people have no second factor", without=tuple(without))
    for part in (required, *groups):
        if isinstance(part, Unread):
            return undetermined(part)
    return passed("two-factor authentication is required, and nobody is without it")


@check(
    id="github.organisation.owners-few-and-known",
    title="Owners of the GitHub organisation are few and approved",
    controls=("ACC-03", "GOV-03", "ACC-09"),
    severity=Severity.HIGH,
    remediation="Demote owners who are not needed, or list them as approved_owners.",
    empty=Outcome.FAILED,
)
def organisation_owners_few_and_known(
    organisation: GithubOrganisation,
    *,
    min_owners: int = 2,
    max_owners: int = 5,
    approved_owners: tuple[str, ...] = (),
) -> Verdict:
    """An owner can switch off every other safeguard; one alone can also be lost.

    Each owner has to be on the company's own list of approved owners. Without such a list
    nobody can say whether the owners are the right ones.
    """
    owners = organisation.owners
    if isinstance(owners, Unread):
        return undetermined(owners)
    observed = tuple(sorted(owners, key=str.casefold))
    if not min_owners <= len(owners) <= max_owners:
        between = f"{min_owners} to {max_owners}"
        return failed(f"{len(owners)} owners, {between} are expected", owners=observed)
    if not approved_owners:
        return undetermined("approved_owners is not configured", owners=observed)
    unknown = tuple(login for login in observed if not _among(login, approved_owners))
    if unknown:
        return failed(f"{len(unknown)} owners are not approved", unknown=unknown, owners=observed)
    return passed(f"all {len(owners)} owners are approved", owners=observed)


@check(
    id="github.collaborator.approved",
    title="Collaborators from outside the GitHub organisation are approved",
    controls=("ACC-04", "VEN-01"),
    severity=Severity.MEDIUM,
    remediation="Remove the collaborator, or list the login as approved.",
    empty=Outcome.NOT_APPLICABLE,
    each_subject_is_a_gap=True,
)
def outside_collaborator_approved(
    collaborator: OutsideCollaborator, *, approved: tuple[str, ...] = ()
) -> Verdict:
    """People from outside are in nobody's joiner and leaver process; a list has to name them.

    Members are not judged here: whether each belongs to a person is asked of all sources
    together.
    """
    if _among(collaborator.login, approved):
        return passed("the collaborator is approved")
    return failed("the collaborator is on no list of approved ones")


def _among(login: str, approved: tuple[str, ...]) -> bool:
    """GitHub takes no notice of upper and lower case in a login."""
    return login.casefold() in {name.casefold() for name in approved}
