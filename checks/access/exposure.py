"""Which ports of machines the internet reaches, through all layers together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network

from checks.access.network import ADMIN_PORTS, DATA_PORTS
from checks.addresses import (
    INTERNET,
    NOBODY,
    WIDEST,
    Addresses,
    both,
    count,
    either,
    spans,
    without,
)
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
from collectors.evidence.aws.ec2 import SecurityGroupRule
from collectors.evidence.aws.exposure import ExposedInstance, Interface, Route
from collectors.evidence.aws.vpc import AclEntry
from collectors.evidence.record import Unread

RUNNING = "running"
ALL = "-1"
TRANSPORTS = ((("tcp", "6"), "6"), (("udp", "17"), "17"))
"""How rules of groups and entries of access lists name TCP and UDP."""
SENSITIVE = tuple(sorted({*ADMIN_PORTS, *DATA_PORTS}))


@check(
    id="aws.ec2.instance-ports-unreachable",
    title="The internet reaches no sensitive port of a machine",
    controls=("NET-01",),
    severity=Severity.CRITICAL,
    remediation="Move the machine to a subnet without a route to the internet, or close the port.",
    empty=Outcome.NOT_APPLICABLE,
)
def ec2_instance_ports_unreachable(
    instance: ExposedInstance, *, ports: tuple[int, ...] = SENSITIVE
) -> Verdict:
    """Groups, access lists and routes are each written by somebody else; only together they tell.

    A port is reached if an interface has an address of the internet, and so many strangers
    that they are nobody in particular get through every layer: routes of the subnet through an
    internet gateway (the narrowest route decides), the access list in the order of its
    entries, and any rule of any attached group, over TCP or UDP, IPv4 and IPv6 apart. Block
    Public Access of the region keeps them out.

    An open group in front of a machine that nobody reaches is judged at the group
    (aws.ec2.admin-ports-closed, aws.ec2.data-ports-closed) and only noted here. What a
    balancer or a firewall passes on is left out, and so are machines that do not run.
    """
    if instance.state != RUNNING and isinstance(instance.state, str):
        return not_applicable(f"the machine is {instance.state}")
    if isinstance(instance.interfaces, Unread):
        return undetermined(instance.interfaces)
    reached = _reached(instance.interfaces, ports, guessing=False)
    if reached:
        if isinstance(instance.state, Unread):
            return undetermined(instance.state, ports=reached)
        return failed("the internet reaches sensitive ports", ports=reached)
    for interface in instance.interfaces:
        if any(_reached((interface,), ports, guessing=True)):
            return undetermined(_doubt(interface))
    opened = _opened(instance.interfaces, ports)
    return passed("the internet reaches no sensitive port", open_in_groups=opened)


def _reached(
    interfaces: Iterable[Interface], ports: tuple[int, ...], *, guessing: bool
) -> tuple[int, ...]:
    """The ports that are reached; `guessing` takes for open whatever could not be read."""
    return tuple(
        port
        for port in sorted(ports)
        if any(_gets_through(each, port, guessing=guessing) for each in interfaces)
    )


@dataclass(frozen=True)
class _Knock:
    """One try to reach a machine: a port, a version of IP, TCP or UDP."""

    port: int
    family: int
    names: tuple[str, str]
    """How rules of groups name the transport."""
    number: str
    """How entries of access lists name it."""
    guess: Addresses
    """Who is taken to get through what could not be read."""


def _gets_through(interface: Interface, port: int, *, guessing: bool) -> bool:
    if interface.blocked is True or (isinstance(interface.blocked, Unread) and not guessing):
        return False
    return any(
        count(_strangers(interface, knock)) > WIDEST[knock.family]
        for knock in _knocks(port, interface.families, guessing=guessing)
    )


def _knocks(port: int, families: Iterable[int], *, guessing: bool) -> Iterator[_Knock]:
    for family in families:
        guess = INTERNET[family] if guessing else NOBODY
        for names, number in TRANSPORTS:
            yield _Knock(port, family, names, number, guess)


def _strangers(interface: Interface, knock: _Knock) -> Addresses:
    """The addresses of the internet that reach a port; each layer narrows what is left."""
    left = both(_admitted(interface.rules, knock), INTERNET[knock.family])
    if left:
        left = both(left, _routed(interface.routes, knock))
    return _let_in(left, interface.entries, knock) if left else NOBODY


def _admitted(rules: tuple[SecurityGroupRule, ...] | Unread, knock: _Knock) -> Addresses:
    """Whom any rule of any group lets in."""
    if isinstance(rules, Unread):
        return knock.guess
    left = NOBODY
    for rule in rules:
        speaks = _speaks(rule, knock)
        if speaks is False:
            continue
        for ranges in _ranges(rule):
            unread = isinstance(speaks, Unread) or isinstance(ranges, Unread)
            meant = knock.guess if unread else spans(_known(ranges), knock.family)
            left = either(left, meant)
    return left


def _known(ranges: tuple[str, ...] | Unread) -> tuple[str, ...]:
    return () if isinstance(ranges, Unread) else ranges


def _speaks(rule: SecurityGroupRule, knock: _Knock) -> bool | Unread:
    """Whether a rule is about the port, over the same transport."""
    if isinstance(rule.protocol, Unread):
        return rule.protocol
    if rule.protocol == ALL:
        return True
    if rule.protocol not in knock.names or rule.ports is None:
        return False
    if isinstance(rule.ports, Unread):
        return rule.ports
    return rule.ports.first <= knock.port <= rule.ports.last


def _ranges(rule: SecurityGroupRule) -> Iterator[tuple[str, ...] | Unread]:
    yield rule.ranges
    if isinstance(rule.prefix_lists, Unread):
        yield rule.prefix_lists
    else:
        yield from (listed.ranges for listed in rule.prefix_lists)


def _routed(routes: tuple[Route, ...] | Unread, knock: _Knock) -> Addresses:
    """The addresses to which answers go through an internet gateway."""
    if isinstance(routes, Unread):
        return knock.guess
    out, decided = NOBODY, NOBODY
    for route in sorted(routes, key=_narrowest_first):
        meant = without(spans([route.destination], knock.family), decided)
        decided = either(decided, meant)
        if route.to_internet:
            out = either(out, meant)
    return out


def _narrowest_first(route: Route) -> int:
    return -ip_network(route.destination, strict=False).prefixlen


def _let_in(left: Addresses, entries: tuple[AclEntry, ...] | Unread, knock: _Knock) -> Addresses:
    """Whom an access list lets in: the first entry that speaks of an address decides for it."""
    if isinstance(entries, Unread):
        return both(left, knock.guess)
    through = NOBODY
    for entry in sorted(entries, key=lambda entry: entry.number):
        if entry.protocol not in {knock.number, ALL} or not _about(entry, knock.port):
            continue
        meant = both(left, spans([entry.source], knock.family))
        if entry.allows:
            through = either(through, meant)
        left = without(left, meant)
    return through


def _about(entry: AclEntry, port: int) -> bool:
    return entry.ports is None or entry.ports.first <= port <= entry.ports.last


def _doubt(interface: Interface) -> Unread | str:
    """What would have to be read to say that nobody gets through."""
    parts: list[object] = [interface.blocked, interface.rules, interface.routes, interface.entries]
    if isinstance(interface.rules, tuple):
        for rule in interface.rules:
            parts += [rule.protocol, rule.ports, *_ranges(rule)]
    return next(part for part in parts if isinstance(part, Unread))


def _opened(interfaces: tuple[Interface, ...], ports: tuple[int, ...]) -> tuple[int, ...]:
    """The ports that groups open to strangers, whether anybody gets that far or not."""
    return tuple(
        port
        for port in sorted(ports)
        if any(_open_in_groups(each.rules, port) for each in interfaces)
    )


def _open_in_groups(rules: tuple[SecurityGroupRule, ...] | Unread, port: int) -> bool:
    return any(
        count(both(_admitted(rules, knock), INTERNET[knock.family])) > WIDEST[knock.family]
        for knock in _knocks(port, INTERNET, guessing=False)
    )
