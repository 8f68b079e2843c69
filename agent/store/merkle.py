"""The Merkle tree over the log, hash for hash that of RFC 6962, section 2.1 (kept by RFC 9162).

The tree is never held in memory, and nothing in it ever changes once it is complete. What a store
keeps of it is its leaves and, above them, every eighth level: one hash for each 256 leaves, one
for each 256 of those, and so on. All else is worked out from these when it is asked for.

    Frontier      append leaves, know the root at any time: as many hashes as the tree is high
    Tiles         any complete subtree, from the levels that are kept
    *_proof       what convinces somebody who has a root, and neither the log nor trust in us
    check_*       being that somebody
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, reduce
from typing import NamedTuple

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a log without entries."""
TILE_HEIGHT = 8
"""Of the levels above the leaves every eighth is kept."""
TILE_WIDTH = 1 << TILE_HEIGHT
TILES_HELD = 16
SIZE_BYTES = 8

Subtree = Callable[[int, int], bytes]
"""`subtree(level, position)` is the hash over `1 << level` leaves from `position << level` on; it
is asked for complete subtrees only."""

KeptHashes = Callable[[int, int, int], Sequence[bytes]]
"""`kept(level, start, stop)` are the hashes of a kept level (0 for the leaves, 8, 16...) at the
positions from `start` up to `stop`, in order."""


class NotIncluded(Exception):
    """The proof does not show that the entry is in the log at this place."""


class NotConsistent(Exception):
    """The proof does not show that the later log only adds to the earlier one."""


class TreeDamaged(Exception):
    """Hashes of the tree that were kept are not there any more, or are none."""


class Node(NamedTuple):
    """The hash over one complete subtree: `1 << level` leaves from `position << level` on."""

    level: int
    position: int
    hash: bytes


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry; its prefix keeps an entry from passing for a node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two neighbouring subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the hash of each complete subtree, the largest first.

    An append costs less than one node hash on average, however large the log is.
    """

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    @classmethod
    def resume(cls, size: int, subtree: Subtree) -> "Frontier":
        """The frontier of a log that was stored: one hash for each binary digit of its size."""
        frontier = cls()
        frontier.size = size
        frontier._peaks = _peaks(0, size, subtree)
        return frontier

    def append(self, leaf: bytes) -> Sequence[Node]:
        """Add one leaf; returns the nodes to be kept that it completes, most often none."""
        completed: list[Node] = []
        level, position, top = 0, self.size, leaf
        while position & 1:
            top = node_hash(self._peaks.pop(), top)
            level, position = level + 1, position >> 1
            if level % TILE_HEIGHT == 0:
                completed.append(Node(level, position, top))
        self._peaks.append(top)
        self.size += 1
        return completed

    def extend(self, leaves: Iterable[bytes]) -> list[Node]:
        """Add leaves in order; returns the nodes to be kept that they complete."""
        return [node for leaf in leaves for node in self.append(leaf)]

    @property
    def root(self) -> bytes:
        """The root of the tree over all leaves so far."""
        return _fold(self._peaks)

    def encode(self) -> bytes:
        """Its size in 8 bytes, then its hashes; `decode` goes on from there."""
        return self.size.to_bytes(SIZE_BYTES, "big") + b"".join(self._peaks)

    @classmethod
    def decode(cls, encoded: bytes) -> "Frontier":
        """Read a frontier back.

        Raises:
            TreeDamaged: it is not of the length that its size demands.
        """
        head, hashes = encoded[:SIZE_BYTES], encoded[SIZE_BYTES:]
        size = int.from_bytes(head, "big")
        if len(head) != SIZE_BYTES or len(hashes) != size.bit_count() * HASH_BYTES:
            raise TreeDamaged("the stored edge of the tree is not as long as its size demands")
        frontier = cls()
        frontier.size = size
        frontier._peaks = [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
        return frontier


class Tiles:
    """Any complete subtree of a log of one size, from its kept levels: a `Subtree`.

    It reads whole tiles, 256 neighbouring hashes of a kept level, and holds the latest few, so a
    proof costs at most two reads a kept level, and proofs of neighbours hardly any.
    """

    def __init__(self, size: int, kept: KeptHashes) -> None:
        self.size = size
        self._kept = kept
        self._tile = lru_cache(maxsize=TILES_HELD)(self._read)

    def __call__(self, level: int, position: int) -> bytes:
        """The hash over one complete subtree.

        Raises:
            TreeDamaged: a hash that it is made of is not there.
        """
        height = level % TILE_HEIGHT
        in_tile = TILE_HEIGHT - height
        rows = self._tile(level - height, position >> in_tile)
        return rows[height][position & ((1 << in_tile) - 1)]

    def _read(self, level: int, number: int) -> list[Sequence[bytes]]:
        """One tile and the rows of complete nodes above it, each half as long as the last."""
        start = number * TILE_WIDTH
        stop = min(start + TILE_WIDTH, self.size >> level)
        row = self._kept(level, start, stop)
        if len(row) != stop - start or not _all_hashes(row):
            raise TreeDamaged(
                f"of the tree's level {level}, the hashes {start} to {stop - 1} are not all there"
            )
        rows = [row]
        for _ in range(TILE_HEIGHT - 1):
            row = [node_hash(*pair) for pair in zip(row[::2], row[1::2], strict=False)]
            rows.append(row)
        return rows


def root(size: int, subtree: Subtree) -> bytes:
    """The root of the log when it had `size` entries."""
    return _over(0, size, subtree)


def inclusion_proof(index: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """Why the entry at `index`, counted from 0, is in the log of `size` entries.

    These are the hashes beside the way from the leaf to the root, the leaf's neighbour first.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no entry {index} in a log of {size}")
    beside: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _left_of(stop - start)
        if index < middle:
            beside.append(_over(middle, stop, subtree))
            stop = middle
        else:
            beside.append(_over(start, middle, subtree))
            start = middle
    return tuple(reversed(beside))


