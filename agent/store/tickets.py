"""Tickets on their way: wanted with the event, leased while they are written, settled after."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, RowMapping, insert, or_, select, update

from agent.gaps import events as e
from agent.store import queries, schema
from agent.store.rows import moment
from agent.store.store import Store, Writer
from checks.contract import Severity
from collectors.evidence.record import Instant

T = TypeVar("T")

LEASE = timedelta(minutes=10)
"""How long a claimed ticket is left to whoever claimed it; longer than any search is late."""
FAILING = "tickets_failing"
AT_ONCE = 500
Announce = Callable[[Writer, Sequence[tuple[int, e.Event]]], None]


class ClaimedTicket(msgspec.Struct, frozen=True, kw_only=True):
    """A gap whose ticket is not where the gap is."""

    gap: int
    wanted: int
    """The newest log entry the ticket does not tell of yet."""
    key: str | None
    """`None` if none was ever recorded: one may have been opened all the same."""
    open: bool
    """Whether we left it open."""
    closed_by_hand: bool
    """Whether somebody closed it, and was told that this does not close the gap."""
    content: str | None
    """Digest of title and body as last written."""
    findings: tuple[str, ...]
    """The findings it last told of."""
    attempts: int


class TicketRow(msgspec.Struct, frozen=True, kw_only=True):
    """The ticket of one gap."""

    gap: int
    key: str | None
    url: str | None
    open: bool
    why: str | None


def want(
    writer: Writer,
    tracker: str,
    entries: Iterable[tuple[int, e.Event]],
    follows: Callable[[Severity], bool],
) -> None:
    """Remember whose ticket has to follow, in the transaction of the events themselves.

    Args:
        writer: The events' own transaction.
        tracker: Where tickets are kept.
        entries: What happened, each with its log entry.
        follows: Whether a gap of a severity gets a ticket at all.
    """
    newest: dict[int, int] = {}
    of_findings: dict[str, int] = {}
    for number, event in entries:
        newest |= dict.fromkeys(_gaps_of(event), number)
        of_findings |= dict.fromkeys(_findings_of(event), number)
    for finding, gap in _gaps_over(writer.connection, tuple(of_findings)):
        newest[gap] = max(of_findings[finding], newest.get(gap, 0))
    touched = queries.gaps_numbered(writer.connection, newest) if newest else []
    for one in touched:
        if follows(one.severity):
            _want(writer.connection, tracker, one.number, newest[one.number])


class TicketBox:
    """The tickets of one store in one tracker."""

    def __init__(self, store: Store, tracker: str, *, announce: Announce = lambda *_: None) -> None:
        self._store = store
        self._tracker = tracker
        self._announce = announce

    def follow(self, gaps: Iterable[int], now: Instant) -> None:
        """Want a ticket for each of some gaps that has none: they opened before there were any."""
        with self._store.transaction() as writer:
            known = set(writer.connection.scalars(self._mine(schema.tickets.c.gap)))
            last = queries.last_number(writer.connection)
            for gap in sorted(set(gaps) - known):
                _want(writer.connection, self._tracker, gap, last, due_at=moment(now))

    def claim(self, now: Instant, *, most: int) -> list[ClaimedTicket]:
        """Lease the tickets that are due, so that two processes do not write them both."""
        table = schema.tickets
        with self._store.transaction() as writer:
            rows = writer.connection.execute(
                self._mine(*(table.c[name] for name in ClaimedTicket.__struct_fields__))
                .where(table.c.wanted > table.c.told, table.c.due_at <= moment(now))
                .where(or_(table.c.claimed_until.is_(None), table.c.claimed_until <= moment(now)))
                .order_by(table.c.due_at, table.c.gap)
                .limit(most)
            ).mappings()
            claimed = [_read(row, ClaimedTicket) for row in rows]
            for one in claimed:
                self._set(writer.connection, one.gap, claimed_until=moment(now + LEASE))
        return claimed

    def opened(self, gap: int, key: str, url: str, at: Instant, *, found: bool) -> None:
        """It is there: recorded at once, before anything else is done to it."""
        with self._store.transaction() as writer:
            self._set(writer.connection, gap, key=key, url=url, open=True)
            self._happened(writer, gap, "found" if found else "opened", at)

    def lost(self, gap: int, at: Instant) -> None:
        """It is there no more: somebody deleted it, or moved it away."""
        with self._store.transaction() as writer:
            self._happened(writer, gap, "lost", at)
            nothing: dict[str, Any] = {"key": None, "url": None, "content": None, "findings": []}
            self._set(writer.connection, gap, **nothing, closed_by_hand=False)

    def settled(
        self, claimed: ClaimedTicket, at: Instant, *, what: str | None, **left: Any
    ) -> None:
        """It says what was wanted when it was claimed; what came since makes it due again."""
        with self._store.transaction() as writer:
            if what:
                self._happened(writer, claimed.gap, what, at)
            self._set(
                writer.connection,
                claimed.gap,
                told=claimed.wanted,
                attempts=0,
                claimed_until=None,
                due_at=moment(at),
                looked_at=moment(at),
                why=None,
                **left,
            )
            self._over(writer, at)

    def failed(self, claimed: ClaimedTicket, due_at: Instant, why: str) -> None:
        """It could not be written; it is due again later."""
        with self._store.transaction() as writer:
            self._set(
                writer.connection,
                claimed.gap,
                attempts=claimed.attempts + 1,
                claimed_until=None,
                due_at=moment(due_at),
                why=why,
            )

    def put_back(self, claimed: Iterable[ClaimedTicket]) -> None:
        """They were not tried; whoever comes next may claim them."""
        with self._store.transaction() as writer:
            for one in claimed:
                self._set(writer.connection, one.gap, claimed_until=None)

    def failing(self, at: Instant, why: str) -> None:
        """The tracker takes nothing: told once, until it takes something again."""
        with self._store.transaction() as writer:
            if not self._fails(writer.connection):
                self._append(
                    writer, e.TicketsFailing(at=at, cycle=0, tracker=self._tracker, why=why)
                )

    @property
    def troubled(self) -> bool:
        """Whether it was told that the tracker takes nothing, and that is not over."""
        with self._store.reading() as connection:
            return self._fails(connection)

    def answering(self, at: Instant) -> None:
        """The tracker answers: that is enough where no ticket waits that it refused to take."""
        table = schema.tickets
        refused = self._mine(table.c.gap).where(table.c.wanted > table.c.told, table.c.attempts > 0)
        with self._store.transaction() as writer:
            if writer.connection.execute(refused.limit(1)).first() is None:
                self._over(writer, at)

    def left_open(self) -> tuple[dict[str, int], Instant | None]:
        """The gap of each ticket that we left open, and since when nobody looked at them."""
        table = schema.tickets
        with self._store.reading() as connection:
            rows = connection.execute(
                self._mine(table.c.key, table.c.gap, table.c.looked_at).where(
                    table.c.open,
                    table.c.key.is_not(None),
                    table.c.closed_by_hand.is_(False),
                    table.c.told >= table.c.wanted,  # else we may have closed it ourselves just now
                )
            ).all()
        looked = [row.looked_at for row in rows if row.looked_at]
        since = msgspec.convert(min(looked), Instant) if looked else None
        return {row.key: row.gap for row in rows}, since

    def looked(self, closed: Mapping[str, int], at: Instant) -> None:
        """Some were closed by hand: that is logged, and the tickets have to answer to it."""
        with self._store.transaction() as writer:
            for gap in closed.values():
                entry = self._happened(writer, gap, "closed_by_hand", at)
                _want(writer.connection, self._tracker, gap, entry)
            writer.connection.execute(
                update(schema.tickets)
                .where(schema.tickets.c.tracker == self._tracker, schema.tickets.c.open)
                .values(looked_at=moment(at))
            )

    def _happened(self, writer: Writer, gap: int, what: Any, at: Instant) -> int:
        table = schema.tickets
        row = writer.connection.execute(
            self._mine(table.c.key, table.c.url).where(table.c.gap == gap)
        ).one()
        event = e.TicketChanged(
            at=at,
            cycle=0,
            number=gap,
            tracker=self._tracker,
            key=row.key,
            url=row.url,
            what=what,
        )
        return self._append(writer, event)

    def _append(self, writer: Writer, event: e.Event) -> int:
        (number,) = writer.append([event])
        self._announce(writer, [(number, event)])
        return number

    def _over(self, writer: Writer, at: Instant) -> None:
        if self._fails(writer.connection):
            self._append(writer, e.TroubleOver(at=at, cycle=0, trouble=FAILING, what=self._tracker))

    def _fails(self, connection: Connection) -> bool:
        return any(
            (trouble.kind, trouble.what) == (FAILING, self._tracker)
            for trouble in queries.troubles(connection)
        )

    def _mine(self, *columns: Any) -> Any:
        return select(*columns).where(schema.tickets.c.tracker == self._tracker)

    def _set(self, connection: Connection, gap: int, **values: Any) -> None:
        table = schema.tickets
        connection.execute(
            update(table)
            .where(table.c.tracker == self._tracker, table.c.gap == gap)
            .values(**values)
        )


def store_id(connection: Connection) -> str:
    """What tells this store from all others: twelve digits of its first entry's hash."""
    leaf: bytes = (
        connection.scalar(select(schema.log.c.leaf).where(schema.log.c.number == 1)) or b""
    )
    return bytes(leaf).hex()[:12]


