"""Who owns an organisation's code, how its people sign in, and who comes from outside."""

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
from collectors.evidence.github.organisation import GithubOrganisation, OutsideCollaborator
from collectors.evidence.github.plan import NotOffered
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

    Each owner has to be on the company's own list of approved owners, and so has everybody
    whose role in the organisation manages more than it reads. Without such a list nobody can
    say whether they are the right ones.
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
    managers = organisation.managers if isinstance(organisation.managers, frozenset) else ()
    everybody = sorted({*owners, *managers}, key=str.casefold)
    unknown = tuple(login for login in everybody if not _among(login, approved_owners))
    if unknown:
        who = "owners" if owners.intersection(unknown) else "managers"
        return failed(f"{len(unknown)} {who} are not approved", unknown=unknown, owners=observed)
    if isinstance(organisation.managers, Unread):
        return undetermined(organisation.managers, owners=observed)
    return passed(f"all {len(owners)} owners are approved", owners=observed)


@check(
    id="github.organisation.single-sign-on",
    title="Members of the GitHub organisation sign in through the company",
    controls=("ACC-01",),
    severity=Severity.MEDIUM,
    remediation="Configure single sign-on and require it, so that every member is linked.",
    empty=Outcome.FAILED,
)
def organisation_single_sign_on(organisation: GithubOrganisation) -> Verdict:
    """An account the company cannot switch off stays when its owner leaves.

    The organisation has to have an identity provider, and every member an identity linked
    with it. An enterprise may have one for all of its organisations, which is not seen
    here: an organisation of an enterprise without its own is undetermined.
    """
    sign_on = organisation.sign_on
    if isinstance(sign_on, Unread):
        return undetermined(sign_on)
    if isinstance(sign_on, NotOffered):
        return not_applicable("not available on this plan", call=sign_on.why)
    if sign_on is None:
        return undetermined("no provider of its own; that of the enterprise is not seen here")
    if isinstance(sign_on.unlinked, Unread):
        return undetermined(sign_on.unlinked)
    unlinked = tuple(sorted(sign_on.unlinked, key=str.casefold))
    if unlinked:
        return failed(f"{len(unlinked)} members have no linked identity", unlinked=unlinked)
    return passed("every member has a linked identity")


@check(
    id="github.organisation.base-permission-low",
    title="Membership alone gives no right to change code",
    controls=("ACC-07",),
    severity=Severity.HIGH,
    remediation="Set the base permission to read or none, and grant write through teams.",
    empty=Outcome.FAILED,
)
def organisation_base_permission_low(
    organisation: GithubOrganisation, *, allowed: tuple[str, ...] = ("none", "read")
) -> Verdict:
    """What everybody may do, nobody was granted.

    The base permission holds for every member and every repository, beside what teams and
    people are granted one by one.
    """
    base = organisation.base_permission
    if isinstance(base, Unread):
        return undetermined(base)
    judge = passed if base in allowed else failed
    return judge(f"every member may {base} every repository", base_permission=base)


@check(
    id="github.organisation.repository-creation-limited",
    title="Members cannot create public repositories",
    controls=("ACC-07", "NET-02"),
    severity=Severity.HIGH,
    remediation="Restrict the creation of repositories to the kinds that are approved.",
    empty=Outcome.FAILED,
)
def organisation_repository_creation_limited(
    organisation: GithubOrganisation,
    *,
    members_may_create: tuple[str, ...] = ("private", "internal"),
) -> Verdict:
    """A public repository publishes whatever is pushed to it, at once and for good.

    Members may create repositories of approved kinds only; a public one is never approved.
    """
    kinds = organisation.members_may_create
    if isinstance(kinds, Unread):
        return undetermined(kinds)
    surplus = tuple(sorted(kinds - (set(members_may_create) - {"public"})))
    if surplus:
        return failed(f"members may create {' and '.join(surplus)} repositories", kinds=surplus)
    return passed("members create repositories of approved kinds only", kinds=tuple(sorted(kinds)))


@check(
    id="github.organisation.repository-removal-limited",
    title="Only owners remove or expose repositories",
    controls=("ACC-07", "AVL-01"),
    severity=Severity.HIGH,
    remediation="Turn these privileges of members off in the organisation's settings.",
    empty=Outcome.FAILED,
)
def organisation_repository_removal_limited(organisation: GithubOrganisation) -> Verdict:
    """Whoever administers one repository should not be able to make it vanish or public.

    Deleting or transferring a repository, changing its visibility and inviting people from
    outside have to be the owners' alone.
    """
    may = organisation.administrators_may
    if isinstance(may, Unread):
        return undetermined(may)
    allowed = tuple(sorted(may))
    if allowed:
        return failed(f"administrators of a repository may {', '.join(allowed)}", allowed=allowed)
    return passed("only owners delete, transfer and expose repositories, or invite outsiders")


@check(
    id="github.organisation.domain-verified",
    title="The GitHub organisation shows a verified domain",
    controls=("ACC-01", "GOV-07"),
    severity=Severity.LOW,
    remediation="Verify the company's domain in the organisation's settings.",
    empty=Outcome.FAILED,
)
def organisation_domain_verified(organisation: GithubOrganisation) -> Verdict:
    """Without a verified domain anybody may pose as the company's organisation."""
    verified = organisation.is_verified
    if isinstance(verified, Unread):
        return undetermined(verified)
    return passed("a domain is verified") if verified else failed("no domain is verified")


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
