"""Reading the projections: every query returns the pure states of `agent.gaps`."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Select, Text, cast, func, select, tuple_

from agent.gaps.events import Event, Origin, OriginsTraced, Traced
from agent.gaps.lifecycle import finding_id
from agent.gaps.states import (
    LEFT,
    Acceptance,
    ControlStanding,
    Failing,
    Finding,
    Gap,
    Standing,
)
from agent.store import schema
from agent.store.log import decode
from agent.store.rows import json_text
from collectors.evidence.record import Instant, Omission

T = TypeVar("T")

AT_ONCE = 1_000
"""Rows that are fetched together."""
FEW = 100
"""Gaps whose findings are asked for one by one."""
NOTHING_OMITTED = json_text(())
MOST_VARIABLES = 10_000
"""In one statement; both databases take more."""


class SnapshotRow(msgspec.Struct, frozen=True, kw_only=True):
    """One stored snapshot, without its records; `cycle` is the last that saw it so."""

    number: int
    cycle: int
    connection: str
    collector: str
    scope: str
    first_observed_at: Instant
    observed_at: Instant
    """When it was last seen so, answer for answer."""
    records: int
    records_digest: str
    calls: int
    assessments: str
    omissions: tuple[Omission, ...]
    reached: Mapping[str, str]
    latest: bool


class CycleRow(msgspec.Struct, frozen=True, kw_only=True):
    """One pass over the sources; without an end it was killed, or is still running."""

    cycle: int
    trigger: str
    sources: tuple[str, ...]
    started_at: Instant
    finished_at: Instant | None
    calls: int | None
    units: int | None
    incomplete: int | None
    new_gaps: tuple[int, ...] | None
    drifted: tuple[str, ...] | None


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """Something of the tool's own that does not work: a collector, a check, stale evidence."""

    kind: str
    what: str
    scope: str
    since: Instant
    why: str


class MessageRow(msgspec.Struct, frozen=True, kw_only=True):
    """One alert on its way."""

    id: str
    route: str
    state: str
    attempts: int
    gathered_at: Instant
    due_at: Instant
    sent_at: Instant | None
    why: str | None


def findings(connection: Connection, **where: Any) -> list[Finding]:
    """Findings in the order in which they were opened; `where` compares columns."""
    return list(each_finding(connection, **where))


def each_finding(connection: Connection, **where: Any) -> Iterator[Finding]:
    """As `findings`, one by one, for whoever keeps less of them than they are."""
    table = schema.findings
    query = _where(select(table), table, where).order_by(table.c.opened_at, table.c.id)
    yield from _each(connection, query, Finding, yield_per=AT_ONCE)


def failing(connection: Connection) -> list[Failing]:
    """What fails where something is accepted: each kind once, however many findings it has.

    Of checks and scopes in which nothing is accepted nobody needs to know.
    """
    table, gap = schema.findings, schema.gaps
    place = tuple_(table.c.check, table.c.scope)
    accepted = select(table.c.check, table.c.scope).where(table.c.state == "accepted").distinct()
    query = (
        select(table.c.check, table.c.scope, gap.c.control, table.c.acceptance)
        .join(gap, gap.c.number == table.c.gap)
        .where(table.c.state.in_(LEFT), place.in_(accepted))
        .distinct()
    )
    return [Failing(*row) for row in connection.execute(query)]


def tolerated_gaps(connection: Connection) -> set[int]:
    """The gaps of which all that is left is accepted."""
    table = schema.findings
    accepted = select(table.c.gap).where(table.c.state == "accepted")
    still_open = select(table.c.gap).where(table.c.state == "open", table.c.gap.in_(accepted))
    return set(connection.scalars(accepted)) - set(connection.scalars(still_open))


def finding_counts(connection: Connection) -> dict[int, Counter[str]]:
    """How many findings of each state every gap has; a gap without any is not among them."""
    table = schema.findings
    query = select(table.c.gap, table.c.state, func.count()).group_by(table.c.gap, table.c.state)
    counts: dict[int, Counter[str]] = {}
    for gap, state, count in connection.execute(query):
        counts.setdefault(gap, Counter())[state] = count
    return counts


def gaps(connection: Connection, **where: Any) -> list[Gap]:
    """Gaps by number."""
    return list(each_gap(connection, **where))


def each_gap(connection: Connection, **where: Any) -> Iterator[Gap]:
    """As `gaps`, one by one, for whoever keeps less of them than they are."""
    query = _where(select(schema.gaps), schema.gaps, where).order_by(schema.gaps.c.number)
    yield from _each(connection, query, Gap, yield_per=AT_ONCE)


def gap_numbers(connection: Connection, **where: Any) -> Iterator[int]:
    """The numbers of gaps alone, in order."""
    query = _where(select(schema.gaps.c.number), schema.gaps, where)
    yield from connection.scalars(
        query.order_by(schema.gaps.c.number), execution_options={"yield_per": AT_ONCE}
    )


