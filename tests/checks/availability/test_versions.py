"""Can what was overwritten or deleted be brought back?"""

import pytest

from checks.availability.versions import s3_versioning_on, storage_versions_kept
from checks.contract import Outcome
from collectors.evidence.aws.s3 import S3BucketVersioning
from collectors.evidence.gcp import BucketVersions
from tests.evidence import DENIED


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        pytest.param("Enabled", Outcome.PASSED, id="on"),
        pytest.param("Suspended", Outcome.FAILED, id="suspended"),
        pytest.param(None, Outcome.FAILED, id="never on"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="denied"),
    ],
)
def test_s3_versioning_on(status, outcome):
    subject = S3BucketVersioning(
        id="arn:aws:s3:::invoices", name="invoices", account_id="123456789012", status=status
    )
    assert s3_versioning_on(subject).outcome is outcome


@pytest.mark.parametrize(
    ("versioning", "seconds", "outcome"),
    [
        pytest.param(True, 0, Outcome.PASSED, id="versioning"),
        pytest.param(True, DENIED, Outcome.PASSED, id="versioning settles it"),
        pytest.param(False, 604_800, Outcome.PASSED, id="soft delete for 7 days"),
        pytest.param(DENIED, 604_800, Outcome.PASSED, id="soft delete settles it"),
        pytest.param(False, 604_799, Outcome.FAILED, id="soft delete a second too short"),
        pytest.param(None, 0, Outcome.FAILED, id="neither was ever on"),
        pytest.param(None, DENIED, Outcome.UNDETERMINED, id="soft delete unread"),
        pytest.param(DENIED, 0, Outcome.UNDETERMINED, id="versioning unread"),
    ],
)
def test_storage_versions_kept(versioning, seconds, outcome):
    subject = BucketVersions(
        id="//storage.googleapis.com/invoices",
        name="invoices",
        versioning=versioning,
        soft_delete_seconds=seconds,
    )
    assert storage_versions_kept(subject).outcome is outcome
