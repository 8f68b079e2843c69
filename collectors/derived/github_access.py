"""Who reaches the organisation on GitHub, and whose access it is."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from collectors.contract import Searched, derived
from collectors.evidence.github.organisation import AccountedAccess, GithubAccess
from collectors.evidence.people import Person

GITHUB = "github"


@derived(id="derived.github-access")
def accounted_access(
    people: Annotated[Sequence[Person], Searched()], access: Sequence[GithubAccess]
) -> Iterator[AccountedAccess]:
    """Every member, outsider and invitation, with the person of the register it belongs to.

    A login belongs to the person to whom the register gives it, or else to whom the address
    is; upper and lower case make no difference.
    """
    by_login = {
        login.login.casefold(): person
        for person in people
        for login in person.logins
        if login.source == GITHUB
    }
    by_address = {person.email.casefold(): person for person in people}
    for one in access:
        login = one.login.casefold() if isinstance(one.login, str) else ""
        address = one.email.casefold() if isinstance(one.email, str) else ""
        person = by_login.get(login) or by_address.get(address)
        yield AccountedAccess(
            id=one.id,
            name=one.name,
            login=one.login,
            via=one.via,
            invited_at=one.invited_at,
            person=person.id if person else None,
            email=one.email,
            employed_until=person.employment.left_on if person else None,
        )
