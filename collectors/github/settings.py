"""The organisation itself: who owns it, and how its people sign in."""

from collections.abc import Iterator

from collectors.contract import ApiCall, collector
from collectors.evidence.github.organisation import GithubOrganisation
from collectors.evidence.record import Unread
from collectors.github.members import LIST_MEMBERS, LIST_OUTSIDERS
from collectors.github.organisation import Organisation, field, needed

ORGANISATION = ApiCall(
    "github",
    "GET /orgs/{org}",
    "organization_administration:read",
    redact=("body.billing_email", "body.email", "body.description"),
)
WITHOUT_TWO_FACTOR = "2fa_disabled"


@collector(id="github.organisation", calls=(ORGANISATION, LIST_MEMBERS, LIST_OUTSIDERS))
def organisation_settings(organisation: Organisation) -> Iterator[GithubOrganisation]:
    """The organisation, its owners, and everybody who signs in without a second factor."""
    org = organisation.login
    answer = organisation.detail(ORGANISATION, org=org)

    def logins(call: ApiCall, **filters: str) -> frozenset[str] | Unread:
        people = organisation.listed(call, needs=("login",), org=org, **filters)
        if isinstance(people, Unread):
            return people
        return frozenset(person["login"] for person in people)

    yield GithubOrganisation(
        id=needed(ORGANISATION, answer, "node_id", str),
        name=org,
        two_factor_required=field(ORGANISATION, answer, "two_factor_requirement_enabled", bool),
        owners=logins(LIST_MEMBERS, role="admin"),
        members_without_two_factor=logins(LIST_MEMBERS, filter=WITHOUT_TWO_FACTOR),
        outsiders_without_two_factor=logins(LIST_OUTSIDERS, filter=WITHOUT_TWO_FACTOR),
    )
