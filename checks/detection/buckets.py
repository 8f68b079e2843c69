"""Does access to stored objects leave a trace?"""

from checks.contract import (
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.aws.bucket_records import BucketAccess
from collectors.evidence.record import Unread


@check(
    id="aws.s3.access-recorded",
    title="Access to S3 buckets leaves a trace",
    controls=("MON-01",),
    severity=Severity.MEDIUM,
    remediation="Record the bucket's object events in a trail, or turn on server access logs.",
    empty=Outcome.NOT_APPLICABLE,
)
def s3_access_recorded(
    bucket: BucketAccess, *, log_bucket_tag: str = "gapwatch:log-bucket"
) -> Verdict:
    """After a leak, the question is what was read; without a trace the answer is everything.

    A trail counts if it is on and records both reads and writes of every object of the bucket,
    alone or together with others; so do the access logs of S3 itself. A bucket that only
    receives logs would log its own logs, and is left out by its tag. CloudTrail Lake is not
    read.
    """
    if bucket.server_log is True:
        return passed("S3 logs access itself")
    if bucket.reads is True and bucket.writes is True:
        return passed("trails record reads and writes")
    if isinstance(bucket.tags, frozenset) and log_bucket_tag in bucket.tags:
        return not_applicable("declared to receive logs only")
    for part in (bucket.server_log, bucket.reads, bucket.writes, bucket.tags):
        if isinstance(part, Unread):
            return undetermined(part)
    missing = tuple(
        name for name, on in (("reads", bucket.reads), ("writes", bucket.writes)) if on is False
    )
    return failed("access is not recorded", missing=missing)
