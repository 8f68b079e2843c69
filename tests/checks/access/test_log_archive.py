"""Who can reach what trails have recorded."""

import pytest

from checks.access.log_archive import cloudtrail_log_bucket_private
from checks.contract import Outcome
from collectors.evidence.aws.log_buckets import LogBucket
from collectors.evidence.aws.s3 import ACLS_DISABLED
from tests.checks.access.test_storage import block
from tests.evidence import DENIED

OPEN_LIST = frozenset({"READ"})


def log_bucket(**fields):
    settled = {
        "account_block": None,
        "bucket_block": None,
        "object_ownership": ACLS_DISABLED,
        "policy_is_public": False,
        "public_grants": frozenset(),
        "versioned": True,
        "mfa_delete": False,
        "locked": True,
        "expires_after_days": None,
    }
    return LogBucket(
        id="arn:aws:s3:::trail",
        name="trail",
        account_id="123456789012",
        trails=("arn:aws:cloudtrail:eu-west-1:123456789012:trail/company",),
        **settled | fields,
    )


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="closed"),
        pytest.param({"policy_is_public": None}, Outcome.PASSED, id="no policy"),
        pytest.param({"policy_is_public": True}, Outcome.FAILED, id="by policy"),
        pytest.param({"public_grants": OPEN_LIST}, Outcome.PASSED, id="a list without force"),
        pytest.param(
            {"public_grants": OPEN_LIST, "object_ownership": None}, Outcome.FAILED, id="by list"
        ),
        pytest.param(
            {"policy_is_public": True, "bucket_block": block()}, Outcome.PASSED, id="blocked"
        ),
        pytest.param(
            {"policy_is_public": True, "account_block": block()}, Outcome.PASSED, id="by account"
        ),
        pytest.param(
            {"policy_is_public": True, "bucket_block": block(policies=False)},
            Outcome.FAILED,
            id="only lists blocked",
        ),
        pytest.param(
            {"bucket_block": block(), "policy_is_public": DENIED, "public_grants": DENIED},
            Outcome.PASSED,
            id="a block settles it",
        ),
        pytest.param(
            {"policy_is_public": True, "bucket_block": DENIED}, Outcome.UNDETERMINED, id="blocked?"
        ),
        pytest.param(
            {"policy_is_public": True, "account_block": DENIED}, Outcome.UNDETERMINED, id="whose?"
        ),
        pytest.param({"policy_is_public": DENIED}, Outcome.UNDETERMINED, id="policy denied"),
        pytest.param(
            {"public_grants": DENIED, "object_ownership": None},
            Outcome.UNDETERMINED,
            id="list denied",
        ),
    ],
)
def test_cloudtrail_log_bucket_private(fields, outcome):
    assert cloudtrail_log_bucket_private(log_bucket(**fields)).outcome is outcome
