"""Alerts on their way: noted with the event, fixed into messages before they are sent."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

import msgspec
from sqlalchemy import Connection, func, insert, or_, select, update

from agent.gaps.events import AlertDelivered, AlertUndeliverable, Event
from agent.store import queries, schema
from agent.store.rows import moment
from agent.store.store import Store, Writer
from collectors.evidence.record import Instant

NO_DIGESTS: Mapping[str, timedelta] = {}
LEASE = timedelta(minutes=10)
"""How long a claimed message is left to whoever claimed it; after a crash it is free again."""


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is due, and everything it tells; the same again if it is sent again."""

    message_id: str
    route: str
    entries: tuple[tuple[int, Event], ...]
    attempts: int


def note(writer: Writer, wanted: Iterable[tuple[int, str]]) -> None:
    """Remember which route is to be told of which log entry, in the entry's own transaction."""
    rows = [{"entry": entry, "route": route} for entry, route in wanted]
    if rows:
        writer.connection.execute(insert(schema.notices), rows)


class Outbox:
    """The messages of one store."""

    def __init__(
        self,
        store: Store,
        *,
        digests: Mapping[str, timedelta] = NO_DIGESTS,
        announce: Callable[[Writer, Sequence[tuple[int, Event]]], None] = lambda *_: None,
    ) -> None:
        self._store = store
        self._announce = announce
        self._digests = digests
        """How long a route gathers before it is told; a route not named is told at once."""

    def claim(self, now: Instant) -> list[Claimed]:
        """Gather the waiting notices of each route into a message, and return what is due.

        What belongs to a message is fixed here, before anything is sent: after a crash the
        same message goes out under the same key. It is leased to the caller, so that two
        processes do not send it both.
        """
        table = schema.messages
        with self._store.transaction() as writer:
            self._gather(writer.connection, now)
            due = (
                select(table.c.id, table.c.route, table.c.attempts)
                .where(table.c.state == "waiting", table.c.due_at <= moment(now))
                .where(or_(table.c.claimed_until.is_(None), table.c.claimed_until <= moment(now)))
                .order_by(table.c.due_at, table.c.id)
            )
            claimed = [
                Claimed(
                    message_id=message_id,
                    route=route,
                    entries=self._entries(writer.connection, message_id),
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
            writer.append(
                [
                    AlertDelivered(
                        at=at,
                        cycle=0,
                        message=message_id,
                        route=claimed.route,
                        about=tuple(number for number, _ in claimed.entries),
                    )
                ]
            )

    def failed(self, message_id: str, at: Instant, next_attempt_at: Instant, why: str) -> None:
        """The channel did not take it; it is due again later."""
        _ = at
        with self._store.transaction() as writer:
            due_at = moment(next_attempt_at)
            self._settle(writer, message_id, state="waiting", due_at=due_at, why=why)

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
            (number,) = writer.append([lost])
            self._announce(writer, [(number, lost)])

    def _gather(self, connection: Connection, now: Instant) -> None:
        notices = schema.notices
        waiting = connection.execute(
            select(notices.c.route, func.min(notices.c.entry), func.max(notices.c.entry))
            .where(notices.c.message.is_(None))
            .group_by(notices.c.route)
            .order_by(notices.c.route)
        ).all()
        for route, first, last in waiting:
            if self._told_lately(connection, route, now):
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
                )
            )
            connection.execute(
                update(notices)
                .where(notices.c.route == route, notices.c.message.is_(None))
                .values(message=message_id)
            )

    def _told_lately(self, connection: Connection, route: str, now: Instant) -> bool:
        """Whether the route is told in digests, and its last one is not old enough."""
        if route not in self._digests:
            return False
        table = schema.messages
        last = connection.scalar(
            select(func.max(table.c.gathered_at)).where(table.c.route == route)
        )
        return last is not None and last > moment(now - self._digests[route])

    def _entries(self, connection: Connection, message_id: str) -> tuple[tuple[int, Event], ...]:
        notices = schema.notices
        told = select(notices.c.entry).where(notices.c.message == message_id)
        return tuple(queries.entries(connection, number=told))

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
            entries=self._entries(writer.connection, message_id),
            attempts=attempts,
        )
