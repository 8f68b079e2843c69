"""Are secrets changed before they are old?"""

from datetime import timedelta

import pytest

from checks.confidentiality.secrets import secretsmanager_secret_rotated
from checks.contract import Outcome
from collectors.evidence.aws.secrets import ManagedSecret
from tests.evidence import DENIED, NOW

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("rotates", "due", "changed", "outcome"),
    [
        pytest.param(True, NOW + DAY, NOW - 200 * DAY, Outcome.PASSED, id="rotates"),
        pytest.param(True, NOW + DAY, DENIED, Outcome.PASSED, id="rotation settles it"),
        pytest.param(True, NOW - DAY, NOW - 200 * DAY, Outcome.FAILED, id="overdue"),
        pytest.param(True, NOW - DAY, NOW - DAY, Outcome.PASSED, id="overdue, changed by hand"),
        pytest.param(False, None, NOW - 90 * DAY, Outcome.PASSED, id="as old as allowed"),
        pytest.param(False, None, NOW - 90 * DAY - SECOND, Outcome.FAILED, id="too old"),
        pytest.param(False, NOW + DAY, NOW - 91 * DAY, Outcome.FAILED, id="rotation turned off"),
        pytest.param(False, None, DENIED, Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_secretsmanager_secret_rotated(rotates, due, changed, outcome):
    secret = ManagedSecret(
        id="arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-abc",
        name="token",
        rotates=rotates,
        rotation_due_at=due,
        changed_at=changed,
    )
    assert secretsmanager_secret_rotated(secret, as_of=NOW).outcome is outcome
