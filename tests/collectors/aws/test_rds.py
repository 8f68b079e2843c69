"""Databases are read with their backups and their encryption; a denied listing harms no other."""

from datetime import UTC, datetime

import pytest

from collectors.aws.rds import rds_databases, rds_storage
from collectors.evidence.record import Omission, Unread
from tests.faults import Denied, Pages

SCOPE = "aws:123456789012/eu-west-1"
ARN = "arn:aws:rds:eu-west-1:123456789012"


def seed(aws):
    """An instance with a replica and a snapshot, and a cluster with a member and a snapshot."""
    rds = aws.client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="orders",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        MasterUsername="root-of-orders",
        MasterUserPassword="not-to-be-kept",
        AllocatedStorage=20,
        BackupRetentionPeriod=7,
        StorageEncrypted=True,
    )
    rds.create_db_instance_read_replica(
        DBInstanceIdentifier="orders-copy", SourceDBInstanceIdentifier="orders"
    )
    rds.create_db_snapshot(DBInstanceIdentifier="orders", DBSnapshotIdentifier="before-migration")
    rds.create_db_cluster(
        DBClusterIdentifier="sales",
        Engine="aurora-mysql",
        MasterUsername="root-of-sales",
        MasterUserPassword="not-to-be-kept",
        BackupRetentionPeriod=3,
    )
    rds.create_db_instance(
        DBInstanceIdentifier="sales-1",
        DBInstanceClass="db.t3.medium",
        Engine="aurora-mysql",
        DBClusterIdentifier="sales",
    )
    rds.create_db_cluster_snapshot(
        DBClusterIdentifier="sales", DBClusterSnapshotIdentifier="sales-at-year-end"
    )


def by_name(snapshot):
    return {record.name: record for record in snapshot.records}


def test_instances_clusters_members_and_replicas_are_told_apart(aws):
    seed(aws)
    snapshot, transcript = aws.snapshot(rds_databases)

    found = by_name(snapshot)
    assert found.keys() == {"orders", "orders-copy", "sales", "sales-1"}
    assert (found["orders"].form, found["orders"].member_of) == ("instance", None)
    assert found["orders"].backups_kept_days == 7
    assert isinstance(found["orders"].restorable_to, datetime)
    assert found["orders-copy"].replica_of == "orders"
    assert (found["sales"].form, found["sales"].backups_kept_days) == ("cluster", 3)
    assert found["sales-1"].member_of == "sales"
    assert snapshot.complete
    assert aws.again(rds_databases, transcript) == snapshot


def test_storage_of_databases_and_of_snapshots_made_by_hand_is_read(aws):
    seed(aws)
    snapshot, transcript = aws.snapshot(rds_storage)

    found = by_name(snapshot)
    forms = {name: record.form for name, record in found.items()}
    assert forms == {
        "orders": "instance",
        "orders-copy": "instance",
        "sales-1": "instance",
        "sales": "cluster",
        "before-migration": "instance snapshot",
        "sales-at-year-end": "cluster snapshot",
    }
    assert found["orders"].encrypted is True
    assert found["before-migration"].encrypted is True
    assert found["sales"].encrypted is False
    assert found["sales-at-year-end"].encrypted is False
    assert (found["sales-1"].member_of, found["sales"].member_of) == ("sales", None)
    assert aws.again(rds_storage, transcript) == snapshot
    asked = [e.arguments for e in transcript.exchanges if "Snapshots" in e.operation]
    assert [arguments["SnapshotType"] for arguments in asked] == ["manual", "manual"]


@pytest.mark.parametrize(
    ("collector", "denied", "missing"),
    [
        (rds_databases, "rds:DescribeDBInstances", {"orders", "orders-copy", "sales-1"}),
        (rds_databases, "rds:DescribeDBClusters", {"sales"}),
        (rds_storage, "rds:DescribeDBInstances", {"orders", "orders-copy", "sales-1"}),
        (rds_storage, "rds:DescribeDBClusters", {"sales"}),
        (rds_storage, "rds:DescribeDBSnapshots", {"before-migration"}),
        (rds_storage, "rds:DescribeDBClusterSnapshots", {"sales-at-year-end"}),
    ],
)
def test_a_denied_listing_is_an_omission_and_harms_no_other(aws, collector, denied, missing):
    seed(aws)
    everything = by_name(aws.snapshot(collector)[0]).keys()
    snapshot, _ = aws.snapshot(collector, {denied: Denied()})

    assert by_name(snapshot).keys() == everything - missing
    assert snapshot.omissions == (Omission(where=SCOPE, why=f"{denied}: AccessDenied"),)


def instance(name, **fields):
    return {"DBInstanceArn": f"{ARN}:db:{name}", "DBInstanceIdentifier": name, **fields}


def test_a_second_page_is_read_and_a_value_left_out_is_unread(aws):
    whole = {
        "DBInstanceStatus": "stopped",
        "BackupRetentionPeriod": 35,
        "LatestRestorableTime": "2026-11-23T08:55:00.120Z",
    }
    pages = Pages(
        (
            {"DBInstances": [instance("orders", **whole)], "Marker": "more"},
            {"DBInstances": [instance("bare")]},
        )
    )
    snapshot, _ = aws.snapshot(rds_databases, {"rds:DescribeDBInstances": pages})

    bare, orders = snapshot.records
    assert orders.restorable_to == datetime(2026, 11, 23, 8, 55, 0, 120000, tzinfo=UTC)
    assert (orders.status, orders.backups_kept_days) == ("stopped", 35)
    no = "rds:DescribeDBInstances: the answer has no"
    assert bare.backups_kept_days == Unread(why=f"{no} BackupRetentionPeriod")
    assert bare.restorable_to == Unread(why=f"{no} LatestRestorableTime")
    assert bare.status == Unread(why=f"{no} DBInstanceStatus")
    assert (bare.member_of, bare.replica_of) == (None, None)


def test_the_type_of_encryption_is_kept_beside_the_switch(aws):
    owned_by_aws = {"StorageEncrypted": False, "StorageEncryptionType": "sse-rds"}
    page = {"DBInstances": [instance("bare"), instance("orders", **owned_by_aws)]}
    snapshot, _ = aws.snapshot(rds_storage, {"rds:DescribeDBInstances": Pages((page,))})

    bare, orders = snapshot.records
    assert (orders.encrypted, orders.encryption_type) == (False, "sse-rds")
    assert bare.encrypted == Unread(
        why="rds:DescribeDBInstances: the answer has no StorageEncrypted"
    )


def test_no_name_or_password_of_a_master_is_kept(aws):
    seed(aws)
    pending = {"MasterUserPassword": "not-to-be-kept"}
    page = {"DBInstances": [instance("orders", PendingModifiedValues=pending)]}
    _, transcript = aws.snapshot(rds_storage, {"rds:DescribeDBInstances": Pages((page,))})
    _, real = aws.snapshot(rds_storage)

    kept = repr(transcript) + repr(real)
    assert "root-of-" not in kept
    assert "not-to-be-kept" not in kept
