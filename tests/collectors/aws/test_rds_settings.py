"""Databases are read with who can reach them and what keeps them from being lost."""

import pytest

from collectors.aws.rds_settings import (
    database_endpoints,
    database_snapshots,
    deletion_guards,
    rds_settings,
)
from collectors.evidence.record import Unread
from tests.faults import Denied


@pytest.fixture
def rds(aws):
    made = aws.client("rds")
    made.create_db_instance(
        DBInstanceIdentifier="orders",
        DBInstanceClass="db.t4g.medium",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="x",
        MasterUserPassword="not-a-secret-of-anyone",
        MultiAZ=True,
        DeletionProtection=True,
        CopyTagsToSnapshot=True,
        PubliclyAccessible=False,
    )
    made.create_db_cluster(
        DBClusterIdentifier="sales",
        Engine="aurora-postgresql",
        MasterUsername="x",
        MasterUserPassword="not-a-secret-of-anyone",
    )
    return made


def by_name(snapshot):
    return {record.name: record for record in snapshot.records}


@pytest.mark.usefixtures("rds")
def test_settings_are_read(aws):
    snapshot, transcript = aws.snapshot(rds_settings)

    records = by_name(snapshot)
    assert (records["orders"].several_zones, records["orders"].copies_tags) == (True, True)
    assert records["sales"].form == "cluster"
    assert aws.again(rds_settings, transcript) == snapshot


def test_guards_are_read_of_databases_and_tables(aws, rds):
    aws.client("dynamodb").create_table(
        TableName="carts",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    snapshot, transcript = aws.snapshot(deletion_guards)

    assert {name: r.guarded for name, r in by_name(snapshot).items()} == {
        "orders": True,
        "sales": False,
        "carts": False,
    }
    assert rds.describe_db_instances()["DBInstances"]
    assert aws.again(deletion_guards, transcript) == snapshot

    snapshot, _ = aws.snapshot(deletion_guards, {"dynamodb:DescribeTable": Denied()})
    why = "dynamodb:DescribeTable: AccessDenied"
    assert by_name(snapshot)["carts"].guarded == Unread(why=why)


@pytest.mark.usefixtures("rds")
def test_endpoints_are_read_of_databases_and_warehouses(aws):
    aws.client("redshift").create_cluster(
        ClusterIdentifier="facts",
        NodeType="ra3.large",
        MasterUsername="x",
        MasterUserPassword="Not-a-secret-0f-anyone",
        PubliclyAccessible=True,
    )
    snapshot, transcript = aws.snapshot(database_endpoints)

    records = by_name(snapshot)
    assert {name: r.public for name, r in records.items()} == {
        "orders": False,
        "facts": True,
    }
    assert records["facts"].id == "arn:aws:redshift:eu-west-1:123456789012:cluster:facts"
    assert aws.again(database_endpoints, transcript) == snapshot


def test_snapshots_are_read_with_who_may_restore_them(aws, rds):
    rds.create_db_snapshot(DBInstanceIdentifier="orders", DBSnapshotIdentifier="mine")
    rds.modify_db_snapshot_attribute(
        DBSnapshotIdentifier="mine", AttributeName="restore", ValuesToAdd=["all"]
    )
    rds.create_db_cluster_snapshot(
        DBClusterIdentifier="sales", DBClusterSnapshotIdentifier="theirs"
    )
    rds.modify_db_cluster_snapshot_attribute(
        DBClusterSnapshotIdentifier="theirs", AttributeName="restore", ValuesToAdd=["210987654321"]
    )
    snapshot, transcript = aws.snapshot(database_snapshots)

    assert {name: r.restorable_by for name, r in by_name(snapshot).items()} == {
        "mine": {"all"},
        "theirs": {"210987654321"},
    }
    assert aws.again(database_snapshots, transcript) == snapshot


@pytest.mark.parametrize(
    "call", ["rds:DescribeDBSnapshotAttributes", "rds:DescribeDBClusterSnapshotAttributes"]
)
def test_denied_shares_are_unread(aws, rds, call):
    rds.create_db_snapshot(DBInstanceIdentifier="orders", DBSnapshotIdentifier="mine")
    rds.create_db_cluster_snapshot(
        DBClusterIdentifier="sales", DBClusterSnapshotIdentifier="theirs"
    )
    snapshot, _ = aws.snapshot(database_snapshots, {call: Denied()})

    unread = Unread(why=f"{call}: AccessDenied")
    assert [record.restorable_by for record in snapshot.records].count(unread) == 1
