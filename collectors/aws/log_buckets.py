"""Buckets that receive what trails record: closed, and kept from being emptied."""

from collections import defaultdict
from collections.abc import Iterator

from collectors.aws.account import Region, Response, told
from collectors.aws.cloudtrail import TRAILS
from collectors.aws.s3 import (
    ACCESS_LIST,
    ACCOUNT_BLOCK,
    BUCKET_BLOCK,
    LIST_BUCKETS,
    NO_BLOCK,
    NO_OWNERSHIP,
    NO_POLICY,
    OWNERSHIP,
    POLICY_STATUS,
    VERSIONING,
    account_block_of,
    block,
    grants_in_force,
    is_public,
    ownership,
)
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.log_buckets import LogBucket
from collectors.evidence.aws.s3 import PublicAccessBlock
from collectors.evidence.record import Unread
from collectors.reader import unread

OBJECT_LOCK = ApiCall("s3", "GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration")
LIFECYCLE = ApiCall("s3", "GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration")
NO_LOCK = "ObjectLockConfigurationNotFoundError"
NO_LIFECYCLE = "NoSuchLifecycleConfiguration"


@collector(
    id="aws.cloudtrail.log-buckets",
    calls=(
        TRAILS,
        LIST_BUCKETS,
        ACCOUNT_BLOCK,
        BUCKET_BLOCK,
        OWNERSHIP,
        POLICY_STATUS,
        ACCESS_LIST,
        VERSIONING,
        OBJECT_LOCK,
        LIFECYCLE,
    ),
)
def log_buckets(region: Region) -> Iterator[LogBucket]:
    """Every bucket that a trail made in this account and region delivers to.

    The bucket may belong to another account: what that one does not show is unread.
    """
    here = f"arn:{region.partition}:cloudtrail:{region.region}:{region.id}:"
    received: dict[str, list[str]] = defaultdict(list)
    for trail in region.each(TRAILS, "trailList", includeShadowTrails=True):
        if trail["TrailARN"].startswith(here):
            received[trail["S3BucketName"]].append(trail["TrailARN"])

    def describe(name: str) -> LogBucket:
        versioning = region.detail(VERSIONING, Bucket=name)
        owned = ownership(region.detail(OWNERSHIP, absent=NO_OWNERSHIP, Bucket=name))
        return LogBucket(
            id=f"arn:{region.partition}:s3:::{name}",
            name=name,
            account_id=region.id,
            trails=tuple(sorted(received[name])),
            account_block=_block_of_owner(region, name),
            bucket_block=block(
                BUCKET_BLOCK, region.detail(BUCKET_BLOCK, absent=NO_BLOCK, Bucket=name)
            ),
            object_ownership=owned,
            policy_is_public=is_public(region.detail(POLICY_STATUS, absent=NO_POLICY, Bucket=name)),
            public_grants=grants_in_force(region, name, owned),
            versioned=_says(versioning, "Status"),
            mfa_delete=_says(versioning, "MFADelete"),
            locked=_locked(region.detail(OBJECT_LOCK, absent=NO_LOCK, Bucket=name)),
            expires_after_days=_expiry(region.detail(LIFECYCLE, absent=NO_LIFECYCLE, Bucket=name)),
        )

    yield from region.concurrently(describe, sorted(received))


def _block_of_owner(region: Region, name: str) -> PublicAccessBlock | Unread | None:
    """The account's layer covers the bucket if it is the account's own."""
    buckets = region.listed(LIST_BUCKETS, "Buckets")
    if isinstance(buckets, Unread):
        return buckets
    own = any(bucket["Name"] == name for bucket in buckets)
    return account_block_of(region) if own else None


def _says(versioning: Response | Unread, field: str) -> bool | Unread:
    """S3 leaves both fields out of a bucket that was never versioned."""
    return versioning if isinstance(versioning, Unread) else versioning.get(field) == "Enabled"


def _locked(answer: Response | Unread | None) -> bool | Unread:
    if answer is None:
        return False
    configuration = told(OBJECT_LOCK, answer, "ObjectLockConfiguration", dict)
    on = told(OBJECT_LOCK, configuration, "ObjectLockEnabled", str)
    return on if isinstance(on, Unread) else on == "Enabled"


def _expiry(answer: Response | Unread | None) -> int | Unread | None:
    if answer is None:
        return None
    rules = told(LIFECYCLE, answer, "Rules", list)
    if isinstance(rules, Unread):
        return rules
    days = []
    for rule in rules:
        expiration = rule.get("Expiration") or {}
        if rule.get("Status") == "Enabled" and "Date" in expiration:
            return unread(LIFECYCLE, "a rule removes objects on a date")
        if rule.get("Status") == "Enabled" and "Days" in expiration:
            days.append(expiration["Days"])
    return min(days, default=None)
