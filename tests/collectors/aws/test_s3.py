"""Buckets are read with every layer that guards them, and nothing is taken for granted."""

from collectors.aws.s3 import s3_buckets
from collectors.evidence.aws.s3 import PublicAccessBlock
from collectors.evidence.record import Omission, Unread
from collectors.transcript import Transcript
from tests.faults import Denied, Pages

CLOSED = PublicAccessBlock(
    block_public_acls=True,
    ignore_public_acls=True,
    block_public_policy=True,
    restrict_public_buckets=True,
)
SWITCHES = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


def seed(aws, *names):
    s3 = aws.client("s3")
    for name in names:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return s3


def test_both_layers_are_read_and_none_is_told_from_a_value(aws):
    seed(aws, "accounts", "billing").put_public_access_block(
        Bucket="billing", PublicAccessBlockConfiguration=SWITCHES
    )
    aws.client("s3control").put_public_access_block(
        AccountId="123456789012", PublicAccessBlockConfiguration=SWITCHES
    )
    snapshot, _ = aws.snapshot(s3_buckets)

    a, b = snapshot.records
    assert (a.bucket_block, a.account_block) == (None, CLOSED)
    assert (b.bucket_block, b.account_block) == (CLOSED, CLOSED)
    assert snapshot.complete


def test_a_denied_setting_is_unread_and_the_bucket_stays(aws):
    seed(aws, "accounts", "billing")
    snapshot, _ = aws.snapshot(s3_buckets, {"s3:GetPublicAccessBlock": Denied(first=2)})

    a, b = snapshot.records
    assert a.bucket_block is None
    assert b.bucket_block == Unread(why="s3:GetPublicAccessBlock: AccessDenied")
    assert snapshot.complete


def test_a_denied_list_is_an_omission_and_not_an_empty_account(aws):
    seed(aws, "accounts")
    snapshot, _ = aws.snapshot(s3_buckets, {"s3:ListBuckets": Denied()})

    assert snapshot.records == ()
    assert snapshot.omissions == (
        Omission(where="aws:123456789012", why="s3:ListBuckets: AccessDenied"),
    )


def test_buckets_of_a_second_page_are_read(aws):
    seed(aws, "accounts", "billing")
    pages = Pages(
        (
            {"Buckets": [{"Name": "accounts"}], "ContinuationToken": "more"},
            {"Buckets": [{"Name": "billing"}]},
        )
    )
    snapshot, _ = aws.snapshot(s3_buckets, {"s3:ListBuckets": pages})

    assert [bucket.name for bucket in snapshot.records] == ["accounts", "billing"]
    assert snapshot.complete


def test_a_replay_reads_what_was_read_and_no_more(aws):
    seed(aws, "accounts", "billing")
    snapshot, transcript = aws.snapshot(s3_buckets)

    assert aws.again(s3_buckets, transcript) == snapshot
    lists = Transcript(tuple(e for e in transcript.exchanges if e.operation == "ListBuckets"))
    assert {bucket.bucket_block.why for bucket in aws.again(s3_buckets, lists).records} == {
        "s3:GetPublicAccessBlock: not collected"
    }
