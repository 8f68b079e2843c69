"""Can what trails have recorded be lost?"""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.log_buckets import LogBucket
from collectors.evidence.record import Unread


@check(
    id="aws.cloudtrail.log-bucket-locked",
    title="Buckets that receive trails cannot be emptied",
    controls=("MON-01",),
    severity=Severity.MEDIUM,
    remediation="Turn on versioning and Object Lock in the account of the log archive, and keep "
    "the objects long enough.",
    empty=Outcome.NOT_APPLICABLE,
)
def cloudtrail_log_bucket_locked(bucket: LogBucket, *, min_retention_days: int = 365) -> Verdict:
    """Whoever breaks in deletes the log of it, if the log can be deleted.

    The bucket is versioned, and either Object Lock is on or deleting a version takes a second
    factor. No rule removes objects earlier than the limit.
    """
    days = bucket.expires_after_days
    if isinstance(days, int) and days < min_retention_days:
        return failed(f"objects are removed after {days} days", removed_after_days=days)
    if bucket.versioned is False:
        return failed("the bucket is not versioned")
    if bucket.locked is False and bucket.mfa_delete is False:
        return failed("neither Object Lock nor a second factor keeps versions from deletion")
    settled = bucket.locked is True or bucket.mfa_delete is True
    for part in (days, bucket.versioned, *(() if settled else (bucket.locked, bucket.mfa_delete))):
        if isinstance(part, Unread):
            return undetermined(part)
    removed = None if isinstance(days, Unread) else days
    return passed("versions cannot be deleted", removed_after_days=removed)