def consistency_proof(earlier: int, later: int, subtree: Subtree) -> tuple[bytes, ...]:
    """Why the log of `later` entries begins with that of `earlier` entries, unchanged."""
    if not 0 <= earlier <= later:
        raise ValueError(f"a log of {later} entries cannot begin with {earlier}")
    if earlier == 0:
        return ()
    hashes: list[bytes] = []
    start, stop = 0, later
    while stop != earlier:
        middle = start + _left_of(stop - start)
        if earlier <= middle:
            hashes.append(_over(middle, stop, subtree))
            stop = middle
        else:
            hashes.append(_over(start, middle, subtree))
            start = middle
    if start:  # otherwise it would be the earlier root, which the verifier has
        hashes.append(_over(start, stop, subtree))
    return tuple(reversed(hashes))


def check_inclusion(
    leaf: bytes, proof: Sequence[bytes], *, index: int, size: int, root: bytes
) -> None:
    """Whether the proof leads from the leaf at `index` to the root (RFC 9162, 2.1.3.2).

    Raises:
        NotIncluded: it does not.
    """
    if not 0 <= index < size:
        raise NotIncluded(f"there is no entry {index} in a log of {size}")
    if not _all_hashes((leaf, *proof)):
        raise NotIncluded("the proof holds something that is not a SHA-256 hash")
    reached, place, last = leaf, index, size - 1
    for beside in proof:
        if last == 0:
            raise NotIncluded(f"the proof is too long for entry {index} in a log of {size}")
        if place & 1 or place == last:
            reached = node_hash(beside, reached)
            place, last = _up_the_right_edge(place, last)
        else:
            reached = node_hash(reached, beside)
        place, last = place >> 1, last >> 1
    if last:
        raise NotIncluded(f"the proof is too short for entry {index} in a log of {size}")
    if reached != root:
        raise NotIncluded(f"the proof does not lead from entry {index} to the root")


def check_consistency(
    proof: Sequence[bytes], *, earlier: int, earlier_root: bytes, later: int, later_root: bytes
) -> None:
    """Whether the proof leads to both roots (RFC 9162, 2.1.4.2).

    Raises:
        NotConsistent: it does not.
    """
    if not 0 <= earlier <= later:
        raise NotConsistent(f"a log of {later} entries cannot begin with {earlier}")
    if not _all_hashes(proof):
        raise NotConsistent("the proof holds something that is not a SHA-256 hash")
    if earlier in (0, later):
        if proof:
            raise NotConsistent(f"a log of {earlier} entries needs no proof beside {later}")
        if earlier_root != (EMPTY_ROOT if earlier == 0 else later_root):
            raise NotConsistent(f"the root of {earlier} entries is another one")
        return
    _follow(proof, earlier, earlier_root, later, later_root)


def _follow(
    proof: Sequence[bytes], earlier: int, earlier_root: bytes, later: int, later_root: bytes
) -> None:
    """Rebuild both roots side by side, of an earlier log that is neither empty nor the later."""
    hashes = [earlier_root, *proof] if earlier.bit_count() == 1 else list(proof)
    if not hashes:
        raise NotConsistent(f"the proof from {earlier} to {later} entries is empty")
    place, last = earlier - 1, later - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = hashes[0]
    for beside in hashes[1:]:
        if last == 0:
            raise NotConsistent(f"the proof from {earlier} to {later} entries is too long")
        if place & 1 or place == last:
            old, new = node_hash(beside, old), node_hash(beside, new)
            place, last = _up_the_right_edge(place, last)
        else:
            new = node_hash(new, beside)
        place, last = place >> 1, last >> 1
    if last:
        raise NotConsistent(f"the proof from {earlier} to {later} entries is too short")
    if old != earlier_root:
        raise NotConsistent(f"the proof does not lead to the root of {earlier} entries")
    if new != later_root:
        raise NotConsistent(f"the proof does not lead to the root of {later} entries")


def _up_the_right_edge(place: int, last: int) -> tuple[int, int]:
    """Skip the levels on which the last subtree has no neighbour yet."""
    while not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _all_hashes(hashes: Iterable[bytes]) -> bool:
    """Of another length they could be cut differently out of the same bytes."""
    return all(len(each) == HASH_BYTES for each in hashes)


def _left_of(width: int) -> int:
    """How many of so many leaves are left of the top: the largest power of two below."""
    return 1 << (width - 1).bit_length() - 1


def _over(start: int, stop: int, subtree: Subtree) -> bytes:
    return _fold(_peaks(start, stop, subtree))


def _peaks(start: int, stop: int, subtree: Subtree) -> list[bytes]:
    """The complete subtrees that make up a range, the largest first.

    `start` is a multiple of the largest of them, as it is of every range in this tree.
    """
    peaks: list[bytes] = []
    width = stop - start
    for level in reversed(range(width.bit_length())):
        if width >> level & 1:
            peaks.append(subtree(level, start >> level))
            start += 1 << level
    return peaks


def _fold(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    return reduce(lambda right, left: node_hash(left, right), reversed(peaks))
