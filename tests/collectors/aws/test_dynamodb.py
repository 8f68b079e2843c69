"""Tables are read with their key and their backups, and nothing is taken for granted."""

import pytest

from collectors.aws.dynamodb import dynamodb_continuous_backups, dynamodb_tables
from collectors.evidence.aws.dynamodb import TableKey
from collectors.evidence.record import Omission, Unread
from tests.faults import Denied, Pages

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/"
BOTH = [
    pytest.param(dynamodb_tables, "key", "dynamodb:DescribeTable", id="tables"),
    pytest.param(
        dynamodb_continuous_backups,
        "point_in_time_recovery",
        "dynamodb:DescribeContinuousBackups",
        id="continuous backups",
    ),
]


def seed(aws, *names, **settings):
    dynamodb = aws.client("dynamodb")
    for name in names:
        dynamodb.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            **settings,
        )
    return dynamodb


def test_the_default_key_is_told_from_a_key_of_our_own(aws):
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    seed(aws, "customers")
    own = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
    seed(aws, "orders", SSESpecification=own)
    snapshot, transcript = aws.snapshot(dynamodb_tables)

    customers, orders = snapshot.records
    assert (customers.id, customers.key) == (f"{ARN}customers", None)
    assert orders.key == TableKey(arn=key, manager="CUSTOMER", state="Enabled")
    assert aws.again(dynamodb_tables, transcript) == snapshot


def test_a_denied_key_leaves_the_table_its_key(aws):
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    own = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
    seed(aws, "orders", SSESpecification=own)
    snapshot, _ = aws.snapshot(dynamodb_tables, {"kms:DescribeKey": Denied()})

    unread = Unread(why="kms:DescribeKey: AccessDenied")
    assert snapshot.records[0].key == TableKey(arn=key, manager=unread, state=unread)


def test_an_answer_that_names_no_key_is_unread(aws):
    seed(aws, "orders")
    answer = {"Table": {"SSEDescription": {"Status": "ENABLED"}}}
    snapshot, _ = aws.snapshot(dynamodb_tables, {"dynamodb:DescribeTable": Pages((answer,))})
    assert snapshot.records[0].key == Unread(
        why="dynamodb:DescribeTable: the answer has no KMSMasterKeyArn"
    )


def test_point_in_time_recovery_is_read(aws):
    seed(aws, "customers", "orders").update_continuous_backups(
        TableName="orders",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    snapshot, transcript = aws.snapshot(dynamodb_continuous_backups)

    assert [table.point_in_time_recovery for table in snapshot.records] == ["DISABLED", "ENABLED"]
    assert aws.again(dynamodb_continuous_backups, transcript) == snapshot


@pytest.mark.parametrize(("collector", "part", "call"), BOTH)
def test_a_denied_part_is_unread_and_the_table_stays(aws, collector, part, call):
    seed(aws, "customers", "orders")
    snapshot, _ = aws.snapshot(collector, {call: Denied(first=2)})

    customers, orders = snapshot.records
    assert not isinstance(getattr(customers, part), Unread)
    assert getattr(orders, part) == Unread(why=f"{call}: AccessDenied")
    assert snapshot.complete


@pytest.mark.parametrize(("collector", "part", "call"), BOTH)
def test_an_empty_answer_is_unread_and_not_a_default(aws, collector, part, call):
    seed(aws, "orders")
    snapshot, _ = aws.snapshot(collector, {call: Pages(({},))})
    assert isinstance(getattr(snapshot.records[0], part), Unread)


@pytest.mark.parametrize(("collector", "part", "call"), BOTH)
def test_every_page_of_tables_is_read(aws, collector, part, call):
    names = [f"table-{number:03}" for number in range(101)]
    seed(aws, *names)
    snapshot, transcript = aws.snapshot(collector)

    assert [table.name for table in snapshot.records] == names, (part, call)
    pages = [e for e in transcript.exchanges if e.operation == "ListTables"]
    assert len(pages) == 2


@pytest.mark.parametrize(("collector", "part", "call"), BOTH)
def test_a_denied_list_is_an_omission(aws, collector, part, call):
    seed(aws, "orders")
    snapshot, _ = aws.snapshot(collector, {"dynamodb:ListTables": Denied()})

    assert snapshot.records == (), (part, call)
    why = "dynamodb:ListTables: AccessDenied"
    assert snapshot.omissions == (Omission(where="aws:123456789012/eu-west-1", why=why),)
