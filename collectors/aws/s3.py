"""Buckets, and what guards them."""

from collections.abc import Iterator, Mapping
from typing import Any

from collectors.aws.account import Account, Response, document, told, whole
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.s3 import (
    ACLS_DISABLED,
    DefaultEncryption,
    PolicyCondition,
    PolicyStatement,
    PublicAccessBlock,
    S3Account,
    S3Bucket,
    S3BucketEncryption,
    S3BucketPolicy,
    S3BucketVersioning,
)
from collectors.evidence.record import Unread
from collectors.reader import unread

LIST_BUCKETS = ApiCall("s3", "ListBuckets", "s3:ListAllMyBuckets", redact=("Owner.DisplayName",))
BUCKET_BLOCK = ApiCall("s3", "GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock")
ACCOUNT_BLOCK = ApiCall("s3control", "GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock")
OWNERSHIP = ApiCall("s3", "GetBucketOwnershipControls", "s3:GetBucketOwnershipControls")
POLICY_STATUS = ApiCall("s3", "GetBucketPolicyStatus", "s3:GetBucketPolicyStatus")
ACCESS_LIST = ApiCall(
    "s3",
    "GetBucketAcl",
    "s3:GetBucketAcl",
    redact=("Owner.DisplayName", "Grants.Grantee.DisplayName", "Grants.Grantee.EmailAddress"),
)
ENCRYPTION = ApiCall("s3", "GetBucketEncryption", "s3:GetEncryptionConfiguration")
VERSIONING = ApiCall("s3", "GetBucketVersioning", "s3:GetBucketVersioning")
POLICY = ApiCall("s3", "GetBucketPolicy", "s3:GetBucketPolicy")

NO_BLOCK = "NoSuchPublicAccessBlockConfiguration"
NO_OWNERSHIP = "OwnershipControlsNotFoundError"
NO_POLICY = "NoSuchBucketPolicy"
NO_ENCRYPTION = "ServerSideEncryptionConfigurationNotFoundError"

SWITCHES = {
    "block_public_acls": "BlockPublicAcls",
    "ignore_public_acls": "IgnorePublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "restrict_public_buckets": "RestrictPublicBuckets",
}
ANYONE = ("/groups/global/AllUsers", "/groups/global/AuthenticatedUsers")


@collector(id="aws.s3.account", calls=(ACCOUNT_BLOCK,))
def s3_account(account: Account) -> Iterator[S3Account]:
    """The account's own layer of Block Public Access."""
    yield S3Account(id=account.id, name=account.id, block=account_block_of(account))


@collector(
    id="aws.s3.buckets",
    calls=(LIST_BUCKETS, BUCKET_BLOCK, ACCOUNT_BLOCK, OWNERSHIP, POLICY_STATUS, ACCESS_LIST),
)
def s3_buckets(account: Account) -> Iterator[S3Bucket]:
    """Every bucket in the account, with what lets the public in and what holds it back."""
    account_block = account_block_of(account)

    def describe(bucket: Mapping[str, Any]) -> S3Bucket:
        name = bucket["Name"]
        owned = ownership(account.detail(OWNERSHIP, absent=NO_OWNERSHIP, Bucket=name))
        return S3Bucket(
            id=_arn(account, name),
            name=name,
            account_id=account.id,
            bucket_block=block(
                BUCKET_BLOCK, account.detail(BUCKET_BLOCK, absent=NO_BLOCK, Bucket=name)
            ),
            account_block=account_block,
            object_ownership=owned,
            policy_is_public=is_public(
                account.detail(POLICY_STATUS, absent=NO_POLICY, Bucket=name)
            ),
            public_grants=grants_in_force(account, name, owned),
        )

    yield from account.concurrently(describe, account.each(LIST_BUCKETS, "Buckets"))


@collector(id="aws.s3.encryption", calls=(LIST_BUCKETS, ENCRYPTION))
def s3_encryption(account: Account) -> Iterator[S3BucketEncryption]:
    """Every bucket in the account, with its default encryption."""

    def describe(bucket: Mapping[str, Any]) -> S3BucketEncryption:
        name = bucket["Name"]
        return S3BucketEncryption(
            id=_arn(account, name),
            name=name,
            account_id=account.id,
            default=_encryption(account.detail(ENCRYPTION, absent=NO_ENCRYPTION, Bucket=name)),
        )

    yield from account.concurrently(describe, account.each(LIST_BUCKETS, "Buckets"))


@collector(id="aws.s3.versioning", calls=(LIST_BUCKETS, VERSIONING))
def s3_versioning(account: Account) -> Iterator[S3BucketVersioning]:
    """Every bucket in the account, and whether it keeps old versions."""

    def describe(bucket: Mapping[str, Any]) -> S3BucketVersioning:
        name = bucket["Name"]
        answer = account.detail(VERSIONING, Bucket=name)
        return S3BucketVersioning(
            id=_arn(account, name),
            name=name,
            account_id=account.id,
            # S3 leaves the status out of a bucket that was never versioned
            status=answer if isinstance(answer, Unread) else answer.get("Status"),
        )

    yield from account.concurrently(describe, account.each(LIST_BUCKETS, "Buckets"))


