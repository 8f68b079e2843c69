"""Alerts on their way: noted with the event, fixed into messages before they are sent."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from agent.gaps.events import AlertDelivered, AlertUndeliverable, Event
from agent.store import queries, schema
from agent.store.store import Store, Writer
from collectors.evidence.record import Instant

NO_DIGESTS: Mapping[str, timedelta] = {}


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
        same message goes out under the same key.
        """
        with self._store.transaction() as writer:
            self._gather(writer.connection, now)
            due = select(schema.messages).where(
                schema.messages.c.state == "waiting", schema.messages.c.due_at <= _text(now)
            )
            rows = writer.connection.execute(due.order_by(schema.messages.c.due_at)).mappings()
            return [
                Claimed(
                    message_id=row["id"],
                    route=row["route"],
                    entries=self._entries(writer.connection, row["id"]),
                    attempts=row["attempts"],
                )
                for row in rows.all()
            ]

    def sent(self, message_id: str, at: Instant) -> None:
        """The channel took it."""
        with self._store.transaction() as writer:
            claimed = self._settle(writer, message_id, state="sent", sent_at=_text(at), why=None)
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
            self._settle(
                writer, message_id, state="waiting", due_at=_text(next_attempt_at), why=why
            )

    def dead(self, message_id: str, at: Instant, attempts: int, why: str) -> None:
        """It is given up; `status` shows it, and another route may be told."""
        with self._store.transaction() as writer:
            claimed = self._settle(writer, message_id, state="dead", why=why)
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
        ).all()
        for route, first, last in waiting:
            if self._told_lately(connection, route, now):
                continue
            message_id = hashlib.sha256(f"{route} {first} {last}".encode()).hexdigest()[:32]
            connection.execute(
                insert(schema.messages).values(
                    id=message_id, route=route, state="waiting", attempts=0, due_at=_text(now)
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
        last = connection.scalar(
            select(func.max(schema.messages.c.due_at)).where(schema.messages.c.route == route)
        )
        return last is not None and last > _text(now - self._digests[route])

    def _entries(self, connection: Connection, message_id: str) -> tuple[tuple[int, Event], ...]:
        numbers = connection.scalars(
            select(schema.notices.c.entry).where(schema.notices.c.message == message_id)
        ).all()
        return tuple(queries.entries(connection, number=tuple(numbers)))

    def _settle(self, writer: Writer, message_id: str, **changes: str | None) -> Claimed:
        table = schema.messages
        writer.connection.execute(
            update(table)
            .where(table.c.id == message_id)
            .values(attempts=table.c.attempts + 1, **changes)
        )
        row = writer.connection.execute(select(table).where(table.c.id == message_id)).one()
        return Claimed(
            message_id=message_id,
            route=row.route,
            entries=self._entries(writer.connection, message_id),
            attempts=row.attempts,
        )


def _text(moment: Instant) -> str:
    return str(msgspec.to_builtins(moment))
