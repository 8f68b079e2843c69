"""Zones, endpoints and firewalls are read with their logs."""

import pytest

from collectors.aws.gateways import network_gateways, public_zones
from collectors.evidence.record import Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

PLACE = "eu-west-1:123456789012"
ENDPOINTS = "ec2:DescribeClientVpnEndpoints"
FIREWALLS = "network-firewall:ListFirewalls"
FIREWALL_LOGS = "network-firewall:DescribeLoggingConfiguration"
NO_ENDPOINT = said(ENDPOINTS, {"ClientVpnEndpoints": []})
QUERIES = "route53:ListQueryLoggingConfigs"


def only(snapshot):
    (record,) = snapshot.records
    return record


@pytest.fixture
def zone(aws):
    made = aws.client("route53").create_hosted_zone(
        Name="acme.test", CallerReference="1", HostedZoneConfig={"Comment": "for whom"}
    )
    return made["HostedZone"]["Id"].rpartition("/")[2]


def test_public_zones_are_read_with_their_log(aws, zone):
    group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/route53/acme.test:*"
    aws.client("logs", "us-east-1").create_log_group(logGroupName="/aws/route53/acme.test")
    aws.client("route53").create_query_logging_config(
        HostedZoneId=zone, CloudWatchLogsLogGroupArn=group
    )
    snapshot, transcript = aws.snapshot(public_zones)

    record = only(snapshot)
    assert record.id == f"arn:aws:route53:::hostedzone/{zone}"
    assert (record.name, record.logged_to) == ("acme.test.", group)
    assert "for whom" not in str(transcript)
    assert aws.again(public_zones, transcript) == snapshot


def test_a_zone_without_a_log_has_none_and_a_denied_one_is_unread(aws, zone):
    assert zone
    assert only(aws.snapshot(public_zones)[0]).logged_to is None

    snapshot, _ = aws.snapshot(public_zones, {QUERIES: Denied()})
    assert only(snapshot).logged_to == Unread(why=f"{QUERIES}: AccessDenied")


@pytest.mark.parametrize(
    "fields",
    [
        {"Config": {"PrivateZone": True}},
        {"LinkedService": {"ServicePrincipal": "servicediscovery.amazonaws.com"}},
    ],
)
def test_zones_that_nobody_outside_asks_or_aws_keeps_are_left_out(aws, fields):
    listed = {"Id": "/hostedzone/Z1", "Name": "inner.", "CallerReference": "1"} | fields
    page = {"HostedZones": [listed], "Marker": "", "IsTruncated": False, "MaxItems": "100"}
    snapshot, _ = aws.snapshot(public_zones, said("route53:ListHostedZones", page))

    assert (snapshot.records, snapshot.complete) == ((), True)


def endpoint(**fields):
    settled = {"ClientVpnEndpointId": "cvpn-endpoint-1", "Status": {"Code": "available"}}
    return said(ENDPOINTS, {"ClientVpnEndpoints": [settled | fields]})


@pytest.mark.parametrize(
    ("options", "logs"),
    [
        ({"ConnectionLogOptions": {"Enabled": True}}, ("CONNECTIONS",)),
        ({"ConnectionLogOptions": {"Enabled": False}}, ()),
        ({}, Unread(why=f"{ENDPOINTS}: the answer has no ConnectionLogOptions")),
    ],
)
def test_endpoints_are_read(aws, options, logs):
    snapshot, transcript = aws.snapshot(
        network_gateways, endpoint(**options) | said(FIREWALLS, {"Firewalls": []})
    )

    record = only(snapshot)
    assert record.id == f"arn:aws:ec2:{PLACE}:client-vpn-endpoint/cvpn-endpoint-1"
    assert (record.form, record.logs) == ("client VPN endpoint", logs)
    assert aws.again(network_gateways, transcript) == snapshot


def test_an_endpoint_that_is_being_deleted_is_left_out(aws):
    faults = endpoint(Status={"Code": "deleting"}) | said(FIREWALLS, {"Firewalls": []})
    assert aws.snapshot(network_gateways, faults)[0].records == ()


@pytest.fixture
def firewall(aws):
    client = aws.client("network-firewall")
    made = client.create_firewall(
        FirewallName="edge",
        FirewallPolicyArn="arn:aws:network-firewall:eu-west-1:123456789012:firewall-policy/a",
        VpcId="vpc-1",
        SubnetMappings=[{"SubnetId": "subnet-1"}],
    )
    return client, made["Firewall"]["FirewallArn"]


def test_firewalls_are_read_with_their_logs(aws, firewall):
    client, arn = firewall
    client.update_logging_configuration(
        FirewallArn=arn,
        LoggingConfiguration={
            "LogDestinationConfigs": [
                {
                    "LogType": kind,
                    "LogDestinationType": "CloudWatchLogs",
                    "LogDestination": {"logGroup": "/edge"},
                }
                for kind in ("FLOW", "ALERT")
            ]
        },
    )
    snapshot, transcript = aws.snapshot(network_gateways, NO_ENDPOINT)

    record = only(snapshot)
    assert (record.id, record.form) == (arn, "network firewall")
    assert record.logs == ("ALERT", "FLOW")
    assert aws.again(network_gateways, transcript) == snapshot


@pytest.mark.usefixtures("firewall")
def test_a_firewall_without_logs_has_none_and_a_denied_one_is_unread(aws):
    snapshot, _ = aws.snapshot(network_gateways, NO_ENDPOINT | said(FIREWALL_LOGS, {}))
    assert only(snapshot).logs == ()

    snapshot, _ = aws.snapshot(network_gateways, NO_ENDPOINT | {FIREWALL_LOGS: Denied()})
    assert only(snapshot).logs == Unread(why=f"{FIREWALL_LOGS}: AccessDenied")
