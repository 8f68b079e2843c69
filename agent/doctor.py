"""Whether everything a cycle needs is there, without running one."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from agent.connections.secrets import MissingSecret
from agent.connections.unit import Connection, Unreachable
from agent.estate import Estate
from agent.store.faults import StoreUnusable


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    what: str
    state: Literal["passed", "failed"]
    told: str


def examine(company: Estate) -> Iterator[Examined]:
    """Store, registers, routes, and every source by its own identity."""
    yield from _store(company)
    for problem in company.register_problems():
        yield Examined(what="registers", state="failed", told=problem)
    for number, route in enumerate(company.settings.alerts):
        yield _resolves(company, f"alerts[{number}]", route.to)
    if not company.settings.alerts:
        yield Examined(what="alerts", state="failed", told="no route: nobody hears of a drift")
    try:
        connections = company.connections()
    except MissingSecret as problem:
        yield Examined(what="sources", state="failed", told=str(problem))
        return
    for connection in connections:
        yield from _source(connection)


def _store(company: Estate) -> Iterator[Examined]:
    try:
        store = company.store(create=True)
        with store.exclusive():
            pass
    except (StoreUnusable, OSError) as problem:
        yield Examined(what="store", state="failed", told=str(problem))
    else:
        yield Examined(what="store", state="passed", told="can be written")


def _resolves(company: Estate, what: str, reference: str) -> Examined:
    try:
        company.resolve(reference)
    except MissingSecret as problem:
        return Examined(what=what, state="failed", told=str(problem))
    return Examined(what=what, state="passed", told="the address is there")


def _source(connection: Connection) -> Iterator[Examined]:
    what = f"{connection.source} {connection.name}"
    try:
        for part in connection.units():
            if isinstance(part, Unreachable):
                yield Examined(what=what, state="failed", told=f"{part.scope}: {part.why}")
            else:
                yield Examined(what=what, state="passed", told=f"{part.scope} as {part.identity}")
    except Exception as error:  # noqa: BLE001 - one source's fault is told, the others are examined
        yield Examined(what=what, state="failed", told=f"the connection failed: {error!r}")
