"""The Merkle tree of one store: kept beside the log, signed after each cycle."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, LargeBinary, cast, func, insert, select

from agent.gaps.events import KeyIntroduced
from agent.gaps.lifecycle import Moment
from agent.store import queries, schema
from agent.store.faults import StoreUnusable
from agent.store.keys import KeyUnusable, SignerKey, VerifierKey
from agent.store.merkle import Frontier, Node, Tiles, TreeDamaged
from agent.store.note import (
    Checkpoint,
    MalformedNote,
    NotSigned,
    opened,
    signed_checkpoint,
)
from agent.store.rows import as_bytes, insert_rows, moment
from agent.store.timestamp import Stamp
from collectors.evidence.record import Instant

ASK_VERIFY = "`gapwatch verify` says what was changed"


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
    """The right edge of the tree at one size, from what is kept of it.

    Raises:
        StoreUnusable: a part of it is not there any more.
    """
    try:
        return Frontier.resume(size, hashes(connection, size))
    except TreeDamaged as problem:
        raise StoreUnusable(f"{problem}: {ASK_VERIFY}") from None


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
        KeyUnusable: the log is signed with another key already, or with one that took this
            one's place; whoever could change the log could otherwise bring a key of their own.
    """
    known = known_keys(connection)
    if key.verifier in known:
        _refuse_replaced(connection, key.verifier, known)
        return None
    if known:
        raise KeyUnusable(
            f"the log is signed with {known[-1].encode()}, and the configuration names another "
            "key: bring that one back, only it can introduce another"
        )
    return KeyIntroduced(at=moment.at, cycle=moment.cycle, verifier=key.verifier.encode())


def sign(connection: Connection, key: SignerKey, at: Instant) -> Checkpoint:
    """Sign the log as it is now; the checkpoint stands in the same transaction as its entries.

    Raises:
        KeyUnusable: another key took this one's place.
        StoreUnusable: the log is not any more what was signed last; nothing is signed then.
    """
    _refuse_replaced(connection, key.verifier, known_keys(connection))
    size = connection.scalar(select(func.max(schema.log.c.number))) or 0
    _refuse_another_log(connection)
    root = edge(connection, size).root
    checkpoint = Checkpoint(origin=key.name, size=size, root=root)
    note = signed_checkpoint(checkpoint, [key]).decode()
    connection.execute(insert(schema.checkpoints).values(size=size, at=moment(at), note=note))
    return checkpoint


def _refuse_replaced(
    connection: Connection, key: VerifierKey, known: Sequence[VerifierKey]
) -> None:
    """A key retires with the first signature of one that came after it."""
    note = _newest_note(connection)
    if note is None or key not in known:
        return
    try:
        signed_by = opened(note.encode(), known).signed_by
    except (MalformedNote, NotSigned):
        return  # `verify` names it
    for later in known[known.index(key) + 1 :]:
        if later in signed_by:
            raise KeyUnusable(
                f"the log is signed with {later.encode()}, which took this key's place: bring that "
                "one back"
            )


def _refuse_another_log(connection: Connection) -> None:
    """Never sign what contradicts the last signature (C2SP, tlog-checkpoint)."""
    note = _newest_note(connection)
    if note is None:
        return
    try:
        last = Checkpoint.parse(note.partition("\n\n")[0] + "\n")
    except MalformedNote:
        raise StoreUnusable(f"the log's last checkpoint was changed: {ASK_VERIFY}") from None
    if edge(connection, last.size).root != last.root:
        raise StoreUnusable(
            f"the log is not the one that was signed when it had {last.size} entries, so it is "
            f"not signed again: {ASK_VERIFY}"
        )


def _newest_note(connection: Connection) -> str | None:
    table = schema.checkpoints.c
    note = connection.scalar(select(table.note).order_by(table.size.desc()).limit(1))
    return None if note is None else str(note)


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


def stamp_of(connection: Connection, size: int) -> Stamp | None:
    """The time stamp of the checkpoint of one size."""
    table = schema.stamps.c
    columns = (cast(table.query, LargeBinary), cast(table.response, LargeBinary))
    row = connection.execute(select(*columns).where(table.size == size)).first()
    return Stamp(*map(bytes, row)) if row else None


def checkpoint_at(connection: Connection, size: int) -> tuple[str, bytes]:
    """When the checkpoint of one size was signed, as it is kept, and the signed note."""
    table = schema.checkpoints.c
    columns = (as_bytes(connection, table.at), as_bytes(connection, table.note))
    at, note = connection.execute(select(*columns).where(table.size == size)).one()
    return bytes(at).decode(errors="replace"), bytes(note)


def signed_sizes(connection: Connection) -> set[int]:
    """The sizes of the log that there are checkpoints of."""
    return set(connection.scalars(select(schema.checkpoints.c.size)))


def stamped_sizes(connection: Connection) -> set[int]:
    """The sizes of the log whose checkpoints have a time stamp."""
    return set(connection.scalars(select(schema.stamps.c.size)))


def unstamped_since(connection: Connection) -> Instant | None:
    """When the oldest checkpoint was signed that no time stamp covers; `None` if all are."""
    table = schema.checkpoints.c
    stamped = select(func.coalesce(func.max(schema.stamps.c.size), 0)).scalar_subquery()
    at = connection.scalar(select(func.min(table.at)).where(table.size > stamped))
    return None if at is None else msgspec.convert(at, Instant)
