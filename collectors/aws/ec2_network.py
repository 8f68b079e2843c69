"""Security groups, and the addresses their rules admit."""

from collections.abc import Iterator
from functools import partial
from typing import TypeVar

from collectors.aws.account import Region, Response, told, whole
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.ec2 import (
    DefaultSecurityGroup,
    PortRange,
    PrefixList,
    SecurityGroup,
    SecurityGroupRule,
)
from collectors.evidence.record import Unread

G = TypeVar("G", bound=SecurityGroup)

GROUPS = ApiCall(
    "ec2",
    "DescribeSecurityGroups",
    "ec2:DescribeSecurityGroups",
    redact=(  # the fields where people write whose address it is
        "SecurityGroups.Description",
        *(
            f"SecurityGroups.{direction}.{admitted}.Description"
            for direction in ("IpPermissions", "IpPermissionsEgress")
            for admitted in ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
        ),
    ),
)
PREFIX_LIST = ApiCall(
    "ec2",
    "GetManagedPrefixListEntries",
    "ec2:GetManagedPrefixListEntries",
    redact=("Entries.Description",),
)

HAVE_PORTS = ("tcp", "udp", "6", "17")
"""By name or number; for others AWS puts message types where ports stand, or nothing."""
DEFAULT = "default"
"""The name of each network's first group; AWS refuses it to all others."""


@collector(id="aws.ec2.security-groups", calls=(GROUPS, PREFIX_LIST))
def ec2_security_groups(region: Region) -> Iterator[SecurityGroup]:
    """Every security group, with its rules and the prefix lists they refer to."""
    groups = region.each(GROUPS, "SecurityGroups")
    yield from region.concurrently(partial(_described, SecurityGroup, region), groups)


@collector(id="aws.ec2.default-security-groups", calls=(GROUPS, PREFIX_LIST))
def ec2_default_security_groups(region: Region) -> Iterator[DefaultSecurityGroup]:
    """The default security group of every network, with its rules."""
    groups = (
        group for group in region.each(GROUPS, "SecurityGroups") if group["GroupName"] == DEFAULT
    )
    yield from region.concurrently(partial(_described, DefaultSecurityGroup, region), groups)


def _described(kind: type[G], region: Region, group: Response) -> G:
    place = f"arn:{region.partition}:ec2:{region.region}:{group['OwnerId']}"
    return kind(
        id=f"{place}:security-group/{group['GroupId']}",
        name=group["GroupName"],
        vpc=told(GROUPS, group, "VpcId", str),
        ingress=rules_of(region, told(GROUPS, group, "IpPermissions", list)),
        egress=rules_of(region, told(GROUPS, group, "IpPermissionsEgress", list)),
    )


def rules_of(
    region: Region, written: list[Response] | Unread
) -> tuple[SecurityGroupRule, ...] | Unread:
    """The rules of one direction, with the prefix lists they refer to."""
    if isinstance(written, Unread):
        return written
    return tuple(_rule(region, rule) for rule in written)


def _rule(region: Region, rule: Response) -> SecurityGroupRule:
    protocol = told(GROUPS, rule, "IpProtocol", str)
    return SecurityGroupRule(
        protocol=protocol,
        ports=_ports(rule) if protocol in HAVE_PORTS else None,
        ranges=_ranges(rule),
        prefix_lists=_prefix_lists(region, told(GROUPS, rule, "PrefixListIds", list)),
    )


def _ports(rule: Response) -> PortRange | Unread:
    ends = whole(told(GROUPS, rule, end, int) for end in ("FromPort", "ToPort"))
    return ends if isinstance(ends, Unread) else PortRange(first=ends[0], last=ends[1])


def _ranges(rule: Response) -> tuple[str, ...] | Unread:
    lists = whole(told(GROUPS, rule, name, list) for name in ("IpRanges", "Ipv6Ranges"))
    if isinstance(lists, Unread):
        return lists
    ipv4, ipv6 = lists
    return whole(
        [
            *(told(GROUPS, written, "CidrIp", str) for written in ipv4),
            *(told(GROUPS, written, "CidrIpv6", str) for written in ipv6),
        ]
    )


def _prefix_lists(
    region: Region, written: list[Response] | Unread
) -> tuple[PrefixList, ...] | Unread:
    if isinstance(written, Unread):
        return written
    names = whole(told(GROUPS, reference, "PrefixListId", str) for reference in written)
    if isinstance(names, Unread):
        return names
    return tuple(_prefix_list(region, name) for name in names)


def _prefix_list(region: Region, name: str) -> PrefixList:
    entries = region.listed(PREFIX_LIST, "Entries", PrefixListId=name)
    return PrefixList(
        id=name,
        ranges=entries
        if isinstance(entries, Unread)
        else whole(told(PREFIX_LIST, entry, "Cidr", str) for entry in entries),
    )
