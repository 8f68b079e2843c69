"""Buckets of one region: traces of access, locks, and the time objects are kept."""

from collections.abc import Iterator, Mapping
from typing import Any

from collectors.aws.account import Region, Response, told
from collectors.aws.classification import CLASSIFICATION, TAGGED
from collectors.aws.data_events import (
    ACCESS_LOG,
    RECORDERS,
    access_log_of,
    stores_of,
    trails_of,
)
from collectors.aws.log_buckets import LIFECYCLE, NO_LIFECYCLE, NO_LOCK, OBJECT_LOCK
from collectors.aws.s3 import LIST_BUCKETS, VERSIONING
from collectors.contract import collector
from collectors.evidence.aws.bucket_records import (
    BucketAccess,
    ClassifiedBucket,
    ExpiryRule,
    LimitedBucket,
)
from collectors.evidence.record import Unread

LIMIT_TAG = "gapwatch:retention-days"
BUCKETS = ["s3:bucket"]
"""The tags of all buckets of a region come at once; what was never tagged AWS leaves out."""
DAYS = {"Days": 1, "Years": 365}


@collector(id="aws.s3.access-records", calls=(LIST_BUCKETS, TAGGED, *RECORDERS, ACCESS_LOG))
def bucket_access(region: Region) -> Iterator[BucketAccess]:
    """Every bucket of the region, with the traces that access to its objects leaves."""
    tags = _tags(region)
    trails, stores = trails_of(region), stores_of(region)

    def describe(bucket: Mapping[str, Any]) -> BucketAccess:
        name = bucket["Name"]
        return BucketAccess(
            id=f"arn:{region.partition}:s3:::{name}",
            name=name,
            account_id=region.id,
            tags=tags if isinstance(tags, Unread) else frozenset(tags.get(name, ())),
            access_log_to=access_log_of(region.detail(ACCESS_LOG, Bucket=name)),
            trails=trails,
            stores=stores,
        )

    buckets = region.each(LIST_BUCKETS, "Buckets", BucketRegion=region.region)
    yield from region.concurrently(describe, buckets)


@collector(id="aws.s3.classified-buckets", calls=(TAGGED, OBJECT_LOCK))
def classified_buckets(region: Region) -> Iterator[ClassifiedBucket]:
    """Every bucket with a tag that says what is in it, and whether it can be removed."""

    def describe(bucket: tuple[str, str]) -> ClassifiedBucket:
        name, classification = bucket
        answer = region.detail(OBJECT_LOCK, absent=NO_LOCK, Bucket=name)
        return ClassifiedBucket(
            id=f"arn:{region.partition}:s3:::{name}",
            name=name,
            account_id=region.id,
            classification=classification,
            locked=_locked(answer),
            retained_days=_retained(answer),
        )

    yield from region.concurrently(describe, _with_tag(region, CLASSIFICATION))


@collector(id="aws.s3.limited-buckets", calls=(TAGGED, LIFECYCLE, VERSIONING))
def limited_buckets(region: Region) -> Iterator[LimitedBucket]:
    """Every bucket with a tag that says how long objects may be kept, and its rules."""

    def describe(bucket: tuple[str, str]) -> LimitedBucket:
        name, limit = bucket
        versioning = region.detail(VERSIONING, Bucket=name)
        return LimitedBucket(
            id=f"arn:{region.partition}:s3:::{name}",
            name=name,
            account_id=region.id,
            limit=limit,
            rules=_rules(region.detail(LIFECYCLE, absent=NO_LIFECYCLE, Bucket=name)),
            # S3 leaves the status out of a bucket that was never versioned
            versioning=versioning if isinstance(versioning, Unread) else versioning.get("Status"),
        )

    yield from region.concurrently(describe, _with_tag(region, LIMIT_TAG))


def _each_tagged(region: Region) -> Iterator[tuple[str, Mapping[str, str]]]:
    for mapping in region.each(TAGGED, "ResourceTagMappingList", ResourceTypeFilters=BUCKETS):
        tags = {tag["Key"]: tag.get("Value", "") for tag in mapping.get("Tags") or ()}
        yield mapping["ResourceARN"].rpartition(":")[2], tags


def _with_tag(region: Region, key: str) -> Iterator[tuple[str, str]]:
    """The buckets that carry a tag, with its value."""
    return ((name, tags[key]) for name, tags in _each_tagged(region) if key in tags)


def _tags(region: Region) -> Mapping[str, Mapping[str, str]] | Unread:
    mappings = region.listed(TAGGED, "ResourceTagMappingList", ResourceTypeFilters=BUCKETS)
    return mappings if isinstance(mappings, Unread) else dict(_each_tagged(region))


def _locked(answer: Response | Unread | None) -> bool | Unread:
    if answer is None:
        return False
    configuration = told(OBJECT_LOCK, answer, "ObjectLockConfiguration", dict)
    on = told(OBJECT_LOCK, configuration, "ObjectLockEnabled", str)
    return on if isinstance(on, Unread) else on == "Enabled"


def _retained(answer: Response | Unread | None) -> int | Unread | None:
    if answer is None:
        return None
    configuration = told(OBJECT_LOCK, answer, "ObjectLockConfiguration", dict)
    if isinstance(configuration, Unread):
        return configuration
    retention = (configuration.get("Rule") or {}).get("DefaultRetention") or {}
    lengths = (retention[unit] * days for unit, days in DAYS.items() if retention.get(unit))
    return next(lengths, None)


def _rules(answer: Response | Unread | None) -> tuple[ExpiryRule, ...] | Unread:
    if answer is None:
        return ()
    written = told(LIFECYCLE, answer, "Rules", list)
    if isinstance(written, Unread):
        return written
    return tuple(_rule(rule) for rule in written if rule.get("Status") == "Enabled" and _all(rule))


def _all(rule: Response) -> bool:
    """Whether a rule speaks of every object: it has no prefix and no filter that narrows."""
    narrowed = rule.get("Filter") or {}
    return not rule.get("Prefix") and not any(narrowed.values())


def _rule(rule: Response) -> ExpiryRule:
    old = rule.get("NoncurrentVersionExpiration") or {}
    return ExpiryRule(
        objects_days=(rule.get("Expiration") or {}).get("Days"),
        versions_days=old.get("NoncurrentDays"),
        versions_kept=old.get("NewerNoncurrentVersions") or 0,
        uploads_days=(rule.get("AbortIncompleteMultipartUpload") or {}).get("DaysAfterInitiation"),
    )
