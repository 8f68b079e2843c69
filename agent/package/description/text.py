"""The folder in one readable text: what is known, what is missing, and where each stands."""

from collections import Counter
from collections.abc import Iterator

from agent.alerts.plain import plain
from agent.package.description.changes import changed_rows
from agent.package.description.declared import Declared
from agent.package.description.tables import (
    UNDECLARED,
    component_rows,
    incident_rows,
    subservice_rows,
)
from agent.package.history import History

TEXT = "description/description.md"
LONGEST = 10_000
PART = """\
# {company}: material for the description of {service}

From {start} to {end}. The description is the company's own: this is what evidence and configuration
say, and what they do not say.

## Boundary

{boundary}

## Components

{components}

Counts are of the newest evidence in the window, before anything is excluded: see `components.csv`,
and `scope.csv` for what was left out and why.

## Changes in the period

{changes}

Each with its moment and its log entry in `changes.csv`.

## Incidents

{incidents}

## Subservice organisations

{subservice}

## Controls of user entities

{user_entities}

## After the period

What changed, and what was open, since the period's end is in `bridge/`, if any day has passed.
"""


def text(history: History, declared: Declared) -> bytes:
    """The text as Markdown, in UTF-8; what the company wrote is quoted, never interpreted."""
    said = declared.description
    return PART.format(
        company=_quoted(declared.company),
        service=_quoted(declared.service),
        start=history.window.start,
        end=history.window.end,
        boundary=_quoted(said.boundary) if said.boundary else _sentence(UNDECLARED),
        components=_points(_components(history, declared)),
        changes=_points(_changes(history)),
        incidents=_points(_incidents(history)),
        subservice=_points(_subservice(history, declared)),
        user_entities=_points(_user_entities(declared)),
    ).encode("utf-8", "backslashreplace")


def _components(history: History, declared: Declared) -> Iterator[str]:
    for what, scope, collector, connection, kind, count, listed, *_, told in component_rows(
        history, declared
    ):
        if what == "configured":
            yield f"configured: {_quoted(connection)}" + (f" ({told})" if told else "")
        else:
            yield f"{_quoted(scope)}: {count} of {kind or collector}, listed {listed}"


def _changes(history: History) -> Iterator[str]:
    for what, times in sorted(Counter(row[1] for row in changed_rows(history)).items()):
        yield f"{what}: {times}"


def _incidents(history: History) -> Iterator[str]:
    for _, name, occurred_at, _, _, told in incident_rows(history):
        if name is None:
            yield _sentence(told)
        else:
            said = f"{_quoted(name)} {occurred_at or ''}".strip()
            yield f"{said} ({told})" if told else said


def _subservice(history: History, declared: Declared) -> Iterator[str]:
    for what, name, service, method, _, _, told in subservice_rows(history, declared):
        of_it = f": {_quoted(service)} ({method})" if service else ""
        yield _sentence(told) if told else f"{what}: {_quoted(name)}{of_it}"


def _user_entities(declared: Declared) -> Iterator[str]:
    for one in declared.description.user_entity_controls:
        yield f"{_quoted(one.id)} ({', '.join(one.criteria)}): {_quoted(one.text)}"
    if not declared.description.user_entity_controls:
        yield _sentence(UNDECLARED)


def _points(lines: Iterator[str]) -> str:
    return "\n".join(f"- {line}" for line in lines) or "- none was seen"


def _quoted(words: str) -> str:
    return plain(words, LONGEST)


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
