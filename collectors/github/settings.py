"""The organisation itself: who owns it, how its people sign in, and what its members may do."""

from collections.abc import Iterator, Mapping

from collectors.contract import ApiCall, collector
from collectors.evidence.github.organisation import GithubOrganisation, SignOn
from collectors.evidence.github.plan import NotOffered
from collectors.evidence.record import Unread
from collectors.github.members import LIST_MEMBERS, LIST_OUTSIDERS, SINGLE_SIGN_ON, linked_logins
from collectors.github.organisation import Answer, Organisation, field, needed, whole
from collectors.github.plan import lacks

ORGANISATION = ApiCall(
    "github",
    "GET /orgs/{org}",
    "organization_administration:read, organization_plan:read",
    redact=("body.billing_email", "body.email", "body.description"),
)
LIST_ROLES = ApiCall(
    "github", "GET /orgs/{org}/organization-roles", "organization_custom_org_roles:read"
)
ROLE_HOLDERS = ApiCall(
    "github",
    "GET /orgs/{org}/organization-roles/{role_id}/users",
    "organization_custom_org_roles:read",
    redact=("body.name", "body.email"),
)
WITHOUT_TWO_FACTOR = "2fa_disabled"
ONLY_READS = ("read_", "view_")
"""How GitHub's words for the permissions of a role begin that change nothing."""
MANAGES_BY_NAME = {"security_manager", "all_repo_admin"}
KINDS = ("public", "private", "internal")
ADMINISTRATORS_MAY = {
    "delete or transfer repositories": "members_can_delete_repositories",
    "change their visibility": "members_can_change_repo_visibility",
    "invite outsiders": "members_can_invite_outside_collaborators",
}


@collector(
    id="github.organisation",
    calls=(
        *(ORGANISATION, LIST_MEMBERS, LIST_OUTSIDERS),
        *(LIST_ROLES, ROLE_HOLDERS, SINGLE_SIGN_ON),
    ),
)
def organisation_settings(organisation: Organisation) -> Iterator[GithubOrganisation]:
    """The organisation, who may manage it, how people sign in, and what members may do."""
    org = organisation.login
    answer = organisation.detail(ORGANISATION, org=org)
    node_id = needed(ORGANISATION, answer, "node_id", str)

    def logins(call: ApiCall, **filters: str) -> frozenset[str] | Unread:
        people = organisation.listed(call, needs=("login",), org=org, **filters)
        if isinstance(people, Unread):
            return people
        return frozenset(person["login"] for person in people)

    def switch(name: str) -> bool | Unread:
        return field(ORGANISATION, answer, name, bool)

    yield GithubOrganisation(
        id=node_id,
        name=org,
        two_factor_required=switch("two_factor_requirement_enabled"),
        owners=logins(LIST_MEMBERS, role="admin"),
        members_without_two_factor=logins(LIST_MEMBERS, filter=WITHOUT_TWO_FACTOR),
        outsiders_without_two_factor=logins(LIST_OUTSIDERS, filter=WITHOUT_TWO_FACTOR),
        managers=_managers(organisation),
        sign_on=_sign_on(organisation, answer, logins(LIST_MEMBERS)),
        base_permission=field(ORGANISATION, answer, "default_repository_permission", str),
        members_may_create=_switched_on(
            {kind: switch(f"members_can_create_{kind}_repositories") for kind in KINDS}
        ),
        administrators_may=_switched_on(
            {what: switch(name) for what, name in ADMINISTRATORS_MAY.items()}
        ),
        members_may_fork=switch("members_can_fork_private_repositories"),
        is_verified=switch("is_verified"),
    )


def _switched_on(switches: Mapping[str, bool | Unread]) -> frozenset[str] | Unread:
    read = whole(switches.values())
    return read if isinstance(read, Unread) else frozenset(n for n, on in switches.items() if on)


def _managers(organisation: Organisation) -> frozenset[str] | Unread:
    """Holders of every role that manages something, held directly or through a team."""
    answer = organisation.detail(LIST_ROLES, org=organisation.login)
    roles = field(LIST_ROLES, answer, "roles", list)
    if isinstance(roles, Unread):
        return roles
    found: set[str] = set()
    for role in roles:
        if not _manages(role):
            continue
        number = field(LIST_ROLES, role, "id", int)
        if isinstance(number, Unread):
            return number
        holders = organisation.listed(
            ROLE_HOLDERS, needs=("login",), org=organisation.login, role_id=number
        )
        if isinstance(holders, Unread):
            return holders
        found |= {holder["login"] for holder in holders}
    return frozenset(found)


def _manages(role: Answer) -> bool:
    """A role without a list of permissions is taken for one that manages."""
    permissions = field(LIST_ROLES, role, "permissions", list)
    if role.get("name") in MANAGES_BY_NAME or isinstance(permissions, Unread):
        return True
    return any(not str(permission).startswith(ONLY_READS) for permission in permissions)


def _sign_on(
    organisation: Organisation, answer: Answer | Unread, members: frozenset[str] | Unread
) -> SignOn | NotOffered | Unread | None:
    linked = linked_logins(organisation)
    if linked is None:
        return lacks(field(ORGANISATION, answer, "plan.name", str), str(ORGANISATION))
    if isinstance(linked, Unread):
        return linked
    return SignOn(unlinked=members if isinstance(members, Unread) else members - linked)
