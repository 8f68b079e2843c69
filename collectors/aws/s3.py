"""Buckets, and what guards them."""

from collections.abc import Iterator, Mapping
from typing import Any

from collectors.aws.account import Account
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.s3 import PublicAccessBlock, S3Bucket
from collectors.evidence.record import Unread

LIST_BUCKETS = ApiCall("s3", "ListBuckets", "s3:ListAllMyBuckets", redact=("Owner.DisplayName",))
BUCKET_BLOCK = ApiCall("s3", "GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock")
ACCOUNT_BLOCK = ApiCall("s3control", "GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock")
NO_BLOCK = "NoSuchPublicAccessBlockConfiguration"


@collector(id="aws.s3.buckets", calls=(LIST_BUCKETS, BUCKET_BLOCK, ACCOUNT_BLOCK))
def s3_buckets(account: Account) -> Iterator[S3Bucket]:
    """Every bucket in the account, with both layers of Block Public Access."""
    account_block = _block(account.detail(ACCOUNT_BLOCK, absent=NO_BLOCK, AccountId=account.id))

    def describe(bucket: Mapping[str, Any]) -> S3Bucket:
        name = bucket["Name"]
        return S3Bucket(
            id=f"arn:{account.partition}:s3:::{name}",
            name=name,
            account_id=account.id,
            bucket_block=_block(account.detail(BUCKET_BLOCK, absent=NO_BLOCK, Bucket=name)),
            account_block=account_block,
        )

    yield from account.concurrently(describe, account.each(LIST_BUCKETS, "Buckets"))


def _block(response: Mapping[str, Any] | Unread | None) -> PublicAccessBlock | Unread | None:
    if response is None or isinstance(response, Unread):
        return response
    switches = response["PublicAccessBlockConfiguration"]
    return PublicAccessBlock(
        block_public_acls=switches["BlockPublicAcls"],
        ignore_public_acls=switches["IgnorePublicAcls"],
        block_public_policy=switches["BlockPublicPolicy"],
        restrict_public_buckets=switches["RestrictPublicBuckets"],
    )
