"""Volumes and their snapshots: encrypted, and copied often enough."""

from collections.abc import Iterator, Mapping

from collectors.aws.account import Region, Response, moment, told, whole
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.ec2 import EbsDefaults, EbsStorage, EbsVolume
from collectors.evidence.record import Instant, Unread

VOLUMES = ApiCall("ec2", "DescribeVolumes", "ec2:DescribeVolumes")
SNAPSHOTS = ApiCall(
    "ec2", "DescribeSnapshots", "ec2:DescribeSnapshots", redact=("Snapshots.Description",)
)
DEFAULT_ENCRYPTION = ApiCall("ec2", "GetEbsEncryptionByDefault", "ec2:GetEbsEncryptionByDefault")

OWN = ["self"]
COMPLETE = "completed"


@collector(id="aws.ec2.volumes", calls=(VOLUMES, SNAPSHOTS))
def ec2_volumes(region: Region) -> Iterator[EbsVolume]:
    """Every volume, and when its last complete snapshot was begun.

    Snapshots are listed once and sorted by volume. A copy of a snapshot names a volume that
    means nothing, so it counts for none.
    """
    snapshots = _last_snapshots(region)
    for volume in region.each(VOLUMES, "Volumes"):
        tags = _tags(volume)
        yield EbsVolume(
            id=_volume_arn(region, volume),
            name=tags.get("Name", volume["VolumeId"]),
            state=told(VOLUMES, volume, "State", str),
            tags=tags,
            created_at=moment(VOLUMES, volume, "CreateTime"),
            last_snapshot_at=snapshots
            if isinstance(snapshots, Unread)
            else snapshots.get(volume["VolumeId"]),
        )


@collector(id="aws.ec2.storage", calls=(VOLUMES, SNAPSHOTS))
def ec2_storage(region: Region) -> Iterator[EbsStorage]:
    """Every volume and every own snapshot, with the key that encrypts it."""
    for volume in region.each(VOLUMES, "Volumes"):
        yield EbsStorage(
            id=_volume_arn(region, volume),
            name=_tags(volume).get("Name", volume["VolumeId"]),
            form="volume",
            encrypted=told(VOLUMES, volume, "Encrypted", bool),
            key=volume.get("KmsKeyId"),
        )
    for snapshot in region.each(SNAPSHOTS, "Snapshots", OwnerIds=OWN):
        name = snapshot["SnapshotId"]
        yield EbsStorage(
            id=f"arn:{region.partition}:ec2:{region.region}::snapshot/{name}",
            name=_tags(snapshot).get("Name", name),
            form="snapshot",
            encrypted=told(SNAPSHOTS, snapshot, "Encrypted", bool),
            key=snapshot.get("KmsKeyId"),
        )


@collector(id="aws.ec2.defaults", calls=(DEFAULT_ENCRYPTION,))
def ec2_defaults(region: Region) -> Iterator[EbsDefaults]:
    """Whether this region encrypts every new volume."""
    answer = region.detail(DEFAULT_ENCRYPTION)
    yield EbsDefaults(
        id=f"arn:{region.partition}:ec2:{region.region}:{region.id}:encryption-by-default",
        name=f"{region.id}/{region.region}",
        encrypted=told(DEFAULT_ENCRYPTION, answer, "EbsEncryptionByDefault", bool),
    )


def _last_snapshots(region: Region) -> Mapping[str, Instant] | Unread:
    """The start of the last complete snapshot, by volume: in order of time, the last one stays."""
    answers = region.listed(SNAPSHOTS, "Snapshots", OwnerIds=OWN)
    if isinstance(answers, Unread):
        return answers
    snapshots = whole(_snapshot(answer) for answer in answers)
    if isinstance(snapshots, Unread):
        return snapshots
    return dict(sorted((volume, at) for volume, state, at in snapshots if state == COMPLETE))


def _snapshot(answer: Response) -> tuple[str, str, Instant] | Unread:
    words = whole(told(SNAPSHOTS, answer, field, str) for field in ("VolumeId", "State"))
    started_at = moment(SNAPSHOTS, answer, "StartTime")
    if isinstance(words, Unread):
        return words
    return started_at if isinstance(started_at, Unread) else (words[0], words[1], started_at)


def _tags(answer: Response) -> Mapping[str, str]:
    """The tags; EC2 leaves the field out of what was never tagged."""
    return {tag["Key"]: tag["Value"] for tag in answer.get("Tags", ())}


def _volume_arn(region: Region, volume: Response) -> str:
    return f"arn:{region.partition}:ec2:{region.region}:{region.id}:volume/{volume['VolumeId']}"
