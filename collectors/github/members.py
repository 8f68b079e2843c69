"""People with access: members, and collaborators from outside."""

from collections.abc import Iterator, Mapping, Sequence

from collectors.contract import ApiCall, collector
from collectors.evidence.github.organisation import GithubAccess, OutsideCollaborator
from collectors.evidence.people import Identity
from collectors.evidence.record import Unread
from collectors.github.organisation import LARGEST_PAGE, Answer, Organisation, Query, field, moment
from collectors.reader import unread

NAMED_BY_THEMSELVES = ("body.name", "body.email")
LIST_MEMBERS = ApiCall(
    "github", "GET /orgs/{org}/members", "members:read", redact=NAMED_BY_THEMSELVES
)
LIST_OUTSIDERS = ApiCall(
    "github",
    "GET /orgs/{org}/outside_collaborators",
    "members:read",
    redact=NAMED_BY_THEMSELVES,
)
LIST_INVITATIONS = ApiCall(
    "github",
    "GET /orgs/{org}/invitations",
    "members:read",
    redact=("body.inviter", "body.failed_reason"),
)
SINGLE_SIGN_ON = Query(
    "graphql",
    "SingleSignOn",
    "members:read, organization_administration:read",
    text="""
query SingleSignOn($org: String!, $after: String) {
  organization(login: $org) {
    samlIdentityProvider {
      externalIdentities(first: 100, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes { user { login } samlIdentity { nameId emails { value } } }
      }
    }
  }
}
""",
)
PUBLIC_ADDRESSES = Query(
    "graphql",
    "PublicAddresses",
    "metadata:read",
    text="""
query PublicAddresses($ids: [ID!]!) {
  nodes(ids: $ids) { ... on User { email } }
}
""",
)
IDENTIFIED_BY = ("node_id", "login")
NOT_SAID = Unread(why="the answer does not say")


@collector(id="github.outside-collaborators", calls=(LIST_OUTSIDERS,))
def outside_collaborators(organisation: Organisation) -> Iterator[OutsideCollaborator]:
    """Everybody who may reach a repository without being a member."""
    for person in organisation.each(LIST_OUTSIDERS, needs=IDENTIFIED_BY, org=organisation.login):
        yield OutsideCollaborator(id=person["node_id"], name=person["login"], login=person["login"])


@collector(
    id="github.identities",
    calls=(LIST_MEMBERS, LIST_OUTSIDERS, SINGLE_SIGN_ON, PUBLIC_ADDRESSES),
)
def identities(organisation: Organisation) -> Iterator[Identity]:
    """Every member and outside collaborator, with the address that ties the login to a person.

    Single sign-on knows the company's address. Where it does not, only what people publish
    is left, and an address somebody keeps to themselves is unread and not absent.
    """
    org = organisation.login
    people = tuple(
        organisation.in_turn(
            organisation.each(LIST_MEMBERS, needs=IDENTIFIED_BY, org=org),
            organisation.each(LIST_OUTSIDERS, needs=IDENTIFIED_BY, org=org),
        )
    )
    signed_on = _signed_on(organisation)
    for start in range(0, len(people), LARGEST_PAGE):
        some = people[start : start + LARGEST_PAGE]
        for person, published in zip(some, _published(organisation, some), strict=True):
            yield Identity(
                id=person["node_id"],
                name=person["login"],
                source="github",
                login=person["login"],
                email=_address(person["login"], signed_on, published),
                is_machine=_is_machine(person),
                enabled=True,
            )


@collector(
    id="github.access",
    calls=(LIST_MEMBERS, LIST_OUTSIDERS, LIST_INVITATIONS, SINGLE_SIGN_ON, PUBLIC_ADDRESSES),
)
def github_access(organisation: Organisation) -> Iterator[GithubAccess]:
    """Members, collaborators from outside, and everybody who was invited and did not answer."""
    org = organisation.login
    signed_on = _signed_on(organisation)
    roads = (("member", LIST_MEMBERS), ("outsider", LIST_OUTSIDERS))
    for via, call in roads:
        listed = organisation.each(call, needs=IDENTIFIED_BY, org=org)
        people = tuple(organisation.in_turn(listed))
        for person, published in zip(people, _addresses(organisation, people), strict=True):
            yield GithubAccess(
                id=person["node_id"],
                name=person["login"],
                login=person["login"],
                email=_address(person["login"], signed_on, published),
                via=via,
                invited_at=None,
            )
    invited = organisation.each(LIST_INVITATIONS, needs=("node_id",), org=org)
    yield from organisation.in_turn(map(_invitation, invited))


