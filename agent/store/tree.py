"""The Merkle tree of one store: kept beside the log, signed after each cycle."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, func, insert, select

from agent.gaps.events import KeyIntroduced
from agent.gaps.lifecycle import Moment
from agent.store import queries, schema
from agent.store.faults import StoreUnusable
from agent.store.keys import KeyUnusable, SignerKey, VerifierKey
from agent.store.merkle import Frontier, Node, Tiles
from agent.store.note import Checkpoint, signed_checkpoint
from agent.store.rows import insert_rows, moment
from agent.store.timestamp import Stamp
from collectors.evidence.record import Instant


def hashes(connection: Connection, size: int) -> Tiles:
    """Any complete subtree of the log as it was at one size."""

    def kept(level: int, start: int, stop: int) -> Sequence[bytes]:
        if level == 0:
            log = schema.log.c
            query = select(log.leaf).where(log.number > start, log.number <= stop)
            ordered = query.order_by(log.number)
        else:
            nodes = schema.tree.c
            query = select(nodes.hash).where(
                nodes.level == level, nodes.position >= start, nodes.position < stop
            )
            ordered = query.order_by(nodes.position)
        return [bytes(found) for found in connection.scalars(ordered)]

    return Tiles(size, kept)


def edge(connection: Connection, size: int) -> Frontier:
    """The right edge of the tree at one size, from what is kept of it."""
    return Frontier.resume(size, hashes(connection, size))


def keep(connection: Connection, nodes: Iterable[Node]) -> None:
    """Store the nodes that new entries completed."""
    insert_rows(connection, schema.tree, ("level", "position", "hash"), list(nodes))


def known_keys(connection: Connection) -> tuple[VerifierKey, ...]:
    """Every key the log says it was signed with."""
    entries = queries.entries(connection, kind="key_introduced")
    return tuple(
        VerifierKey.parse(event.verifier)
        for _, event in entries
        if isinstance(event, KeyIntroduced)
    )


def introduce(connection: Connection, key: SignerKey, moment: Moment) -> KeyIntroduced | None:
    """The entry that makes a key known, where the log has none yet.

    Raises:
        KeyUnusable: the log is signed with another key already; whoever could change the log
            could otherwise bring a key of their own.
    """
    known = known_keys(connection)
    if key.verifier in known:
        return None
    if known:
        raise KeyUnusable(
            f"the log is signed with {known[-1].encode()}, and the configuration names another "
            "key: bring the old one back, or make a new one with `gapwatch init --new-key`"
        )
    return KeyIntroduced(at=moment.at, cycle=moment.cycle, verifier=key.verifier.encode())


def sign(connection: Connection, key: SignerKey, at: Instant) -> Checkpoint:
    """Sign the log as it is now; the checkpoint stands in the same transaction as its entries.

    Raises:
        StoreUnusable: the log is not any more what was signed last; nothing is signed then.
    """
    size = connection.scalar(select(func.max(schema.log.c.number))) or 0
    _refuse_another_log(connection)
    root = edge(connection, size).root
    checkpoint = Checkpoint(origin=key.name, size=size, root=root)
    note = signed_checkpoint(checkpoint, [key]).decode()
    connection.execute(insert(schema.checkpoints).values(size=size, at=moment(at), note=note))
    return checkpoint


def _refuse_another_log(connection: Connection) -> None:
    """Never sign what contradicts the last signature (C2SP, tlog-checkpoint)."""
    table = schema.checkpoints.c
    newest = select(table.note).order_by(table.size.desc()).limit(1)
    note = connection.scalar(newest)
    if note is None:
        return
    last = Checkpoint.parse(note.partition("\n\n")[0] + "\n")
    if edge(connection, last.size).root != last.root:
        raise StoreUnusable(
            f"the log is not the one that was signed when it had {last.size} entries, so it is "
            "not signed again: `gapwatch verify` says what was changed"
        )


def checkpoints(connection: Connection) -> dict[int, bytes]:
    """Every signed note by the size of the log it speaks of."""
    rows = connection.execute(
        select(schema.checkpoints.c.size, schema.checkpoints.c.note).order_by(
            schema.checkpoints.c.size
        )
    )
    return {size: note.encode() for size, note in rows}


def newest_unstamped(connection: Connection) -> tuple[int, bytes] | None:
    """The newest checkpoint, unless it has a time stamp already."""
    table = schema.checkpoints.c
    row = connection.execute(
        select(table.size, table.note).order_by(table.size.desc()).limit(1)
    ).first()
    if row is None:
        return None
    stamped = select(schema.stamps.c.size).where(schema.stamps.c.size == row.size)
    return None if connection.scalar(stamped) else (row.size, row.note.encode())


def keep_stamp(connection: Connection, size: int, stamp: Stamp) -> None:
    """Store what a time-stamp authority said of a checkpoint."""
    connection.execute(
        insert(schema.stamps).values(size=size, query=stamp.query, response=stamp.response)
    )


def stamps(connection: Connection) -> dict[int, Stamp]:
    """Every time stamp by the size of its checkpoint."""
    rows = connection.execute(select(schema.stamps).order_by(schema.stamps.c.size))
    return {row.size: Stamp(bytes(row.query), bytes(row.response)) for row in rows}
