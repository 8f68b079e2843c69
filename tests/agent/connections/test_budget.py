"""What is asked of AWS stays within our share of its rates, however many ask at once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.connections import budget as budgets
from agent.connections.aws import asking
from agent.connections.aws_clients import SignIn
from agent.connections.budget import Allowance, Budget, shared
from collectors.aws.rates import EC2, EC2_APART, EC2_WHOLE, OPERATIONS, SERVICES, Rate
from collectors.contract import ApiCall
from tests.canned.cost import estate
from tests.canned.server import throttled_by_aws
from tests.dose import dose
from tests.journeys.faultproxy import FaultProxy, Reply

VPCS = ApiCall("ec2", "DescribeVpcs", "ec2:DescribeVpcs")
SUBNETS = ApiCall("ec2", "DescribeSubnets", "ec2:DescribeSubnets")
KEY = ("123456789012", "eu-west-1", "ec2:DescribeVpcs")
SMALL = Rate(burst=3, refill=2)
ROUNDING = 1e-6
AT_ONCE = int((EC2.burst - EC2.refill) / 2)
"""Half of EC2's bucket, less what is added in the first second."""


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def sent(rate, gaps):
    """When each request goes out, if so many seconds lie between those who ask."""
    clock = Clock()
    budget = Budget(clock=clock)
    moments = []
    for gap in gaps:
        clock.now += gap
        moments.append(clock.now + budget.take(KEY, rate))
    return moments


RATES = st.builds(Rate, burst=st.floats(1, 200), refill=st.floats(0.1, 200))
ALL_RATES = [EC2, EC2_WHOLE, *EC2_APART.values(), *SERVICES.values(), *OPERATIONS.values()]
GAPS = st.lists(st.one_of(st.just(0.0), st.floats(0, 5)), min_size=1, max_size=80)


@settings(deadline=None, max_examples=dose(small=100, whole=5000))
@given(rate=RATES, gaps=GAPS)
def test_in_no_stretch_of_time_is_more_sent_than_the_bucket_grants(rate, gaps):
    moments = sent(rate, gaps)
    for first, begin in enumerate(moments):
        for last in range(first, len(moments)):
            granted = rate.burst + rate.refill * (moments[last] - begin)
            assert last - first + 1 <= granted + ROUNDING * rate.refill + ROUNDING


@settings(deadline=None, max_examples=dose(small=100, whole=5000))
@given(rate=RATES, gaps=GAPS)
def test_nobody_waits_longer_than_the_bucket_demands_and_nobody_is_overtaken(rate, gaps):
    """Held against a bucket that is counted in tokens, as AWS describes it."""
    clock, tokens, then = 1000.0, rate.burst, 1000.0
    moments = sent(rate, gaps)
    for gap, moment in zip(gaps, moments, strict=True):
        clock += gap
        tokens = min(rate.burst, tokens + (clock - then) * rate.refill) - 1
        then = clock
        assert moment == pytest.approx(clock + max(0.0, -tokens / rate.refill), abs=1e-4)
    assert all(earlier <= later for earlier, later in pairwise(moments))


@settings(deadline=None, max_examples=dose(small=100, whole=5000))
@given(
    rate=st.sampled_from(ALL_RATES),
    share=st.floats(0.05, 1),
    gaps=GAPS,
    phase=st.floats(0, 0.999),
)
def test_a_share_is_never_more_than_that_for_aws_which_counts_by_whole_seconds(
    rate, share, gaps, phase
):
    """AWS adds what it adds once a second; one request cannot be split."""
    most = rate.burst * share + 1
    tokens, filled = most, 1000.0 + phase
    for moment in sent(shared(rate, share), gaps):
        while filled <= moment:
            tokens, filled = min(most, tokens + rate.refill * share), filled + 1
        tokens -= 1
        assert tokens > -ROUNDING


