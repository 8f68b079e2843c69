"""Alerts on their way: noted with the event, fixed into messages before they are sent."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, func, insert, or_, select, update

from agent.gaps.events import AlertDelayed, AlertDelivered, AlertUndeliverable, Event, TroubleOver
from agent.store import queries, schema
from agent.store.rows import moment
from agent.store.store import Store, Writer
from collectors.evidence.record import Instant

NO_DIGESTS: Mapping[str, timedelta] = {}
LEASE = timedelta(minutes=10)
"""How long a claimed message is left to whoever claimed it; after a crash it is free again."""
MOST_CLAIMED = 8
"""So few at a time that a slow receiver does not let the lease of the last one run out."""
GATHERS = timedelta(minutes=10)
"""How long a running cycle is waited for: a storm it brings is one message and not fifty."""
DELAYED_AFTER = 4
"""Failed attempts after which others are told; with the usual delays, more than an hour."""


class Notice(NamedTuple):
    """That a route is to be told of a log entry."""

    entry: int
    route: str
    urgent: bool = False
    """Whether not even its quiet hours put it off."""


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is due, and everything it tells; the same again if it is sent again."""

    message_id: str
    route: str
    entries: tuple[tuple[int, Event], ...]
    attempts: int


def note(writer: Writer, wanted: Iterable[Notice]) -> None:
    """Remember which route is to be told of which log entry, in the entry's own transaction."""
    rows = [notice._asdict() for notice in wanted]
    if rows:
        writer.connection.execute(insert(schema.notices), rows)


def _never(route: str, now: Instant) -> bool:
    del route, now
    return False