def gaps_numbered(connection: Connection, numbers: Collection[int]) -> list[Gap]:
    """The gaps of these numbers; where they are too many for one statement, all are read."""
    if len(numbers) > MOST_VARIABLES:
        return [gap for gap in gaps(connection) if gap.number in numbers]
    return gaps(connection, number=set(numbers))


def findings_of(
    connection: Connection, numbers: Collection[int], *, states: Collection[str], most: int
) -> list[Finding]:
    """The oldest findings of each of some gaps, as far as they are in one of the states.

    Args:
        connection: The database.
        numbers: Of the gaps.
        states: Such as `open`.
        most: So many of each gap are read, however many it has.
    """
    if len(numbers) > FEW:
        return _ranked(connection, numbers, states=states, most=most)
    table = schema.findings
    query = _where(select(table), table, {"state": set(states)}).limit(most)
    query = query.order_by(table.c.opened_at, table.c.id)
    return [
        finding
        for number in sorted(numbers)
        for finding in _read(connection, query.where(table.c.gap == number), Finding)
    ]


def _ranked(
    connection: Connection, numbers: Collection[int], *, states: Collection[str], most: int
) -> list[Finding]:
    """As `findings_of` in one statement: dear where a gap has many findings, and not by gaps."""
    table = schema.findings
    place = func.row_number().over(
        partition_by=table.c.gap, order_by=(table.c.opened_at, table.c.id)
    )
    few = set(numbers) if len(numbers) <= MOST_VARIABLES else select(schema.gaps.c.number)
    found = _where(select(table, place.label("place")), table, {"gap": few, "state": set(states)})
    ranked = found.subquery()
    query = select(*(ranked.c[column.name] for column in table.c)).where(ranked.c.place <= most)
    return _read(connection, query, Finding)


def origins(connection: Connection, **where: Any) -> dict[tuple[str, str, str], Origin]:
    """Who changed what and when, by check, scope and subject."""
    table = schema.origins
    query = _where(select(table), table, where)
    return {
        (row["check"], row["scope"], row["subject"]): msgspec.convert(row["origin"], Origin)
        for row in connection.execute(query).mappings()
    }


