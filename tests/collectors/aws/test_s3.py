"""Buckets are read with every layer that guards them, and nothing is taken for granted."""

import json

import pytest

from collectors.aws.s3 import s3_account, s3_buckets, s3_encryption, s3_policies, s3_versioning
from collectors.evidence.aws.s3 import (
    DefaultEncryption,
    PolicyCondition,
    PolicyStatement,
    PublicAccessBlock,
)
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
OWNER_ALONE = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def seed(aws, *names):
    s3 = aws.client("s3")
    for name in names:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return s3


def lists_asked(transcript):
    return [e.arguments for e in transcript.exchanges if e.operation == "GetBucketAcl"]


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


OF_EACH_BUCKET = [
    pytest.param(s3_encryption, "default", "s3:GetBucketEncryption", id="encryption"),
    pytest.param(s3_versioning, "status", "s3:GetBucketVersioning", id="versioning"),
    pytest.param(s3_policies, "statements", "s3:GetBucketPolicy", id="policies"),
]


@pytest.mark.parametrize(("collector", "part", "call"), OF_EACH_BUCKET)
def test_each_collector_keeps_a_bucket_whose_part_is_denied(aws, collector, part, call):
    seed(aws, "accounts", "billing")
    snapshot, transcript = aws.snapshot(collector, {call: Denied(first=2)})

    a, b = snapshot.records
    assert not isinstance(getattr(a, part), Unread)
    assert getattr(b, part) == Unread(why=f"{call}: AccessDenied")
    assert snapshot.complete
    assert aws.again(collector, transcript) == snapshot


@pytest.mark.parametrize(("collector", "part", "call"), OF_EACH_BUCKET)
def test_each_collector_asks_one_thing_of_each_bucket(aws, collector, part, call):
    seed(aws, "accounts", "billing", "contracts")
    _, transcript = aws.snapshot(collector)

    asked = [f"{e.service}:{e.operation}" for e in transcript.exchanges]
    assert sorted(asked) == sorted(["s3:ListBuckets", *[call] * 3]), part


@pytest.mark.parametrize(("collector", "part", "call"), OF_EACH_BUCKET)
def test_each_collector_reads_a_second_page_and_omits_a_denied_one(aws, collector, part, call):
    seed(aws, "accounts", "billing")
    pages = Pages(
        (
            {"Buckets": [{"Name": "accounts"}], "ContinuationToken": "more"},
            {"Buckets": [{"Name": "billing"}]},
        )
    )
    snapshot, _ = aws.snapshot(collector, {"s3:ListBuckets": pages})
    assert [bucket.name for bucket in snapshot.records] == ["accounts", "billing"], (part, call)

    snapshot, _ = aws.snapshot(collector, {"s3:ListBuckets": Denied()})
    assert (snapshot.records, snapshot.complete) == ((), False)


def test_the_accounts_layer_is_read_none_told_from_denied(aws):
    (unset,) = aws.snapshot(s3_account)[0].records
    assert unset.block is None

    aws.client("s3control").put_public_access_block(
        AccountId="123456789012", PublicAccessBlockConfiguration=SWITCHES
    )
    snapshot, transcript = aws.snapshot(s3_account)
    assert snapshot.records[0].block == CLOSED
    assert aws.again(s3_account, transcript) == snapshot

    (denied,) = aws.snapshot(s3_account, {"s3control:GetPublicAccessBlock": Denied()})[0].records
    assert denied.block == Unread(why="s3control:GetPublicAccessBlock: AccessDenied")


def test_a_switch_that_the_answer_leaves_out_is_not_taken_for_off(aws):
    answer = {"PublicAccessBlockConfiguration": {**SWITCHES, "BlockPublicPolicy": None}}
    faults = {"s3control:GetPublicAccessBlock": Pages((answer,))}
    (account,) = aws.snapshot(s3_account, faults)[0].records
    assert account.block == Unread(
        why="s3control:GetPublicAccessBlock: the answer has no BlockPublicPolicy"
    )


