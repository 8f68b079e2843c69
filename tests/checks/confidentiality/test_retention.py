"""Are things kept as long as they must be, and no longer than they may?"""

import pytest

from checks.confidentiality.retention import s3_lifecycle_matches_schedule, s3_records_locked
from checks.contract import Outcome
from collectors.evidence.aws.bucket_records import ClassifiedBucket, ExpiryRule, LimitedBucket
from tests.evidence import DENIED

NAMED = {"id": "arn:aws:s3:::papers", "name": "papers", "account_id": "123456789012"}


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="locked"),
        pytest.param({"locked": False, "retained_days": None}, Outcome.FAILED, id="not locked"),
        pytest.param({"retained_days": None}, Outcome.FAILED, id="by hand only"),
        pytest.param({"locked": DENIED}, Outcome.UNDETERMINED, id="lock unread"),
        pytest.param({"retained_days": DENIED}, Outcome.UNDETERMINED, id="time unread"),
        pytest.param(
            {"classification": "public", "locked": False}, Outcome.NOT_APPLICABLE, id="not asked"
        ),
    ],
)
def test_s3_records_locked(fields, outcome):
    settled = {"classification": "backups", "locked": True, "retained_days": 30}
    bucket = ClassifiedBucket(**NAMED, **settled | fields)
    assert s3_records_locked(bucket).outcome is outcome


def rule(objects=None, versions=None, *, kept=0, uploads=None):
    return ExpiryRule(
        objects_days=objects, versions_days=versions, versions_kept=kept, uploads_days=uploads
    )


UPLOADS = rule(uploads=7)


@pytest.mark.parametrize(
    ("rules", "versioning", "outcome"),
    [
        pytest.param((rule(30, uploads=7),), None, Outcome.PASSED, id="at the limit"),
        pytest.param((rule(31), UPLOADS), None, Outcome.FAILED, id="a day late"),
        pytest.param((rule(30),), None, Outcome.FAILED, id="unfinished uploads stay"),
        pytest.param((rule(30, uploads=31),), None, Outcome.FAILED, id="uploads a day late"),
        pytest.param((UPLOADS,), None, Outcome.FAILED, id="objects stay"),
        pytest.param((), None, Outcome.FAILED, id="no rule"),
        pytest.param((rule(90), rule(10), UPLOADS), None, Outcome.PASSED, id="the sooner counts"),
        pytest.param((rule(30), UPLOADS), "Enabled", Outcome.FAILED, id="old versions stay"),
        pytest.param((rule(20, 10), UPLOADS), "Enabled", Outcome.PASSED, id="both times together"),
        pytest.param((rule(20, 11), UPLOADS), "Enabled", Outcome.FAILED, id="a day too long"),
        pytest.param((rule(20, 10, kept=1), UPLOADS), "Enabled", Outcome.FAILED, id="one stays"),
        pytest.param((rule(30), UPLOADS), "Suspended", Outcome.FAILED, id="old ones of before"),
        pytest.param(DENIED, None, Outcome.UNDETERMINED, id="rules unread"),
        pytest.param((rule(20, 10), UPLOADS), DENIED, Outcome.UNDETERMINED, id="versions?"),
    ],
)
def test_s3_lifecycle_matches_schedule(rules, versioning, outcome):
    bucket = LimitedBucket(**NAMED, limit="30", rules=rules, versioning=versioning)
    assert s3_lifecycle_matches_schedule(bucket).outcome is outcome


@pytest.mark.parametrize("limit", ["", "a year", "-1", "1.5"])
def test_a_tag_that_names_no_days_fails(limit):
    bucket = LimitedBucket(**NAMED, limit=limit, rules=(rule(1, uploads=1),), versioning=None)
    assert s3_lifecycle_matches_schedule(bucket).outcome is Outcome.FAILED
