"""Volumes are read with the snapshots made of them, and snapshots with their encryption."""

from datetime import UTC, datetime

import pytest

from collectors.aws.ec2_volumes import ec2_defaults, ec2_storage, ec2_volumes
from collectors.evidence.record import Omission, Unread
from collectors.transcript import Transcript
from tests.faults import Denied, Pages

NAMED = [{"ResourceType": "volume", "Tags": [{"Key": "Name", "Value": "orders"}]}]
SNAPSHOTS_DENIED = Unread(why="ec2:DescribeSnapshots: UnauthorizedOperation")


@pytest.fixture
def ec2(aws):
    return aws.client("ec2")


def made(ec2, **options):
    volume = ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1, **options)
    return volume["VolumeId"]


def found(snapshot, name):
    (record,) = (record for record in snapshot.records if record.id.endswith(f"/{name}"))
    return record


def snapshots(*starts, state="completed"):
    return {
        "Snapshots": [
            {"SnapshotId": f"snap-{start}", "VolumeId": volume, "State": state, "StartTime": start}
            for volume, start in starts
        ]
    }


def test_volumes_are_read_with_name_state_and_last_snapshot(aws, ec2):
    copied, plain = made(ec2, TagSpecifications=NAMED), made(ec2)
    began = ec2.create_snapshot(VolumeId=copied)["StartTime"]
    snapshot, _ = aws.snapshot(ec2_volumes)

    record = found(snapshot, copied)
    assert record.id == f"arn:aws:ec2:eu-west-1:123456789012:volume/{copied}"
    assert (record.name, record.state, record.tags) == ("orders", "available", {"Name": "orders"})
    assert record.last_snapshot_at.replace(microsecond=0) == began.replace(microsecond=0)
    assert found(snapshot, plain).name == plain
    assert found(snapshot, plain).last_snapshot_at is None
    assert snapshot.complete


def test_the_last_complete_snapshot_counts_wherever_it_stands(aws, ec2):
    volume = made(ec2)
    first, last = "2026-11-01T00:00:00.000Z", "2026-11-20T00:00:00.000Z"
    pages = Pages(
        (
            snapshots((volume, last)) | {"NextToken": "more"},
            snapshots((volume, first), ("vol-ffffffff", last)) | {"NextToken": "yet more"},
            snapshots((volume, "2026-11-22T00:00:00.000Z"), state="pending"),
        )
    )
    snapshot, _ = aws.snapshot(ec2_volumes, {"ec2:DescribeSnapshots": pages})

    assert found(snapshot, volume).last_snapshot_at == datetime(2026, 11, 20, tzinfo=UTC)


def test_denied_snapshots_are_unread_and_the_volumes_stay(aws, ec2):
    volume = made(ec2)
    denied = {"ec2:DescribeSnapshots": Denied("UnauthorizedOperation")}
    snapshot, _ = aws.snapshot(ec2_volumes, denied)

    assert found(snapshot, volume).last_snapshot_at == SNAPSHOTS_DENIED
    assert snapshot.complete


def test_a_snapshot_without_its_time_is_not_passed_over(aws, ec2):
    volume = made(ec2)
    pages = Pages(({"Snapshots": [{"VolumeId": volume, "State": "completed"}]},))
    snapshot, _ = aws.snapshot(ec2_volumes, {"ec2:DescribeSnapshots": pages})

    assert found(snapshot, volume).last_snapshot_at == Unread(
        why="ec2:DescribeSnapshots: the answer has no StartTime"
    )


def test_denied_volumes_are_an_omission(aws):
    snapshot, _ = aws.snapshot(
        ec2_volumes, {"ec2:DescribeVolumes": Denied("UnauthorizedOperation")}
    )
    assert snapshot.records == ()
    assert snapshot.omissions == (
        Omission(
            where="aws:123456789012/eu-west-1", why="ec2:DescribeVolumes: UnauthorizedOperation"
        ),
    )


def test_volumes_of_a_second_page_are_read(aws):
    pages = Pages(
        (
            {"Volumes": [{"VolumeId": "vol-a"}], "NextToken": "more"},
            {"Volumes": [{"VolumeId": "vol-b"}]},
        )
    )
    snapshot, _ = aws.snapshot(ec2_volumes, {"ec2:DescribeVolumes": pages})

    assert [volume.name for volume in snapshot.records] == ["vol-a", "vol-b"]
    assert {volume.state for volume in snapshot.records} == {
        Unread(why="ec2:DescribeVolumes: the answer has no State")
    }


def test_storage_is_volumes_and_own_snapshots_with_their_keys(aws, ec2):
    plain, sealed = made(ec2), made(ec2, Encrypted=True)
    copy = ec2.create_snapshot(VolumeId=sealed)["SnapshotId"]
    snapshot, _ = aws.snapshot(ec2_storage)

    assert (found(snapshot, plain).form, found(snapshot, plain).encrypted) == ("volume", False)
    assert found(snapshot, sealed).encrypted is True
    assert ":key/" in found(snapshot, sealed).key
    assert found(snapshot, copy).id == f"arn:aws:ec2:eu-west-1::snapshot/{copy}"
    assert (found(snapshot, copy).form, found(snapshot, copy).encrypted) == ("snapshot", True)


def test_denied_snapshots_are_an_omission_of_the_storage(aws, ec2):
    plain = made(ec2)
    denied = {"ec2:DescribeSnapshots": Denied("UnauthorizedOperation")}
    snapshot, _ = aws.snapshot(ec2_storage, denied)

    assert found(snapshot, plain).encrypted is False
    assert [omission.why for omission in snapshot.omissions] == [SNAPSHOTS_DENIED.why]


def test_the_regions_default_is_read_off_and_on(aws, ec2):
    (off,) = aws.snapshot(ec2_defaults)[0].records
    ec2.enable_ebs_encryption_by_default()
    (on,) = aws.snapshot(ec2_defaults)[0].records

    assert (off.encrypted, on.encrypted) == (False, True)
    assert off.id == on.id == "arn:aws:ec2:eu-west-1:123456789012:encryption-by-default"


def test_a_denied_default_is_unread_and_the_region_stays(aws):
    denied = {"ec2:GetEbsEncryptionByDefault": Denied("UnauthorizedOperation")}
    (region,) = aws.snapshot(ec2_defaults, denied)[0].records

    assert region.encrypted == Unread(why="ec2:GetEbsEncryptionByDefault: UnauthorizedOperation")


@pytest.mark.parametrize("collector", [ec2_volumes, ec2_storage, ec2_defaults])
def test_a_replay_reads_what_was_read(aws, ec2, collector):
    ec2.create_snapshot(VolumeId=made(ec2))
    snapshot, transcript = aws.snapshot(collector)

    assert aws.again(collector, transcript) == snapshot


def test_a_replay_without_snapshots_does_not_say_there_are_none(aws, ec2):
    volume = made(ec2)
    _, transcript = aws.snapshot(ec2_volumes)
    volumes = tuple(e for e in transcript.exchanges if e.operation == "DescribeVolumes")

    assert found(aws.again(ec2_volumes, Transcript(volumes)), volume).last_snapshot_at == Unread(
        why="ec2:DescribeSnapshots: not collected"
    )
