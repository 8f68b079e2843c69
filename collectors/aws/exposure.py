"""Machines, joined with the groups, access lists and routes that stand before them."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told
from collectors.aws.ec2_instances import INSTANCES, SUBNETS, TERMINATED, tags
from collectors.aws.ec2_network import GROUPS, PREFIX_LIST, rules_of
from collectors.aws.vpc import ACLS, ROUTES, TO_INTERNET, entries_of, tables_by_subnet
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.ec2 import SecurityGroupRule
from collectors.evidence.aws.exposure import ExposedInstance, Interface, Route
from collectors.evidence.aws.vpc import AclEntry
from collectors.evidence.record import Unread
from collectors.reader import unread

BLOCK = ApiCall(
    "ec2", "DescribeVpcBlockPublicAccessOptions", "ec2:DescribeVpcBlockPublicAccessOptions"
)
EXCLUSIONS = ApiCall(
    "ec2", "DescribeVpcBlockPublicAccessExclusions", "ec2:DescribeVpcBlockPublicAccessExclusions"
)
KEEPS_OUT = frozenset({"block-ingress", "block-bidirectional"})
LETS_IN = "allow-bidirectional"
GONE = ("delete-complete", "create-failed", "disable-complete")
"""States in which an exclusion is not in force."""
BLACKHOLE = "blackhole"
RANGES = ("DestinationCidrBlock", "DestinationIpv6CidrBlock")
EVERYWHERE = ("0.0.0.0/0", "::/0")


@collector(
    id="aws.ec2.exposure",
    calls=(INSTANCES, GROUPS, PREFIX_LIST, SUBNETS, ROUTES, ACLS, BLOCK, EXCLUSIONS),
)
def exposed_instances(region: Region) -> Iterator[ExposedInstance]:
    """Every machine of the region, with each layer between it and the internet.

    Block Public Access is asked only where an interface has an address of the internet.
    """
    for reservation in region.each(INSTANCES, "Reservations"):
        for machine in reservation["Instances"]:
            state = told(INSTANCES, told(INSTANCES, machine, "State", dict), "Name", str)
            if state != TERMINATED:
                yield _instance(region, machine, state)


def _instance(region: Region, machine: Response, state: str | Unread) -> ExposedInstance:
    name = machine["InstanceId"]
    interfaces = told(INSTANCES, machine, "NetworkInterfaces", list)
    return ExposedInstance(
        id=f"arn:{region.partition}:ec2:{region.region}:{region.id}:instance/{name}",
        name=tags(machine).get("Name", name),
        account_id=region.id,
        state=state,
        interfaces=interfaces
        if isinstance(interfaces, Unread)
        else tuple(_interface(region, each) for each in interfaces),
    )


def _interface(region: Region, answer: Response) -> Interface:
    families = _families(answer)
    subnet = told(INSTANCES, answer, "SubnetId", str)
    return Interface(
        id=str(answer.get("NetworkInterfaceId")),
        families=families,
        rules=_rules(region, answer),
        entries=subnet if isinstance(subnet, Unread) else _entries(region, subnet),
        routes=subnet if isinstance(subnet, Unread) else _routes(region, subnet),
        blocked=bool(families) and _blocked(region, answer),
    )


def _families(answer: Response) -> tuple[int, ...]:
    """A public IPv4 address is associated; EC2 has no IPv6 address that is private."""
    associations = (
        answer.get("Association") or {},
        *(each.get("Association") or {} for each in answer.get("PrivateIpAddresses") or ()),
    )
    by_ipv4 = any(each.get("PublicIp") for each in associations)
    by_ipv6 = bool(answer.get("Ipv6Addresses") or answer.get("Ipv6Prefixes"))
    return tuple(family for family, has in ((4, by_ipv4), (6, by_ipv6)) if has)


def _rules(region: Region, answer: Response) -> tuple[SecurityGroupRule, ...] | Unread:
    attached = told(INSTANCES, answer, "Groups", list)
    groups = region.listed(GROUPS, "SecurityGroups")
    if isinstance(attached, Unread):
        return attached
    if isinstance(groups, Unread):
        return groups
    by_id = {group["GroupId"]: group for group in groups}
    found: list[SecurityGroupRule] = []
    for name in sorted(each["GroupId"] for each in attached):
        if name not in by_id:  # of a shared network's owner
            return unread(GROUPS, "an attached group is not listed")
        rules = rules_of(region, told(GROUPS, by_id[name], "IpPermissions", list))
        if isinstance(rules, Unread):
            return rules
        found += rules
    return tuple(found)


def _entries(region: Region, subnet: str) -> tuple[AclEntry, ...] | Unread:
    acls = region.listed(ACLS, "NetworkAcls")
    if isinstance(acls, Unread):
        return acls
    for acl in acls:
        if any(each.get("SubnetId") == subnet for each in acl.get("Associations") or ()):
            return entries_of(told(ACLS, acl, "Entries", list))
    return unread(ACLS, "no list is attached to the subnet")


def _routes(region: Region, subnet: str) -> tuple[Route, ...] | Unread:
    tables = tables_by_subnet(region)
    if isinstance(tables, Unread):
        return tables
    if subnet not in tables:
        return unread(ROUTES, "no table is attached to the subnet")
    routes = told(ROUTES, tables[subnet], "Routes", list)
    if isinstance(routes, Unread):
        return routes
    return tuple(found for route in routes for found in _route(route))


def _route(route: Response) -> Iterator[Route]:
    """A route for a list of ranges that leads out counts as one for everything."""
    leads_out = (route.get("GatewayId") or "").startswith(TO_INTERNET)
    in_force = leads_out and route.get("State") != BLACKHOLE
    ranges = [route[name] for name in RANGES if route.get(name)]
    for written in ranges or (EVERYWHERE if in_force else ()):
        yield Route(destination=written, to_internet=in_force)


def _blocked(region: Region, answer: Response) -> bool | Unread:
    """Whether the region keeps the internet out of this subnet: no exclusion lets it in."""
    options = region.detail(BLOCK)
    block = told(BLOCK, options, "VpcBlockPublicAccessOptions", dict)
    mode = told(BLOCK, block, "InternetGatewayBlockMode", str)
    if isinstance(mode, Unread):
        return mode
    if mode not in KEEPS_OUT:
        return False
    exclusions = region.listed(EXCLUSIONS, "VpcBlockPublicAccessExclusions")
    if isinstance(exclusions, Unread):
        return exclusions
    places = (f":vpc/{answer.get('VpcId')}", f":subnet/{answer.get('SubnetId')}")
    return not any(
        each.get("InternetGatewayExclusionMode") == LETS_IN
        and each.get("State") not in GONE
        and str(each.get("ResourceArn")).endswith(places)
        for each in exclusions
    )
