"""The tables of a system description, from log, evidence and what the company declared."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from agent.package.description.changes import CHANGES, changed_rows, components
from agent.package.description.declared import Declared
from agent.package.history import History
from agent.package.populations import Population, populations
from agent.package.tables import DerivedTable
from agent.package.window import Window
from collectors.evidence.record import Instant

COMPONENTS = (
    *("what", "scope", "collector", "connection", "resource", "count", "listed", "seen_at"),
    *("evidence", "told"),
)
INCIDENTS = ("subject", "name", "occurred_at", "evidence", "record", "told")
SUBSERVICE = ("what", "name", "service", "method", "evidence", "record", "told")
USER_ENTITY = ("id", "text", "criteria", "told")
INCIDENT_REGISTER = "documents.incidents"
ISSUE_REGISTERS = "github.register-issues"
INCIDENTS_AS_ISSUES = "incidents"
GONE = "its issue was deleted, moved away, or lost its label"
VENDOR_REGISTER = "documents.vendors"
NO_INCIDENTS = "no register of incidents was read: whether there were any is not shown here"
EMPTY = "the register was read and names none in the period"
NO_VENDORS = (
    "no register of vendors was read: who else is one, and whose reports were reviewed, "
    "is not shown here"
)
UNDECLARED = "missing: the company wrote none under `description` of its configuration"
UNSEEN = "configured when the package was made; no evidence of it was seen in the window"
Row = tuple[Any, ...]


def described_tables(history: History, declared: Declared) -> Iterator[DerivedTable]:
    """Every table of the folder."""
    tables = (
        ("components", COMPONENTS, component_rows(history, declared)),
        ("changes", CHANGES, changed_rows(history)),
        ("incidents", INCIDENTS, incident_rows(history)),
        ("subservice", SUBSERVICE, subservice_rows(history, declared)),
        ("user_entity_controls", USER_ENTITY, user_entity_rows(declared)),
    )
    for name, columns, rows in tables:
        yield DerivedTable(f"description/{name}.csv", columns, rows)


def component_rows(history: History, declared: Declared) -> Iterator[Row]:
    """What the newest evidence of the window counts, and which connections are configured."""
    seen = {
        history.sightings[number].connection
        for population in populations(history)
        for number in population.entries
    }
    for population in components(history):
        newest = population.stretches[-1]
        connection = history.sightings[newest.entry].connection
        event = history.source.kept(newest.entry)
        unit = (population.scope, population.collector, connection)
        rest = ("whole" if event.complete else "in part", newest.last, newest.entry)
        records = population.records(event)
        if len(records) != event.records:
            told = "counted when it was seen; its evidence cannot be read any more"
            yield ("counted", *unit, None, event.records, *rest, told)
            continue
        unlisted = [f"{one.where}: {one.why}" for one in event.omissions]
        counted = Counter(record["kind"] for record in records)
        for kind, count in sorted(counted.items()) or [(None, 0)]:
            yield ("counted", *unit, kind, count, *rest, unlisted)
    for connection in declared.sources:
        unseen = None if connection in seen else UNSEEN
        yield ("configured", None, None, connection, *(None,) * 5, unseen)


def incident_rows(history: History) -> Iterator[Row]:
    """What the register of incidents names of the period; or that there was none to read."""
    kept_as_rows = _register(history, INCIDENT_REGISTER)
    kept_as_issues = [
        one
        for one in _register(history, ISSUE_REGISTERS)
        if _has_register(one, INCIDENTS_AS_ISSUES)
    ]
    read = [*kept_as_rows, *kept_as_issues]
    told = [
        *(row for one in kept_as_rows for row in _incidents(one, history.window)),
        *(row for one in kept_as_issues for row in _incident_issues(one, history.window)),
    ]
    yield from told
    yield from _silence(read, len(INCIDENTS), NO_INCIDENTS, any_told=bool(told))


def subservice_rows(history: History, declared: Declared) -> Iterator[Row]:
    """What the company declares, and what the register says of vendors and their reports."""
    for one in declared.description.subservice:
        yield ("declared", one.name, one.service, one.method, None, None, None)
    if not declared.description.subservice:
        yield ("declared", *(None,) * 5, UNDECLARED)
    read = _register(history, VENDOR_REGISTER)
    vendors = [item for population in read for item in population.items().values()]
    for item in vendors:
        said = (item.record["name"], None, None, item.evidence, item.record, None)
        yield ("in the register of vendors", *said)
    yield from _silence(read, len(SUBSERVICE), NO_VENDORS, any_told=bool(vendors))


def user_entity_rows(declared: Declared) -> Iterator[Row]:
    """What customers have to do themselves, in the company's words; or that they are missing."""
    for one in declared.description.user_entity_controls:
        yield (one.id, one.text, one.criteria, None)
    if not declared.description.user_entity_controls:
        yield (None, None, (), UNDECLARED)


def _register(history: History, collector: str) -> list[Population]:
    return [one for one in populations(history) if one.collector == collector]


def _has_register(population: Population, register: str) -> bool:
    """Whether the organisation keeps a register as issues, whatever it names."""
    return any(
        stretch.partition(" ")[0] == register
        for _, event in population.events()
        for stretch in event.reached
    )


def _incidents(population: Population, window: Window) -> Iterator[Row]:
    """Those that were going on at any time in the window."""
    for name, item in population.items().items():
        record = item.record
        if _going_on(record.get("occurred_at"), record.get("resolved_at"), window):
            row = (name, record["name"], record.get("occurred_at"), item.evidence, record)
            yield (*row, None)


def _incident_issues(population: Population, window: Window) -> Iterator[Row]:
    """The same of those that are issues: each began when it was opened and is over when closed."""
    for name, item in population.items().items():
        record = item.record
        if record.get("register") != INCIDENTS_AS_ISSUES:
            continue
        opened_at = record.get("opened_at")
        if _going_on(opened_at, record.get("closed_at"), window):
            at = opened_at if isinstance(opened_at, str) else None
            told = GONE if record.get("gone") else None
            yield (name, record["name"], at, item.evidence, record, told)


def _going_on(beginning: Any, end: Any, window: Window) -> bool:
    """Whether an incident had begun before the window ended, and was not over before it began.

    Of what could not be read it may have been going on.
    """
    began, over = _moment(beginning), _moment(end)
    return (began or window.first) < window.last and (over or window.first) >= window.first


def _moment(value: Any) -> Instant | None:
    return msgspec.convert(value, Instant) if isinstance(value, str) else None


def _silence(read: list[Population], width: int, unread: str, *, any_told: bool) -> Iterator[Row]:
    """Why there are no rows, or not all: none were read, none are named, or not all was read."""
    told = [f"not all was read: {why}" for one in read for why in one.omissions()]
    if not read:
        told = [unread]
    elif not told and not any_told:
        told = [EMPTY]
    for why in told:
        yield (*(None,) * (width - 1), why)
