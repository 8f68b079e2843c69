"""Which items of a population an auditor's seed draws: anybody can work it out again."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from agent.package.verifier import rank

PLANNING_AID = "planning aid, the auditor decides"
FEW, SOME, MANY = 5, 50, 250
OF_SOME, OF_MORE = 5, 25


class Drawn(NamedTuple):
    """One item of a sample."""

    place: int
    """Counted from 1: an auditor who wants more items goes on where the sample ends."""
    item: str
    rank: str


def sample_size(items: int) -> int:
    """How many items are drawn of so many; a planning aid, the auditor decides.

    Up to 5 all; up to 50 five; up to 250 a tenth, rounded up; above that 25.
    """
    if items <= FEW:
        return items
    if items <= SOME:
        return OF_SOME
    return -(-items // 10) if items <= MANY else OF_MORE


def drawn(items: Iterable[str], *, seed: str, population: str, size: int) -> Sequence[Drawn]:
    """The first items in the order of `sha256(seed || population hash || item id)`.

    Args:
        items: The stable ids of a whole population.
        seed: The auditor's, as it was given.
        population: The SHA-256 of the population's file, in hexadecimal.
        size: How many are wanted; all if there are fewer.
    """
    ordered = sorted((rank(seed, population, item), item) for item in items)
    return [Drawn(place, item, hashed) for place, (hashed, item) in enumerate(ordered[:size], 1)]
