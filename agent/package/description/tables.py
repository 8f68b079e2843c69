"""The tables of a system description, from log, evidence and what the company declared."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from agent.package.description.changes import CHANGES, changed_rows, components
from agent.package.description.declared import Declared
from agent.package.history import History
from agent.package.populations import Population, populations
from agent.package.tables import DerivedTable

COMPONENTS = (
    *("what", "scope", "collector", "connection", "resource", "count", "listed", "seen_at"),
    *("evidence", "told"),
)
INCIDENTS = ("subject", "name", "occurred_at", "evidence", "record", "told")
SUBSERVICE = ("what", "name", "service", "method", "evidence", "record", "told")
USER_ENTITY = ("id", "text", "criteria", "told")
INCIDENT_REGISTER = "documents.incidents"
VENDOR_REGISTER = "documents.vendors"
NO_INCIDENTS = "no register of incidents was read: whether there were any is not shown here"
EMPTY = "the register was read and names none"
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
    """What the register of incidents names; or that there was none to read."""
    read = _register(history, INCIDENT_REGISTER)
    for population in read:
        for name, item in population.items().items():
            record = item.record
            row = (name, record["name"], record.get("occurred_at"), item.evidence, record)
            yield (*row, None)
    yield from _silence(read, len(INCIDENTS), NO_INCIDENTS)


def subservice_rows(history: History, declared: Declared) -> Iterator[Row]:
    """What the company declares, and what the register says of vendors and their reports."""
    for one in declared.description.subservice:
        yield ("declared", one.name, one.service, one.method, None, None, None)
    if not declared.description.subservice:
        yield ("declared", *(None,) * 5, UNDECLARED)
    read = _register(history, VENDOR_REGISTER)
    for population in read:
        for item in population.items().values():
            said = (item.record["name"], None, None, item.evidence, item.record, None)
            yield ("in the register of vendors", *said)
    yield from _silence(read, len(SUBSERVICE), NO_VENDORS)


def user_entity_rows(declared: Declared) -> Iterator[Row]:
    """What customers have to do themselves, in the company's words; or that they are missing."""
    for one in declared.description.user_entity_controls:
        yield (one.id, one.text, one.criteria, None)
    if not declared.description.user_entity_controls:
        yield (None, None, (), UNDECLARED)


def _register(history: History, collector: str) -> list[Population]:
    return [one for one in populations(history) if one.collector == collector]


def _silence(read: list[Population], width: int, unread: str) -> Iterator[Row]:
    """Why there are no rows, or not all: none were read, none are named, or not all was read."""
    told = [f"not all was read: {why}" for one in read for why in one.omissions()]
    if not read:
        told = [unread]
    elif not told and not any(one.items() for one in read):
        told = [EMPTY]
    for why in told:
        yield (*(None,) * (width - 1), why)
