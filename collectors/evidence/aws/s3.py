"""Buckets, and what guards them."""

from collectors.evidence.record import Fact, Record, Unread


class PublicAccessBlock(Fact, frozen=True, tag="aws.public_access_block"):
    """The four switches of S3's Block Public Access."""

    block_public_acls: bool
    ignore_public_acls: bool
    block_public_policy: bool
    restrict_public_buckets: bool


class S3Bucket(Record, frozen=True, tag="aws.s3_bucket"):
    """A bucket, with both layers of Block Public Access."""

    account_id: str
    bucket_block: PublicAccessBlock | Unread | None
    """`None` when the bucket was never configured."""
    account_block: PublicAccessBlock | Unread | None
    """The account's layer, copied into each bucket: one record holds all its verdict needs."""
