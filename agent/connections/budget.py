"""What we take of AWS's rate: a share, and of all accounts together so much at once.

AWS counts what an account asks in a region, whoever in it asks, and refuses what is beyond its
rate (`collectors.aws.rates`). So an assessment that asked as fast as it can would have production
refused. Here a question waits for its turn instead, and nothing is lost by it but time.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import structlog

from collectors.aws.rates import Rate, granted
from collectors.aws.retrying import THROTTLED, Answer, Attempt, Pause
from collectors.contract import ApiCall
from collectors.hands import MOST
from collectors.transcript import Arguments

log = structlog.get_logger()

REMEMBERED = 10_000
"""Buckets, of which there is one for each account, region and service: a full one is forgotten."""

Key = tuple[str, str, str]
"""Account, region, and what AWS counts together."""


class Budget:
    """How far every rate is used up; one for the process, from cycle to cycle.

    Of a bucket only the moment is kept at which it will be full again: that says how much is in
    it, and once it is empty, how long the queue is.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        most_at_once: int = MOST,
    ) -> None:
        self._clock = clock
        self._full_at: dict[Key, float] = {}
        self._many = REMEMBERED
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(most_at_once)
        self._mine = threading.local()

    def take(self, key: Key, rate: Rate) -> float:
        """Take one request out of a bucket; how many seconds to wait before it may be sent.

        Who comes first is sent first: each waits behind all that were taken before.
        """
        with self._lock:
            now = self._clock()
            full_at = max(self._full_at.get(key, now), now) + 1 / rate.refill
            self._full_at[key] = full_at
            if len(self._full_at) > self._many:
                self._forget(now)
            return max(0.0, full_at - now - rate.burst / rate.refill)

    def used_up(self, key: Key, rate: Rate) -> None:
        """AWS refused: others took what we thought was there, so the bucket is empty."""
        with self._lock:
            empty_now = self._clock() + rate.burst / rate.refill
            self._full_at[key] = max(self._full_at.get(key, empty_now), empty_now)

    def under_way(self, attempt: Attempt) -> Answer:
        """Ask, as one of so many at once.

        What is asked on the way, such as for new credentials, is part of it: were it to wait for
        a place of its own, all places could be held by those who wait for it.
        """
        if getattr(self._mine, "placed", False):
            return attempt()
        with self._places:
            self._mine.placed = True
            try:
                return attempt()
            finally:
                self._mine.placed = False

    def _forget(self, now: float) -> None:
        """Drop the buckets that are full: so is every one that nobody ever asked of."""
        self._full_at = {key: at for key, at in self._full_at.items() if at > now}
        self._many = max(REMEMBERED, 2 * len(self._full_at))


@dataclass(frozen=True)
class Allowance:
    """Our share of what AWS grants one account in one region."""

    budget: Budget
    account: str
    region: str
    share: float
    pause: Pause

    def __call__(self, call: ApiCall, arguments: Arguments, attempt: Attempt) -> Answer:
        """Make one attempt when it is its turn; a refusal for its rate holds back all others."""
        name, rate = granted(call, arguments)
        key, ours = (self.account, self.region, name), shared(rate, self.share)
        wait = self.budget.take(key, ours)
        if wait:
            self.pause(wait)
        answer = self.budget.under_way(attempt)
        if answer[1] in THROTTLED:
            self.budget.used_up(key, ours)
            log.info("throttled", account=self.account, region=self.region, rate=name)
        return answer


@cache  # worked out with every question, and there are few rates
def shared(rate: Rate, share: float) -> Rate:
    """What a rate is for who takes only a share of it.

    AWS fills buckets up once a second, and a `Budget` all the time: so the share of the first
    second is not taken twice. At least one request passes at once, or none ever would.
    """
    burst = (rate.burst - rate.refill) * share
    return Rate(max(1.0, burst), rate.refill * share)
