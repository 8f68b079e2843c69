"""Brokers, workgroups and the use of models are read with what is logged of them."""

import pytest

from collectors.aws.data_services import brokers, model_use, workgroups
from collectors.evidence.record import Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

PLACE = "eu-west-1:123456789012"
QUERIES = "athena:ListQueryExecutions"
METRICS = "cloudwatch:ListMetrics"
MODEL_LOG = "bedrock:GetModelInvocationLoggingConfiguration"
CALLED = said(METRICS, {"Metrics": [{"Namespace": "AWS/Bedrock", "MetricName": "Invocations"}]})


def only(snapshot):
    (record,) = snapshot.records
    return record


def test_brokers_are_read_with_their_logs(aws):
    aws.client("mq").create_broker(
        BrokerName="orders",
        EngineType="ACTIVEMQ",
        EngineVersion="5.18",
        DeploymentMode="SINGLE_INSTANCE",
        HostInstanceType="mq.t3.micro",
        PubliclyAccessible=False,
        AutoMinorVersionUpgrade=True,
        Logs={"Audit": True, "General": False},
        Users=[{"Username": "somebody", "Password": "not-a-secret-of-anyone"}],
    )
    snapshot, transcript = aws.snapshot(brokers)

    record = only(snapshot)
    assert (record.name, record.engine.upper()) == ("orders", "ACTIVEMQ")
    assert (record.general, record.audit) == (False, True)
    assert "somebody" not in str(transcript)
    assert aws.again(brokers, transcript) == snapshot


LISTED = said(
    "mq:ListBrokers",
    {
        "BrokerSummaries": [
            {
                "BrokerArn": f"arn:aws:mq:{PLACE}:broker:a:b-1",
                "BrokerId": "b-1",
                "BrokerName": "a",
                "DeploymentMode": "SINGLE_INSTANCE",
                "EngineType": "RABBITMQ",
            }
        ]
    },
)


def test_an_engine_without_audit_log_says_nothing_of_it(aws):
    logs = {"Logs": {"General": True, "GeneralLogGroup": "/mq"}}
    snapshot, _ = aws.snapshot(brokers, LISTED | said("mq:DescribeBroker", logs))

    assert (only(snapshot).general, only(snapshot).audit) == (True, False)


def test_a_denied_broker_stays(aws):
    snapshot, _ = aws.snapshot(brokers, LISTED | {"mq:DescribeBroker": Denied()})

    unread = Unread(why="mq:DescribeBroker: AccessDenied")
    assert (only(snapshot).general, only(snapshot).audit) == (unread, unread)


def found(snapshot, name):
    (record,) = (record for record in snapshot.records if record.name == name)
    return record


def test_workgroups_are_read_with_their_settings(aws):
    aws.client("athena").create_work_group(
        Name="reports",
        Configuration={
            "EnforceWorkGroupConfiguration": True,
            "PublishCloudWatchMetricsEnabled": True,
            "ResultConfiguration": {
                "OutputLocation": "s3://results",
                "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"},
            },
        },
    )
    snapshot, transcript = aws.snapshot(workgroups)

    record = found(snapshot, "reports")
    assert record.id == f"arn:aws:athena:{PLACE}:workgroup/reports"
    assert (record.state, record.enforced, record.metrics) == ("ENABLED", True, True)
    assert (record.results, record.used) == ("encrypted", True)
    assert found(snapshot, "primary").used is False
    assert aws.again(workgroups, transcript) == snapshot


@pytest.mark.parametrize(
    ("settings", "results"),
    [
        ({}, "plain"),
        ({"ManagedQueryResultsConfiguration": {"Enabled": True}}, "managed"),
        ({"ManagedQueryResultsConfiguration": {"Enabled": False}}, "plain"),
    ],
)
def test_results_are_read_in_both_ways_to_keep_them(aws, settings, results):
    answer = {"WorkGroup": {"Name": "primary", "Configuration": settings}}
    used = said(QUERIES, {"QueryExecutionIds": ["a"]})
    snapshot, _ = aws.snapshot(workgroups, said("athena:GetWorkGroup", answer) | used)

    record = only(snapshot)
    assert (record.results, record.used) == (results, True)
    assert isinstance(record.enforced, Unread)


def test_what_is_denied_of_a_workgroup_is_unread(aws):
    faults = {"athena:GetWorkGroup": Denied(), QUERIES: Denied()}
    snapshot, _ = aws.snapshot(workgroups, faults)

    record = only(snapshot)
    unread = Unread(why="athena:GetWorkGroup: AccessDenied")
    assert (record.enforced, record.metrics, record.results) == (unread, unread, unread)
    assert record.used == Unread(why=f"{QUERIES}: AccessDenied")


def test_the_log_of_models_is_asked_for_only_where_models_are_called(aws):
    snapshot, transcript = aws.snapshot(model_use, said(METRICS, {"Metrics": []}))

    record = only(snapshot)
    assert (record.invoked, record.destinations) == (False, ())
    assert [exchange.operation for exchange in transcript.exchanges] == ["ListMetrics"]


@pytest.mark.parametrize(
    ("answer", "destinations", "text"),
    [
        ({}, (), False),
        (
            {
                "loggingConfig": {
                    "s3Config": {"bucketName": "log"},
                    "cloudWatchConfig": {"logGroupName": "/models", "roleArn": "arn:x"},
                    "textDataDeliveryEnabled": True,
                }
            },
            ("bucket", "log group"),
            True,
        ),
    ],
)
def test_the_log_of_models_is_read(aws, answer, destinations, text):
    snapshot, transcript = aws.snapshot(model_use, CALLED | said(MODEL_LOG, answer))

    record = only(snapshot)
    assert record.id == f"arn:aws:bedrock:{PLACE}:model-invocations"
    assert (record.invoked, record.destinations, record.text) == (True, destinations, text)
    assert aws.again(model_use, transcript) == snapshot


def test_what_is_denied_of_models_is_unread(aws):
    snapshot, _ = aws.snapshot(model_use, {METRICS: Denied(), MODEL_LOG: Denied()})

    record = only(snapshot)
    assert record.invoked == Unread(why=f"{METRICS}: AccessDenied")
    assert record.destinations == Unread(why=f"{MODEL_LOG}: AccessDenied")
