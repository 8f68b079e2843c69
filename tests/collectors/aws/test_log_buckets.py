"""Buckets that receive trails are read with what closes them and what keeps them."""

import json

import pytest

from collectors.aws.log_buckets import log_buckets
from collectors.evidence.record import Unread
from tests.faults import Denied

PUBLIC = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::trail/*",
}


@pytest.fixture
def s3(aws):
    made = aws.client("s3")
    made.create_bucket(
        Bucket="trail",
        CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
        ObjectLockEnabledForBucket=True,
    )
    for name in ("company", "second"):
        aws.client("cloudtrail").create_trail(Name=name, S3BucketName="trail")
    return made


def only(snapshot):
    (record,) = snapshot.records
    return record


def test_a_bucket_of_two_trails_is_read_once(aws, s3):
    s3.put_bucket_lifecycle_configuration(
        Bucket="trail",
        LifecycleConfiguration={
            "Rules": [
                {
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "Expiration": {"Days": days},
                    "ID": name,
                }
                for name, days in (("a", 400), ("b", 30))
            ]
        },
    )
    s3.put_bucket_policy(Bucket="trail", Policy=json.dumps({"Statement": [PUBLIC]}))
    snapshot, transcript = aws.snapshot(log_buckets)

    record = only(snapshot)
    assert [arn.rpartition("/")[2] for arn in record.trails] == ["company", "second"]
    assert (record.locked, record.versioned, record.mfa_delete) == (True, True, False)
    assert (record.expires_after_days, record.policy_is_public) == (30, True)
    assert record.public_grants == frozenset()
    assert aws.again(log_buckets, transcript) == snapshot


@pytest.mark.usefixtures("s3")
def test_the_accounts_own_layer_covers_its_own_bucket(aws):
    aws.client("s3control").put_public_access_block(
        AccountId="123456789012",
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )
    snapshot, _ = aws.snapshot(log_buckets)
    assert only(snapshot).account_block.restrict_public_buckets
    assert only(snapshot).bucket_block is None


def test_a_bucket_that_was_never_set_up_says_so(aws):
    aws.client("s3").create_bucket(
        Bucket="plain", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    aws.client("cloudtrail").create_trail(Name="company", S3BucketName="plain")
    snapshot, _ = aws.snapshot(log_buckets)

    record = only(snapshot)
    assert (record.locked, record.versioned, record.expires_after_days) == (False, False, None)
    assert record.policy_is_public is None


def test_an_access_list_without_force_is_not_asked(aws, s3):
    s3.put_bucket_ownership_controls(
        Bucket="trail",
        OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
    )
    snapshot, transcript = aws.snapshot(log_buckets, {"s3:GetBucketAcl": Denied()})

    assert only(snapshot).public_grants == frozenset()
    assert "GetBucketAcl" not in {one.operation for one in transcript.exchanges}
    assert aws.again(log_buckets, transcript) == snapshot


@pytest.mark.usefixtures("s3")
@pytest.mark.parametrize(
    ("call", "field"),
    [
        ("s3:ListBuckets", "account_block"),
        ("s3control:GetPublicAccessBlock", "account_block"),
        ("s3:GetPublicAccessBlock", "bucket_block"),
        ("s3:GetBucketOwnershipControls", "object_ownership"),
        ("s3:GetBucketPolicyStatus", "policy_is_public"),
        ("s3:GetBucketAcl", "public_grants"),
        ("s3:GetBucketVersioning", "versioned"),
        ("s3:GetObjectLockConfiguration", "locked"),
        ("s3:GetBucketLifecycleConfiguration", "expires_after_days"),
    ],
)
def test_what_is_denied_of_a_bucket_is_unread(aws, call, field):
    snapshot, _ = aws.snapshot(log_buckets, {call: Denied()})

    assert getattr(only(snapshot), field) == Unread(why=f"{call}: AccessDenied")