def test_a_burst_passes_at_once_and_what_is_beyond_waits_for_its_turn(clock):
    budget = Budget(clock=clock)

    assert [budget.take(KEY, SMALL) for _ in range(5)] == pytest.approx([0, 0, 0, 0.5, 1.0])


def test_a_bucket_that_aws_calls_empty_is_empty_for_all(clock):
    budget = Budget(clock=clock)
    budget.used_up(KEY, SMALL)

    assert budget.take(KEY, SMALL) == pytest.approx(0.5)
    assert budget.take((*KEY[:2], "ec2:DescribeSubnets"), SMALL) == 0


def test_what_is_known_to_be_emptier_than_empty_is_not_filled_by_a_refusal(clock):
    budget = Budget(clock=clock)
    waits = [budget.take(KEY, SMALL) for _ in range(5)]
    budget.used_up(KEY, SMALL)

    assert budget.take(KEY, SMALL) > waits[-1]


def test_buckets_that_are_full_again_are_forgotten_and_no_other(clock, monkeypatch):
    monkeypatch.setattr(budgets, "REMEMBERED", 10)
    budget = Budget(clock=clock)
    for account in range(100):
        clock.now += 1
        budget.take((f"{account}", "eu-west-1", "iam"), SMALL)
        assert len(vars(budget)["_full_at"]) <= 11
    for _ in range(20):
        budget.take(KEY, SMALL)
    for account in range(100):
        budget.take((f"{account}", "eu-west-1", "iam"), SMALL)

    assert budget.take(KEY, SMALL) == pytest.approx((21 - 3) / 2)
    again = [budget.take(("7", "eu-west-1", "iam"), SMALL) for _ in range(3)]
    assert again == pytest.approx([0, 0, 0.5]), "almost full is not full"


def allowance(budget, *, account="123456789012", region="eu-west-1", share=0.5, pause=None):
    return Allowance(budget, account, region, share, pause or (lambda _: None))


def asked(allowance, call=VPCS, *, times=1, code=None):
    for _ in range(times):
        allowance(call, {}, lambda: ({}, code))


def test_half_of_the_bucket_is_ours_and_only_for_that_account_region_and_operation(clock):
    waited = []
    budget = Budget(clock=clock)
    ours = allowance(budget, pause=waited.append)
    asked(ours, times=AT_ONCE)
    assert sum(waited) < ROUNDING

    asked(ours, SUBNETS)
    asked(allowance(budget, account="210987654321", pause=waited.append))
    asked(allowance(budget, region="eu-central-1", pause=waited.append))
    assert sum(waited) < ROUNDING

    asked(allowance(budget, pause=waited.append))
    assert waited[-1] == pytest.approx(2 / EC2.refill), "who else reads the account waits as well"


def test_after_a_refusal_for_the_rate_whoever_shares_the_bucket_waits(clock):
    waited = []
    budget = Budget(clock=clock)
    asked(allowance(budget), code="AccessDenied")
    asked(allowance(budget, pause=waited.append))
    assert not waited

    asked(allowance(budget), code="RequestLimitExceeded")
    asked(allowance(budget, pause=waited.append))
    assert waited == pytest.approx([2 / EC2.refill])


def test_a_small_share_of_a_small_bucket_is_one_question_now_and_then(clock):
    waited = []
    lookups = ApiCall("cloudtrail", "LookupEvents", "cloudtrail:LookupEvents")
    asked(allowance(Budget(clock=clock), share=0.1, pause=waited.append), lookups, times=2)

    assert waited == pytest.approx([5.0])


