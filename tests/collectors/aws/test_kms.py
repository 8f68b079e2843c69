"""Customer managed keys are read with their rotation; keys that AWS manages are not ours."""

import pytest

from collectors.aws.kms import kms_keys
from collectors.evidence.record import Omission, Unread
from collectors.transcript import Transcript
from tests.faults import Denied, Pages

SCOPE = "aws:123456789012/eu-west-1"


def seed(aws, *names):
    kms = aws.client("kms")
    for name in names:
        key_id = kms.create_key()["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=key_id)
        yield key_id


def described(**more):
    metadata = {
        "KeyManager": "CUSTOMER",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "Origin": "AWS_KMS",
        "KeyState": "Enabled",
    }
    return Pages(({"KeyMetadata": metadata | more},))


def read(aws, faults=None):
    snapshot, _ = aws.snapshot(kms_keys, faults)
    assert snapshot.complete
    return {key.name: key for key in snapshot.records}


def test_a_key_is_read_with_its_rotation(aws):
    rotating, _ = seed(aws, "rotating", "resting")
    aws.client("kms").enable_key_rotation(KeyId=rotating)
    keys = read(aws)

    key = keys["alias/rotating"]
    assert key.id == f"arn:aws:kms:eu-west-1:123456789012:key/{rotating}"
    assert (key.spec, key.origin, key.state) == ("SYMMETRIC_DEFAULT", "AWS_KMS", "Enabled")
    assert (key.manager, key.is_replica) == ("CUSTOMER", False)
    assert key.rotation_days == 365
    assert keys["alias/resting"].rotation_days is None


@pytest.mark.parametrize(
    ("answer", "days"),
    [
        ({"KeyRotationEnabled": True, "RotationPeriodInDays": 730}, 730),
        ({"KeyRotationEnabled": False, "RotationPeriodInDays": 90}, None),
        ({}, Unread(why="kms:GetKeyRotationStatus: the answer has no KeyRotationEnabled")),
    ],
)
def test_the_period_counts_while_rotation_is_on(aws, answer, days):
    (_,) = seed(aws, "rotating")
    keys = read(aws, {"kms:GetKeyRotationStatus": Pages((answer,))})

    assert keys["alias/rotating"].rotation_days == days


@pytest.mark.parametrize(
    ("metadata", "is_replica"),
    [
        ({"MultiRegionConfiguration": {"MultiRegionKeyType": "REPLICA"}}, True),
        ({"MultiRegionConfiguration": {"MultiRegionKeyType": "PRIMARY"}}, False),
        ({}, Unread(why="kms:DescribeKey: the answer has no MultiRegionConfiguration")),
    ],
)
def test_a_replica_is_told_from_a_primary(aws, metadata, is_replica):
    key_id = aws.client("kms").create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
    keys = read(aws, {"kms:DescribeKey": described(**metadata)})

    assert keys[key_id].is_replica == is_replica


def test_a_key_that_aws_manages_is_left_out(aws):
    (_,) = seed(aws, "ours")

    assert read(aws, {"kms:DescribeKey": described(KeyManager="AWS")}) == {}


def test_a_kind_that_cannot_rotate_has_no_rotation(aws):
    (_,) = seed(aws, "signing")
    keys = read(aws, {"kms:GetKeyRotationStatus": Denied(code="UnsupportedOperationException")})

    assert keys["alias/signing"].rotation_days is None


def test_a_key_that_cannot_be_described_stays(aws):
    (_,) = seed(aws, "ours")
    keys = read(aws, {"kms:DescribeKey": Denied(code="AccessDeniedException")})

    key = keys["alias/ours"]
    unread = Unread(why="kms:DescribeKey: AccessDeniedException")
    assert (key.manager, key.spec, key.origin, key.state) == (unread,) * 4


def test_a_denied_rotation_is_not_rotation_turned_off(aws):
    (_,) = seed(aws, "ours")
    keys = read(aws, {"kms:GetKeyRotationStatus": Denied(code="AccessDeniedException")})

    why = "kms:GetKeyRotationStatus: AccessDeniedException"
    assert keys["alias/ours"].rotation_days == Unread(why=why)


def test_without_aliases_a_key_goes_by_its_id(aws):
    (key_id,) = seed(aws, "ours")

    assert list(read(aws, {"kms:ListAliases": Denied()})) == [key_id]


def test_a_denied_list_is_an_omission_and_not_an_empty_region(aws):
    (_,) = seed(aws, "ours")
    snapshot, _ = aws.snapshot(kms_keys, {"kms:ListKeys": Denied(code="AccessDeniedException")})

    assert snapshot.records == ()
    why = "kms:ListKeys: AccessDeniedException"
    assert snapshot.omissions == (Omission(where=SCOPE, why=why),)


def test_keys_of_a_second_page_are_read(aws):
    first, second = seed(aws, "first", "second")

    def key(key_id):
        return {"KeyId": key_id, "KeyArn": f"arn:aws:kms:eu-west-1:123456789012:key/{key_id}"}

    pages = Pages(
        (
            {"Keys": [key(first)], "Truncated": True, "NextMarker": "more"},
            {"Keys": [key(second)], "Truncated": False},
        )
    )
    assert set(read(aws, {"kms:ListKeys": pages})) == {"alias/first", "alias/second"}


def test_a_replay_reads_what_was_read_and_no_more(aws):
    list(seed(aws, "first", "second"))
    snapshot, transcript = aws.snapshot(kms_keys)

    assert aws.again(kms_keys, transcript) == snapshot
    lists = Transcript(tuple(e for e in transcript.exchanges if e.operation == "ListKeys"))
    assert {key.manager.why for key in aws.again(kms_keys, lists).records} == {
        "kms:DescribeKey: not collected"
    }