@collector(id="aws.s3.policies", calls=(LIST_BUCKETS, POLICY))
def s3_policies(account: Account) -> Iterator[S3BucketPolicy]:
    """Every bucket in the account, with its policy."""

    def describe(bucket: Mapping[str, Any]) -> S3BucketPolicy:
        name = bucket["Name"]
        return S3BucketPolicy(
            id=_arn(account, name),
            name=name,
            account_id=account.id,
            statements=_statements(account.detail(POLICY, absent=NO_POLICY, Bucket=name)),
        )

    yield from account.concurrently(describe, account.each(LIST_BUCKETS, "Buckets"))


def _arn(account: Account, name: str) -> str:
    return f"arn:{account.partition}:s3:::{name}"


def account_block_of(account: Account) -> PublicAccessBlock | Unread | None:
    """The layer that covers all buckets of an account; `None` where it was never configured."""
    answer = account.detail(ACCOUNT_BLOCK, absent=NO_BLOCK, AccountId=account.id)
    return block(ACCOUNT_BLOCK, answer)


def block(call: ApiCall, answer: Response | Unread | None) -> PublicAccessBlock | Unread | None:
    """The four switches of one layer; `None` where it was never configured."""
    if answer is None:
        return None
    block = told(call, answer, "PublicAccessBlockConfiguration", dict)
    switches = whole(told(call, block, name, bool) for name in SWITCHES.values())
    if isinstance(switches, Unread):
        return switches
    return PublicAccessBlock(**dict(zip(SWITCHES, switches, strict=True)))


def ownership(answer: Response | Unread | None) -> str | Unread | None:
    """AWS's word for who owns what is written to a bucket."""
    if answer is None:
        return None
    return told(OWNERSHIP, _rule(OWNERSHIP, answer, "OwnershipControls"), "ObjectOwnership", str)


def is_public(answer: Response | Unread | None) -> bool | Unread | None:
    """Whether S3 calls a bucket's policy public; `None` without a policy."""
    if answer is None:
        return None
    return told(POLICY_STATUS, told(POLICY_STATUS, answer, "PolicyStatus", dict), "IsPublic", bool)


def grants_in_force(
    account: Account, bucket: str, owned: str | Unread | None
) -> frozenset[str] | Unread:
    """The permissions a bucket's access list gives to everyone; one that S3 ignores is not asked.

    S3 lets ownership disable access lists only where the bucket's own gives nothing to others
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html).
    """
    if owned == ACLS_DISABLED:
        return frozenset()
    return _public_grants(account.detail(ACCESS_LIST, Bucket=bucket))


def _public_grants(answer: Response | Unread) -> frozenset[str] | Unread:
    grants = told(ACCESS_LIST, answer, "Grants", list)
    if isinstance(grants, Unread):
        return grants
    permissions = whole(
        told(ACCESS_LIST, grant, "Permission", str)
        for grant in grants
        if grant["Grantee"].get("URI", "").endswith(ANYONE)  # only groups have a URI
    )
    return permissions if isinstance(permissions, Unread) else frozenset(permissions)


def _encryption(answer: Response | Unread | None) -> DefaultEncryption | Unread | None:
    if answer is None:
        return None
    rule = _rule(ENCRYPTION, answer, "ServerSideEncryptionConfiguration")
    default = told(ENCRYPTION, rule, "ApplyServerSideEncryptionByDefault", dict)
    algorithm = told(ENCRYPTION, default, "SSEAlgorithm", str)
    if isinstance(default, Unread):
        return default
    if isinstance(algorithm, Unread):
        return algorithm
    return DefaultEncryption(algorithm=algorithm, key=default.get("KMSMasterKeyID"))


def _rule(call: ApiCall, answer: Response | Unread, configuration: str) -> Response | Unread:
    """The one rule that S3 allows in a configuration's list of rules."""
    rules = told(call, told(call, answer, configuration, dict), "Rules", list)
    if isinstance(rules, Unread):
        return rules
    return rules[0] if rules else unread(call, "the answer has no rule")


def _statements(answer: Response | Unread | None) -> tuple[PolicyStatement, ...] | Unread | None:
    if answer is None:
        return None
    text = told(POLICY, answer, "Policy", str)
    policy = text if isinstance(text, Unread) else document(POLICY, text)
    if isinstance(policy, Unread):
        return policy
    return whole(_statement(written) for written in _several(policy.get("Statement")))


def _statement(written: Response) -> PolicyStatement | Unread:
    effect = told(POLICY, written, "Effect", str)
    if isinstance(effect, Unread):
        return effect
    return PolicyStatement(
        effect=effect,
        principals=_principals(written.get("Principal")),
        actions=_texts(written.get("Action")),
        resources=_texts(written.get("Resource")),
        conditions=tuple(
            PolicyCondition(operator=operator, key=key, values=_texts(values) or frozenset())
            for operator, keys in written.get("Condition", {}).items()
            for key, values in keys.items()
        ),
    )


def _principals(written: Any) -> frozenset[str] | None:
    if not isinstance(written, dict):
        return _texts(written)
    return frozenset(
        f"{kind}:{name}" for kind, names in written.items() for name in _several(names)
    )


def _texts(written: Any) -> frozenset[str] | None:
    """A policy's value or list of values; it may write a truth value with or without quotes."""
    if written is None:
        return None
    return frozenset(
        str(value).lower() if isinstance(value, bool) else str(value) for value in _several(written)
    )


def _several(written: Any) -> tuple[Any, ...]:
    """A policy may write one thing by itself or in a list."""
    if written is None:
        return ()
    return tuple(written) if isinstance(written, list) else (written,)
