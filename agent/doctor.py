"""Whether everything a cycle needs is there: everything is read once, and nothing is kept."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec

from agent.alerts.plain import plain
from agent.collect import Collecting, Harvest, Progress, Taken, label
from agent.connections.secrets import MissingSecret
from agent.connections.trackers import tracker
from agent.connections.unit import Connection
from agent.estate import Estate, Selection
from agent.gaps.watching import MOST_SKEW
from agent.passwords import is_hash
from agent.store.faults import StoreUnusable
from agent.tickets.tracker import NotTaken
from agent.trying_routes import probed, tried
from collectors.transcript import Transcript

NO_HASH = "the password is no hash: `gapwatch password` makes one"


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    what: str
    state: Literal["passed", "failed", "noted"]
    """Noted is what no permission would change: the source does not say it."""
    told: str


def examine(company: Estate, progress: Progress, *, send_test: bool = False) -> Iterator[Examined]:
    """Store, registers, alert routes, tickets; of every source: identity, permissions, clock."""
    yield from _store(company)
    yield from _registers(company)
    yield from _routes(company, send_test=send_test)
    yield from _people(company)
    yield from _tickets(company)
    try:
        connections = company.connections()
    except MissingSecret as problem:
        yield Examined(what="sources", state="failed", told=str(problem))
        return
    for connection in connections:
        yield from _source(company, connection, progress)


def _store(company: Estate) -> Iterator[Examined]:
    try:
        with company.store(create=True).exclusive():
            yield Examined(what="store", state="passed", told="can be written")
    except (MissingSecret, StoreUnusable, OSError) as problem:
        yield Examined(what="store", state="failed", told=str(problem))


def _registers(company: Estate) -> Iterator[Examined]:
    problems = company.register_problems()
    for problem in problems:
        yield Examined(what="registers", state="failed", told=problem)
    if not problems and company.settings.sources.documents:
        yield Examined(what="registers", state="passed", told="every row can be read")


def _routes(company: Estate, *, send_test: bool) -> Iterator[Examined]:
    """Every way out, looked at without sending; with `send_test` each is sent a test message."""
    for number, route in enumerate(company.settings.alerts):
        what = f"alerts[{number}] {plain(route.label)}"
        told = probed(company, route)
        if send_test and told.state == "passed":
            told = tried(company, route)
        yield Examined(what=what, state=told.state, told=told.told)
    if not company.settings.alerts:
        yield Examined(what="alerts", state="failed", told="no route: nobody hears of a drift")
    if company.settings.watching.heartbeat:
        yield _resolves(company, "watching.heartbeat", company.settings.watching.heartbeat)


def _tickets(company: Estate) -> Iterator[Examined]:
    """Where gaps become tickets, looked at without writing any."""
    settings = company.settings.tickets
    if settings is None:
        return
    what = f"tickets {settings.tracker}"
    try:
        told = tracker(settings, company.resolve).probe()
    except (MissingSecret, NotTaken) as refusal:
        yield Examined(what=what, state="failed", told=str(refusal))
        return
    yield Examined(what=what, state="passed", told=told)


def _resolves(company: Estate, what: str, reference: str) -> Examined:
    try:
        company.resolve(reference)
    except MissingSecret as problem:
        return Examined(what=what, state="failed", told=str(problem))
    return Examined(what=what, state="passed", told="the address is there")


def _people(company: Estate) -> Iterator[Examined]:
    """Whether everybody who may sign in to the page can."""
    for number, person in enumerate(company.settings.web.people):
        what = f"web.people[{number}] {plain(person.email)}"
        try:
            known = is_hash(company.resolve(person.password))
        except MissingSecret as problem:
            yield Examined(what=what, state="failed", told=str(problem))
            continue
        told = f"may sign in as {person.role}" if known else NO_HASH
        yield Examined(what=what, state="passed" if known else "failed", told=told)


def _source(company: Estate, connection: Connection, progress: Progress) -> Iterator[Examined]:
    """Read everything once, as a cycle would, and look at what was refused."""
    collecting = Collecting(
        memory=_NothingKnown(),
        redaction_key=b"doctor",
        clock=company.clock,
        progress=progress,
        threads=company.settings.threads,
    )
    harvest = collecting.harvest(connection, company.plan(Selection()).of(connection.source))
    what = label(connection)
    identities = {(taken.snapshot.scope, taken.identity) for taken in harvest.taken}
    for scope, identity in sorted(identities):
        if identity:
            yield Examined(what=f"{what} identity", state="passed", told=f"{scope} as {identity}")
    yield from _refusals(what, harvest)
    yield from _clock(what, harvest)


def _refusals(what: str, harvest: Harvest) -> Iterator[Examined]:
    exchanges = [exchange for taken in harvest.taken for exchange in taken.transcript.exchanges]
    codes = {f"{e.service}:{e.operation}: {e.code}" for e in exchanges if e.code}
    codes |= {taken.failure for taken in harvest.taken if taken.failure}
    unread = Counter(why for taken in harvest.taken for why in _unread(taken))
    for why, times in sorted(unread.items()):
        told = why if times == 1 else f"{why} ({times} times)"
        state: Literal["failed", "noted"] = "failed" if why in codes else "noted"
        yield Examined(what=f"{what} permissions", state=state, told=told)
    if not codes & unread.keys():
        told = f"{len(exchanges)} answers, none refused"
        yield Examined(what=f"{what} permissions", state="passed", told=told)


def _unread(taken: Taken) -> Iterator[str]:
    """Everything of a snapshot that is not known, with the call that was refused."""
    yield from (omission.why for omission in taken.snapshot.omissions)
    yield from _whys(msgspec.to_builtins(taken.snapshot.records))


def _whys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("kind") == "unread":
            yield value["why"]
        for member in value.values():
            yield from _whys(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _whys(member)


def _clock(what: str, harvest: Harvest) -> Iterator[Examined]:
    """Compare our clock with the servers', which write the date to the second."""
    worst = harvest.skew
    if worst is None:
        return
    seconds = f"{worst.total_seconds():+.0f} s"
    good = abs(worst) <= MOST_SKEW
    told = f"at most {seconds} from the source's" if good else f"{seconds} off: set the clock"
    yield Examined(what=f"{what} clock", state="passed" if good else "failed", told=told)


class _NothingKnown:
    """A doctor remembers no earlier cycle: everything is looked at from the start."""

    def scopes(
        self, connection: str, collector: str, *, within: str | None = None
    ) -> Iterable[str]:
        del connection, collector, within
        return ()

    def reached(self, collector: str, scope: str) -> Mapping[str, str]:
        del collector, scope
        return {}

    def answers(self, collector: str, scope: str) -> Iterable[Transcript]:
        del collector, scope
        return ()
