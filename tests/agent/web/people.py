"""People who sign in: each with a role, a password, and a browser that carries what it is given."""

import http.client
import re
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from argon2 import PasswordHasher

from agent.settings.web import Person, Role
from agent.store import queries
from agent.web.server import Page
from tests.agent.web.kept import Kept, estate
from tests.evidence import NOW

PASSWORD = "correct horse battery"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""Cheap, so that tests are quick; the cost stands in the hash itself."""
ENVIRONMENT = {"HASH": HASH}
TOKEN = re.compile(r'name="token" value="([^"]*)"')


def person(role, *, name=None):
    return Person(
        name=name or role.capitalize(),
        email=f"{role}@acme.test",
        role=Role(role),
        password="env:HASH",
    )


EVERYBODY = tuple(person(role.value) for role in Role)


@dataclass
class Clock:
    """A clock that stands until it is told otherwise."""

    moment: object = NOW

    def __call__(self):
        return self.moment

    def pass_(self, **time):
        self.moment += timedelta(**time)


@dataclass
class Browser:
    """Keeps its cookies, brings back the token of the last form, and follows nothing by itself."""

    address: str
    headers: dict = field(default_factory=dict)
    cookies: dict = field(default_factory=dict)
    token: str = ""
    set: list = field(default_factory=list)
    """Every cookie's line as it was set."""

    def get(self, path):
        return self._ask("GET", path)

    def post(self, path, **fields):
        """Send a form; `token=None` leaves the token out."""
        fields = {"token": self.token} | fields
        sent = urlencode({name: text for name, text in fields.items() if text is not None})
        return self._ask("POST", path, sent)

    def sign_in(self, who, password=PASSWORD, **fields):
        self.get("/sign-in")
        return self.post("/sign-in/password", email=f"{who}@acme.test", password=password, **fields)

    def _ask(self, method, path, body=None):
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=30)
        carried = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": carried} if carried else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers | self.headers)
        answer = connection.getresponse()
        told = Told(answer.status, answer.headers, answer.read().decode("utf-8", "replace"))
        connection.close()
        for line in answer.headers.get_all("set-cookie", []):
            self.set.append(line)
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        found = TOKEN.search(told.text)
        self.token = found[1] if found else self.token
        return told


@dataclass(frozen=True)
class Told:
    status: int
    headers: object
    text: str

    @property
    def where(self):
        return self.headers["location"]


@dataclass
class House:
    """A company with people, its store, its page, and the clock that all go by."""

    company: object
    kept: Kept
    address: str
    clock: Clock

    def browser(self, role=None):
        """A browser, and somebody of a role who has signed in with it."""
        browser = Browser(self.address)
        if role:
            assert browser.sign_in(role).status == 303
        return browser

    def entries(self, *kinds):
        """The events of the log that are of these kinds."""
        with self.kept.store.reading() as connection:
            return [event for _, event in queries.entries(connection, kind=kinds)]


@contextmanager
def opened(folder, *, configuration=None, **web):
    """The page of a company with people."""
    clock = Clock()
    how = {"configuration": configuration} if configuration else {}
    company = estate(folder, **how, **{"people": EVERYBODY} | web)
    company = replace(company, environment=ENVIRONMENT, clock=clock)
    store = company.store(create=True)
    with Page(company, store) as page:
        yield House(company, Kept(store), page.address, clock)
