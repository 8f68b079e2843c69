"""How people sign in to AWS, and whose the grants are."""

from datetime import date

import pytest

from collectors.derived.aws_identities import accounted_grants, single_sign_on
from collectors.evidence.aws.identity_center import (
    CenterAssignment,
    CenterInstances,
    CenterUser,
    ConsoleSignIn,
)
from collectors.evidence.people import Employment, Identity, Login, Person
from tests.evidence import DENIED

ACCOUNT = "123456789012"
UNTIL = date(2026, 12, 31)
PEOPLE = (
    Person(
        id="p1",
        name="p1",
        email="ada@acme.test",
        employment=Employment(started_on=date(2020, 1, 1), left_on=UNTIL),
        logins=(Login(source="aws", login="countess"), Login(source="github", login="lovelace")),
    ),
)


def identity(login, email=None):
    return Identity(
        id=login,
        name=login,
        source="aws",
        login=login,
        email=email,
        is_machine=False,
        enabled=True,
    )


def assignment(people):
    return CenterAssignment(
        id="a",
        name="Admin",
        account_id=ACCOUNT,
        permission_set="Admin",
        principal="GROUP",
        people=people,
        policies=(),
        inline=None,
    )


def holders(*identities, assignments=()):
    return [one.holders for one in accounted_grants.join(PEOPLE, identities, assignments)]


@pytest.mark.parametrize(
    ("subject", "person", "doubt"),
    [
        pytest.param(identity("Countess"), "p1", None, id="by login"),
        pytest.param(identity("x", "Ada@acme.test"), "p1", None, id="by address"),
        pytest.param(identity("ada@acme.test"), "p1", None, id="by a login that is an address"),
        pytest.param(identity("lovelace"), None, None, id="a login of another source"),
        pytest.param(identity("x", DENIED), None, DENIED, id="address unread"),
        pytest.param(identity("countess", DENIED), "p1", None, id="the login settles it"),
    ],
)
def test_a_user_belongs_to_whom_the_register_says(subject, person, doubt):
    ((holder,),) = holders(subject)

    assert (holder.person, holder.in_doubt) == (person, doubt)
    assert holder.employed_until == (UNTIL if person else None)


def test_everybody_whom_an_assignment_reaches_is_looked_up():
    people = (
        CenterUser(id="1", login="countess", email=None),
        CenterUser(id="2", login="x", email=None),
    )
    ((known, unknown),) = holders(assignments=(assignment(people),))

    assert (known.person, unknown.person) == ("p1", None)


@pytest.mark.parametrize("people", [None, DENIED])
def test_what_is_gone_or_unread_stays_so(people):
    assert holders(assignments=(assignment(people),)) == [people]


def test_an_assignment_that_two_accounts_show_is_one_grant():
    assert len(holders(assignments=(assignment(()), assignment(())))) == 1


def test_an_account_is_held_against_the_instances_of_all_its_regions():
    account = ConsoleSignIn(
        id="arn", name=ACCOUNT, console_users=(), saml_providers=(), management=None
    )
    regions = [
        CenterInstances(id=f"{place}/{n}", name="x", account_id=place, owners=owners)
        for n, (place, owners) in enumerate(
            [(ACCOUNT, ("2",)), (ACCOUNT, ("1", "2")), (ACCOUNT, DENIED), ("other", ("3",))]
        )
    ]
    (joined,) = single_sign_on.join([account], regions)

    assert (joined.owners, joined.unseen) == (("1", "2"), (DENIED,))
