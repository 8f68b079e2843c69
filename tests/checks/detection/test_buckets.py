"""Does access to stored objects leave a trace?"""

import pytest

from checks.contract import Outcome
from checks.detection.buckets import s3_access_recorded
from collectors.evidence.aws.bucket_records import BucketAccess
from tests.evidence import DENIED

TRAILS = {"reads": True, "writes": True}
TAGGED = {"tags": frozenset({"gapwatch:log-bucket"})}


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.FAILED, id="no trace"),
        pytest.param({"server_log": True}, Outcome.PASSED, id="server log"),
        pytest.param(TRAILS, Outcome.PASSED, id="trails"),
        pytest.param(TRAILS | {"server_log": DENIED}, Outcome.PASSED, id="trails settle it"),
        pytest.param({"reads": True}, Outcome.FAILED, id="reads only"),
        pytest.param({"writes": True}, Outcome.FAILED, id="writes only"),
        pytest.param({"server_log": DENIED}, Outcome.UNDETERMINED, id="log unread"),
        pytest.param(TRAILS | {"reads": DENIED}, Outcome.UNDETERMINED, id="trail unread"),
        pytest.param({"tags": DENIED}, Outcome.UNDETERMINED, id="tags unread"),
        pytest.param({"tags": DENIED} | TRAILS, Outcome.PASSED, id="tagged or not"),
        pytest.param(TAGGED, Outcome.NOT_APPLICABLE, id="receives logs"),
        pytest.param(TAGGED | {"reads": DENIED}, Outcome.NOT_APPLICABLE, id="tag settles it"),
        pytest.param({"tags": frozenset({"team"})}, Outcome.FAILED, id="tagged otherwise"),
    ],
)
def test_s3_access_recorded(fields, outcome):
    settled = {"tags": frozenset(), "reads": False, "writes": False, "server_log": False}
    bucket = BucketAccess(
        id="arn:aws:s3:::papers", name="papers", account_id="123456789012", **settled | fields
    )
    assert s3_access_recorded(bucket).outcome is outcome
