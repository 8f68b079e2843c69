"""Populations in pieces, for operations that describe several members at once."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(population: Iterable[T], most: int) -> Iterator[list[T]]:
    """The population in order, in lists of at most so many."""
    members = iter(population)
    while batch := list(islice(members, most)):
        yield batch
