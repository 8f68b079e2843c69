"""Can what was overwritten or deleted be brought back?"""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.s3 import S3BucketVersioning
from collectors.evidence.gcp import BucketVersions
from collectors.evidence.record import Unread

SECONDS_A_DAY = 86_400


@check(
    id="aws.s3.versioning-on",
    title="S3 buckets keep the versions of their objects",
    controls=("AVL-01", "PIN-04"),
    severity=Severity.MEDIUM,
    remediation="Turn on versioning, with a lifecycle rule for old versions.",
    empty=Outcome.NOT_APPLICABLE,
)
def s3_versioning_on(bucket: S3BucketVersioning) -> Verdict:
    """A bucket without versions forgets what it held with the first wrong write or deletion.

    Suspended versioning keeps the old versions and makes no new ones, so it does not count.
    """
    if isinstance(bucket.status, Unread):
        return undetermined(bucket.status)
    if bucket.status is None:
        return failed("versioning was never turned on")
    if bucket.status == "Enabled":
        return passed("versioning is on")
    return failed("versioning is not on", status=bucket.status)


@check(
    id="gcp.storage.versions-kept",
    title="Cloud Storage buckets keep what is overwritten or deleted",
    controls=("AVL-01", "PIN-04"),
    severity=Severity.MEDIUM,
    remediation="Turn on versioning, or let soft delete keep objects for the required days.",
    empty=Outcome.NOT_APPLICABLE,
)
def storage_versions_kept(bucket: BucketVersions, *, min_soft_delete_days: int = 7) -> Verdict:
    """A wrong write or deletion can only be undone while the old object is still there.

    Versioning keeps it until a rule removes it; soft delete keeps it for a set time, after an
    overwrite as well as after a deletion. Either is enough.
    """
    if bucket.versioning is True:
        return passed("versioning is on")
    soft_delete = bucket.soft_delete_seconds
    days = None if isinstance(soft_delete, Unread) else soft_delete / SECONDS_A_DAY
    if days is not None and days >= min_soft_delete_days:
        return passed(f"deleted objects are kept for {days:g} days", kept_days=days)
    for part in (bucket.versioning, soft_delete):
        if isinstance(part, Unread):
            return undetermined(part, kept_days=days)
    return failed(
        f"versioning is off, and deleted objects are not kept for {min_soft_delete_days} days",
        kept_days=days,
    )
