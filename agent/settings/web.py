"""Where the dashboard listens, and who may sign in to it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum

from agent.addresses import endpoint_problems
from agent.decoding import Section
from agent.settings.words import Secret

HIGHEST_PORT = 65_535
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
HOUR = timedelta(hours=1)


class Role(StrEnum):
    """What a person who signed in may do; `agent.web.roles` says it of each."""

    VIEWER = "viewer"
    AUDITOR = "auditor"
    OWNER = "owner"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"


class Person(Section, frozen=True, kw_only=True):
    """Somebody who may sign in."""

    name: str
    email: str
    """By which they sign in, and by which the log knows them."""
    role: Role
    password: Secret
    """A reference to the hash that `gapwatch password` makes; nobody knows the password itself."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """An address there can be."""
        if not EMAIL.fullmatch(self.email):
            yield "email", f"`{self.email}` is no address such as anna@acme.test"


class Sessions(Section, frozen=True, kw_only=True):
    """For how long somebody stays signed in."""

    idle: timedelta = HOUR
    """Without asking for anything."""
    longest: timedelta = 12 * HOUR
    """From signing in, whatever they do."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """Neither is nothing, and the first is not longer than the second."""
        if not timedelta(0) < self.idle <= self.longest:
            yield "idle", "must be more than nothing, and not more than `longest`"


class WebSettings(Section, frozen=True, kw_only=True):
    """Where the dashboard listens, and for whom."""

    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str | None = None
    """Where people reach it; alerts link there. `None` writes alerts without links."""
    people: tuple[Person, ...] = ()
    """Who may sign in; with nobody it can only be read, and only on this machine."""
    sessions: Sessions = Sessions()

    def problems(self) -> Iterator[tuple[str, str]]:
        """A port there is, nobody named twice, and a door where others can come in."""
        if not 0 < self.port <= HIGHEST_PORT:
            yield "port", f"must lie between 1 and {HIGHEST_PORT}"
        yield from endpoint_problems("public_url", self.public_url)
        if self.host not in LOOPBACK and not self.people:
            remedy = "name under `people` who may sign in, or write 127.0.0.1"
            yield "host", f"lets others reach the page: {remedy}"
        emails = [person.email.casefold() for person in self.people]
        for number, email in enumerate(emails):
            if email in emails[:number]:
                yield f"people[{number}].email", "is somebody's already: remove one of the two"

    @property
    def secure(self) -> bool:
        """Whether people reach it by https only."""
        return (self.public_url or "").lower().startswith("https://")
