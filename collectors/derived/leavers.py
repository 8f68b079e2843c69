"""People who left, and the identities that are left of them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time

from collectors.contract import derived
from collectors.evidence.people import Identity, Leaver, Person
from collectors.evidence.record import Unread


@derived(id="derived.leavers")
def leavers(people: Sequence[Person], identities: Sequence[Identity]) -> Iterator[Leaver]:
    """Everyone who has a last day, with each identity that is or may be theirs.

    An identity is theirs by its address or by the register of people. It may be theirs if
    its address could not be read, or if its login is what stands before the @ of theirs.
    Somebody who came back, or took over the address, keeps what carries it.
    """
    for person in people:
        left_on = person.employment.left_on
        if left_on is None:
            continue
        kept = _belong_to_others(person, left_on, people)
        yield Leaver(
            id=person.id,
            name=person.name,
            occurred_at=datetime.combine(left_on, time(), UTC),
            left_on=left_on,
            theirs=tuple(i for i in identities if _is_theirs(i, person, kept)),
            perhaps_theirs=tuple(i for i in identities if _may_be_theirs(i, person, kept)),
        )


Names = frozenset[tuple[str, str]]
"""What identities are recognised by: a source and a login, or `email` and an address."""


def _names(person: Person) -> Names:
    logins = {(login.source, login.login.casefold()) for login in person.logins}
    return frozenset({*logins, ("email", person.email.casefold())})


def _belong_to_others(leaver: Person, left_on: date, people: Sequence[Person]) -> Names:
    stayed_longer = [
        person
        for person in people
        if person.id != leaver.id
        and (person.employment.left_on is None or person.employment.left_on > left_on)
    ]
    return frozenset(name for person in stayed_longer for name in _names(person))


def _recognised_by(identity: Identity) -> Names:
    login = (identity.source, identity.login.casefold())
    addresses = [identity.login]
    if isinstance(identity.email, str):
        addresses.append(identity.email)
    return frozenset({login, *(("email", address.casefold()) for address in addresses)})


def _is_theirs(identity: Identity, person: Person, kept: Names) -> bool:
    return bool((_recognised_by(identity) & _names(person)) - kept)


def _may_be_theirs(identity: Identity, person: Person, kept: Names) -> bool:
    if identity.is_machine is True or _recognised_by(identity) & (_names(person) | kept):
        return False
    resembles = identity.login.casefold() == person.email.partition("@")[0].casefold()
    return resembles or isinstance(identity.email, Unread)
