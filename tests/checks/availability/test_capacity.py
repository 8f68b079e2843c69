"""Is there room to grow?"""

from datetime import timedelta

import pytest

from checks.availability.capacity import capacity_headroom_left
from checks.contract import Outcome
from collectors.evidence.aws.capacity import TrackedLimit
from tests.evidence import DENIED, NOW

AN_HOUR_AGO = NOW - timedelta(minutes=60)


def quota(used, limit=10):
    return TrackedLimit(id="arn:q", name="q", form="quota", used=used, limit=limit, full_since=None)


def group(full_since):
    return TrackedLimit(
        id="arn:g", name="g", form="scaling group", used=4, limit=4, full_since=full_since
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(quota(7), Outcome.PASSED, id="less than the share"),
        pytest.param(quota(8), Outcome.FAILED, id="the share"),
        pytest.param(quota(DENIED), Outcome.UNDETERMINED, id="use unread"),
        pytest.param(quota(1, DENIED), Outcome.UNDETERMINED, id="limit unread"),
        pytest.param(group(None), Outcome.PASSED, id="room to grow"),
        pytest.param(group(AN_HOUR_AGO + timedelta(seconds=1)), Outcome.PASSED, id="full of late"),
        pytest.param(group(AN_HOUR_AGO), Outcome.FAILED, id="full for an hour"),
        pytest.param(group(DENIED), Outcome.UNDETERMINED, id="since when unread"),
    ],
)
def test_capacity_headroom_left(subject, outcome):
    assert capacity_headroom_left(subject, as_of=NOW).outcome is outcome
