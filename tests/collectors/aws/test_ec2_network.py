"""Security groups are read with every address they admit, also those a list stands for."""

import msgspec
import pytest

from collectors.aws.ec2_network import ec2_default_security_groups, ec2_security_groups
from collectors.evidence.aws.ec2 import PortRange, PrefixList, SecurityGroupRule
from collectors.evidence.record import Omission, Unread
from collectors.transcript import Transcript
from tests.faults import Denied, Pages

SHELL = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}


@pytest.fixture
def ec2(aws):
    return aws.client("ec2")


def opened(ec2, *rules):
    """A group with these rules in, and AWS's own rule out."""
    (vpc,) = ec2.describe_vpcs()["Vpcs"]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc["VpcId"])
    ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=list(rules))
    return group["GroupId"]


def prefix_list(ec2, *ranges):
    made = ec2.create_managed_prefix_list(
        PrefixListName="offices",
        MaxEntries=5,
        AddressFamily="IPv4",
        Entries=[{"Cidr": cidr, "Description": "Bob at home"} for cidr in ranges],
    )
    return made["PrefixList"]["PrefixListId"]


def found(snapshot, group_id):
    (group,) = (group for group in snapshot.records if group.id.endswith(group_id))
    return group


def group(name, **fields):
    return {
        "GroupId": f"sg-{name}",
        "GroupName": name,
        "OwnerId": "123456789012",
        "VpcId": "vpc-1",
        "IpPermissions": [],
        "IpPermissionsEgress": [],
    } | fields


def ingress_of(aws, **rule):
    """How one rule reads that the server would never give."""
    pages = Pages(({"SecurityGroups": [group("web", IpPermissions=[rule])]},))
    snapshot, _ = aws.snapshot(ec2_security_groups, {"ec2:DescribeSecurityGroups": pages})
    (record,) = snapshot.records
    return record.ingress[0]


def test_rules_are_read_with_ports_ranges_and_lists(aws, ec2):
    offices = prefix_list(ec2, "203.0.113.0/24", "198.51.100.0/24")
    web = opened(
        ec2,
        SHELL
        | {
            "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
            "PrefixListIds": [{"PrefixListId": offices}],
        },
        {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
    )
    snapshot, _ = aws.snapshot(ec2_security_groups)

    record = found(snapshot, web)
    assert record.id == f"arn:aws:ec2:eu-west-1:123456789012:security-group/{web}"
    assert record.ingress == (
        SecurityGroupRule(
            protocol="tcp",
            ports=PortRange(first=22, last=22),
            ranges=("0.0.0.0/0", "::/0"),
            prefix_lists=(PrefixList(id=offices, ranges=("203.0.113.0/24", "198.51.100.0/24")),),
        ),
        SecurityGroupRule(protocol="-1", ports=None, ranges=("10.0.0.0/8",), prefix_lists=()),
    )
    assert snapshot.complete


def test_default_groups_are_those_of_the_networks_and_no_others(aws, ec2):
    opened(ec2, SHELL | {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]})
    ec2.create_vpc(CidrBlock="10.7.0.0/16")
    snapshot, _ = aws.snapshot(ec2_default_security_groups)

    assert {record.name for record in snapshot.records} == {"default"}
    assert {record.vpc for record in snapshot.records} == {
        vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"]
    }


def test_a_denied_prefix_list_is_unread_and_the_group_stays(aws, ec2):
    web = opened(ec2, SHELL | {"PrefixListIds": [{"PrefixListId": prefix_list(ec2)}]})
    snapshot, _ = aws.snapshot(
        ec2_security_groups, {"ec2:GetManagedPrefixListEntries": Denied("UnauthorizedOperation")}
    )
    (rule,) = found(snapshot, web).ingress
    assert rule.prefix_lists[0].ranges == Unread(
        why="ec2:GetManagedPrefixListEntries: UnauthorizedOperation"
    )
    assert snapshot.complete


def test_a_denied_list_is_an_omission_and_not_an_account_without_groups(aws):
    denied = {"ec2:DescribeSecurityGroups": Denied("UnauthorizedOperation")}
    snapshot, _ = aws.snapshot(ec2_security_groups, denied)

    assert snapshot.records == ()
    assert snapshot.omissions == (
        Omission(
            where="aws:123456789012/eu-west-1",
            why="ec2:DescribeSecurityGroups: UnauthorizedOperation",
        ),
    )


def test_groups_and_entries_of_a_second_page_are_read(aws):
    rule = SHELL | {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [{"PrefixListId": "pl-1"}]}
    snapshot, _ = aws.snapshot(
        ec2_security_groups,
        {
            "ec2:DescribeSecurityGroups": Pages(
                (
                    {"SecurityGroups": [group("a")], "NextToken": "more"},
                    {"SecurityGroups": [group("b", IpPermissions=[rule])]},
                )
            ),
            "ec2:GetManagedPrefixListEntries": Pages(
                (
                    {"Entries": [{"Cidr": "10.1.0.0/16"}], "NextToken": "more"},
                    {"Entries": [{"Cidr": "0.0.0.0/0"}]},
                )
            ),
        },
    )
    _, b = snapshot.records
    assert b.name == "b"
    assert b.ingress[0].prefix_lists[0].ranges == ("10.1.0.0/16", "0.0.0.0/0")


@pytest.mark.parametrize("left_out", ["IpProtocol", "ToPort", "Ipv6Ranges", "PrefixListIds"])
def test_a_field_the_answer_leaves_out_is_unread(aws, left_out):
    whole = SHELL | {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": []}
    rule = ingress_of(aws, **{name: whole[name] for name in whole.keys() - {left_out}})

    why = Unread(why=f"ec2:DescribeSecurityGroups: the answer has no {left_out}")
    assert why in msgspec.structs.astuple(rule)


def test_message_types_are_not_taken_for_ports(aws):
    rule = ingress_of(
        aws,
        IpProtocol="icmp",
        FromPort=8,
        ToPort=-1,
        IpRanges=[],
        Ipv6Ranges=[],
        PrefixListIds=[],
    )
    assert rule.ports is None


def test_what_people_wrote_beside_an_address_is_cut_out(aws, ec2):
    offices = prefix_list(ec2, "203.0.113.0/24")
    opened(
        ec2,
        SHELL
        | {
            "IpRanges": [{"CidrIp": "192.0.2.7/32", "Description": "Bob at home"}],
            "PrefixListIds": [{"PrefixListId": offices, "Description": "Bob at home"}],
        },
    )
    _, transcript = aws.snapshot(ec2_security_groups)

    assert b"203.0.113.0/24" in msgspec.json.encode(transcript)
    assert b"Bob" not in msgspec.json.encode(transcript)


def test_a_replay_reads_what_was_read_and_no_more(aws, ec2):
    web = opened(ec2, SHELL | {"PrefixListIds": [{"PrefixListId": prefix_list(ec2, "10.0.0.0/8")}]})
    snapshot, transcript = aws.snapshot(ec2_security_groups, threads=4)

    assert aws.again(ec2_security_groups, transcript) == snapshot
    groups = tuple(e for e in transcript.exchanges if e.operation == "DescribeSecurityGroups")
    (rule,) = found(aws.again(ec2_security_groups, Transcript(groups)), web).ingress
    assert rule.prefix_lists[0].ranges == Unread(
        why="ec2:GetManagedPrefixListEntries: not collected"
    )
