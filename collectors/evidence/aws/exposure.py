"""Every layer between the internet and a machine, side by side."""

from collectors.evidence.aws.ec2 import SecurityGroupRule
from collectors.evidence.aws.vpc import AclEntry
from collectors.evidence.record import Fact, Record, Unread


class Route(Fact, frozen=True, tag="aws.route"):
    """One route of a subnet: where packets for some addresses go."""

    destination: str
    """An address range, IPv4 or IPv6; of routes that fit, the narrowest decides."""
    to_internet: bool
    """Whether it leads through an internet gateway and is in force."""


class Interface(Fact, frozen=True, tag="aws.interface"):
    """A network interface of a machine, with what stands before it."""

    id: str
    families: tuple[int, ...]
    """The versions of IP by which the internet can address it: 4, 6."""
    rules: tuple[SecurityGroupRule, ...] | Unread
    """What all its security groups let in, together."""
    entries: tuple[AclEntry, ...] | Unread
    """What the access list of its subnet lets in."""
    routes: tuple[Route, ...] | Unread
    """The routes of its subnet."""
    blocked: bool | Unread
    """Whether the region's Block Public Access of networks keeps the internet out."""


class ExposedInstance(Record, frozen=True, tag="aws.exposed_instance"):
    """A machine, with each of its interfaces and all that decides who reaches it."""

    account_id: str
    state: str | Unread
    interfaces: tuple[Interface, ...] | Unread
