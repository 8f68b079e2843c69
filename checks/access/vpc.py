"""Networks: their tiers, and who may enter at their edges."""

from ipaddress import ip_network

from checks.contract import (
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.aws.vpc import AclEntry, NetworkAcl, TransitGateway, Vpc
from collectors.evidence.record import Unread

TCP_OR_ALL = ("6", "-1")
LAST_PORT = 65535
FAMILIES = (4, 6)


@check(
    id="aws.ec2.network-acl-restricts-entry",
    title="Network access lists keep the internet from administrative ports",
    controls=("NET-01",),
    severity=Severity.MEDIUM,
    remediation="Add entries that deny the ports before the one that allows everything, or "
    "narrow that one.",
    empty=Outcome.NOT_APPLICABLE,
)
def ec2_network_acl_restricts_entry(
    acl: NetworkAcl, *, admin_ports: tuple[int, ...] = (22, 3389)
) -> Verdict:
    """The list at the edge of a subnet still holds when somebody opens a security group.

    Entries are read in the order of their numbers, for IPv4 and IPv6 apart: the first that
    speaks of all addresses and of a port decides. A denial for some addresses only decides
    nothing. A list that lets the internet reach every port fails as well. Judged are lists of
    subnets with a route to the internet.
    """
    if acl.guarded == frozenset() or acl.reachable == frozenset():
        return not_applicable("it guards no subnet that the internet has a route to")
    if isinstance(acl.entries, Unread):
        return undetermined(acl.entries)
    opened = tuple(port for port in sorted(admin_ports) if _admits(acl.entries, port))
    every = all(_admits(acl.entries, port) for port in (0, 1, LAST_PORT))
    if not opened and not every:
        return passed("the internet does not reach these ports")
    for part in (acl.guarded, acl.reachable):
        if isinstance(part, Unread):
            return undetermined(part, ports=opened)
    if opened:
        return failed("the internet reaches administrative ports", ports=opened)
    return failed("the internet reaches every port but those that are denied")


@check(
    id="aws.ec2.transit-attachments-approved",
    title="Transit gateways take in no network by themselves",
    controls=("NET-01",),
    severity=Severity.HIGH,
    remediation="Turn off the automatic acceptance of attachments.",
    empty=Outcome.NOT_APPLICABLE,
)
def ec2_transit_attachments_approved(gateway: TransitGateway) -> Verdict:
    """Who attaches a network to the gateway stands among all networks that hang on it.

    Somebody has to accept each attachment of another account. A gateway that another account
    shares is judged there.
    """
    if isinstance(gateway.accepts_automatically, Unread):
        return undetermined(gateway.accepts_automatically)
    if gateway.accepts_automatically:
        return failed("attachments of other accounts are accepted automatically")
    return passed("somebody accepts each attachment")


@check(
    id="aws.vpc.tiers-separated",
    title="Networks keep what stores data away from what faces the internet",
    controls=("NET-01",),
    severity=Severity.MEDIUM,
    remediation="Create subnets without a route to the internet, and move databases there.",
    empty=Outcome.NOT_APPLICABLE,
)
def vpc_tiers_separated(vpc: Vpc) -> Verdict:
    """A database that has no road to the internet cannot be reached by a mistake of one rule.

    A network with a route to the internet has subnets without one as well, and no subnet
    group of RDS, in which databases lie, has a subnet with one. A network that nothing is in
    is not judged.
    """
    if vpc.in_use is False:
        return not_applicable("nothing is in the network")
    if isinstance(vpc.in_use, Unread):
        return undetermined(vpc.in_use)
    if vpc.reachable == frozenset():
        return passed("no subnet has a route to the internet")
    return _of_reachable(vpc)


def _of_reachable(vpc: Vpc) -> Verdict:
    """Judge a network that the internet has, or may have, a route to."""
    for part in (vpc.reachable, vpc.subnets, vpc.stores):
        if isinstance(part, Unread):
            return undetermined(part)
    if vpc.stores and isinstance(vpc.stores, tuple):
        return failed("databases lie in subnets with a route to the internet", groups=vpc.stores)
    if vpc.subnets == vpc.reachable:
        return failed("every subnet has a route to the internet")
    return passed("subnets with a route to the internet and without are apart")


def _admits(entries: tuple[AclEntry, ...], port: int) -> bool:
    return any(_first_word(entries, port, family) for family in FAMILIES)


def _first_word(entries: tuple[AclEntry, ...], port: int, family: int) -> bool:
    """What the first entry says that speaks of a port, and of all addresses of a family."""
    for entry in sorted(entries, key=lambda entry: entry.number):
        source = ip_network(entry.source, strict=False)
        if source.version == family and source.prefixlen == 0 and _speaks_of(entry, port):
            return entry.allows
    return False


def _speaks_of(entry: AclEntry, port: int) -> bool:
    if entry.protocol not in TCP_OR_ALL:
        return False
    return entry.ports is None or entry.ports.first <= port <= entry.ports.last