class Outbox:
    """The messages of one store."""

    def __init__(
        self,
        store: Store,
        *,
        digests: Mapping[str, timedelta] = NO_DIGESTS,
        quiet: Callable[[str, Instant], bool] = _never,
        announce: Callable[[Writer, Sequence[tuple[int, Event]]], None] = lambda *_: None,
    ) -> None:
        self._store = store
        self._announce = announce
        self._digests = digests
        """How long a route gathers before it is told; a route not named is told at once."""
        self._quiet = quiet
        """Whether a route is left alone at a moment, but for what is urgent."""

    def claim(self, now: Instant) -> list[Claimed]:
        """Gather the waiting notices of each route into a message, and return what is due.

        What belongs to a message is fixed here, before anything is sent: after a crash the
        same message goes out under the same key. It is leased to the caller, so that two
        processes do not send it both. Of many that are due some are returned: ask again.
        """
        table = schema.messages
        with self._store.transaction() as writer:
            self._gather(writer.connection, now)
            due = (
                select(table.c.id, table.c.route, table.c.attempts)
                .where(table.c.state == "waiting", table.c.due_at <= moment(now))
                .where(or_(table.c.claimed_until.is_(None), table.c.claimed_until <= moment(now)))
                .where(or_(table.c.urgent, table.c.route.not_in(self._left_alone(writer, now))))
                .order_by(table.c.due_at, table.c.id)
                .limit(MOST_CLAIMED)
            )
            claimed = [
                Claimed(
                    message_id=message_id,
                    route=route,
                    entries=queries.told_by(writer.connection, message_id),
                    attempts=attempts,
                )
                for message_id, route, attempts in writer.connection.execute(due).all()
            ]
            for message in claimed:
                writer.connection.execute(
                    update(table)
                    .where(table.c.id == message.message_id)
                    .values(claimed_until=moment(now + LEASE))
                )
        return claimed

    def sent(self, message_id: str, at: Instant) -> None:
        """The channel took it."""
        with self._store.transaction() as writer:
            claimed = self._settle(writer, message_id, state="sent", sent_at=moment(at), why=None)
            if claimed is None:
                return
            delivered = AlertDelivered(
                at=at,
                cycle=0,
                message=message_id,
                route=claimed.route,
                about=tuple(number for number, _ in claimed.entries),
            )
            self._append(writer, delivered, *self._no_longer_delayed(writer, claimed.route, at))
            self._hasten(writer, claimed.route, at)

    def failed(self, message_id: str, at: Instant, next_attempt_at: Instant, why: str) -> None:
        """The channel did not take it; it is due again later, and others are told in time."""
        with self._store.transaction() as writer:
            due_at = moment(next_attempt_at)
            claimed = self._settle(writer, message_id, state="waiting", due_at=due_at, why=why)
            if claimed is None or claimed.attempts < DELAYED_AFTER:
                return
            if not self._delayed(writer, claimed.route):
                since = self._gathered_at(writer.connection, message_id)
                route = claimed.route
                self._append(
                    writer,
                    AlertDelayed(
                        at=at, cycle=0, route=route, message=message_id, since=since, why=why
                    ),
                )

    def dead(self, message_id: str, at: Instant, attempts: int, why: str) -> None:
        """It is given up; `status` shows it, and another route may be told."""
        with self._store.transaction() as writer:
            claimed = self._settle(writer, message_id, state="dead", why=why)
            if claimed is None:
                return
            lost = AlertUndeliverable(
                at=at,
                cycle=0,
                message=message_id,
                route=claimed.route,
                about=tuple(number for number, _ in claimed.entries),
                attempts=attempts,
            )
            self._append(writer, lost)

    def _append(self, writer: Writer, *events: Event) -> None:
        numbers = writer.append(events)
        self._announce(writer, list(zip(numbers, events, strict=True)))

    def _delayed(self, writer: Writer, route: str) -> bool:
        troubles = queries.troubles(writer.connection)
        return any(t.kind == "alert_delayed" and t.what == route for t in troubles)

    def _no_longer_delayed(self, writer: Writer, route: str, at: Instant) -> list[Event]:
        if not self._delayed(writer, route):
            return []
        return [TroubleOver(at=at, cycle=0, trouble="alert_delayed", what=route)]

    def _hasten(self, writer: Writer, route: str, at: Instant) -> None:
        """What the route refused before is tried at once: it takes messages again."""
        table = schema.messages
        waits = (table.c.route == route, table.c.state == "waiting", table.c.due_at > moment(at))
        writer.connection.execute(update(table).where(*waits).values(due_at=moment(at)))

    def _gathered_at(self, connection: Connection, message_id: str) -> Instant:
        (row,) = queries.messages(connection, id=message_id)
        return row.gathered_at

    def _left_alone(self, writer: Writer, now: Instant) -> list[str]:
        """The routes with something under way whose quiet hours it is."""
        table = schema.messages
        routes = select(table.c.route).where(table.c.state == "waiting").distinct()
        return [r for r in writer.connection.scalars(routes) if self._quiet(r, now)]

    def _gather(self, connection: Connection, now: Instant) -> None:
        notices = schema.notices
        waiting = notices.c.message.is_(None)
        for route in connection.scalars(select(notices.c.route).where(waiting).distinct()).all():
            quiet = self._quiet(route, now)
            if self._told_lately(connection, route, now):
                continue
            ready = [waiting, notices.c.route == route, *([notices.c.urgent] if quiet else [])]
            first, last = connection.execute(
                select(func.min(notices.c.entry), func.max(notices.c.entry)).where(*ready)
            ).one()
            if first is None or self._still_coming(connection, route, now):
                continue
            message_id = hashlib.sha256(f"{route} {first} {last}".encode()).hexdigest()[:32]
            connection.execute(
                insert(schema.messages).values(
                    id=message_id,
                    route=route,
                    state="waiting",
                    attempts=0,
                    gathered_at=moment(now),
                    due_at=moment(now),
                    urgent=quiet,
                )
            )
            connection.execute(update(notices).where(*ready).values(message=message_id))

    def _still_coming(self, connection: Connection, route: str, now: Instant) -> bool:
        """Whether a running cycle may bring more, and neither it nor the route waited for long."""
        newest = next(iter(queries.cycles(connection, last=1)), None)
        if newest is None or newest.finished_at is not None:
            return False
        last = self._last_gathered(connection, route)
        lately = moment(now - GATHERS)
        return moment(newest.started_at) > lately or (last is not None and last > lately)

    def _told_lately(self, connection: Connection, route: str, now: Instant) -> bool:
        """Whether the route is told in digests, and its last one is not old enough."""
        if route not in self._digests:
            return False
        last = self._last_gathered(connection, route)
        return last is not None and last > moment(now - self._digests[route])

    def _last_gathered(self, connection: Connection, route: str) -> str | None:
        table = schema.messages
        newest = select(func.max(table.c.gathered_at)).where(table.c.route == route)
        last: str | None = connection.scalar(newest)
        return last

    def _settle(self, writer: Writer, message_id: str, **changes: str | None) -> Claimed | None:
        """Write down what became of an attempt, unless the message was settled before."""
        table = schema.messages
        row = writer.connection.execute(
            select(table).where(table.c.id == message_id, table.c.state == "waiting")
        ).one_or_none()
        if row is None:
            return None
        attempts = row.attempts + 1
        writer.connection.execute(
            update(table)
            .where(table.c.id == message_id)
            .values(attempts=attempts, claimed_until=None, **changes)
        )
        return Claimed(
            message_id=message_id,
            route=row.route,
            entries=queries.told_by(writer.connection, message_id),
            attempts=attempts,
        )
