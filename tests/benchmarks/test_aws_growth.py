"""What an account costs does not depend on how many there are beside it.

An organization of accounts with seventeen regions each is read twice: for the first time, and once
more while nothing has changed. Ten checks of all kinds (of the account and of each region, of
populations, of a join over all accounts) are asked of up to 1,000 accounts. All checks together
ask an account 2,500 times, and 1,000 accounts would take hours: they are asked of up to 100, and
what they need of memory at 1,000 is worked out from the last step.
"""

import json
import subprocess
import sys
from itertools import pairwise
from typing import NamedTuple

import pytest

from tests.canned.estate import canned, seeded
from tests.dose import dose

pytestmark = [pytest.mark.proof, pytest.mark.timeout(dose(small=300, whole=7200))]

EVERY_REGION = (
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1"),
    *("ap-southeast-2", "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2"),
    *("eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"),
)
REGIONS = dose(small=EVERY_REGION[:5], whole=EVERY_REGION)
GLOBAL, REGIONAL, JOINS = 7, 4, 1
"""The collectors and joins that the ten checks need."""
TEN = (
    "aws.account.security-contact-set",
    "aws.iam.password-policy-strong",
    "aws.iam.console-user-has-mfa",
    "aws.iam.access-key-rotated",
    "aws.iam.role-trust-known",
    "aws.s3.versioning-on",
    "aws.ec2.default-encryption-on",
    "aws.logs.retention-long-enough",
    "aws.guardduty.detector-on",
    "aws.identity.grant-accounted-for",
)
CONSTANT = 1.1
MOST_KILOBYTES = 400 * 1024
LITTLE_KILOBYTES = 64
"""More memory for each account than this has to have a reason; below, it is the allocator's."""
MOST_ACCOUNTS = 1000
ONCE = 10
"""Events that an unchanged cycle logs, however many accounts it reads."""


class Asked(NamedTuple):
    """Which checks, of how many accounts; no check stands for all."""

    checks: tuple[str, ...]
    accounts: tuple[int, ...]


SOME = Asked(TEN, dose(small=(2, 6), whole=(10, 100, MOST_ACCOUNTS)))
ALL = Asked((), (10, 30, 100))


class Cycles(NamedTuple):
    """What a first cycle over so many accounts took, and an unchanged one after it."""

    accounts: int
    first: dict
    again: dict


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return seeded(tmp_path_factory.mktemp("company") / "table.json")


@pytest.fixture(scope="module", params=dose(small=["ten"], whole=["ten", "all"]))
def grown(request, table, tmp_path_factory):
    asked = {"ten": SOME, "all": ALL}[request.param]
    return [
        cycles(table, tmp_path_factory.mktemp("grown"), number, asked.checks)
        for number in asked.accounts
    ]


def cycles(table, folder, accounts, checks):
    with canned(table, accounts=accounts, regions=REGIONS) as server:
        return Cycles(accounts, *(cycle(folder, server, accounts, checks) for _ in range(2)))


def cycle(folder, server, accounts, checks):
    server.order()
    expected = accounts * len(REGIONS) * (REGIONAL if checks else 100)
    command = [sys.executable, "-m", "tests.canned.growth", folder, server.url, str(expected)]
    done = subprocess.run([*command, *checks], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1]) | {"asked": server.order()["asked"]}


@pytest.fixture(params=["first", "again"])
def each(request, grown):
    """Accounts, and what a cycle over them took."""
    return [(one.accounts, getattr(one, request.param)) for one in grown]


def slopes(each, what):
    """How much more every further account takes: what is there before the first is taken off."""
    return [
        (more[what] - few[what]) / (many - some) for (some, few), (many, more) in pairwise(each)
    ]


def constant(values):
    return all(after <= CONSTANT * before for before, after in pairwise(values))


def test_every_region_of_every_account_is_read(each):
    more = slopes(each, "snapshots")
    (snapshots,) = set(more)

    assert snapshots >= GLOBAL + REGIONAL * len(REGIONS)
    if len(each) == len(SOME.accounts) and each[-1][0] == SOME.accounts[-1]:
        of_one = GLOBAL + REGIONAL * len(REGIONS)
        assert [told["snapshots"] for _, told in each] == [n * of_one + JOINS for n, _ in each]


def test_calls_for_each_account_are_constant(each):
    assert constant([told["asked"] / accounts for accounts, told in each])
    assert constant(slopes(each, "asked"))


def test_the_processors_time_for_each_account_is_constant(each, capsys):
    """In pieces of a fixed work done meanwhile, so that a busy machine is busy for both."""
    with capsys.disabled():
        told = [(n, round(one["seconds"], 1), round(one["pieces"])) for n, one in each]
        print(f"\naccounts, seconds, in pieces of fixed work: {told}")  # noqa: T201 - the figures are what the benchmark is for

    assert constant([told["pieces"] / accounts for accounts, told in each])
    assert constant(slopes(each, "pieces"))


def test_memory_for_each_account_is_constant_and_little(each, capsys):
    most = [told["most_kb"] for _, told in each]
    more = slopes(each, "most_kb")
    with capsys.disabled():
        print(f"\nmegabytes {[kb // 1024 for kb in most]}, kilobytes an account {more}")  # noqa: T201 - as above

    assert all(
        after <= max(CONSTANT * before, LITTLE_KILOBYTES) for before, after in pairwise(more)
    )
    assert max(most) <= MOST_KILOBYTES
    left = MOST_ACCOUNTS - each[-1][0]
    if len(each) > 2:
        assert most[-1] + left * max(0, more[-1]) <= MOST_KILOBYTES


def test_what_is_kept_for_each_account_is_constant(grown, each):
    assert constant(slopes(each, "bytes"))
    for one in grown:
        news = one.again["events"] - one.first["events"]
        assert news <= one.accounts + ONCE, "one event for each account in which nothing changed"