def test_what_lets_the_public_in_is_read(aws):
    s3 = seed(aws, "accounts", "billing")
    s3.put_bucket_ownership_controls(Bucket="accounts", OwnershipControls=OWNER_ALONE)
    s3.put_bucket_acl(Bucket="billing", ACL="public-read")
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    policy = {"Statement": [{**allow, "Resource": "arn:aws:s3:::billing/*"}]}
    s3.put_bucket_policy(Bucket="billing", Policy=json.dumps(policy))
    snapshot, transcript = aws.snapshot(s3_buckets)

    a, b = snapshot.records
    assert a.object_ownership == "BucketOwnerEnforced"
    assert (a.policy_is_public, a.public_grants) == (None, frozenset())
    assert b.object_ownership is None
    assert (b.policy_is_public, b.public_grants) == (True, frozenset({"READ"}))
    assert aws.again(s3_buckets, transcript) == snapshot


def test_an_access_list_without_force_is_not_asked(aws):
    s3 = seed(aws, "accounts", "billing")
    before, with_list = aws.snapshot(s3_buckets)
    s3.put_bucket_ownership_controls(Bucket="accounts", OwnershipControls=OWNER_ALONE)
    snapshot, transcript = aws.snapshot(s3_buckets, {"s3:GetBucketAcl": Denied()})

    a, b = snapshot.records
    assert a.public_grants == frozenset()
    assert isinstance(b.public_grants, Unread), "where lists are in force, it is asked"
    assert [arguments["Bucket"] for arguments in lists_asked(transcript)] == ["billing"]
    assert aws.again(s3_buckets, transcript) == snapshot
    assert aws.again(s3_buckets, with_list) == before


def test_an_access_list_is_asked_where_ownership_is_not_told(aws):
    seed(aws, "accounts")
    _, transcript = aws.snapshot(s3_buckets, {"s3:GetBucketOwnershipControls": Denied()})
    assert len(lists_asked(transcript)) == 1


def test_what_was_kept_of_a_list_without_force_can_still_be_replayed(aws):
    s3 = seed(aws, "accounts")
    s3.put_bucket_ownership_controls(Bucket="accounts", OwnershipControls=OWNER_ALONE)
    snapshot, asked_now = aws.snapshot(s3_buckets)
    s3.delete_bucket_ownership_controls(Bucket="accounts")
    _, with_list = aws.snapshot(s3_buckets)
    kept = Transcript(
        (*asked_now.exchanges, *(e for e in with_list.exchanges if e.operation == "GetBucketAcl"))
    )
    assert len(lists_asked(kept)) == 1
    assert aws.again(s3_buckets, kept) == snapshot


@pytest.mark.parametrize(
    ("call", "part"),
    [
        ("s3:GetBucketOwnershipControls", "object_ownership"),
        ("s3:GetBucketPolicyStatus", "policy_is_public"),
        ("s3:GetBucketAcl", "public_grants"),
    ],
)
def test_each_part_is_unread_where_it_is_denied(aws, call, part):
    seed(aws, "accounts")
    (bucket,) = aws.snapshot(s3_buckets, {call: Denied()})[0].records
    assert getattr(bucket, part) == Unread(why=f"{call}: AccessDenied")
    (bucket,) = aws.snapshot(s3_buckets, {call: Pages(({},))})[0].records
    assert isinstance(getattr(bucket, part), Unread)


def test_names_and_addresses_of_people_are_cut_out(aws):
    seed(aws, "accounts")
    grantee = {"Type": "CanonicalUser", "ID": "79a5", "DisplayName": "alice"}
    grants = [{"Grantee": {**grantee, "EmailAddress": "a@acme.test"}, "Permission": "READ"}]
    answer = {"Owner": {"ID": "79a5", "DisplayName": "alice"}, "Grants": grants}
    _, transcript = aws.snapshot(s3_buckets, {"s3:GetBucketAcl": Pages((answer,))})

    kept = repr(transcript)
    assert "79a5" in kept
    assert "alice" not in kept
    assert "a@acme.test" not in kept


