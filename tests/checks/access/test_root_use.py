"""Whether root is left alone."""

from datetime import timedelta

import pytest

from checks.access.root_use import root_not_used
from checks.contract import Outcome
from collectors.evidence.aws.root_use import RootUse
from tests.evidence import DENIED, NOW

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED
LONG_AGO = NOW - timedelta(days=90)
LATELY = LONG_AGO + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("password", "keys", "outcome"),
    [
        pytest.param(None, None, PASSED, id="never"),
        pytest.param(LONG_AGO, LONG_AGO, PASSED, id="ninety days ago to the second"),
        pytest.param(LATELY, None, FAILED, id="signed in a second later"),
        pytest.param(None, LATELY, FAILED, id="by a key, a second later"),
        pytest.param(DENIED, LATELY, FAILED, id="a key settles it"),
        pytest.param(DENIED, None, UNKNOWN, id="sign-in unread"),
        pytest.param(LONG_AGO, DENIED, UNKNOWN, id="keys unread"),
    ],
)
def test_root_not_used(password, keys, outcome):
    root = RootUse(
        id="arn:aws:iam::123456789012:root",
        name="root user of 123456789012",
        account_id="123456789012",
        password_used_at=password,
        keys_used_at=keys,
    )
    assert root_not_used(root, as_of=NOW).outcome is outcome
