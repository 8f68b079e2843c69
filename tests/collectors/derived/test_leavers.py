"""Whoever left is held against every identity that is or may be theirs."""

from datetime import UTC, date, datetime

import pytest

from collectors.derived.leavers import leavers
from collectors.evidence.people import Employment, Identity, Login, Person
from collectors.evidence.record import Unread
from tests.evidence import DENIED


def person(id="p1", email="dan@acme.test", left_on=date(2026, 10, 1), logins=()):
    return Person(
        id=id,
        name=email,
        email=email,
        employment=Employment(started_on=date(2020, 1, 1), left_on=left_on),
        logins=logins,
    )


def identity(login="x", email=None, *, source="aws", is_machine=False):
    return Identity(
        id=f"{source}/{login}",
        name=login,
        source=source,
        login=login,
        email=email,
        is_machine=is_machine,
        enabled=True,
    )


DAN_ON_GITHUB = (Login(source="github", login="Danny"),)


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        pytest.param(identity(email="Dan@Acme.test"), "theirs", id="by address"),
        pytest.param(identity("dan@acme.test"), "theirs", id="the login is the address"),
        pytest.param(identity("danny", source="github"), "theirs", id="by the register"),
        pytest.param(identity("danny", DENIED, source="github"), "theirs", id="both"),
        pytest.param(
            identity("danny", source="github", is_machine=True), "theirs", id="a machine of theirs"
        ),
        pytest.param(identity("danny", source="aws"), None, id="that login elsewhere"),
        pytest.param(identity("dan"), "perhaps_theirs", id="the login resembles the address"),
        pytest.param(identity("bot", DENIED), "perhaps_theirs", id="its owner is unread"),
        pytest.param(identity("bot", DENIED, is_machine=DENIED), "perhaps_theirs", id="all unread"),
        pytest.param(identity("bot", DENIED, is_machine=True), None, id="a machine's"),
        pytest.param(identity(email="ben@acme.test"), None, id="another's"),
        pytest.param(identity(), None, id="nobody's"),
    ],
)
def test_an_identity_is_theirs_or_may_be_or_is_not(subject, found):
    (leaver,) = leavers.join([person(logins=DAN_ON_GITHUB)], [subject])

    assert leaver.theirs == ((subject,) if found == "theirs" else ())
    assert leaver.perhaps_theirs == ((subject,) if found == "perhaps_theirs" else ())


def test_only_who_has_a_last_day_is_a_leaver():
    stays = person("p2", "ben@acme.test", left_on=None)
    (leaver,) = leavers.join([person(), stays], [])

    assert (leaver.id, leaver.left_on) == ("p1", date(2026, 10, 1))
    assert leaver.occurred_at == datetime(2026, 10, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left_on", "kept"),
    [
        pytest.param(None, True, id="is back"),
        pytest.param(date(2026, 11, 1), True, id="was back, and left again later"),
        pytest.param(date(2026, 10, 1), False, id="left for good on the same day"),
        pytest.param(date(2026, 9, 1), False, id="had left before"),
    ],
)
def test_who_came_back_keeps_what_carries_their_name(left_on, kept):
    again = person("p2", left_on=left_on, logins=DAN_ON_GITHUB)
    by_address = identity(email="dan@acme.test")
    by_login = identity("danny", Unread(why="x"), source="github")
    first = next(leavers.join([person(logins=DAN_ON_GITHUB), again], [by_address, by_login]))

    assert first.theirs == (() if kept else (by_address, by_login))
    assert first.perhaps_theirs == ()