def test_the_default_encryption_is_read_with_its_key(aws):
    s3 = seed(aws, "accounts", "billing")
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/billing"}
    s3.put_bucket_encryption(
        Bucket="billing",
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": default}]
        },
    )
    _, b = aws.snapshot(s3_encryption)[0].records
    assert b.default == DefaultEncryption(algorithm="aws:kms", key="alias/billing")


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        ({}, "the answer has no ServerSideEncryptionConfiguration"),
        ({"ServerSideEncryptionConfiguration": {"Rules": []}}, "the answer has no rule"),
        (
            {"ServerSideEncryptionConfiguration": {"Rules": [{"BucketKeyEnabled": True}]}},
            "the answer has no ApplyServerSideEncryptionByDefault",
        ),
    ],
)
def test_an_encryption_that_is_not_named_is_unread(aws, answer, missing):
    seed(aws, "accounts")
    (bucket,) = aws.snapshot(s3_encryption, {"s3:GetBucketEncryption": Pages((answer,))})[0].records
    assert bucket.default == Unread(why=f"s3:GetBucketEncryption: {missing}")


def test_no_default_encryption_is_none(aws):
    seed(aws, "accounts")
    aws.client("s3").delete_bucket_encryption(Bucket="accounts")
    code = "ServerSideEncryptionConfigurationNotFoundError"
    (bucket,) = aws.snapshot(s3_encryption, {"s3:GetBucketEncryption": Denied(code)})[0].records
    assert bucket.default is None


def test_versioning_is_read_and_never_on_is_none(aws):
    s3 = seed(aws, "accounts", "billing", "contracts")
    for name, status in (("billing", "Enabled"), ("contracts", "Suspended")):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": status})
    snapshot, _ = aws.snapshot(s3_versioning)
    assert [b.status for b in snapshot.records] == [None, "Enabled", "Suspended"]


def test_a_policy_is_read_statement_by_statement(aws):
    s3 = seed(aws, "accounts", "billing")
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": ["arn:aws:s3:::billing", "arn:aws:s3:::billing/*"],
                "Condition": {"Bool": {"aws:SecureTransport": False}},
            },
            {
                "Effect": "Deny",
                "NotPrincipal": {"AWS": "arn:aws:iam::123456789012:root"},
                "NotAction": "s3:GetObject",
                "NotResource": "arn:aws:s3:::billing/*",
            },
            {
                "Effect": "Allow",
                "Principal": {"AWS": ["a", "b"], "Service": "c"},
                "Action": ["s3:GetObject"],
                "Resource": "*",
            },
        ],
    }
    s3.put_bucket_policy(Bucket="billing", Policy=json.dumps(policy))
    snapshot, transcript = aws.snapshot(s3_policies)

    without, billing = snapshot.records
    assert without.statements is None
    secure = PolicyCondition(
        operator="Bool", key="aws:SecureTransport", values=frozenset({"false"})
    )
    deny, turned_round, allow = billing.statements
    assert deny == PolicyStatement(
        effect="Deny",
        principals=frozenset({"*"}),
        actions=frozenset({"s3:*"}),
        resources=frozenset({"arn:aws:s3:::billing", "arn:aws:s3:::billing/*"}),
        conditions=(secure,),
    )
    assert (turned_round.principals, turned_round.actions, turned_round.resources) == (
        None,
        None,
        None,
    )
    assert allow.principals == {"AWS:a", "AWS:b", "Service:c"}
    assert aws.again(s3_policies, transcript) == snapshot


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ("not JSON", "the answer holds no JSON object"),
        ("[]", "the answer holds no JSON object"),
        ('{"Statement": [{"Action": "s3:*"}]}', "the answer has no Effect"),
    ],
)
def test_a_policy_that_cannot_be_understood_is_unread(aws, policy, why):
    seed(aws, "accounts")
    faults = {"s3:GetBucketPolicy": Pages(({"Policy": policy},))}
    (bucket,) = aws.snapshot(s3_policies, faults)[0].records
    assert bucket.statements == Unread(why=f"s3:GetBucketPolicy: {why}")


def test_a_policy_may_write_its_only_statement_without_a_list(aws):
    seed(aws, "accounts")
    policy = {"Statement": {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:*"}}
    faults = {"s3:GetBucketPolicy": Pages(({"Policy": json.dumps(policy)},))}
    (bucket,) = aws.snapshot(s3_policies, faults)[0].records
    (statement,) = bucket.statements
    assert statement.principals == {"AWS:*"}
