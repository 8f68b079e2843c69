"""How people sign in to AWS, and whose the grants are."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from collectors.contract import Of, Searched, derived
from collectors.evidence.aws.identity_center import (
    AccountedGrant,
    CenterAssignment,
    CenterInstances,
    CenterUser,
    ConsoleSignIn,
    GrantHolder,
    SingleSignOn,
)
from collectors.evidence.people import Identity, Person
from collectors.evidence.record import Unread

AWS = "aws"


@derived(id="derived.aws-single-sign-on")
def single_sign_on(
    accounts: Sequence[ConsoleSignIn], regions: Sequence[CenterInstances]
) -> Iterator[SingleSignOn]:
    """Every account, with the instances of Identity Center of all its regions."""
    shown: dict[str, list[CenterInstances]] = defaultdict(list)
    for region in regions:
        shown[region.account_id].append(region)
    for account in accounts:
        owners = [region.owners for region in shown[account.name]]
        yield SingleSignOn(
            id=account.id,
            name=account.name,
            console_users=account.console_users,
            saml_providers=account.saml_providers,
            management=account.management,
            owners=tuple(
                sorted({o for each in owners if not isinstance(each, Unread) for o in each})
            ),
            unseen=tuple(dict.fromkeys(each for each in owners if isinstance(each, Unread))),
        )


@derived(id="derived.aws-grants")
def accounted_grants(
    people: Annotated[Sequence[Person], Searched()],
    identities: Annotated[Sequence[Identity], Of(AWS)],
    assignments: Sequence[CenterAssignment],
) -> Iterator[AccountedGrant]:
    """Every user of IAM and every assignment, with the person each login belongs to.

    A login belongs to the person to whom the register gives it, or else to whom the address
    is; upper and lower case make no difference.
    """
    by_name = _by_name(people)
    for identity in identities:
        yield AccountedGrant(
            id=identity.id,
            name=identity.name,
            via="user",
            holders=(_of_user(identity, by_name),),
        )
    for one in {one.id: one for one in assignments}.values():  # two accounts may show the same
        yield AccountedGrant(
            id=one.id,
            name=one.name,
            via="assignment",
            holders=one.people
            if one.people is None or isinstance(one.people, Unread)
            else tuple(_of_center(user, by_name) for user in one.people),
        )


Names = Mapping[str, Person]


def _by_name(people: Sequence[Person]) -> Names:
    """Everybody by address, and by what AWS calls them, which goes before."""
    addresses = {person.email.casefold(): person for person in people}
    logins = {
        login.login.casefold(): person
        for person in people
        for login in person.logins
        if login.source == AWS
    }
    return {**addresses, **logins}


def _of_user(identity: Identity, people: Names) -> GrantHolder:
    email = identity.email if isinstance(identity.email, str) else None
    doubt = identity.email if isinstance(identity.email, Unread) else None
    return _holder(identity.login, email, people, doubt)


def _of_center(user: CenterUser, people: Names) -> GrantHolder:
    return _holder(user.login, user.email, people, None)


def _holder(login: str, email: str | None, people: Names, doubt: Unread | None) -> GrantHolder:
    person = people.get(login.casefold()) or people.get((email or "").casefold())
    return GrantHolder(
        login=login,
        person=person.id if person else None,
        employed_until=person.employment.left_on if person else None,
        in_doubt=None if person else doubt,
    )
