"""Which doors of the network stand open."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.ec2 import DefaultSecurityGroup, SecurityGroup, SecurityGroupRule
from collectors.evidence.record import Unread

# File transfer, shells, directories, file sharing, Kerberos, remote desktop, remote management.
ADMIN_PORTS = (20, 21, 22, 23, 88, 135, 139, 389, 445, 464, 636, 749, 750, 3389, 5985, 5986)
# Databases, caches, search engines, queues, and the consoles that come with them.
DATA_PORTS = (
    *(1433, 1434, 1521, 2483, 2484, 3306, 5432, 5601, 6379, 7000, 7001, 7199, 8888, 9042),
    *(9092, 9160, 9200, 9300, 11211, 27017, 27018),
)
ALL_PROTOCOLS = "-1"

PRIVATE_IPV4 = tuple(
    IPv4Network(text) for text in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")
)
PRIVATE_IPV6 = IPv6Network("fc00::/7")


@check(
    id="aws.ec2.admin-ports-closed",
    title="Security groups keep administrative ports closed to the internet",
    controls=("NET-01",),
    severity=Severity.CRITICAL,
    remediation="Restrict the rule to known addresses, or use session access without an open port.",
    empty=Outcome.NOT_APPLICABLE,
)
def ec2_admin_ports_closed(
    group: SecurityGroup,
    *,
    ports: tuple[int, ...] = ADMIN_PORTS,
    widest_ipv4_prefix: int = 8,
    widest_ipv6_prefix: int = 16,
) -> Verdict:
    """A shell or a remote desktop that anyone can knock at will be found within minutes.

    A rule counts if it opens one of the ports over TCP or UDP, by itself, within a range, or
    with all protocols, and admits a range so wide that strangers are in it: shorter than the
    widest allowed prefix and not private, written in the rule or in a prefix list it names.
    A group that is attached to nothing counts too: attaching it takes one call.
    """
    return _closed(group, ports, _Width(widest_ipv4_prefix, widest_ipv6_prefix))


@check(
    id="aws.ec2.data-ports-closed",
    title="Security groups keep the ports of data stores closed to the internet",
    controls=("NET-01", "NET-02"),
    severity=Severity.CRITICAL,
    remediation="Allow only the application's security group.",
    empty=Outcome.NOT_APPLICABLE,
)
def ec2_data_ports_closed(
    group: SecurityGroup,
    *,
    ports: tuple[int, ...] = DATA_PORTS,
    widest_ipv4_prefix: int = 8,
    widest_ipv6_prefix: int = 16,
) -> Verdict:
    """Databases, caches and search engines trust their network more than they should.

    What counts as open is the same as for administrative ports.
    """
    return _closed(group, ports, _Width(widest_ipv4_prefix, widest_ipv6_prefix))


@check(
    id="aws.ec2.default-group-empty",
    title="Default security groups have no rules",
    controls=("NET-01",),
    severity=Severity.MEDIUM,
    remediation="Remove its rules and attach purpose-made groups.",
    empty=Outcome.NOT_APPLICABLE,
)
def ec2_default_group_empty(group: DefaultSecurityGroup) -> Verdict:
    """Whatever is started without a group gets the default one, so nobody chose its rules.

    Every rule counts, in or out, also the ones that AWS put there.
    """
    vpc = None if isinstance(group.vpc, Unread) else group.vpc
    directions = {"ingress": group.ingress, "egress": group.egress}
    counted = {way: len(rules) for way, rules in directions.items() if isinstance(rules, tuple)}
    if any(counted.values()):
        return failed("it has rules", vpc=vpc, **counted)
    for rules in directions.values():
        if isinstance(rules, Unread):
            return undetermined(rules, vpc=vpc)
    return passed("it has no rules", vpc=vpc)


@check(
    id="aws.ec2.open-ports-approved",
    title="Only approved ports are open to the internet",
    controls=("NET-01",),
    severity=Severity.HIGH,
    remediation="Close the port, or record the entry point as approved.",
    empty=Outcome.PASSED,
)
def ec2_open_ports_approved(
    group: SecurityGroup,
    *,
    approved_ports: tuple[int, ...] = (80, 443),
    narrowest_wide_prefix: int = 23,
) -> Verdict:
    """What a company offers to the internet is a short list, and everything else is a mistake.

    A rule that admits the internet opens approved ports one by one, never all of them. No rule,
    in or out, names a public IPv4 range as wide as the narrowest wide prefix that is not the
    whole internet: such ranges belong to somebody, and to whom nobody wrote down.
    """
    if isinstance(group.ingress, Unread):
        return undetermined(group.ingress)
    opened = tuple(
        sorted({span for rule in group.ingress for span in _spans(rule, approved_ports)})
    )
    if opened:
        return failed("ports are open to the internet without approval", ports=opened)
    wide = tuple(sorted(_wide_ranges(group, narrowest_wide_prefix)))
    if wide:
        return failed("rules name wide public ranges", ranges=wide)
    for rules in (group.ingress, group.egress):
        doubt = rules if isinstance(rules, Unread) else _doubt(rules)
        if doubt:
            return undetermined(doubt)
    return passed("no port is open to the internet without approval")


def _spans(rule: SecurityGroupRule, approved: tuple[int, ...]) -> tuple[str, ...]:
    """The ports beyond the approved ones that a rule opens to the internet, as far as read."""
    if not _door(rule, (), INTERNET).strangers or isinstance(rule.protocol, Unread):
        return ()
    if rule.protocol == ALL_PROTOCOLS:
        return ("all",)
    if rule.ports is None or isinstance(rule.ports, Unread):
        return ()
    first, last = rule.ports.first, rule.ports.last
    if all(port in approved for port in range(first, last + 1)):
        return ()
    return (f"{first}" if first == last else f"{first}-{last}",)


def _wide_ranges(group: SecurityGroup, narrowest: int) -> set[str]:
    rules = (r for way in (group.ingress, group.egress) if isinstance(way, tuple) for r in way)
    ranges = (each for rule in rules if isinstance(rule.ranges, tuple) for each in rule.ranges)
    return {each for each in ranges if _is_wide(each, narrowest)}


def _is_wide(written: str, narrowest: int) -> bool:
    network = ip_network(written, strict=False)
    return (
        isinstance(network, IPv4Network)
        and 0 < network.prefixlen <= narrowest
        and not any(network.subnet_of(known) for known in PRIVATE_IPV4)
    )


def _doubt(rules: tuple[SecurityGroupRule, ...]) -> Unread | None:
    """What would have to be read of rules to say that they open nothing."""
    for rule in rules:
        for part in (rule.protocol, rule.ports, *_admitted(rule)):
            if isinstance(part, Unread):
                return part
    return None


@dataclass(frozen=True)
class _Width:
    """The widest ranges that still name somebody."""

    ipv4_prefix: int
    ipv6_prefix: int

    def exceeded(self, written: str) -> bool:
        """Whether a range is so wide that strangers are in it; private ranges hold none."""
        network = ip_network(written, strict=False)
        if isinstance(network, IPv4Network):
            private = any(network.subnet_of(known) for known in PRIVATE_IPV4)
            return network.prefixlen < self.ipv4_prefix and not private
        return network.prefixlen < self.ipv6_prefix and not network.subnet_of(PRIVATE_IPV6)


INTERNET = _Width(8, 16)
"""What counts as the internet where no limit can be set."""


@dataclass(frozen=True)
class _Door:
    """One rule as it looks from outside: the ports it opens, and the strangers it admits."""

    ports: tuple[int, ...] | Unread
    strangers: frozenset[str]
    unread_ranges: Unread | None

    @property
    def opened(self) -> tuple[int, ...]:
        """The ports that are known to be open to strangers."""
        return self.ports if self.strangers and not isinstance(self.ports, Unread) else ()

    @property
    def doubt(self) -> Unread | None:
        """What would have to be read to call the door closed."""
        if isinstance(self.ports, Unread):
            return self.ports if self.strangers or self.unread_ranges else None
        return self.unread_ranges if self.ports else None


def _closed(group: SecurityGroup, ports: tuple[int, ...], width: _Width) -> Verdict:
    """What is known to be open settles it, whatever else could not be read."""
    if isinstance(group.ingress, Unread):
        return undetermined(group.ingress)
    doors = tuple(_door(rule, ports, width) for rule in group.ingress)
    opened = {port for door in doors for port in door.opened}
    if opened:
        strangers = {each for door in doors if door.opened for each in door.strangers}
        return failed(
            f"{len(opened)} of {len(ports)} ports are open to the internet",
            ports=tuple(sorted(opened)),
            admitted=tuple(sorted(strangers)),
        )
    for door in doors:
        if door.doubt:
            return undetermined(door.doubt)
    return passed(f"none of {len(ports)} ports is open to the internet")


def _door(rule: SecurityGroupRule, ports: tuple[int, ...], width: _Width) -> _Door:
    admitted = _admitted(rule)
    known = (ranges for ranges in admitted if not isinstance(ranges, Unread))
    return _Door(
        ports=_opened(rule, ports),
        strangers=frozenset(each for ranges in known for each in ranges if width.exceeded(each)),
        unread_ranges=next((ranges for ranges in admitted if isinstance(ranges, Unread)), None),
    )


def _opened(rule: SecurityGroupRule, ports: tuple[int, ...]) -> tuple[int, ...] | Unread:
    """Which of the ports the rule opens, whoever it admits."""
    if isinstance(rule.protocol, Unread):
        return rule.protocol
    if rule.protocol == ALL_PROTOCOLS:
        return ports
    if rule.ports is None:
        return ()
    if isinstance(rule.ports, Unread):
        return rule.ports
    return tuple(port for port in ports if rule.ports.first <= port <= rule.ports.last)


def _admitted(rule: SecurityGroupRule) -> tuple[tuple[str, ...] | Unread, ...]:
    """The address ranges of a rule: its own, and those of each prefix list."""
    if isinstance(rule.prefix_lists, Unread):
        return rule.ranges, rule.prefix_lists
    return rule.ranges, *(listed.ranges for listed in rule.prefix_lists)