def tickets(connection: Connection, tracker: str) -> dict[int, TicketRow]:
    """Every ticket of a tracker by the number of its gap."""
    table = schema.tickets
    columns = (table.c[name] for name in TicketRow.__struct_fields__)
    rows = connection.execute(select(*columns).where(table.c.tracker == tracker)).mappings()
    return {row["gap"]: _read(row, TicketRow) for row in rows}


def _read(row: RowMapping, kind: type[T]) -> T:
    return msgspec.convert({str(name): value for name, value in row.items()}, kind)


def _gaps_of(event: e.Event) -> tuple[int, ...]:
    """The gaps that an event names, where it changes what their tickets say."""
    match event:
        case e.GapOpened() | e.GapReopened() | e.GapWidened() | e.GapClosed() | e.GapAssigned():
            return (event.number,)
        case e.FindingOpened() | e.FindingReopened():
            return (event.gap,)
        case e.AcceptanceGiven() if event.covers.gap is not None:
            return (event.covers.gap,)
        case e.AcceptanceExpired() | e.AcceptanceWithdrawn():
            return event.gaps
    return ()


def _findings_of(event: e.Event) -> tuple[str, ...]:
    """The findings that an event names without their gap."""
    match event:
        case e.FindingClosed() | e.FindingExplained():
            return (event.finding,)
        case (
            e.AcceptanceGiven()
            | e.FindingsAccepted()
            | e.AcceptanceExpired()
            | e.AcceptanceWithdrawn()
        ):
            return event.findings
    return ()


def _gaps_over(connection: Connection, findings: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Each of some findings with the gap it lies under."""
    table = schema.findings
    for start in range(0, len(findings), AT_ONCE):
        some = findings[start : start + AT_ONCE]
        rows = connection.execute(select(table.c.id, table.c.gap).where(table.c.id.in_(some)))
        yield from ((row.id, row.gap) for row in rows)


def _want(connection: Connection, tracker: str, gap: int, entry: int, *, due_at: str = "") -> None:
    table = schema.tickets
    known = update(table).where(table.c.tracker == tracker, table.c.gap == gap)
    if connection.execute(known.values(wanted=entry)).rowcount:
        return
    connection.execute(
        insert(table).values(
            tracker=tracker,
            gap=gap,
            wanted=entry,
            told=0,
            open=True,
            closed_by_hand=False,
            findings=[],
            attempts=0,
            due_at=due_at,
        )
    )
