"""Who tried to sign in of late, and has to wait before the next try."""

import threading
from collections import deque
from datetime import timedelta

from collectors.evidence.record import Instant

MOST_KNOWN = 10_000
"""Names and addresses that are remembered; of more, those are forgotten that tried first."""


class Attempts:
    """How often something was tried within a stretch of time."""

    def __init__(self, most: int, within: timedelta) -> None:
        self._most = most
        self._within = within
        self._tried: dict[str, deque[Instant]] = {}
        self._lock = threading.Lock()

    def take(self, whose: str, now: Instant) -> timedelta:
        """Count one more try before it is made; how long to wait if there were too many already."""
        with self._lock:
            tried = self._of(whose, now)
            if len(tried) >= self._most:
                return tried[0] + self._within - now
            tried.append(now)
            return timedelta(0)

    def forgive(self, whose: str) -> None:
        """It was them: what was tried in their name counts no more."""
        with self._lock:
            self._tried.pop(whose, None)

    def _of(self, whose: str, now: Instant) -> deque[Instant]:
        tried = self._tried.setdefault(whose, deque())
        while tried and now - tried[0] >= self._within:
            tried.popleft()
        if len(self._tried) > MOST_KNOWN:
            del self._tried[next(iter(self._tried))]
        return tried
