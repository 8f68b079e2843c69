"""The network's entries and the disks behind it."""

from collections.abc import Mapping

from collectors.evidence.record import Fact, Instant, Record, Unread


class PortRange(Fact, frozen=True, tag="aws.port_range"):
    """The ports a rule opens, first and last included."""

    first: int
    last: int


class PrefixList(Fact, frozen=True, tag="aws.prefix_list"):
    """A named list of address ranges that rules refer to."""

    id: str
    ranges: tuple[str, ...] | Unread


class SecurityGroupRule(Fact, frozen=True, tag="aws.security_group_rule"):
    """One rule of a security group: a protocol, its ports, and the addresses it admits.

    A rule may also admit the members of another group, and then names no address at all.
    """

    protocol: str | Unread
    """AWS's word (`tcp`), a protocol number, or `-1` for all of them."""
    ports: PortRange | Unread | None
    """`None` for protocols other than TCP and UDP, and for all of them together."""
    ranges: tuple[str, ...] | Unread
    """IPv4 and IPv6 address ranges, as they stand in the rule."""
    prefix_lists: tuple[PrefixList, ...] | Unread


class SecurityGroup(Record, frozen=True, tag="aws.security_group"):
    """A security group, with what it lets in and out."""

    vpc: str | Unread
    ingress: tuple[SecurityGroupRule, ...] | Unread
    egress: tuple[SecurityGroupRule, ...] | Unread


class DefaultSecurityGroup(SecurityGroup, frozen=True, tag="aws.default_security_group"):
    """The group that AWS makes with each network, and gives to whatever names no other."""


class EbsVolume(Record, frozen=True, tag="aws.ebs_volume"):
    """A volume, and the last time it was copied to a snapshot."""

    state: str | Unread
    """AWS's word for it: a volume attached to an instance is `in-use`."""
    tags: Mapping[str, str]
    created_at: Instant | Unread
    last_snapshot_at: Instant | Unread | None
    """When the last own snapshot that is complete was begun; `None` when there is none."""


class EbsStorage(Record, frozen=True, tag="aws.ebs_storage"):
    """A volume or an own snapshot: data at rest in block storage."""

    form: str
    """`volume` or `snapshot`."""
    encrypted: bool | Unread
    key: str | None
    """The ARN of the key, as AWS names it; `None` for what is not encrypted."""


class EbsDefaults(Record, frozen=True, tag="aws.ebs_defaults"):
    """What a region of an account does with a new volume that asks for nothing."""

    encrypted: bool | Unread
