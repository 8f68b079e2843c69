"""Several streams at once: a slow one never holds up a fast one, and none runs far ahead."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from threading import Event
from typing import TypeVar

T = TypeVar("T")

OVER = object()
"""What a stream gives last."""


def merged(streams: Sequence[Callable[[], Iterator[T]]]) -> Iterator[T]:
    """What they give, as it comes; each runs in a thread of its own, one item ahead.

    Raises:
        BaseException: what a stream raised, once the others have come to their end.
    """
    ready: Queue[T | object] = Queue(maxsize=1)
    abandoned = Event()
    left = len(streams)
    with ThreadPoolExecutor(max(1, left)) as pool:
        running = [pool.submit(_pour, stream, ready, abandoned) for stream in streams]
        try:
            while left:
                item = ready.get()
                if item is OVER:
                    left -= 1
                else:
                    yield item  # type: ignore[misc]  # all but OVER is a stream's
        finally:
            abandoned.set()
            while left:
                left -= ready.get() is OVER
    for stream in running:
        stream.result()


def _pour(stream: Callable[[], Iterator[T]], ready: "Queue[T | object]", abandoned: Event) -> None:
    try:
        for item in stream():
            ready.put(item)
            if abandoned.is_set():
                return
    finally:
        ready.put(OVER)
