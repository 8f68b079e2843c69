"""Who can reach stored data."""

import pytest

from checks.access.storage import s3_public_access_blocked
from checks.contract import Outcome
from collectors.evidence.aws.s3 import PublicAccessBlock, S3Bucket
from tests.evidence import DENIED


def block(*, acls=True, policies=True):
    return PublicAccessBlock(
        block_public_acls=acls,
        ignore_public_acls=acls,
        block_public_policy=policies,
        restrict_public_buckets=policies,
    )


def bucket(*, bucket_block=None, account_block=None):
    return S3Bucket(
        id="arn:aws:s3:::invoices",
        name="invoices",
        account_id="123456789012",
        bucket_block=bucket_block,
        account_block=account_block,
    )


@pytest.mark.parametrize(
    ("bucket_block", "account_block", "outcome"),
    [
        pytest.param(block(), None, Outcome.PASSED, id="bucket blocks everything"),
        pytest.param(None, block(), Outcome.PASSED, id="account blocks everything"),
        pytest.param(
            block(acls=False), block(policies=False), Outcome.PASSED, id="each covers the other"
        ),
        pytest.param(DENIED, block(), Outcome.PASSED, id="bucket denied, account settles it"),
        pytest.param(None, None, Outcome.FAILED, id="nothing configured"),
        pytest.param(block(acls=False), None, Outcome.FAILED, id="ACLs left open"),
        pytest.param(DENIED, None, Outcome.UNDETERMINED, id="bucket denied"),
        pytest.param(None, DENIED, Outcome.UNDETERMINED, id="account denied"),
    ],
)
def test_s3_public_access_blocked(bucket_block, account_block, outcome):
    subject = bucket(bucket_block=bucket_block, account_block=account_block)
    assert s3_public_access_blocked(subject).outcome is outcome
