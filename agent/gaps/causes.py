"""What changed in a cycle, as far as anybody will ever look at it."""

import heapq
from collections.abc import Iterable, Iterator

from agent.gaps.events import Cause

MOST_CAUSES = 50
"""More causes than anybody reads; every one of them is a finding of its own as well."""


def in_order(cause: Cause) -> tuple[str, str, str]:
    """Causes are told in one order, whichever source was read first."""
    return cause.check, cause.scope, cause.subject


class Causes:
    """The causes of a cycle.

    Where the scope was seen before, all of them: who changed it is asked of its source. Where it
    is seen for the first time, the first of each check: so many may stand beside a control, and
    nobody changed anything. A first cycle over a large estate has millions of the latter.
    """

    def __init__(self) -> None:
        self._changed: list[Cause] = []
        self._first: dict[tuple[str, tuple[str, ...]], list[Cause]] = {}

    def add(self, causes: Iterable[Cause], *, seen_before: bool) -> None:
        """Causes in one scope, and whether an earlier cycle had seen that scope."""
        if seen_before:
            self._changed.extend(causes)
            return
        new: dict[tuple[str, tuple[str, ...]], list[Cause]] = {}
        for cause in causes:
            new.setdefault((cause.check, cause.controls), []).append(cause)
        for about, some in new.items():
            self._take(about, some)

    def take(self, others: "Causes") -> None:
        """All that others have gathered."""
        self._changed.extend(others._changed)  # noqa: SLF001 - its own kind
        for about, some in others._first.items():  # noqa: SLF001 - its own kind
            self._take(about, some)

    def __iter__(self) -> Iterator[Cause]:
        every = [*self._changed, *(cause for some in self._first.values() for cause in some)]
        return iter(sorted(every, key=in_order))

    def _take(self, about: tuple[str, tuple[str, ...]], some: Iterable[Cause]) -> None:
        known = self._first.get(about, [])
        self._first[about] = heapq.nsmallest(MOST_CAUSES, [*known, *some], key=in_order)
