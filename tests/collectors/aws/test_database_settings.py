"""Databases are read with the logs they export, and with what refuses plain connections."""

import pytest

from collectors.aws.database_logs import database_logs
from collectors.aws.database_tls import database_tls
from collectors.evidence.aws.database_tls import Parameter
from collectors.evidence.record import Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

NAMESPACES = "redshift-serverless:ListNamespaces"
WORKGROUPS = "redshift-serverless:ListWorkgroups"
NOTHING_SERVERLESS = said(NAMESPACES, {"namespaces": []}) | said(WORKGROUPS, {"workgroups": []})
EARLIER, LATER = "2026-11-22T03:00:00Z", "2026-11-23T03:00:00Z"


def by_name(snapshot):
    return {record.name: record for record in snapshot.records}


@pytest.fixture
def databases(aws):
    rds = aws.client("rds")
    for name, engine, exports in (
        ("orders", "postgres", ["postgresql"]),
        ("people", "mysql", []),
        ("old", "oracle-ee", []),
    ):
        rds.create_db_instance(
            DBInstanceIdentifier=name,
            DBInstanceClass="db.t3.medium",
            Engine=engine,
            AllocatedStorage=20,
            EnableCloudwatchLogsExports=exports,
        )
    rds.create_db_cluster(
        DBClusterIdentifier="sales",
        Engine="aurora-mysql",
        MasterUsername="root",
        MasterUserPassword="not-to-be-kept",
        EnableCloudwatchLogsExports=["audit", "error"],
    )
    rds.create_db_instance(
        DBInstanceIdentifier="sales-1",
        DBInstanceClass="db.t3.medium",
        Engine="aurora-mysql",
        DBClusterIdentifier="sales",
    )
    aws.client("redshift").create_cluster(
        ClusterIdentifier="facts",
        NodeType="ra3.large",
        MasterUsername="root",
        MasterUserPassword="Not-a-secret-0f-anyone",
    )
    return aws


def test_databases_are_read_with_the_logs_they_export(databases):
    snapshot, transcript = databases.snapshot(database_logs, NOTHING_SERVERLESS)

    assert {name: (r.engine, r.member_of, r.exported) for name, r in by_name(snapshot).items()} == {
        "orders": ("postgres", None, {"postgresql"}),
        "people": ("mysql", None, set()),
        "old": ("oracle-ee", None, set()),
        "sales": ("aurora-mysql", None, {"audit", "error"}),
        "sales-1": ("aurora-mysql", "sales", set()),
        "facts": ("redshift", None, set()),
    }
    assert databases.again(database_logs, transcript) == snapshot


@pytest.mark.parametrize(
    ("status", "exported", "delivery_failed"),
    [
        ({"LoggingEnabled": True, "LogDestinationType": "s3"}, {"connectionlog", "userlog"}, False),
        ({"LoggingEnabled": True, "LogExports": ["userlog"]}, {"userlog"}, False),
        ({"LoggingEnabled": False, "LogExports": ["userlog"]}, set(), False),
        (
            {
                "LoggingEnabled": True,
                "LastSuccessfulDeliveryTime": EARLIER,
                "LastFailureTime": LATER,
            },
            {"connectionlog", "userlog"},
            True,
        ),
        (
            {
                "LoggingEnabled": True,
                "LastSuccessfulDeliveryTime": LATER,
                "LastFailureTime": EARLIER,
            },
            {"connectionlog", "userlog"},
            False,
        ),
        (
            {"LoggingEnabled": True, "LastFailureTime": EARLIER},
            {"connectionlog", "userlog"},
            True,
        ),
    ],
)
def test_warehouses_are_read_with_their_audit_logs(databases, status, exported, delivery_failed):
    faults = NOTHING_SERVERLESS | said("redshift:DescribeLoggingStatus", status)
    facts = by_name(databases.snapshot(database_logs, faults)[0])["facts"]

    assert (facts.exported, facts.delivery_failed) == (exported, delivery_failed)


