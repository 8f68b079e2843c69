"""The door: who may sign in, who did, and the sign by which a form of ours is known."""

import hmac
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import msgspec
import structlog

from agent.connections.secrets import MissingSecret
from agent.estate import Estate
from agent.passwords import fits, hashed, is_hash
from agent.settings.web import Person
from agent.web.attempts import Attempts
from agent.web.roles import MAY, ON_THIS_MACHINE, Deed
from agent.web.sessions import SessionBook

log = structlog.get_logger()

WITHIN = timedelta(minutes=15)
MOST_OF_ONE_NAME = 10
MOST_FROM_ONE_PLACE = 200
"""Behind a proxy everybody comes from one place."""
AT_ONCE = 2
"""Passwords that are compared at the same time: each takes 64 MiB."""
PATIENCE_SECONDS = 5
WRONG = "The address and the password do not belong together."
BUSY = "Too many sign in at this moment. Try again in a minute."


class NotSignedIn(Exception):
    """Somebody stays outside; the message says why, and not whether it knows them."""


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks for a page."""

    person: Person | None = None
    """`None` for whoever did not sign in."""
    inside: bool = True
    """Whether they may see anything at all."""
    token: str = ""
    """What a form must bring back, so that no page elsewhere can send it in their name."""

    def may(self, deed: Deed) -> bool:
        """Whether their role lets them do it."""
        return deed in (MAY[self.person.role] if self.person else ON_THIS_MACHINE)

    def brings(self, token: str) -> bool:
        """Whether a form was ours."""
        return bool(self.token) and hmac.compare_digest(self.token.encode(), token.encode())


class Door:
    """Where people sign in, if anybody may; with nobody configured it stands open.

    Raises:
        MissingSecret: a password's hash is not there, or is none.
    """

    def __init__(self, company: Estate) -> None:
        web = company.settings.web
        self.secure = web.secure
        self.cookie = "__Host-gapwatch" if web.secure else "gapwatch"
        self._clock = company.clock
        self._people = {
            person.email.casefold(): (person, _hash_of(person, company)) for person in web.people
        }
        self._nobodys = hashed(secrets.token_urlsafe(32)) if web.people else ""
        """What the password is compared with where there is no such person."""
        self._key = secrets.token_bytes(32)
        self._sessions = SessionBook(web.sessions)
        self._names = Attempts(MOST_OF_ONE_NAME, WITHIN)
        self._places = Attempts(MOST_FROM_ONE_PLACE, WITHIN)
        self._comparing = threading.BoundedSemaphore(AT_ONCE)

    @property
    def stands_open(self) -> bool:
        """Whether nobody has to sign in, and nobody can."""
        return not self._people

    def visit(self, sign: str | None) -> Visit:
        """Who carries this sign."""
        if self.stands_open:
            return Visit()
        if not sign:
            return Visit(inside=False)
        person = self._sessions.person(sign, self._clock())
        token = hmac.digest(self._key, sign.encode(), "sha256").hex()
        return Visit(person=person, inside=person is not None, token=token)

    def sign_for_a_visitor(self) -> str:
        """What a browser carries while nobody has signed in: it opens nothing."""
        return secrets.token_urlsafe(32)

    def sign_in(self, email: str, password: str, *, place: str) -> str:
        """A new sign for whoever this is.

        An unknown name takes as long, is refused as often and in the same words as a known one.

        Raises:
            NotSignedIn: name and password do not fit, or too much was tried.
        """
        name, now = email.strip().casefold(), self._clock()
        for wait in (self._places.take(place, now), self._names.take(name, now)):
            if wait > timedelta(0):
                log.warning("sign_in_put_off", place=place)
                raise NotSignedIn(_later(wait))
        person, known = self._people.get(name, (None, self._nobodys))
        with self._turn():
            right = fits(password, known)
        if person is None or not right:
            log.warning("sign_in_refused", place=place, person=person and person.email)
            raise NotSignedIn(WRONG)
        self._names.forgive(name)
        log.info("signed_in", place=place, person=person.email)
        return self._sessions.begin(person, now)

    def sign_out(self, sign: str) -> None:
        """Let nobody in by this sign any more."""
        self._sessions.end(sign)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._comparing.acquire(timeout=PATIENCE_SECONDS):
            raise NotSignedIn(BUSY)
        try:
            yield
        finally:
            self._comparing.release()


def _hash_of(person: Person, company: Estate) -> str:
    known = company.resolve(person.password)
    if not is_hash(known):
        place = company.settings.places.get(person.password, "web.people")
        raise MissingSecret(f"{place}: is no hash of a password: `gapwatch password` makes one")
    return known


def _later(wait: timedelta) -> str:
    minutes = -(-wait // timedelta(minutes=1))
    return f"Too many attempts. Try again in {minutes} minute{'' if minutes == 1 else 's'}."
