"""Alarms are read with what they listen to and whom they reach."""

import json

import pytest

from collectors.aws.alarms import alarm_topics, critical_components, region_alarms
from collectors.evidence.aws.alarms import AlarmedTrail, ComponentAlarm, Topic
from collectors.evidence.record import Unread
from tests.collectors.aws.estates import (
    ANSWERS,
    MANAGEMENT,
    PLACE,
    TOPIC,
    TRAIL,
    alarm,
    metric_filter,
    rule,
    watched_trail,
)
from tests.collectors.aws.shaped import said
from tests.faults import Denied

GROUP = f"arn:aws:logs:{PLACE}:log-group:trail"


def region(aws, *answers):
    told = {call: pages for answer in answers for call, pages in answer.items()}
    snapshot, _ = aws.snapshot(region_alarms, ANSWERS[region_alarms.id] | told)
    (record,) = snapshot.records
    return record


def trail_of(aws, *answers):
    (trail,) = region(aws, *answers).trails
    return trail


@pytest.mark.parametrize(
    ("answers", "complete"),
    [
        pytest.param((), True, id="all regions, logging"),
        pytest.param(
            (said("cloudtrail:GetTrailStatus", {"IsLogging": False}),), False, id="stopped"
        ),
        pytest.param(
            (
                said(
                    "cloudtrail:DescribeTrails",
                    {"trailList": [watched_trail(IsMultiRegionTrail=False)]},
                ),
            ),
            False,
            id="one region",
        ),
        pytest.param(
            (
                said(
                    "cloudtrail:GetEventSelectors",
                    {"EventSelectors": [{**MANAGEMENT, "ReadWriteType": "ReadOnly"}]},
                ),
            ),
            False,
            id="reads only",
        ),
        pytest.param(
            ({"cloudtrail:GetTrailStatus": Denied()},),
            Unread(why="cloudtrail:GetTrailStatus: AccessDenied"),
            id="state unread",
        ),
        pytest.param(
            ({"cloudtrail:GetEventSelectors": Denied()},),
            Unread(why="cloudtrail:GetEventSelectors: AccessDenied"),
            id="selectors unread",
        ),
    ],
)
def test_a_trail_counts_where_it_records_every_change(aws, answers, complete):
    assert trail_of(aws, *answers) == AlarmedTrail(arn=TRAIL, log_group=GROUP, complete=complete)


def test_of_a_trail_without_a_log_group_nothing_more_is_asked(aws):
    plain = {"TrailARN": TRAIL, "Name": "main", "IsMultiRegionTrail": True}
    trail = trail_of(aws, said("cloudtrail:DescribeTrails", {"trailList": [plain]}))

    assert (trail.log_group, trail.complete) == (None, False)


def test_filters_are_those_of_the_trails_log_groups(aws):
    listed = [metric_filter("root"), metric_filter("errors", group="app")]
    record = region(aws, said("logs:DescribeMetricFilters", {"metricFilters": listed}))

    assert [one.name for one in record.filters] == ["root"]
    assert record.filters[0].metrics == {"Trail RootUse"}


@pytest.mark.parametrize(
    ("fields", "at_once"),
    [
        ({}, True),
        ({"Threshold": 2.0}, False),
        ({"ComparisonOperator": "GreaterThanThreshold", "Threshold": 0.0}, True),
        ({"ComparisonOperator": "GreaterThanThreshold"}, False),
        ({"ComparisonOperator": "LessThanThreshold"}, False),
        ({"EvaluationPeriods": 2}, False),
        ({"EvaluationPeriods": 3, "DatapointsToAlarm": 1}, True),
    ],
)
def test_an_alarm_goes_off_at_the_first_event_or_later(aws, fields, at_once):
    told = said("cloudwatch:DescribeAlarms", {"MetricAlarms": [alarm("a", **fields)]})

    assert region(aws, told).alarms[0].at_once is at_once


def test_an_alarm_listens_to_every_metric_of_its_expression(aws):
    stat = {"Metric": {"Namespace": "Trail", "MetricName": "RootUse"}, "Period": 60, "Stat": "Sum"}
    parts = [{"Id": "m", "MetricStat": stat}, {"Id": "e", "Expression": "m * 2"}]
    written = alarm("a", Metrics=parts)
    del written["MetricName"]
    told = said("cloudwatch:DescribeAlarms", {"MetricAlarms": [written]})

    assert region(aws, told).alarms[0].metrics == {"Trail RootUse"}


def test_what_a_composite_alarm_does_is_done_for_those_below_it(aws):
    silent = alarm("a", AlarmActions=[])
    above = {
        "AlarmName": "any",
        "ActionsEnabled": True,
        "AlarmActions": [TOPIC],
        "AlarmRule": 'ALARM("a") OR ALARM(b)',
    }
    told = said("cloudwatch:DescribeAlarms", {"MetricAlarms": [silent], "CompositeAlarms": [above]})

    assert region(aws, told).alarms[0].actions == (TOPIC,)


def test_an_alarm_with_its_actions_off_does_nothing(aws):
    told = said("cloudwatch:DescribeAlarms", {"MetricAlarms": [alarm("a", ActionsEnabled=False)]})

    assert region(aws, told).alarms[0].actions == ()


