"""Are things kept as long as they must be, and no longer than they may?"""

from collections.abc import Iterable

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
from collectors.evidence.aws.bucket_records import ClassifiedBucket, ExpiryRule, LimitedBucket
from collectors.evidence.record import Unread


@check(
    id="aws.s3.records-locked",
    title="Records and backups in S3 cannot be altered",
    controls=("AVL-01", "PIN-04"),
    severity=Severity.LOW,
    remediation="Turn on Object Lock with a default retention; what is in the bucket already has "
    "to be locked or copied again.",
    empty=Outcome.NOT_APPLICABLE,
)
def s3_records_locked(
    bucket: ClassifiedBucket, *, required_for: tuple[str, ...] = ("records", "backups")
) -> Verdict:
    """Whoever gets in to encrypt a company's data for ransom removes its backups first.

    Judged are buckets whose tag `classification` is one of those that ask for it. Object Lock
    has to be on with a default retention, in either mode, since without one nothing is locked
    that nobody locks by hand.
    """
    if bucket.classification not in required_for:
        return not_applicable(
            "its classification asks for no lock", classification=bucket.classification
        )
    for part in (bucket.locked, bucket.retained_days):
        if isinstance(part, Unread):
            return undetermined(part)
    if not bucket.locked:
        return failed("Object Lock is off", classification=bucket.classification)
    if bucket.retained_days is None:
        return failed("there is no default retention", classification=bucket.classification)
    return passed(f"new objects are locked for {bucket.retained_days} days")


@check(
    id="aws.s3.lifecycle-matches-schedule",
    title="S3 buckets remove what may be kept no longer",
    controls=("DAT-02",),
    severity=Severity.MEDIUM,
    remediation="Add a rule for the whole bucket that removes objects, old versions and "
    "unfinished uploads within the limit.",
    empty=Outcome.NOT_APPLICABLE,
)
def s3_lifecycle_matches_schedule(bucket: LimitedBucket) -> Verdict:
    """What was promised to be deleted is deleted by a rule, or one day by nobody.

    Judged are buckets whose tag `gapwatch:retention-days` says how long their class may be
    kept. Enabled rules for the whole bucket count: objects and unfinished uploads are removed
    within the limit. In a bucket that ever kept versions an object becomes an old version
    first, so both times together have to be within it, and no number of versions may stay.
    """
    if not bucket.limit.isdecimal():
        return failed("its tag names no number of days", tag=bucket.limit)
    for part in (bucket.rules, bucket.versioning):
        if isinstance(part, Unread):
            return undetermined(part)
    rules = bucket.rules if isinstance(bucket.rules, tuple) else ()
    late = _late(rules, int(bucket.limit), versioned=bucket.versioning is not None)
    if late:
        return failed("not removed within the limit", late=late, limit_days=int(bucket.limit))
    return passed("removed within the limit", limit_days=int(bucket.limit))


def _late(rules: tuple[ExpiryRule, ...], limit: int, *, versioned: bool) -> tuple[str, ...]:
    """What stays longer than the limit, as far as rules say."""
    objects = _soonest(rule.objects_days for rule in rules)
    old = _soonest(rule.versions_days for rule in rules if not rule.versions_kept)
    gone = None if objects is None or old is None else objects + old
    times = {
        "objects": objects,
        "old versions": gone if versioned else objects,
        "unfinished uploads": _soonest(rule.uploads_days for rule in rules),
    }
    return tuple(name for name, days in times.items() if days is None or days > limit)


def _soonest(days: Iterable[int | None]) -> int | None:
    return min((each for each in days if each is not None), default=None)
