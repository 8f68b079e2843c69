"""Somebody with every right on database and folder, and without the key that signs the log."""

from contextlib import contextmanager

import msgspec
from sqlalchemy import delete, insert

from agent.store import schema
from agent.store.evidence import pages, rests_on
from agent.store.log import decode, encode, kind, leaf
from agent.store.merkle import Frontier
from agent.store.note import Checkpoint, signed_checkpoint
from agent.store.tree import signed_sizes

GUARDED = ("log", "tree", "checkpoints", "stamps")


@contextmanager
def unguarded(store):
    """A transaction that no trigger looks into."""
    with store.transaction() as writer:
        connection = writer.connection
        if connection.dialect.name == "postgresql":
            for table in GUARDED:
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for name in connection.exec_driver_sql(names).scalars().all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield connection


def entries(store):
    """The log as the forger finds it: kind, body and leaf by number."""
    log = schema.log.c
    with store.reading() as connection:
        rows = connection.execute(schema.log.select().order_by(log.number)).all()
    return [(row.kind, row.body, bytes(row.leaf)) for row in rows]


def rewrite(store, rows, *, nodes):
    """Put another log in the place of this one; with `nodes` its tree is worked out again."""
    with unguarded(store) as connection:
        connection.execute(delete(schema.log))
        values = [
            {"number": number, "kind": kind, "body": body, "leaf": leaf}
            for number, (kind, body, leaf) in enumerate(rows, 1)
            if body is not None
        ]
        if values:
            connection.execute(insert(schema.log), values)
        if nodes:
            connection.execute(delete(schema.tree))
            grown = Frontier().extend(hashed for _, _, hashed in rows)
            if grown:
                connection.execute(insert(schema.tree), [node._asdict() for node in grown])


def row_of(event):
    """An entry as it would stand in the log."""
    body = encode(event)
    return kind(event), body.decode(), leaf(body)


def changed(row, **fields):
    """The same event with other fields, and the hash that belongs to it."""
    return row_of(msgspec.structs.replace(decode(row[1]), **fields))


GONE = (None, None, b"")
"""In place of an entry that is deleted without a trace of its number."""


def sizes(store):
    """The sizes of the log that were signed, in order."""
    with store.reading() as connection:
        return sorted(signed_sizes(connection))


def sign_again(store, keys):
    """Checkpoints of the log as it is now, of the same sizes, signed by other keys."""
    leaves = [hashed for _, _, hashed in entries(store)]
    with unguarded(store) as connection:
        kept = connection.execute(schema.checkpoints.select()).all()
        connection.execute(delete(schema.checkpoints))
        frontier = Frontier()
        notes = {row.size: row.at for row in kept}
        for number, hashed in enumerate(leaves, 1):
            frontier.append(hashed)
            if number in notes:
                put_checkpoint(connection, frontier, keys, at=notes[number])


def put_checkpoint(connection, frontier, keys, *, at):
    checkpoint = Checkpoint(origin=keys[0].name, size=frontier.size, root=frontier.root)
    note = signed_checkpoint(checkpoint, keys).decode()
    connection.execute(
        insert(schema.checkpoints).values(size=frontier.size, at=at, note=note),
    )


def first_named(store):
    """Every blob that evidence rests on, with the entry that names it first."""
    found = {}
    for number, (_, body, _) in enumerate(entries(store), 1):
        event = decode(body)
        digests = [*rests_on(event), *([event.versions] if hasattr(event, "versions") else [])]
        for answers in getattr(event, "answers", ()):
            digests += pages(store.blobs, answers)
        for digest in digests:
            found.setdefault(digest, number)
    return found
