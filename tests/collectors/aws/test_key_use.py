"""Keys that are turned off or about to be deleted are read with the stores that name them."""

import pytest

from collectors.aws.key_use import retired_keys
from collectors.evidence.record import Omission, Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

SCOPE = "aws:123456789012/eu-west-1"
RULE = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}


@pytest.fixture
def key(aws):
    """A key that is about to be deleted, beside one in use."""
    kms = aws.client("kms")
    kms.create_key()
    made = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/old", TargetKeyId=made["KeyId"])
    kms.schedule_key_deletion(KeyId=made["KeyId"])
    return made


def only(snapshot):
    (record,) = snapshot.records
    return record


def encrypt_with(aws, arn, alias):
    """A volume, a database, a table and two buckets of this key, and a bucket without."""
    aws.client("ec2").create_volume(
        AvailabilityZone="eu-west-1a", Size=1, Encrypted=True, KmsKeyId=arn
    )
    aws.client("rds").create_db_instance(
        DBInstanceIdentifier="orders",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        AllocatedStorage=20,
        StorageEncrypted=True,
        KmsKeyId=arn,
    )
    aws.client("dynamodb").create_table(
        TableName="carts",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": arn},
    )
    s3 = aws.client("s3")
    for name, named in (("by-arn", arn), ("by-alias", alias), ("plain", None)):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        if named:
            default = RULE["ApplyServerSideEncryptionByDefault"] | {"KMSMasterKeyID": named}
            s3.put_bucket_encryption(
                Bucket=name,
                ServerSideEncryptionConfiguration={
                    "Rules": [{"ApplyServerSideEncryptionByDefault": default}]
                },
            )


def test_a_key_is_read_with_every_store_that_names_it(aws, key):
    encrypt_with(aws, key["Arn"], "alias/old")
    snapshot, transcript = aws.snapshot(retired_keys)

    record = only(snapshot)
    assert (record.id, record.state, record.unseen) == (key["Arn"], "PendingDeletion", None)
    kinds = [arn.split(":", 5)[2] for arn in record.users]
    assert sorted(kinds) == ["dynamodb", "ec2", "rds", "s3", "s3"]
    assert aws.again(retired_keys, transcript) == snapshot


def test_keys_in_order_cost_no_look_at_stores(aws):
    aws.client("kms").create_key()
    snapshot, transcript = aws.snapshot(retired_keys)

    assert (snapshot.records, snapshot.complete) == ((), True)
    assert {e.service for e in transcript.exchanges} == {"kms"}


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    "denied",
    [
        *("ec2:DescribeVolumes", "ec2:DescribeSnapshots", "rds:DescribeDBInstances"),
        *("rds:DescribeDBClusters", "dynamodb:ListTables", "dynamodb:DescribeTable"),
        *("s3:ListBuckets", "s3:GetBucketEncryption", "efs:DescribeFileSystems"),
        *("redshift:DescribeClusters", "kms:ListAliases"),
    ],
)
def test_stores_that_cannot_be_seen_leave_a_doubt(aws, denied):
    encrypt_with(aws, "arn:aws:kms:eu-west-1:123456789012:key/another", "alias/another")
    snapshot, _ = aws.snapshot(retired_keys, {denied: Denied()})

    assert only(snapshot).users == ()
    assert only(snapshot).unseen == Unread(why=f"{denied}: AccessDenied")


@pytest.mark.usefixtures("key")
def test_a_denied_key_stays_and_is_unread(aws):
    snapshot, _ = aws.snapshot(retired_keys, {"kms:DescribeKey": Denied()})
    assert {r.state for r in snapshot.records} == {Unread(why="kms:DescribeKey: AccessDenied")}

    snapshot, _ = aws.snapshot(retired_keys, {"kms:ListKeys": Denied()})
    assert snapshot.omissions == (Omission(where=SCOPE, why="kms:ListKeys: AccessDenied"),)


def test_keys_of_every_page_are_read(aws):
    def listed(letter):
        return {"KeyId": letter, "KeyArn": f"arn:aws:kms:eu-west-1:123456789012:key/{letter}"}

    faults = said(
        "kms:ListKeys",
        {"Keys": [listed("a")], "Truncated": True, "NextMarker": "more"},
        {"Keys": [listed("b")], "Truncated": False},
    )
    snapshot, _ = aws.snapshot(retired_keys, faults | {"kms:DescribeKey": Denied()})
    assert {record.name for record in snapshot.records} == {"a", "b"}
