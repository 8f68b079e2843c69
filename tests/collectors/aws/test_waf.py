"""Web ACLs are read with their logs, and with the rules that say nothing."""

import pytest

from collectors.aws.waf import global_web_acls, web_acls
from collectors.evidence.record import Omission, Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

PLACE = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl"
LIST, GET, LOGS = "wafv2:ListWebACLs", "wafv2:GetWebACL", "wafv2:ListLoggingConfigurations"
BOTH = pytest.mark.parametrize("collector", [web_acls, global_web_acls], ids=lambda one: one.id)


def only(snapshot):
    (record,) = snapshot.records
    return record


def visible(*, measured=True):
    return {
        "SampledRequestsEnabled": True,
        "CloudWatchMetricsEnabled": measured,
        "MetricName": "metric",
    }


def rule(name, *, measured=True, **action):
    return {
        "Name": name,
        "Priority": 1,
        "Statement": {"GeoMatchStatement": {"CountryCodes": ["FR"]}},
        "Action": {"Block": {}},
        "VisibilityConfig": visible(measured=measured),
    } | action


@pytest.fixture
def acl(aws):
    client = aws.client("wafv2")
    made = client.create_web_acl(
        Name="shop",
        Scope="REGIONAL",
        Description="for whom",
        DefaultAction={"Allow": {}},
        VisibilityConfig=visible(),
        Rules=[rule("loud"), rule("still", measured=False)],
    )
    arn = made["Summary"]["ARN"]
    destination = "arn:aws:firehose:eu-west-1:123456789012:deliverystream/aws-waf-logs-a"
    client.put_logging_configuration(
        LoggingConfiguration={"ResourceArn": arn, "LogDestinationConfigs": [destination]}
    )
    return arn


def test_what_moto_holds_is_read(aws, acl):
    snapshot, transcript = aws.snapshot(web_acls)

    record = only(snapshot)
    assert (record.id, record.name, record.form) == (acl, "shop", "regional")
    assert (record.logged, record.silent) == (True, ("still",))
    assert "for whom" not in str(transcript)
    assert "FR" not in [e.response for e in transcript.exchanges]
    assert aws.again(web_acls, transcript) == snapshot


def listed(*names):
    acls = [{"Name": name, "Id": "1", "ARN": f"{PLACE}/{name}/1"} for name in names]
    return {"WebACLs": acls}


def held(*rules, **more):
    answer = {
        "Name": "shop",
        "Id": "1",
        "ARN": f"{PLACE}/shop/1",
        "DefaultAction": {"Allow": {}},
        "VisibilityConfig": visible(),
        "Rules": [*rules],
    }
    return {"WebACL": answer | more}


def logs(*arns):
    destinations = ["arn:aws:s3:::aws-waf-logs-a"]
    return {
        "LoggingConfigurations": [
            {"ResourceArn": arn, "LogDestinationConfigs": destinations} for arn in arns
        ]
    }


@BOTH
def test_a_log_counts_whoever_set_it_up(aws, collector):
    faults = said(LIST, listed("shop")) | said(GET, held())
    faults |= said(LOGS, logs(), logs(f"{PLACE}/shop/1"))
    snapshot, transcript = aws.snapshot(collector, faults)

    assert (only(snapshot).logged, only(snapshot).silent) == (True, ())
    asked = [e.arguments["LogScope"] for e in transcript.exchanges if "LogScope" in e.arguments]
    assert asked == ["CUSTOMER", "SECURITY_LAKE"]
    assert aws.again(collector, transcript) == snapshot


@BOTH
def test_without_a_log_nobody_set_one_up(aws, collector):
    faults = said(LIST, listed("shop")) | said(GET, held()) | said(LOGS, logs(), logs(), logs())
    assert only(aws.snapshot(collector, faults)[0]).logged is False


def test_groups_that_firewall_manager_puts_around_are_counted(aws):
    group = {
        "Name": "of the company",
        "Priority": 1,
        "FirewallManagerStatement": {},
        "OverrideAction": {"None": {}},
        "VisibilityConfig": visible(measured=False),
    }
    faults = said(LIST, listed("shop")) | said(LOGS, logs(f"{PLACE}/shop/1"))
    faults |= said(GET, held(PostProcessFirewallManagerRuleGroups=[group]))

    assert only(aws.snapshot(web_acls, faults)[0]).silent == ("of the company",)


@BOTH
def test_what_is_denied_of_an_acl_is_unread(aws, collector):
    faults = said(LIST, listed("shop")) | {GET: Denied(), LOGS: Denied()}
    record = only(aws.snapshot(collector, faults)[0])

    assert record.logged == Unread(why=f"{LOGS}: AccessDenied")
    assert record.silent == Unread(why=f"{GET}: AccessDenied")


@BOTH
def test_pages_and_refusals_of_the_listing(aws, collector):
    pages = said(LIST, listed("a") | {"NextMarker": "more"}, listed("b"))
    snapshot, transcript = aws.snapshot(collector, pages | {GET: Denied(), LOGS: Denied()})
    assert [record.name for record in snapshot.records] == ["a", "b"]
    assert aws.again(collector, transcript) == snapshot

    for code in ("AccessDenied", "ThrottlingException"):
        snapshot, _ = aws.snapshot(collector, {LIST: Denied(code)})
        assert snapshot.omissions == (Omission(where=snapshot.scope, why=f"{LIST}: {code}"),)


def test_without_an_acl_one_question_is_enough(aws):
    _, transcript = aws.snapshot(web_acls)

    assert [exchange.operation for exchange in transcript.exchanges] == ["ListWebACLs"]