@dataclass
class Ec2:
    """EC2 as it throttles: a bucket of 100 requests, to which 20 are added each second."""

    tokens: float = EC2.burst
    filled: float = field(default_factory=time.monotonic)
    refused: int = 0
    now: int = 0
    most_at_once: int = 0
    slow: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request, _):
        with self.lock:
            self.now += 1
            self.most_at_once = max(self.most_at_once, self.now)
            full = self._take()
        time.sleep(self.slow)
        with self.lock:
            self.now -= 1
        if not full:
            return throttled_by_aws(request)
        body = b"<DescribeVpcsResponse><vpcSet/></DescribeVpcsResponse>"
        return Reply(200, {"Content-Type": "text/xml"}, body)

    def _take(self):
        whole_seconds = int(time.monotonic() - self.filled)
        self.filled += whole_seconds
        self.tokens = min(EC2.burst, self.tokens + whole_seconds * EC2.refill)
        if self.tokens < 1:
            self.refused += 1
            return False
        self.tokens -= 1
        return True


@contextmanager
def ec2(**settings):
    server = Ec2(**settings)
    with FaultProxy("http://unused") as proxy, proxy.planted("", server.answer):
        yield server, proxy.url


def client(url, budget, **settings):
    """The production path: one of many connections of a process."""
    keys = {"access_key": "test", "secret_key": "test", "attempts": 1}
    sign_in = SignIn(endpoint_url=url, budget=budget, **keys, **settings)
    return asking(sign_in, lambda: datetime.now(UTC))("eu-west-1", account="123456789012")


def codes(ask, *, times, threads=8):
    with ThreadPoolExecutor(threads) as pool:
        return {exchange.code for exchange in pool.map(lambda _: ask(VPCS, {}), range(times))}


def both(url, *, share, times):
    """What an assessment with the share is told, and a production beside it.

    Production leaves a bit of its half: requests are late on a busy machine, and come together.
    """
    with ThreadPoolExecutor(2) as pool:
        ours = pool.submit(codes, client(url, Budget(), share_of_rate=share), times=times)
        production = pool.submit(codes, client(url, Budget(), share_of_rate=0.3), times=40)
        return ours.result(), production.result()


def test_beside_a_busy_production_neither_is_ever_throttled():
    with ec2() as (server, url):
        assert both(url, share=0.5, times=70) == ({None}, {None})
    assert server.refused == 0


def test_without_a_budget_both_would_be():
    """The server does throttle: the test above can fail."""
    with ec2() as (server, url):
        ours, production = both(url, share=1000, times=200)
    assert "RequestLimitExceeded" in ours | production
    assert server.refused > 0


@pytest.mark.parametrize("most", [1, 3])
def test_all_connections_together_have_only_so_much_under_way(most):
    budget = Budget(most_at_once=most)
    with ec2(slow=0.02) as (server, url), ThreadPoolExecutor(4) as pool:
        told = pool.map(lambda _: codes(client(url, budget), times=10), range(4))
        assert set.union(*told) == {None}
    assert server.most_at_once == most


def test_what_is_asked_on_the_way_to_an_answer_needs_no_place_of_its_own():
    """Credentials are renewed while a question is signed: with one place that must not wait."""
    budget = Budget(most_at_once=1)
    told = []

    def within():
        told.append(budget.under_way(lambda: budget.under_way(lambda: ({}, "answered"))))

    thread = threading.Thread(target=within, daemon=True)
    thread.start()
    thread.join(timeout=5)
    assert told == [({}, "answered")]
    assert budget.under_way(lambda: ({}, None)) == ({}, None), "the place is free again"


def test_a_place_is_given_back_when_the_attempt_raises():
    budget = Budget(most_at_once=1)
    with pytest.raises(ZeroDivisionError):
        budget.under_way(lambda: 1 / 0)

    assert budget.under_way(lambda: ({}, None)) == ({}, None)


def test_all_connections_of_all_cycles_have_one_budget(tmp_path):
    company = estate(tmp_path, "http://127.0.0.1:9", share_of_rate=0.2)
    of_two_cycles = [*company.connections(), *company.connections()]

    assert len(of_two_cycles) == 2
    assert {id(connection.budget) for connection in of_two_cycles} == {id(company.budget)}
    assert {connection.share_of_rate for connection in of_two_cycles} == {0.2}