def test_denied_audit_logs_are_unread(databases):
    call = "redshift:DescribeLoggingStatus"
    faults = NOTHING_SERVERLESS | {call: Denied()}
    facts = by_name(databases.snapshot(database_logs, faults)[0])["facts"]

    unread = Unread(why=f"{call}: AccessDenied")
    assert (facts.exported, facts.delivery_failed) == (unread, unread)


def test_serverless_warehouses_are_read_from_every_page(aws):
    def namespace(name):
        return {"namespaceName": name, "namespaceArn": f"arn:{name}", "logExports": ["userlog"]}

    def workgroup(name):
        given = [{"parameterKey": "require_ssl", "parameterValue": "true"}]
        return {"workgroupName": name, "workgroupArn": f"arn:{name}", "configParameters": given}

    faults = said(
        NAMESPACES,
        {"namespaces": [namespace("one")], "nextToken": "more"},
        {"namespaces": [namespace("two")]},
    ) | said(
        WORKGROUPS,
        {"workgroups": [workgroup("one")], "nextToken": "more"},
        {"workgroups": [workgroup("two") | {"configParameters": []}]},
    )
    logs = by_name(aws.snapshot(database_logs, faults)[0])
    assert [logs[name].exported for name in ("one", "two")] == [{"userlog"}] * 2

    tls = by_name(aws.snapshot(database_tls, faults)[0])
    assert (tls["one"].parameter.value, tls["two"].parameter.value) == ("true", None)


def parameters(*pairs):
    return {"Parameters": [{"ParameterName": n, "ParameterValue": v} for n, v in pairs]}


def test_databases_are_read_with_the_parameter_of_their_engine(databases):
    faults = (
        NOTHING_SERVERLESS
        | said(
            "rds:DescribeDBParameters",
            parameters(("other", "1")) | {"Marker": "more"},
            parameters(("rds.force_ssl", "1")),
            parameters(("require_secure_transport", "OFF")),
        )
        | said("rds:DescribeDBClusterParameters", parameters(("require_secure_transport", "ON")))
        | said("redshift:DescribeClusterParameters", parameters(("require_ssl", "false")))
    )
    snapshot, transcript = databases.snapshot(database_tls, faults)

    found = by_name(snapshot)
    assert {name: record.parameter for name, record in found.items()} == {
        "orders": Parameter(name="rds.force_ssl", value="1"),
        "people": Parameter(name="require_secure_transport", value="OFF"),
        "old": None,
        "sales": Parameter(name="require_secure_transport", value="ON"),
        "sales-1": None,
        "facts": Parameter(name="require_ssl", value="false"),
    }
    assert (found["sales-1"].member_of, found["orders"].pending) == ("sales", False)
    assert databases.again(database_tls, transcript) == snapshot


@pytest.mark.parametrize(
    ("denied", "unread"),
    [
        ("rds:DescribeDBParameters", {"orders", "people"}),
        ("rds:DescribeDBClusterParameters", {"sales"}),
        ("redshift:DescribeClusterParameters", {"facts"}),
    ],
)
def test_a_denied_parameter_is_unread_and_every_database_stays(databases, denied, unread):
    snapshot, _ = databases.snapshot(database_tls, NOTHING_SERVERLESS | {denied: Denied()})

    why = Unread(why=f"{denied}: AccessDenied")
    assert {r.name for r in snapshot.records if r.parameter == why} == unread
    assert len(snapshot.records) == 6


def test_a_group_that_several_use_is_asked_about_once(aws):
    for name in ("a", "b"):
        aws.client("rds").create_db_instance(
            DBInstanceIdentifier=name, DBInstanceClass="db.t3.micro", Engine="postgres",
            AllocatedStorage=20,
        )  # fmt: skip
    _, transcript = aws.snapshot(database_tls, NOTHING_SERVERLESS)

    asked = [e for e in transcript.exchanges if e.operation == "DescribeDBParameters"]
    assert len(asked) == 1