def _addresses(organisation: Organisation, people: Sequence[Answer]) -> Iterator[str | Unread]:
    for start in range(0, len(people), LARGEST_PAGE):
        yield from _published(organisation, people[start : start + LARGEST_PAGE])


def _invitation(invited: Answer) -> GithubAccess:
    login, email = invited.get("login"), invited.get("email")
    return GithubAccess(
        id=invited["node_id"],
        name=f"invitation of {login or email}",
        login=login,
        email=email,
        via="invitation",
        invited_at=moment(LIST_INVITATIONS, invited, "created_at"),
    )


def _is_machine(person: Answer) -> bool | Unread:
    """Whether GitHub calls the account a bot; an account a machine signs in with is a user."""
    kind = field(LIST_MEMBERS, person, "type", str)
    return kind if isinstance(kind, Unread) else kind == "Bot"


def _address(
    login: str, signed_on: Mapping[str, str] | Unread, published: str | Unread
) -> str | Unread:
    if not isinstance(signed_on, Unread) and login in signed_on:
        return signed_on[login]
    if isinstance(published, str):
        return published
    return signed_on if isinstance(signed_on, Unread) else published


def linked_logins(organisation: Organisation) -> frozenset[str] | Unread | None:
    """Who signs in by single sign-on; `None` where the organisation has none of its own."""
    linked = _linked(organisation)
    if linked is None or isinstance(linked, Unread):
        return linked
    return frozenset(login for login in map(_linked_login, linked) if login)


def _linked(organisation: Organisation) -> tuple[Answer, ...] | Unread | None:
    """Every identity of the identity provider; `None` without single sign-on."""
    org = organisation.login
    asked = field(SINGLE_SIGN_ON, organisation.ask(SINGLE_SIGN_ON, org=org), "organization", dict)
    if isinstance(asked, Unread):
        return asked
    if asked.get("samlIdentityProvider", NOT_SAID) is None:
        return None
    return organisation.listed_nodes(
        SINGLE_SIGN_ON,
        "organization.samlIdentityProvider.externalIdentities",
        cursor="after",
        org=org,
    )


def _signed_on(organisation: Organisation) -> Mapping[str, str] | Unread:
    """The address single sign-on knows of each login; none without single sign-on."""
    linked = _linked(organisation)
    if linked is None:
        return {}
    if isinstance(linked, Unread):
        return linked
    known = ((_linked_login(identity), _saml_address(identity)) for identity in linked)
    return {login: address for login, address in known if login and address}


def _linked_login(identity: Answer) -> str | None:
    """`None` for an identity that nobody has linked to an account yet."""
    login = field(SINGLE_SIGN_ON, identity, "user.login", str)
    return None if isinstance(login, Unread) else login


def _saml_address(identity: Answer) -> str | None:
    emails = field(SINGLE_SIGN_ON, identity, "samlIdentity.emails", list)
    name = field(SINGLE_SIGN_ON, identity, "samlIdentity.nameId", str)
    written = [] if isinstance(emails, Unread) else [email.get("value") for email in emails]
    return next((text for text in (*written, name) if isinstance(text, str) and "@" in text), None)


def _published(organisation: Organisation, people: Sequence[Answer]) -> Sequence[str | Unread]:
    """What each of up to a hundred people shows of their address, in their order."""
    answer = organisation.ask(PUBLIC_ADDRESSES, ids=[person["node_id"] for person in people])
    nodes = field(PUBLIC_ADDRESSES, answer, "nodes", list)
    if isinstance(nodes, Unread) or len(nodes) != len(people):
        refused = unread(PUBLIC_ADDRESSES, "the answer is not one for each")
        return [nodes if isinstance(nodes, Unread) else refused] * len(people)
    return [_public_address(node) for node in nodes]


def _public_address(node: Answer | Unread) -> str | Unread:
    address = field(PUBLIC_ADDRESSES, node, "email", str)
    return address or unread(PUBLIC_ADDRESSES, "the address is not public")
