"""Networks: their tiers, the lists at their doors, and the record of what passes."""

from collectors.evidence.aws.ec2 import PortRange
from collectors.evidence.record import Fact, Record, Unread


class AclEntry(Fact, frozen=True, tag="aws.acl_entry"):
    """One entry of a network access list, for what comes in; the lowest number decides."""

    number: int
    allows: bool
    protocol: str
    """A protocol number, or `-1` for all of them."""
    ports: PortRange | None
    """`None` where the entry speaks of all of them."""
    source: str
    """An address range, IPv4 or IPv6."""


class NetworkAcl(Record, frozen=True, tag="aws.network_acl"):
    """A network access list, with what it lets in and the subnets it guards."""

    is_default: bool | Unread
    entries: tuple[AclEntry, ...] | Unread
    guarded: frozenset[str] | Unread
    """The subnets it is attached to."""
    reachable: frozenset[str] | Unread
    """Those of them that have a route to the internet."""


class FlowLog(Fact, frozen=True, tag="aws.flow_log"):
    """A flow log, as far as it may prove something."""

    on: str
    """The network, subnet or interface it records."""
    traffic: str
    """`ALL`, `ACCEPT` or `REJECT`."""
    delivers: bool
    """Whether it is active, and its last delivery did not fail."""


class Vpc(Record, frozen=True, tag="aws.vpc"):
    """A network, with its subnets and what records their traffic."""

    account_id: str
    is_default: bool | Unread
    subnets: frozenset[str] | Unread
    in_use: bool | Unread
    """Whether any interface is in it."""
    flow_logs: tuple[FlowLog, ...] | Unread
    reachable: frozenset[str] | Unread
    """The subnets that have a route to the internet."""
    stores: tuple[str, ...] | Unread
    """Subnet groups of RDS, in which databases lie, with a route to the internet."""


class TransitGateway(Record, frozen=True, tag="aws.transit_gateway"):
    """An own transit gateway."""

    accepts_automatically: bool | Unread
    """Whether it takes in whatever another account attaches to it."""
