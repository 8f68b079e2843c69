"""Machines are joined with groups, access lists, routes and the region's block."""

import pytest

from collectors.aws.exposure import exposed_instances
from collectors.evidence.aws.exposure import Route
from collectors.evidence.record import Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied, Pages

OPTIONS = "ec2:DescribeVpcBlockPublicAccessOptions"
EXCLUSIONS = "ec2:DescribeVpcBlockPublicAccessExclusions"
OPEN_REGION = said(OPTIONS, {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "off"}})


def only(snapshot):
    (record,) = snapshot.records
    return record


@pytest.fixture
def ec2(aws):
    return aws.client("ec2")


@pytest.fixture
def machine(ec2):
    """A machine with a public address and an open group, in a subnet with a way out."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    group = ec2.create_security_group(GroupName="shell", Description="shell", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            }
        ],
    )
    image = ec2.register_image(Name="plain", RootDeviceName="/dev/xvda")["ImageId"]
    made = ec2.run_instances(
        ImageId=image,
        MinCount=1,
        MaxCount=1,
        NetworkInterfaces=[
            {
                "DeviceIndex": 0,
                "SubnetId": subnet,
                "Groups": [group],
                "AssociatePublicIpAddress": True,
            }
        ],
    )
    return made["Instances"][0], vpc, subnet


def test_every_layer_is_read(aws, machine):
    name = machine[0]["InstanceId"]
    snapshot, transcript = aws.snapshot(exposed_instances, OPEN_REGION)

    record = only(snapshot)
    assert record.id == f"arn:aws:ec2:eu-west-1:123456789012:instance/{name}"
    assert record.state in {"pending", "running"}
    (interface,) = record.interfaces
    assert (interface.families, interface.blocked) == ((4,), False)
    assert [rule.ranges for rule in interface.rules] == [("0.0.0.0/0",)]
    assert Route(destination="0.0.0.0/0", to_internet=True) in interface.routes
    assert Route(destination="10.0.0.0/16", to_internet=False) in interface.routes
    assert sorted(entry.number for entry in interface.entries) == [100, 32767]
    assert aws.again(exposed_instances, transcript) == snapshot


def test_a_terminated_machine_is_left_out(aws, ec2, machine):
    ec2.terminate_instances(InstanceIds=[machine[0]["InstanceId"]])
    snapshot, _ = aws.snapshot(exposed_instances, OPEN_REGION)

    assert (snapshot.records, snapshot.complete) == ((), True)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        ("ec2:DescribeSecurityGroups", "rules"),
        ("ec2:DescribeNetworkAcls", "entries"),
        ("ec2:DescribeSubnets", "routes"),
        ("ec2:DescribeRouteTables", "routes"),
        (OPTIONS, "blocked"),
    ],
)
@pytest.mark.usefixtures("machine")
def test_a_denied_layer_is_unread(aws, call, field):
    snapshot, _ = aws.snapshot(exposed_instances, OPEN_REGION | {call: Denied()})

    (interface,) = only(snapshot).interfaces
    assert getattr(interface, field) == Unread(why=f"{call}: AccessDenied")


@pytest.mark.parametrize(
    ("key", "call", "field", "why"),
    [
        (
            "SecurityGroups",
            "ec2:DescribeSecurityGroups",
            "rules",
            "an attached group is not listed",
        ),
        ("NetworkAcls", "ec2:DescribeNetworkAcls", "entries", "no list is attached to the subnet"),
        ("RouteTables", "ec2:DescribeRouteTables", "routes", "no table is attached to the subnet"),
    ],
)
@pytest.mark.usefixtures("machine")
def test_what_is_attached_and_not_listed_is_unread(aws, key, call, field, why):
    snapshot, _ = aws.snapshot(exposed_instances, OPEN_REGION | said(call, {key: []}))

    (interface,) = only(snapshot).interfaces
    assert getattr(interface, field) == Unread(why=f"{call}: {why}")


def blocking(mode):
    return said(OPTIONS, {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": mode}})


def excluding(mode, state, place):
    arn = f"arn:aws:ec2:eu-west-1:123456789012:{place}"
    exclusion = {"InternetGatewayExclusionMode": mode, "State": state, "ResourceArn": arn}
    return said(EXCLUSIONS, {"VpcBlockPublicAccessExclusions": [exclusion]})


@pytest.mark.parametrize("mode", ["block-ingress", "block-bidirectional"])
@pytest.mark.parametrize(
    ("exclusion", "blocked"),
    [
        (("allow-bidirectional", "create-complete", "subnet"), False),
        (("allow-bidirectional", "create-complete", "vpc"), False),
        (("allow-bidirectional", "delete-complete", "subnet"), True),
        (("allow-egress", "create-complete", "subnet"), True),
        (("allow-bidirectional", "create-complete", "another"), True),
    ],
)
def test_the_block_of_the_region_has_exclusions(aws, machine, mode, exclusion, blocked):
    _, vpc, subnet = machine
    *kind, place = exclusion
    places = {"subnet": f"subnet/{subnet}", "vpc": f"vpc/{vpc}", "another": "subnet/subnet-0"}
    faults = blocking(mode) | excluding(*kind, places[place])
    (interface,) = only(aws.snapshot(exposed_instances, faults)[0]).interfaces

    assert interface.blocked is blocked


@pytest.mark.usefixtures("machine")
def test_denied_exclusions_leave_the_block_unread(aws):
    faults = blocking("block-ingress") | {EXCLUSIONS: Denied()}
    (interface,) = only(aws.snapshot(exposed_instances, faults)[0]).interfaces

    assert interface.blocked == Unread(why=f"{EXCLUSIONS}: AccessDenied")


def instances(interface):
    machine = {"InstanceId": "i-1", "State": {"Name": "running"}, "NetworkInterfaces": [interface]}
    return {"ec2:DescribeInstances": Pages(({"Reservations": [{"Instances": [machine]}]},))}


@pytest.mark.parametrize(
    ("addresses", "families"),
    [
        ({}, ()),
        ({"Association": {"PublicIp": "198.51.100.7"}}, (4,)),
        ({"PrivateIpAddresses": [{"Association": {"PublicIp": "198.51.100.7"}}]}, (4,)),
        ({"Ipv6Addresses": [{"Ipv6Address": "2001:db8::1"}]}, (6,)),
    ],
)
def test_addresses_of_both_versions_are_seen(aws, addresses, families):
    interface = {"NetworkInterfaceId": "eni-1", "SubnetId": "subnet-1", "Groups": []} | addresses
    snapshot, transcript = aws.snapshot(exposed_instances, OPEN_REGION | instances(interface))

    (found,) = only(snapshot).interfaces
    assert found.families == families
    asked = {exchange.operation for exchange in transcript.exchanges}
    assert ("DescribeVpcBlockPublicAccessOptions" in asked) is bool(families)


@pytest.mark.parametrize(
    ("route", "found"),
    [
        (
            {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "blackhole"},
            (Route(destination="0.0.0.0/0", to_internet=False),),
        ),
        (
            {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1"},
            (Route(destination="::/0", to_internet=False),),
        ),
        ({"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1"}, ()),
        (
            {"DestinationPrefixListId": "pl-1", "GatewayId": "igw-1"},
            (
                Route(destination="0.0.0.0/0", to_internet=True),
                Route(destination="::/0", to_internet=True),
            ),
        ),
    ],
)
def test_routes_are_read_by_where_they_lead(aws, route, found):
    interface = {"NetworkInterfaceId": "eni-1", "SubnetId": "subnet-1", "Groups": []}
    table = {"VpcId": "vpc-1", "Associations": [{"Main": True}], "Routes": [route]}
    subnet = {"SubnetId": "subnet-1", "VpcId": "vpc-1"}
    faults = (
        OPEN_REGION
        | instances(interface)
        | said("ec2:DescribeRouteTables", {"RouteTables": [table]})
        | said("ec2:DescribeSubnets", {"Subnets": [subnet]})
    )
    (read,) = only(aws.snapshot(exposed_instances, faults)[0]).interfaces

    assert read.routes == found
