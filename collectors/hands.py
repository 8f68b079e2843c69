"""Threads that everybody shares: never more of them, however much there is to be read."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

MOST = 32
"""Threads of a process that ask: enough to hide how long an answer takes, and each costs memory."""


def shared_or_own(hands: Executor | None, own: int) -> AbstractContextManager[Executor]:
    """The threads that are shared; where none are, so many of one's own while this lasts."""
    return nullcontext(hands) if hands else ThreadPoolExecutor(own)


def mapped(
    hands: Executor, do: Callable[[T], R], members: Iterable[T], *, at_once: int
) -> Iterator[R]:
    """What is done with each member, in order, with so many at once.

    Whoever waits lends a hand: a member that no thread has begun with is done by who waits for
    it. So work may be divided again inside of work, and while all threads are busy elsewhere
    nobody stands still. If one fails, those that were not begun are left.
    """
    begun: deque[tuple[T, Future[R]]] = deque()
    try:
        for member in members:
            begun.append((member, hands.submit(do, member)))
            if len(begun) == at_once:
                yield _done(do, *begun.popleft())
        while begun:
            yield _done(do, *begun.popleft())
    finally:
        wait([future for _, future in begun if not future.cancel()])


def _done(do: Callable[[T], R], member: T, future: "Future[R]") -> R:
    return do(member) if future.cancel() else future.result()
