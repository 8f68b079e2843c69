"""A log that stands in lines of text, and the same log as a store again."""

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import Connection, select

from agent.store import projections, schema
from agent.store.log import decode, kind, leaf
from agent.store.rows import as_bytes, insert_rows
from agent.store.store import Store

AT_ONCE = 1_000


def bodies(connection: Connection, size: int) -> Iterator[bytes]:
    """The first entries of the log, byte for byte as their hashes are of, streamed."""
    log = schema.log.c
    query = select(as_bytes(connection, log.body)).where(log.number <= size).order_by(log.number)
    for (body,) in connection.execute(query, execution_options={"yield_per": AT_ONCE}):
        yield bytes(body)


def restore(store: Store, lines: Iterable[bytes]) -> int:
    """Write a log into an empty store, with every state worked out; returns its size.

    The bodies are taken as they are: what another version wrote is not written anew.

    Raises:
        msgspec.DecodeError: an entry cannot be read as an event.
    """
    numbered = enumerate(lines, 1)
    size = 0
    with store.transaction() as writer:
        while some := list(islice(numbered, AT_ONCE)):
            events = [(number, decode(body)) for number, body in some]
            rows = [
                (number, kind(event), body.decode(), leaf(body))
                for (number, body), (_, event) in zip(some, events, strict=True)
            ]
            insert_rows(writer.connection, schema.log, ("number", "kind", "body", "leaf"), rows)
            projections.apply(writer.connection, events)
            size = some[-1][0]
    return size
