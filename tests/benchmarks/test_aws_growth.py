"""What an account costs does not depend on how many there are beside it."""

import json
import subprocess
import sys
from itertools import pairwise

import pytest

from tests.canned.estate import canned, seeded
from tests.canned.server import TEMPLATE
from tests.dose import dose

pytestmark = pytest.mark.proof

ACCOUNTS = dose(small=(10, 50), whole=(10, 100, 1000))
REGIONS = (
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1"),
    *("ap-southeast-2", "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2"),
    *("eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"),
)
CHECK = "aws.ec2.default-encryption-on"
"""One question in each region of each account: a thousand accounts are seventeen thousand."""
CONSTANT = 1.1
MOST_KILOBYTES = 400 * 1024


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """One cycle over so many accounts, each in a process of its own: what it took."""
    table = seeded(tmp_path_factory.mktemp("company") / "table.json")
    return [cycle(table, tmp_path_factory.mktemp("grown"), number) for number in ACCOUNTS]


def cycle(table, folder, accounts):
    source = json.dumps(
        {"accounts": "organization", "role": "GapwatchReadOnly", "regions": "enabled"}
    )
    with canned(table, accounts=accounts, regions=REGIONS) as server:
        command = ("cycle", folder, server.url, CHECK, source)
        done = subprocess.run(
            [sys.executable, "-m", "tests.canned.cost", *command],
            check=True,
            capture_output=True,
            text=True,
        )
        asked = server.order()["asked"]
    return json.loads(done.stdout.splitlines()[-1]) | {"accounts": accounts, "asked": asked}


def test_every_region_of_every_account_is_read_once(grown):
    assert TEMPLATE.decode() == "123456789012"
    assert [told["snapshots"] for told in grown] == [n * len(REGIONS) for n in ACCOUNTS]


def test_calls_for_each_account_are_constant(grown):
    each = [told["asked"] / told["accounts"] for told in grown]

    assert max(each) <= CONSTANT * min(each)


def test_the_processors_time_for_each_account_is_constant(grown, capsys):
    """What a cycle takes before its first account is the same for all, and taken off."""
    first, *_, last = grown
    more = last["accounts"] - first["accounts"]
    each = [
        (after["seconds"] - before["seconds"]) / (after["accounts"] - before["accounts"])
        for before, after in pairwise(grown)
    ]
    with capsys.disabled():
        told = [(g["accounts"], round(g["seconds"], 2), g["most_kb"] // 1024) for g in grown]
        print(f"\naccounts, seconds, megabytes: {told}")  # noqa: T201 - the figures are what the benchmark is for
    assert (last["seconds"] - first["seconds"]) / more <= CONSTANT * max(
        first["seconds"] / first["accounts"], min(each)
    )


def test_memory_for_each_account_is_constant_and_little(grown):
    first, *_, last = grown
    each = [told["most_kb"] / told["accounts"] for told in grown]

    assert each == sorted(each, reverse=True), "no more for each account, the more there are"
    assert last["most_kb"] <= MOST_KILOBYTES
    assert first["most_kb"] <= MOST_KILOBYTES