def origins_of(
    connection: Connection, findings: Sequence[Finding] | None
) -> dict[tuple[str, str, str], Origin]:
    """The origins of some findings, or of all for `None`, as far as they were traced."""
    if findings is None:
        return origins(connection)
    found: dict[tuple[str, str, str], Origin] = {}
    for start in range(0, len(findings), MOST_VARIABLES // 2):
        some = findings[start : start + MOST_VARIABLES // 2]
        where = {name: {getattr(one, name) for one in some} for name in ("check", "scope")}
        found |= origins(connection, subject={one.subject for one in some}, **where)
    return found


def traced_since(connection: Connection, moment: Instant) -> Iterator[Traced]:
    """What was traced since a moment, the newest of each subject first."""
    for _, event in newest_entries(connection, kind="origins_traced"):
        if not isinstance(event, OriginsTraced) or event.at < moment:
            return
        yield from event.traced


def names_of_open(
    connection: Connection, keys: Iterable[tuple[str, str, str]]
) -> dict[tuple[str, str, str], str]:
    """What the subjects of some findings are called, of those that are open.

    Args:
        connection: The database.
        keys: Check, scope and subject of each finding.
    """
    ids = {finding_id(*key): key for key in keys}
    every, table = sorted(ids), schema.findings
    names: dict[tuple[str, str, str], str] = {}
    for start in range(0, len(every), MOST_VARIABLES):
        some = every[start : start + MOST_VARIABLES]
        query = select(table.c.id, table.c.name).where(table.c.id.in_(some))
        for finding, name in connection.execute(query.where(table.c.state == "open")):
            names[ids[finding]] = name
    return names


def next_gap_number(connection: Connection) -> int:
    """One more than was ever given."""
    return (connection.scalar(select(func.max(schema.gaps.c.number))) or 0) + 1


def acceptances(connection: Connection, **where: Any) -> list[Acceptance]:
    """Acceptances by number, ended ones included."""
    table = schema.acceptances
    query = _where(select(table), table, where).order_by(table.c.number)
    return _read(connection, query, Acceptance)


def next_acceptance_number(connection: Connection) -> int:
    """One more than was ever given."""
    return (connection.scalar(select(func.max(schema.acceptances.c.number))) or 0) + 1


def controls(connection: Connection) -> dict[str, ControlStanding]:
    """The state of every control that was ever assessed."""
    known = _read(connection, select(schema.controls), ControlStanding)
    return {one.control: one for one in known}


def standing(connection: Connection, **where: Any) -> list[Standing]:
    """What each check last concluded over each scope."""
    table = schema.standing
    query = _where(select(table), table, where).order_by(
        table.c.check, table.c.scope, table.c.control
    )
    return _read(connection, query, Standing)


def snapshots(connection: Connection, **where: Any) -> list[SnapshotRow]:
    """Stored snapshots in the order of the log."""
    table = schema.snapshots
    query = _where(select(table), table, where).order_by(table.c.number)
    return _read(connection, query, SnapshotRow)


def each_blind(connection: Connection) -> Iterator[SnapshotRow]:
    """The newest snapshots that lack something, in the order of the log."""
    table = schema.snapshots
    lacking = cast(table.c.omissions, Text) != NOTHING_OMITTED
    query = select(table).where(table.c.latest, lacking).order_by(table.c.number)
    yield from _each(connection, query, SnapshotRow, yield_per=AT_ONCE)


def cycles(connection: Connection, *, last: int | None = None) -> list[CycleRow]:
    """Cycles, newest first."""
    query = select(schema.cycles).order_by(schema.cycles.c.cycle.desc()).limit(last)
    return _read(connection, query, CycleRow)


def last_read(connection: Connection, sources: Collection[str]) -> dict[str, Instant | None]:
    """When each source was last read to the end of a cycle; `None` if never."""
    table = schema.cycles
    newest = (
        select(table.c.sources, table.c.finished_at)
        .where(table.c.finished_at.is_not(None))
        .order_by(table.c.finished_at.desc())
    )
    found: dict[str, Instant | None] = dict.fromkeys(sources)
    for names, finished_at in connection.execute(newest, execution_options={"yield_per": 100}):
        for source in set(names) & {name for name, at in found.items() if at is None}:
            found[source] = msgspec.convert(finished_at, Instant)
        if all(found.values()):
            break
    return found


def troubles(connection: Connection, **where: Any) -> list[Trouble]:
    """What of the tool's own does not work now."""
    table = schema.troubles
    query = _where(select(table), table, where).order_by(table.c.kind, table.c.what, table.c.scope)
    return _read(connection, query, Trouble)


def messages(connection: Connection, *, last: int | None = None, **where: Any) -> list[MessageRow]:
    """Alerts by the time they are or were due, newest first."""
    table = schema.messages
    query = _where(select(table), table, where)
    query = query.order_by(table.c.due_at.desc(), table.c.id).limit(last)
    return _read(connection, query, MessageRow)


def told_by(connection: Connection, message: str) -> tuple[tuple[int, Event], ...]:
    """The log entries that one alert tells of."""
    notices = schema.notices
    told = select(notices.c.entry).where(notices.c.message == message)
    return tuple(entries(connection, number=told))


def entries(
    connection: Connection, *, after: int = 0, before: int | None = None, **where: Any
) -> Iterator[tuple[int, Event]]:
    """Log entries in order, streamed."""
    table = schema.log
    query = _where(select(table.c.number, table.c.body), table, where)
    query = query.where(table.c.number > after).order_by(table.c.number)
    if before is not None:
        query = query.where(table.c.number < before)
    for number, body in connection.execute(query, execution_options={"yield_per": 1000}):
        yield number, decode(body)


def newest_entries(
    connection: Connection, *, before: int | None = None, **where: Any
) -> Iterator[tuple[int, Event]]:
    """Log entries, newest first, streamed: read as far back as is wanted."""
    table = schema.log
    query = _where(select(table.c.number, table.c.body), table, where)
    query = query.order_by(table.c.number.desc())
    if before is not None:
        query = query.where(table.c.number < before)
    for number, body in connection.execute(query, execution_options={"yield_per": 100}):
        yield number, decode(body)


def entry(connection: Connection, number: int) -> Event | None:
    """One log entry."""
    body = connection.scalar(select(schema.log.c.body).where(schema.log.c.number == number))
    return None if body is None else decode(body)


def last_number(connection: Connection) -> int:
    """How many entries the log has."""
    return connection.scalar(select(func.max(schema.log.c.number))) or 0


def last_entry(connection: Connection, kind: str) -> int:
    """The number of the newest entry of a kind; 0 if there is none."""
    table = schema.log
    return connection.scalar(select(func.max(table.c.number)).where(table.c.kind == kind)) or 0


def _where(query: Select[Any], table: Any, where: Mapping[str, Any]) -> Select[Any]:
    for name, value in where.items():
        column = table.c[name]
        several = isinstance(value, tuple | list | set | frozenset | Select)
        query = query.where(column.in_(value) if several else column == value)
    return query


def _read(connection: Connection, query: Select[Any], kind: type[T]) -> list[T]:
    return list(_each(connection, query, kind))


def _each(connection: Connection, query: Select[Any], kind: type[T], **options: Any) -> Iterator[T]:
    """The rows as values of a type whose fields are called as the columns.

    A dictionary of plain names costs a third of what SQLAlchemy's own mapping of a row does.
    """
    rows = connection.execute(query, execution_options=options)
    names = tuple(map(str, rows.keys()))
    for row in rows:
        yield msgspec.convert(dict(zip(names, row, strict=True)), kind)
