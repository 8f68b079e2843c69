"""Whether the log is the one that was signed: tree, checkpoints, signatures, time stamps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from agent.store import schema
from agent.store.damage import Damage, named
from agent.store.keys import MalformedKey, VerifierKey
from agent.store.merkle import Frontier, Node
from agent.store.note import MalformedNote, NotSigned, opened_checkpoint
from agent.store.timestamp import NotStamped, Roots, stamped_at
from agent.store.tree import checkpoints, stamps
from collectors.evidence.record import Instant


@dataclass
class TreeWalk:
    """Goes along the log once, an entry at a time, and compares what was kept and signed.

    What differs once makes every later root differ: the first difference is told, with the
    stretch it lies in, and the comparison of roots ends there.
    """

    connection: Connection
    trusted: Sequence[VerifierKey] = ()
    """Keys known from outside the store; without any the log's own word is taken."""
    roots: Roots = ()
    """Certificates that vouch for the time-stamp authority."""
    _edge: Frontier = field(default_factory=Frontier)
    _known: list[VerifierKey] = field(default_factory=list)
    _waiting: list[VerifierKey] = field(default_factory=list)
    """Introduced, and not yet covered by a checkpoint that an older key signed."""
    _good: int = 0
    _broken: bool = False
    _last_stamp: Instant | None = None

    def __post_init__(self) -> None:
        self._notes = checkpoints(self.connection)
        self._stamps = stamps(self.connection)
        self._nodes = _kept_nodes(self.connection)
        self._introduced = False

    def introduce(self, verifier: str, number: int) -> Iterator[Damage]:
        """A key speaks for the log once a checkpoint of an older key covers its introduction.

        The first key has nobody to introduce it: only a trusted key can speak for that one.
        """
        self._introduced = True
        keys = self._waiting if self._known else self._known
        try:
            keys.append(VerifierKey.parse(verifier))
        except MalformedKey as problem:
            yield Damage(entry=named(number, number), why=str(problem))

    def entry(self, number: int, leaf: bytes) -> Iterator[Damage]:
        """One more entry, by its stored hash."""
        for node in self._edge.append(leaf):
            yield from self._compare(node)
        note = self._notes.pop(number, None)
        if note is not None:
            yield from self._checkpoint(number, note)

    def cycle_finished(self, number: int) -> Iterator[Damage]:
        """A cycle's end was signed with it, once the log had a key."""
        if self._introduced and number not in self._notes:
            yield Damage(entry=f"checkpoint {number}", why="missing")

    def lost(self) -> None:
        """Entries are missing: no root behind them can be as it was signed."""
        self._broken = True

    def finish(self) -> Iterator[Damage]:
        """What was signed or kept beyond the log's end, and whether a trusted key signed it."""
        for size in self._notes:
            yield Damage(
                entry=f"log entries up to {size}",
                why=f"they were signed, and the log ends with entry {self._edge.size}",
            )
        if not self._broken:
            for level, position in sorted(self._nodes):
                yield Damage(entry=f"tree node {level}/{position}", why="no entries belong to it")
        for size in self._stamps:
            yield Damage(entry=f"time stamp {size}", why="there is no checkpoint it belongs to")

    @property
    def unsigned(self) -> int:
        """Entries behind the last good checkpoint: the next cycle signs them."""
        return self._edge.size - self._good

    def _compare(self, node: Node) -> Iterator[Damage]:
        kept = self._nodes.pop((node.level, node.position), None)
        if kept != node.hash and not self._broken:
            first = (node.position << node.level) + 1
            last = (node.position + 1) << node.level
            why = "missing" if kept is None else f"not that of {named(first, last)}"
            yield Damage(entry=f"tree node {node.level}/{node.position}", why=why)

    def _checkpoint(self, number: int, note: bytes) -> Iterator[Damage]:
        where = f"checkpoint {number}"
        try:
            checkpoint = opened_checkpoint(note, [*self._known, *self.trusted])
        except (MalformedNote, NotSigned) as problem:
            yield Damage(entry=where, why=str(problem))
            return
        self._known.extend(self._waiting)
        self._waiting.clear()
        yield from self._trusted(where, note)
        yield from self._stamp(number, note)
        if self._broken:
            return
        if (checkpoint.size, checkpoint.root) == (number, self._edge.root):
            self._good = number
            return
        self._broken = True
        yield Damage(entry=named(self._good + 1, number), why=f"not what was signed as {where}")

    def _trusted(self, where: str, note: bytes) -> Iterator[Damage]:
        """The newest checkpoint at least is signed with a key known from outside."""
        if not self.trusted or self._notes:
            return
        try:
            opened_checkpoint(note, self.trusted)
        except NotSigned as problem:
            yield Damage(entry=where, why=str(problem))

    def _stamp(self, number: int, note: bytes) -> Iterator[Damage]:
        stamp = self._stamps.pop(number, None)
        if stamp is None or not self.roots:
            return
        where = f"time stamp {number}"
        try:
            moment = stamped_at(stamp, note, self.roots)
        except NotStamped as problem:
            yield Damage(entry=where, why=str(problem))
            return
        if self._last_stamp is not None and moment < self._last_stamp:
            yield Damage(entry=where, why="it is older than that of an earlier checkpoint")
        self._last_stamp = moment


def _kept_nodes(connection: Connection) -> dict[tuple[int, int], bytes]:
    rows = connection.execute(select(schema.tree))
    return {(row.level, row.position): bytes(row.hash) for row in rows}
