"""Can what trails have recorded be lost?"""

import pytest

from checks.contract import Outcome
from checks.detection.log_archive import cloudtrail_log_bucket_locked
from tests.checks.access.test_log_archive import log_bucket
from tests.evidence import DENIED


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="locked"),
        pytest.param({"locked": False, "mfa_delete": True}, Outcome.PASSED, id="second factor"),
        pytest.param(
            {"locked": DENIED, "mfa_delete": True}, Outcome.PASSED, id="factor settles it"
        ),
        pytest.param({"locked": False}, Outcome.FAILED, id="neither"),
        pytest.param({"versioned": False}, Outcome.FAILED, id="not versioned"),
        pytest.param({"expires_after_days": 364}, Outcome.FAILED, id="removed too soon"),
        pytest.param({"expires_after_days": 365}, Outcome.PASSED, id="kept long enough"),
        pytest.param({"expires_after_days": DENIED}, Outcome.UNDETERMINED, id="rules denied"),
        pytest.param({"locked": DENIED}, Outcome.UNDETERMINED, id="lock denied"),
        pytest.param(
            {"versioned": DENIED, "mfa_delete": DENIED}, Outcome.UNDETERMINED, id="versions denied"
        ),
    ],
)
def test_cloudtrail_log_bucket_locked(fields, outcome):
    assert cloudtrail_log_bucket_locked(log_bucket(**fields)).outcome is outcome
