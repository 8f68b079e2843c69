"""Every store is read with its latest recovery points, from wherever they come."""

from datetime import UTC, datetime

import pytest

from collectors.aws.backup import backup_stores
from collectors.evidence.record import Omission, Unread
from tests.faults import Denied, Pages

SCOPE = "aws:123456789012/eu-west-1"
PROTECTED = "backup:ListProtectedResources"
NONE_PROTECTED = {PROTECTED: Pages(({"Results": []},))}
LAST_NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def seed(aws):
    """A database, a cluster with its member, two tables, a volume in use and one that is not."""
    rds = aws.client("rds")
    one = {"DBInstanceClass": "db.t3.micro", "Engine": "postgres", "AllocatedStorage": 20}
    rds.create_db_instance(DBInstanceIdentifier="orders", BackupRetentionPeriod=7, **one)
    rds.create_db_instance(DBInstanceIdentifier="scratch", BackupRetentionPeriod=0, **one)
    rds.create_db_cluster(
        DBClusterIdentifier="sales",
        Engine="aurora-mysql",
        MasterUsername="root",
        MasterUserPassword="not-to-be-kept",
    )
    rds.create_db_instance(
        DBInstanceIdentifier="sales-1",
        DBInstanceClass="db.t3.medium",
        Engine="aurora-mysql",
        DBClusterIdentifier="sales",
    )
    dynamodb = aws.client("dynamodb")
    for table in ("carts", "customers"):
        dynamodb.create_table(
            TableName=table,
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
    dynamodb.update_continuous_backups(
        TableName="customers",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    ec2 = aws.client("ec2")
    ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)
    ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1)
    (in_use,) = (v for v in ec2.describe_volumes()["Volumes"] if v["State"] == "in-use")
    return in_use["VolumeId"]


def by_name(snapshot):
    return {record.name: record for record in snapshot.records}


def test_every_store_is_read_with_its_own_backups(aws):
    volume = seed(aws)
    aws.client("ec2").create_snapshot(VolumeId=volume)
    snapshot, transcript = aws.snapshot(backup_stores, NONE_PROTECTED)

    found = by_name(snapshot)
    assert {name: record.form for name, record in found.items()} == {
        "orders": "database instance",
        "scratch": "database instance",
        "sales-1": "database instance",
        "sales": "database cluster",
        "carts": "table",
        "customers": "table",
        volume: "volume",
    }
    covered = {n for n, record in found.items() if isinstance(record.restorable_to, datetime)}
    assert covered >= {"orders", "sales", "customers", volume}
    assert (found["scratch"].restorable_to, found["carts"].restorable_to) == (None, None)
    assert (found["sales-1"].judged_at, found["orders"].judged_at) == ("sales", None)
    assert {record.backed_up_at for record in snapshot.records} == {None}
    assert not any(isinstance(record.created_at, Unread) for record in snapshot.records)
    assert snapshot.complete
    assert aws.again(backup_stores, transcript) == snapshot


def test_what_aws_backup_protects_is_joined_by_arn_on_every_page(aws):
    volume = seed(aws)
    arns = {record.name: record.id for record in aws.snapshot(backup_stores)[0].records}
    at = LAST_NIGHT.timestamp()
    pages = Pages(
        (
            {
                "Results": [{"ResourceArn": arns["scratch"], "LastBackupTime": at}],
                "NextToken": "more",
            },
            {"Results": [{"ResourceArn": arns[volume], "LastBackupTime": at}]},
        )
    )
    snapshot, _ = aws.snapshot(backup_stores, {PROTECTED: pages})

    protected = {r.name for r in snapshot.records if r.backed_up_at == LAST_NIGHT}
    assert protected == {"scratch", volume}
    assert {r.backed_up_at for r in snapshot.records if r.name not in protected} == {None}


def test_a_protected_resource_without_a_time_is_unread(aws):
    seed(aws)
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/carts"
    faults = {PROTECTED: Pages(({"Results": [{"ResourceArn": arn}]},))}
    carts = by_name(aws.snapshot(backup_stores, faults)[0])["carts"]
    assert carts.backed_up_at == Unread(why=f"{PROTECTED}: the answer has no LastBackupTime")


@pytest.mark.parametrize(
    ("denied", "part", "unread"),
    [
        (PROTECTED, "backed_up_at", None),
        ("dynamodb:DescribeContinuousBackups", "restorable_to", {"carts", "customers"}),
        ("dynamodb:DescribeTable", "created_at", {"carts", "customers"}),
        ("ec2:DescribeSnapshots", "restorable_to", {"the volume"}),
    ],
)
def test_a_denied_part_is_unread_and_every_store_stays(aws, denied, part, unread):
    volume = seed(aws)
    snapshot, _ = aws.snapshot(backup_stores, NONE_PROTECTED | {denied: Denied()})

    found = by_name(snapshot)
    why = Unread(why=f"{denied}: AccessDenied")
    names = {
        n if n != volume else "the volume" for n, r in found.items() if getattr(r, part) == why
    }
    everything = {n if n != volume else "the volume" for n in found}
    assert len(found) == 7
    assert names == (everything if unread is None else unread)
    assert snapshot.complete


@pytest.mark.parametrize(
    ("denied", "left"),
    [
        ("rds:DescribeDBInstances", 4),
        ("rds:DescribeDBClusters", 6),
        ("dynamodb:ListTables", 5),
        ("ec2:DescribeVolumes", 6),
    ],
)
def test_a_denied_listing_is_an_omission_and_harms_no_other(aws, denied, left):
    seed(aws)
    snapshot, _ = aws.snapshot(backup_stores, NONE_PROTECTED | {denied: Denied()})

    assert len(snapshot.records) == left
    assert snapshot.omissions == (Omission(where=SCOPE, why=f"{denied}: AccessDenied"),)


def test_the_latest_completed_snapshot_counts(aws):
    volume = seed(aws)

    def taken(hour, state):
        begun = f"2026-11-23T{hour:02}:00:00.000Z"
        return {"VolumeId": volume, "State": state, "StartTime": begun}

    snapshots = [taken(2, "completed"), taken(3, "completed"), taken(1, "completed")]
    page = {"Snapshots": [*snapshots, taken(4, "pending"), taken(5, "error")]}
    faults = NONE_PROTECTED | {"ec2:DescribeSnapshots": Pages((page,))}
    assert by_name(aws.snapshot(backup_stores, faults)[0])[volume].restorable_to == LAST_NIGHT
