"""Whether the log is the one that was signed: tree, checkpoints, signatures, time stamps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, LargeBinary, cast, select

from agent.store import schema
from agent.store.damage import Damage, named
from agent.store.keys import MalformedKey, VerifierKey
from agent.store.merkle import TILE_HEIGHT, Frontier, Node
from agent.store.note import Checkpoint, MalformedNote, NotSigned, opened, opened_checkpoint
from agent.store.rows import moment
from agent.store.timestamp import NotStamped, Roots, stamped_at
from agent.store.tree import checkpoint_at, signed_sizes, stamp_of, stamped_sizes
from collectors.evidence.record import Instant


@dataclass
class Keyring:
    """Whose signature counts, at one place of the log.

    A key speaks for the log once a checkpoint of an older key covers its introduction, and
    retires with the first checkpoint of a younger one. The first key has nobody to introduce
    it: only a key known from outside can speak for that one.
    """

    trusted: Sequence[VerifierKey]
    """Keys known from outside the store; without any the log's own word is taken."""
    vouched: bool = True
    """Whether a trusted key, or one it introduced, signed the last checkpoint."""
    _known: list[VerifierKey] = field(default_factory=list)
    """In the order of their introduction."""
    _waiting: list[VerifierKey] = field(default_factory=list)
    """Introduced, and not yet covered by a checkpoint that an older key signed."""
    _retired: int = 0
    """How many of the known keys are."""

    def __post_init__(self) -> None:
        self._vouched = set(self.trusted)

    @property
    def signing(self) -> bool:
        """Whether the log named a key: from then on every cycle's end is signed."""
        return bool(self._known)

    def introduce(self, verifier: str) -> None:
        """One more key.

        Raises:
            MalformedKey: it is none.
        """
        keys = self._waiting if self._known else self._known
        keys.append(VerifierKey.parse(verifier))

    def opened(self, note: bytes) -> Checkpoint:
        """A checkpoint that a key signed which may.

        Raises:
            MalformedNote: it is none.
            NotSigned: no key signed it that speaks for the log, or still does.
        """
        keys = [*self._known, *self.trusted]
        checkpoint = opened_checkpoint(note, keys)
        signers = [key for key in opened(note, keys).signed_by if key.name == checkpoint.origin]
        self._retire(signers)
        self.vouched = not self.trusted or not self._vouched.isdisjoint(signers)
        if self.vouched:
            self._vouched.update(self._waiting)
        self._known.extend(self._waiting)
        self._waiting.clear()
        return checkpoint

    def _retire(self, signers: Sequence[VerifierKey]) -> None:
        places = [self._known.index(key) for key in signers if key in self._known]
        if places and max(places) < self._retired:
            raise NotSigned(f"{signers[0].encode()} signed it, whose place another key had taken")
        self._retired = max([self._retired, *places])


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
    _last: int = 0
    _finished: int = 0
    """The entry with which the last finished cycle ended."""
    _good: int = 0
    _broken: bool = False
    _last_stamp: Instant | None = None

    def __post_init__(self) -> None:
        self._keys = Keyring(self.trusted)
        self._sizes = signed_sizes(self.connection)
        self._stamped = stamped_sizes(self.connection)
        self._newest = max(self._sizes, default=0)

    def introduce(self, verifier: str, number: int) -> Iterator[Damage]:
        """The entry to come names a new key; it is signed with it, except for the first."""
        yield from self._demand_checkpoint(number)
        try:
            self._keys.introduce(verifier)
        except MalformedKey as problem:
            yield Damage(entry=named(number, number), why=str(problem))

    def finish_cycle(self, number: int) -> Iterator[Damage]:
        """The entry to come ends a cycle; it is signed with it, once the log has a key."""
        self._finished = number
        yield from self._demand_checkpoint(number)

    def entry(self, number: int, leaf: bytes, at: Instant | None) -> Iterator[Damage]:
        """One more entry: its stored hash, and its moment if it can be read."""
        self._last = number
        for node in self._edge.append(leaf):
            yield from self._compare(node)
        if number in self._sizes:
            self._sizes.remove(number)
            signed_at, note = checkpoint_at(self.connection, number)
            in_time = at is None or signed_at == moment(at)
            yield from self._checkpoint(number, note, in_time=in_time)

    def lost(self) -> None:
        """Entries are missing: no root behind them can be as it was signed."""
        self._broken = True

    def finish(self) -> Iterator[Damage]:
        """What was signed or kept beyond the log's end, and whether anything was signed at all."""
        for size in sorted(self._sizes):
            ends = f"the log ends with entry {self._last}"
            why = ends if size > self._last else f"log entry {size} is missing"
            where = named(self._good + 1, size)
            yield Damage(entry=where, why=f"signed as checkpoint {size}, and {why}")
        if self._finished and not self._newest and self.trusted:
            why = "nothing is signed, and a key is known that signs the log"
            yield Damage(entry=named(1, self._last), why=why)
        if not self._broken:
            yield from self._left_over()
        for size in sorted(self._stamped):
            yield Damage(entry=f"time stamp {size}", why="there is no checkpoint it belongs to")

    def _demand_checkpoint(self, number: int) -> Iterator[Damage]:
        if self._keys.signing and number not in self._sizes:
            yield Damage(entry=f"checkpoint {number}", why="missing")

    def _compare(self, node: Node) -> Iterator[Damage]:
        if self._broken:
            return
        table = schema.tree.c
        query = select(cast(table.hash, LargeBinary)).where(
            table.level == node.level, table.position == node.position
        )
        kept = self.connection.scalar(query)
        if kept != node.hash:
            first = (node.position << node.level) + 1
            last = (node.position + 1) << node.level
            why = "missing" if kept is None else f"not that of {named(first, last)}"
            yield Damage(entry=f"tree node {node.level}/{node.position}", why=why)

    def _left_over(self) -> Iterator[Damage]:
        """Nodes that no entries belong to."""
        table = schema.tree.c
        query = select(table.level, table.position).order_by(table.level, table.position)
        for level, position in self.connection.execute(query, execution_options=STREAMED):
            if level not in KEPT_LEVELS or position not in range(self._edge.size >> level):
                yield Damage(entry=f"tree node {level}/{position}", why="no entries belong to it")

    def _checkpoint(self, number: int, note: bytes, *, in_time: bool) -> Iterator[Damage]:
        where = f"checkpoint {number}"
        stamped = number in self._stamped
        self._stamped.discard(number)
        try:
            checkpoint = self._keys.opened(note)
        except (MalformedNote, NotSigned) as problem:
            yield Damage(entry=where, why=str(problem))
            return
        if number == self._newest and not self._keys.vouched:
            why = "none of the trusted keys signed it, nor one that they introduced"
            yield Damage(entry=where, why=why)
        if not in_time:
            yield Damage(entry=where, why="its moment is not that of its entry")
        if stamped:
            yield from self._stamp(number, note)
        if self._broken:
            return
        if (checkpoint.size, checkpoint.root) == (number, self._edge.root):
            self._good = number
            return
        self._broken = True
        yield Damage(entry=named(self._good + 1, number), why=f"not what was signed as {where}")

    def _stamp(self, number: int, note: bytes) -> Iterator[Damage]:
        stamp = stamp_of(self.connection, number)
        if stamp is None or not self.roots:
            return
        where = f"time stamp {number}"
        try:
            stamped = stamped_at(stamp, note, self.roots)
        except NotStamped as problem:
            yield Damage(entry=where, why=str(problem))
            return
        if self._last_stamp is not None and stamped < self._last_stamp:
            yield Damage(entry=where, why="it is older than that of an earlier checkpoint")
        self._last_stamp = stamped


KEPT_LEVELS = range(TILE_HEIGHT, 64, TILE_HEIGHT)
STREAMED = {"yield_per": 1000}
