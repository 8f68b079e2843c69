"""Who is signed in: kept in the service's memory, so that nothing on a disk lets anybody in."""

import hashlib
import secrets
import threading
from typing import NamedTuple

from agent.settings.web import Person, Sessions
from collectors.evidence.record import Instant

MOST_AT_ONCE = 10
"""Sessions of one person; a further one ends the oldest."""


class Session(NamedTuple):
    """One browser in which somebody signed in."""

    person: Person
    began: Instant
    seen: Instant


class SessionBook:
    """The sessions there are, each by the digest of its sign: the signs themselves are not kept."""

    def __init__(self, lasting: Sessions) -> None:
        self._lasting = lasting
        self._known: dict[bytes, Session] = {}
        self._lock = threading.Lock()

    def begin(self, person: Person, now: Instant) -> str:
        """A new sign for a browser to carry; nobody could have known it before."""
        sign = secrets.token_urlsafe(32)
        with self._lock:
            self._forget(now)
            mine = [key for key, one in self._known.items() if one.person == person]
            for oldest in mine[: max(0, len(mine) + 1 - MOST_AT_ONCE)]:
                del self._known[oldest]
            self._known[_digest(sign)] = Session(person, now, now)
        return sign

    def person(self, sign: str, now: Instant) -> Person | None:
        """Whose sign it is; `None` if nobody's, or if it was used too long ago or for too long."""
        key = _digest(sign)
        with self._lock:
            one = self._known.get(key)
            if one is None:
                return None
            if self._over(one, now):
                del self._known[key]
                return None
            self._known[key] = one._replace(seen=now)
            return one.person

    def end(self, sign: str) -> None:
        """Let nobody in by this sign any more."""
        with self._lock:
            self._known.pop(_digest(sign), None)

    def _over(self, one: Session, now: Instant) -> bool:
        return now - one.seen >= self._lasting.idle or now - one.began >= self._lasting.longest

    def _forget(self, now: Instant) -> None:
        for key in [key for key, one in self._known.items() if self._over(one, now)]:
            del self._known[key]


def _digest(sign: str) -> bytes:
    return hashlib.sha256(sign.encode()).digest()
