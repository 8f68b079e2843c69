"""Access on GitHub is held against the register of people, by login and by address."""

from datetime import date

import pytest

from collectors.derived.github_access import accounted_access
from collectors.evidence.github.organisation import GithubAccess
from collectors.evidence.people import Employment, Login, Person
from tests.evidence import DENIED

UNTIL = date(2026, 12, 31)


def person(id, email, *logins):
    return Person(
        id=id,
        name=id,
        email=email,
        employment=Employment(started_on=date(2020, 1, 1), left_on=UNTIL),
        logins=tuple(Login(source=source, login=login) for source, login in logins),
    )


PEOPLE = (
    person("p1", "dan@acme.test", ("github", "Danny")),
    person("p2", "mia@acme.test", ("aws", "danger")),
)


def access(login, email=None):
    return GithubAccess(id="U_1", name="x", login=login, email=email, via="member", invited_at=None)


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        pytest.param(access("danny"), "p1", id="by login, in small letters"),
        pytest.param(access("mm", "Mia@acme.test"), "p2", id="by address"),
        pytest.param(access("danny", "mia@acme.test"), "p1", id="the login goes before"),
        pytest.param(access("danger"), None, id="a login of another source"),
        pytest.param(access("x", DENIED), None, id="an address that was not read"),
        pytest.param(access(None, "dan@acme.test"), "p1", id="an invitation to an address"),
        pytest.param(access(None, None), None, id="nothing at all"),
    ],
)
def test_access_belongs_to_whom_the_register_says(subject, found):
    (accounted,) = accounted_access.join(PEOPLE, (subject,))

    assert accounted.person == found
    assert accounted.employed_until == (UNTIL if found else None)
