"""Buckets, and what guards them."""

from collectors.evidence.record import Fact, Record, Unread

ACLS_DISABLED = "BucketOwnerEnforced"
"""The ownership setting under which S3 ignores every access list."""


class PublicAccessBlock(Fact, frozen=True, tag="aws.public_access_block"):
    """The four switches of S3's Block Public Access."""

    block_public_acls: bool
    ignore_public_acls: bool
    block_public_policy: bool
    restrict_public_buckets: bool


class S3Account(Record, frozen=True, tag="aws.s3_account"):
    """An account, with the layer of Block Public Access that covers all its buckets."""

    block: PublicAccessBlock | Unread | None
    """`None` when the account was never configured."""


class S3Bucket(Record, frozen=True, tag="aws.s3_bucket"):
    """A bucket, with both layers of Block Public Access and what they hold back."""

    account_id: str
    bucket_block: PublicAccessBlock | Unread | None
    """`None` when the bucket was never configured."""
    account_block: PublicAccessBlock | Unread | None
    """The account's layer, copied into each bucket: one record holds all its verdict needs."""
    object_ownership: str | Unread | None
    """AWS's word for it; `None` when it was never set, and access lists are in force."""
    policy_is_public: bool | Unread | None
    """Whether S3 itself calls the bucket's policy public; `None` without a policy."""
    public_grants: frozenset[str] | Unread
    """The permissions its access list gives to everyone, or to anyone signed in to AWS.

    None where ownership disables access lists: what S3 ignores is not asked.
    """


class DefaultEncryption(Fact, frozen=True, tag="aws.s3_default_encryption"):
    """How S3 encrypts an object that was written without a wish of its own."""

    algorithm: str
    """`AES256` (S3's own keys), `aws:kms` or `aws:kms:dsse`."""
    key: str | None
    """Id, alias or ARN of the KMS key; `None` with S3's own keys or KMS's default for S3."""


class S3BucketEncryption(Record, frozen=True, tag="aws.s3_bucket_encryption"):
    """A bucket, with the encryption of what is written to it."""

    account_id: str
    default: DefaultEncryption | Unread | None
    """`None` when none was set: only buckets untouched since 2023 can lack it."""


class S3BucketVersioning(Record, frozen=True, tag="aws.s3_bucket_versioning"):
    """A bucket, and whether it keeps what is overwritten or deleted."""

    account_id: str
    status: str | Unread | None
    """`Enabled` or `Suspended`; `None` when versioning was never turned on."""


class PolicyCondition(Fact, frozen=True, tag="aws.policy_condition"):
    """One condition of a policy's statement: an operator, the key it compares, with what."""

    operator: str
    key: str
    values: frozenset[str]


class PolicyStatement(Fact, frozen=True, tag="aws.policy_statement"):
    """One statement of a resource's policy.

    A part that the statement turns round (`NotPrincipal`, `NotAction`, `NotResource`) is
    `None`: whom and what it covers cannot be named.
    """

    effect: str
    principals: frozenset[str] | None
    """`*`, or the kind and the name: `AWS:arn:aws:iam::123456789012:role/reader`."""
    actions: frozenset[str] | None
    resources: frozenset[str] | None
    conditions: tuple[PolicyCondition, ...]


class S3BucketPolicy(Record, frozen=True, tag="aws.s3_bucket_policy"):
    """A bucket, with its policy."""

    account_id: str
    statements: tuple[PolicyStatement, ...] | Unread | None
    """`None` when the bucket has no policy."""
