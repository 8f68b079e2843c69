"""Threads that all share: work is done once, in order, by few, and never waits for itself."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from collectors.hands import mapped


@dataclass
class Counted:
    """How many were at work at the same time."""

    now: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def work(self, member):
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.005)
        with self.lock:
            self.now -= 1
        return member * 10


@pytest.fixture
def counted():
    return Counted()


@pytest.mark.parametrize("at_once", [1, 3, 100])
def test_what_comes_back_is_in_order_and_so_many_were_at_work(counted, at_once):
    with ThreadPoolExecutor(8) as hands:
        done = list(mapped(hands, counted.work, range(20), at_once=at_once))

    assert done == [member * 10 for member in range(20)]
    assert counted.most <= at_once
    assert counted.most > 1 or at_once == 1


def test_members_are_not_listed_further_ahead_than_they_are_worked_on(counted):
    listed = []
    members = (listed.append(member) or member for member in range(20))
    with ThreadPoolExecutor(8) as hands:
        assert next(mapped(hands, counted.work, members, at_once=3)) == 0

    assert len(listed) == 3


def test_many_who_share_are_never_more_than_the_threads_and_themselves(counted):
    with ThreadPoolExecutor(3) as hands, ThreadPoolExecutor(5) as sharing:
        work = [
            sharing.submit(lambda: list(mapped(hands, counted.work, range(10), at_once=8)))
            for _ in range(5)
        ]
        assert all(one.result() == [member * 10 for member in range(10)] for one in work)

    assert 3 < counted.most <= 3 + 5


def test_work_within_work_needs_no_thread_that_is_free(counted):
    """Two threads, three levels: who waits for a thread would wait for good."""

    def level(depth):
        if depth == 0:
            return counted.work(1)
        return sum(mapped(hands, level, [depth - 1] * 4, at_once=4))

    told = []
    hands = ThreadPoolExecutor(2)
    asking = threading.Thread(target=lambda: told.append(level(3)), daemon=True)
    asking.start()
    asking.join(timeout=30)

    assert told == [4 * 4 * 4 * 10]
    assert counted.most <= 3
    hands.shutdown()


def test_if_one_fails_that_is_told_and_what_was_not_begun_is_left():
    begun = []

    def work(member):
        begun.append(member)
        if member == 1:
            raise LookupError(member)
        time.sleep(0.02)
        return member

    with ThreadPoolExecutor(1) as hands, pytest.raises(LookupError):
        list(mapped(hands, work, range(50), at_once=20))

    assert len(begun) < 20
