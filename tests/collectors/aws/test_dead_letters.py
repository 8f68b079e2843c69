"""Queues are read with where failed messages go, and with the alarms there."""

import json

import pytest

from collectors.aws.dead_letters import dead_letters
from collectors.evidence.record import Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

ALARMS = "cloudwatch:DescribeAlarms"
OPERATOR = "arn:aws:sns:eu-west-1:123456789012:operator"
DEAD = "arn:aws:sqs:eu-west-1:123456789012:orders-dead"
DEPTH = "ApproximateNumberOfMessagesVisible"
ON_DEAD = [{"Name": "QueueName", "Value": "orders-dead"}]
METRIC = {"MetricName": DEPTH, "Dimensions": ON_DEAD}
FORMULA = {"Id": "m", "MetricStat": {"Metric": METRIC, "Period": 60, "Stat": "Sum"}}
ACTING = {"ActionsEnabled": True, "AlarmActions": [OPERATOR]}


def by_name(snapshot):
    return {record.name: record for record in snapshot.records}


@pytest.fixture
def queues(aws):
    sqs = aws.client("sqs")
    sqs.create_queue(QueueName="orders-dead")
    redrive = {"deadLetterTargetArn": DEAD, "maxReceiveCount": "3"}
    sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": json.dumps(redrive)})
    sqs.create_queue(QueueName="lossy")
    return aws


def test_queues_are_read_with_their_dead_letters_and_alarms(queues):
    queues.client("cloudwatch").put_metric_alarm(
        AlarmName="orders-fail",
        Namespace="AWS/SQS",
        MetricName=DEPTH,
        Dimensions=ON_DEAD,
        AlarmActions=[OPERATOR],
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )
    snapshot, transcript = queues.snapshot(dead_letters)

    found = {name: (r.target, r.receives, r.alarms) for name, r in by_name(snapshot).items()}
    assert found == {
        "orders": (DEAD, False, ("orders-fail",)),
        "orders-dead": (None, True, ("orders-fail",)),
        "lossy": (None, False, ()),
    }
    assert queues.again(dead_letters, transcript) == snapshot


@pytest.mark.parametrize(
    ("alarms", "composites", "counts"),
    [
        ([METRIC | ACTING], [], True),
        ([METRIC | ACTING | {"ActionsEnabled": False}], [], False),
        ([METRIC | {"ActionsEnabled": True}], [], False),
        ([METRIC | ACTING | {"MetricName": "NumberOfMessagesSent"}], [], False),
        ([ACTING | {"Metrics": [FORMULA]}], [], True),
        ([METRIC], [ACTING | {"AlarmRule": 'ALARM("deep")'}], True),
        ([METRIC], [ACTING | {"AlarmRule": 'ALARM("other")'}], False),
        ([METRIC], [{"AlarmRule": 'ALARM("deep")'}], False),
    ],
)  # fmt: skip
def test_an_alarm_counts_if_it_tells_somebody_of_the_depth(queues, alarms, composites, counts):
    answer = {
        "MetricAlarms": [{"AlarmName": "deep"} | one for one in alarms],
        "CompositeAlarms": [{"AlarmName": "all"} | one for one in composites],
    }
    found = by_name(queues.snapshot(dead_letters, said(ALARMS, answer))[0])

    assert found["orders"].alarms == (("deep",) if counts else ())


def test_alarms_are_read_from_every_page(queues):
    pages = (
        {"MetricAlarms": [], "NextToken": "more"},
        {"MetricAlarms": [{"AlarmName": "deep"} | METRIC | ACTING]},
    )
    found = by_name(queues.snapshot(dead_letters, said(ALARMS, *pages))[0])

    assert found["orders"].alarms == ("deep",)


def test_denied_alarms_and_queues_are_unread(queues):
    found = by_name(queues.snapshot(dead_letters, {ALARMS: Denied()})[0])
    assert found["orders"].alarms == Unread(why=f"{ALARMS}: AccessDenied")

    found = by_name(queues.snapshot(dead_letters, {"sqs:GetQueueAttributes": Denied()})[0])
    unread = Unread(why="sqs:GetQueueAttributes: AccessDenied")
    assert (found["orders"].target, found["lossy"].receives) == (unread, unread)
