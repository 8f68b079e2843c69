"""Who looked at evidence, took it away, or decided about it: the newest entries of the log."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, ClassVar

import msgspec

from agent.gaps.events import Event
from agent.package.history import ACCESS
from agent.reading import Reading
from agent.store import queries
from agent.web.door import Visit
from agent.web.overview import frame
from agent.web.rendering import Shown
from collectors.evidence.record import Instant

MOST = 500
"""The auditor's package has all of a window."""
KNOWN = ("kind", "at", "cycle", "by", "action")


class Accessed(msgspec.Struct, frozen=True, kw_only=True):
    """One entry."""

    number: int
    at: Instant
    by: str | None
    did: str
    about: Mapping[str, Any]


class AccessPage(Shown, frozen=True, kw_only=True):
    """The newest of them."""

    template: ClassVar[str] = "access.html.j2"

    rows: tuple[Accessed, ...]
    more: bool


def access_page(reading: Reading, visit: Visit) -> AccessPage:
    """Read the log back, as far as a page can show."""
    with reading.store.reading() as connection:
        entries = queries.newest_entries(connection, kind=ACCESS)
        rows = [accessed(number, event) for number, event in islice(entries, MOST + 1)]
    return AccessPage(frame=frame(reading, visit), rows=tuple(rows[:MOST]), more=len(rows) > MOST)


def accessed(number: int, event: Event) -> Accessed:
    """One entry as a person reads it: what is empty is left out."""
    told = msgspec.to_builtins(event)
    return Accessed(
        number=number,
        at=event.at,
        by=told.get("by"),
        did=told.get("action", told["kind"]),
        about={name: value for name, value in told.items() if name not in KNOWN and value},
    )