@pytest.mark.parametrize(
    ("one", "kept"),
    [
        pytest.param(rule("a"), True, id="whatever its type"),
        pytest.param(
            rule("a", '{"detail-type": ["AWS API Call via CloudTrail"]}'), True, id="CloudTrail's"
        ),
        pytest.param(rule("a", '{"detail-type": ["EC2 Spot"]}'), False, id="another type"),
        pytest.param(rule("a", State="DISABLED"), False, id="off"),
        pytest.param(rule("a", ManagedBy="x.amazonaws.com"), False, id="a service's own"),
        pytest.param(rule("a", "{cut"), True, id="not understood"),
    ],
)
def test_rules_that_may_hear_of_it_are_kept(aws, one, kept):
    record = region(aws, said("events:ListRules", {"Rules": [one]}))

    assert bool(record.rules) is kept


def test_only_a_schedule_is_no_rule_for_events(aws):
    schedule = rule("a", ScheduleExpression="rate(1 day)")
    del schedule["EventPattern"]

    assert region(aws, said("events:ListRules", {"Rules": [schedule]})).rules == ()


@pytest.mark.parametrize(
    ("answer", "confirmed"),
    [
        ({"Subscriptions": [{"SubscriptionArn": f"{TOPIC}:1"}]}, True),
        ({"Subscriptions": [{"SubscriptionArn": "PendingConfirmation"}]}, False),
        ({"Subscriptions": [{"SubscriptionArn": "Deleted"}]}, False),
        ({"Subscriptions": []}, False),
    ],
)
def test_a_subscription_counts_once_it_is_confirmed(aws, answer, confirmed):
    record = region(aws, said("sns:ListSubscriptionsByTopic", answer))

    assert record.topics == (Topic(arn=TOPIC, confirmed=confirmed),)


def test_a_topic_that_does_not_exist_has_no_receivers(aws):
    record = region(aws, {"sns:ListSubscriptionsByTopic": Denied("NotFound")})

    assert record.topics == (Topic(arn=TOPIC, confirmed=None),)


def test_topics_of_alarms_are_read_from_a_real_server(aws):
    topic = aws.client("sns").create_topic(Name="on-call")["TopicArn"]
    aws.client("sqs").create_queue(QueueName="pager")
    queue = "arn:aws:sqs:eu-west-1:123456789012:pager"
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    for name, on in (("cpu", True), ("disk", False)):
        aws.client("cloudwatch").put_metric_alarm(
            AlarmName=name,
            MetricName=name,
            Namespace="App",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=[topic, "arn:aws:sns:eu-west-1:123456789012:gone"],
            ActionsEnabled=on,
        )
    snapshot, transcript = aws.snapshot(alarm_topics)

    found = {one.name: one for one in snapshot.records}
    assert (found["on-call"].confirmed, found["gone"].confirmed) == (True, None)
    assert (found["on-call"].alarms, found["on-call"].muted) == (("cpu", "disk"), ("disk",))
    assert aws.again(alarm_topics, transcript) == snapshot
    assert "pager" not in json.dumps([e.response for e in transcript.exchanges])


def test_what_moves_by_itself_is_not_kept_by_those_who_do_not_read_it(aws):
    _, transcript = aws.snapshot(region_alarms, ANSWERS[region_alarms.id])
    kept = json.dumps([exchange.response for exchange in transcript.exchanges])

    assert not {"moves", "StateValue", "What it is for."} & {*kept.split('"')}


def test_an_alarm_watches_what_one_of_its_dimensions_names(aws):
    arn = f"arn:aws:elasticloadbalancing:{PLACE}:loadbalancer/app/web/1a"
    balancer = [{"Name": "LoadBalancer", "Value": "app/web/1a"}]
    listed = [
        alarm("errors", Dimensions=balancer),
        alarm("other", Dimensions=[{"Name": "LoadBalancer", "Value": "app/other/1a"}]),
        alarm("idle", Dimensions=balancer, AlarmActions=[]),
        alarm(
            "blind",
            Dimensions=balancer,
            StateValue="INSUFFICIENT_DATA",
            StateTransitionedTimestamp="2026-11-01T09:00:00Z",
        ),
    ]
    told = said("cloudwatch:DescribeAlarms", {"MetricAlarms": listed}) | said(
        "resourcegroupstaggingapi:GetResources",
        {"ResourceTagMappingList": [{"ResourceARN": arn}], "PaginationToken": ""},
    )
    snapshot, _ = aws.snapshot(critical_components, told)

    (component,) = snapshot.records
    alarms = {one.name: one for one in component.alarms}
    assert alarms.keys() == {"errors", "idle", "blind"}
    assert alarms["errors"] == ComponentAlarm(name="errors", acts=True, blind_since=None)
    assert not alarms["idle"].acts
    assert alarms["blind"].blind_since.year == 2026


def test_only_what_is_tagged_as_critical_is_asked_for(aws):
    _, transcript = aws.snapshot(critical_components)

    (asked,) = (e.arguments for e in transcript.exchanges if e.operation == "GetResources")
    assert asked["TagFilters"] == [{"Key": "tier", "Values": ["1"]}]
