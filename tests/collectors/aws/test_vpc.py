"""Networks are read with their routes, their lists and the record of their traffic."""

import pytest

from collectors.aws.vpc import network_acls, transit_gateways, vpcs
from collectors.evidence.aws.ec2 import PortRange
from collectors.evidence.aws.vpc import AclEntry, FlowLog
from collectors.evidence.record import Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied


@pytest.fixture
def ec2(aws):
    return aws.client("ec2")


@pytest.fixture
def network(ec2):
    """A network with one subnet that has a route to the internet and one that has none."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"eu-west-1{zone}"
        )["Subnet"]["SubnetId"]
        for n, zone in ((1, "a"), (2, "b"))
    ]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[0])
    return vpc, *subnets


def found(snapshot, name):
    (record,) = (record for record in snapshot.records if record.id.endswith(name))
    return record


def test_a_network_is_read_with_subnets_routes_and_use(aws, ec2, network):
    vpc, public, private = network
    snapshot, transcript = aws.snapshot(vpcs)

    record = found(snapshot, vpc)
    assert record.id == f"arn:aws:ec2:eu-west-1:123456789012:vpc/{vpc}"
    assert (record.subnets, record.reachable) == ({public, private}, {public})
    assert (record.is_default, record.in_use, record.stores) == (False, False, ())
    assert aws.again(vpcs, transcript) == snapshot

    ec2.create_network_interface(SubnetId=private)
    snapshot, _ = aws.snapshot(vpcs)
    assert found(snapshot, vpc).in_use is True


def test_a_subnet_without_a_table_goes_by_the_main_one(aws, ec2, network):
    vpc, public, private = network
    (main,) = ec2.describe_route_tables(
        Filters=[
            {"Name": "vpc-id", "Values": [vpc]},
            {"Name": "association.main", "Values": ["true"]},
        ]
    )["RouteTables"]
    gateway = ec2.describe_internet_gateways(
        Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}]
    )["InternetGateways"][0]["InternetGatewayId"]
    ec2.create_route(
        RouteTableId=main["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway
    )
    snapshot, _ = aws.snapshot(vpcs)

    assert found(snapshot, vpc).reachable == {public, private}


def test_flow_logs_are_read_with_what_they_deliver(aws):
    logs = [
        {"ResourceId": "vpc-1", "TrafficType": "ALL", "FlowLogStatus": "ACTIVE"},
        {
            "ResourceId": "vpc-2",
            "TrafficType": "REJECT",
            "FlowLogStatus": "ACTIVE",
            "DeliverLogsStatus": "FAILED",
        },
    ]
    snapshot, _ = aws.snapshot(vpcs, said("ec2:DescribeFlowLogs", {"FlowLogs": logs}))

    (record,) = snapshot.records
    assert record.flow_logs == (
        FlowLog(on="vpc-1", traffic="ALL", delivers=True),
        FlowLog(on="vpc-2", traffic="REJECT", delivers=False),
    )


def test_a_place_for_databases_with_a_route_is_named(aws, network):
    vpc, public, private = network
    rds = aws.client("rds")
    for name, subnets in (("out", [public, private]), ("in", [private])):
        rds.create_db_subnet_group(
            DBSubnetGroupName=name, DBSubnetGroupDescription=name, SubnetIds=subnets
        )
    snapshot, _ = aws.snapshot(vpcs)

    assert found(snapshot, vpc).stores == ("out",)


@pytest.mark.parametrize(
    ("call", "fields"),
    [
        ("ec2:DescribeSubnets", ("subnets", "reachable")),
        ("ec2:DescribeRouteTables", ("reachable", "stores")),
        ("ec2:DescribeFlowLogs", ("flow_logs",)),
        ("ec2:DescribeNetworkInterfaces", ("in_use",)),
        ("rds:DescribeDBSubnetGroups", ("stores",)),
    ],
)
def test_what_is_denied_of_a_network_is_unread(aws, call, fields):
    snapshot, _ = aws.snapshot(vpcs, {call: Denied()})

    (record,) = snapshot.records
    for field in fields:
        assert getattr(record, field) == Unread(why=f"{call}: AccessDenied")


def test_shared_networks_and_gateways_are_their_owners(aws):
    vpc = {"VpcId": "vpc-1", "OwnerId": "210987654321"}
    snapshot, _ = aws.snapshot(vpcs, said("ec2:DescribeVpcs", {"Vpcs": [vpc]}))
    assert (snapshot.records, snapshot.complete) == ((), True)

    gateway = {"TransitGatewayId": "tgw-1", "OwnerId": "210987654321"}
    faults = said("ec2:DescribeTransitGateways", {"TransitGateways": [gateway]})
    snapshot, _ = aws.snapshot(transit_gateways, faults)
    assert (snapshot.records, snapshot.complete) == ((), True)


def test_access_lists_are_read_with_what_lets_in(aws, ec2, network):
    vpc, public, private = network
    (acl,) = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["NetworkAcls"]
    ec2.create_network_acl_entry(
        NetworkAclId=acl["NetworkAclId"],
        RuleNumber=10,
        Protocol="6",
        RuleAction="deny",
        Egress=False,
        CidrBlock="0.0.0.0/0",
        PortRange={"From": 22, "To": 22},
    )
    snapshot, transcript = aws.snapshot(network_acls)

    record = found(snapshot, acl["NetworkAclId"])
    assert (record.is_default, record.guarded) == (True, {public, private})
    assert record.reachable == {public}
    assert (
        AclEntry(
            number=10,
            allows=False,
            protocol="6",
            ports=PortRange(first=22, last=22),
            source="0.0.0.0/0",
        )
        in record.entries
    )
    assert sorted(entry.number for entry in record.entries) == [10, 100, 32767]
    assert aws.again(network_acls, transcript) == snapshot


@pytest.mark.parametrize("call", ["ec2:DescribeSubnets", "ec2:DescribeRouteTables"])
def test_denied_routes_leave_unread_which_lists_count(aws, call):
    snapshot, _ = aws.snapshot(network_acls, {call: Denied()})

    assert snapshot.records[0].reachable == Unread(why=f"{call}: AccessDenied")


def test_transit_gateways_are_read(aws, ec2):
    ec2.create_transit_gateway(Options={"AutoAcceptSharedAttachments": "enable"})
    ec2.create_transit_gateway(Options={"AutoAcceptSharedAttachments": "disable"})
    snapshot, transcript = aws.snapshot(transit_gateways)

    assert sorted(record.accepts_automatically for record in snapshot.records) == [False, True]
    assert aws.again(transit_gateways, transcript) == snapshot
