"""Networks, their subnets and routes, their access lists and their flow logs."""

from collections.abc import Iterator, Mapping

from collectors.aws.account import Region, Response, told, whole
from collectors.aws.ec2_instances import INTERFACES, SUBNETS, tags
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.ec2 import PortRange
from collectors.evidence.aws.vpc import AclEntry, FlowLog, NetworkAcl, TransitGateway, Vpc
from collectors.evidence.record import Unread

VPCS = ApiCall("ec2", "DescribeVpcs", "ec2:DescribeVpcs")
ROUTES = ApiCall("ec2", "DescribeRouteTables", "ec2:DescribeRouteTables")
FLOW_LOGS = ApiCall("ec2", "DescribeFlowLogs", "ec2:DescribeFlowLogs")
ACLS = ApiCall("ec2", "DescribeNetworkAcls", "ec2:DescribeNetworkAcls")
TRANSIT = ApiCall(
    "ec2",
    "DescribeTransitGateways",
    "ec2:DescribeTransitGateways",
    redact=("TransitGateways.Description",),
)
DATABASE_GROUPS = ApiCall(
    "rds",
    "DescribeDBSubnetGroups",
    "rds:DescribeDBSubnetGroups",
    redact=("DBSubnetGroups.DBSubnetGroupDescription",),
)
TO_INTERNET = "igw-"
ANYWHERE = {"0.0.0.0/0", "::/0"}
FAILED = "FAILED"


@collector(
    id="aws.vpc.networks", calls=(VPCS, SUBNETS, ROUTES, FLOW_LOGS, INTERFACES, DATABASE_GROUPS)
)
def vpcs(region: Region) -> Iterator[Vpc]:
    """Every network the account owns, with its subnets, flow logs and places for databases.

    Networks that another account shares are left out: their owner is judged.
    """
    logs = _flow_logs(region)
    public = subnets_with_internet(region)
    for vpc in region.each(VPCS, "Vpcs"):
        if vpc.get("OwnerId") in (None, region.id):
            name = vpc["VpcId"]
            own = _subnets_of(region, name)
            yield Vpc(
                id=f"arn:{region.partition}:ec2:{region.region}:{region.id}:vpc/{name}",
                name=tags(vpc).get("Name", name),
                account_id=region.id,
                is_default=told(VPCS, vpc, "IsDefault", bool),
                subnets=own,
                in_use=_in_use(region, name),
                flow_logs=logs,
                reachable=_both(own, public),
                stores=_stores(region, name, public),
            )


@collector(id="aws.vpc.access-lists", calls=(ACLS, SUBNETS, ROUTES))
def network_acls(region: Region) -> Iterator[NetworkAcl]:
    """Every network access list, with the subnets it guards."""
    public = subnets_with_internet(region)
    for acl in region.each(ACLS, "NetworkAcls"):
        associations = told(ACLS, acl, "Associations", list)
        guarded = (
            associations
            if isinstance(associations, Unread)
            else frozenset(a["SubnetId"] for a in associations if a.get("SubnetId"))
        )
        name = acl["NetworkAclId"]
        yield NetworkAcl(
            id=f"arn:{region.partition}:ec2:{region.region}:{region.id}:network-acl/{name}",
            name=tags(acl).get("Name", name),
            is_default=told(ACLS, acl, "IsDefault", bool),
            entries=entries_of(told(ACLS, acl, "Entries", list)),
            guarded=guarded,
            reachable=_both(guarded, public),
        )


@collector(id="aws.vpc.transit-gateways", calls=(TRANSIT,))
def transit_gateways(region: Region) -> Iterator[TransitGateway]:
    """Every transit gateway of the account; those that others share in are left out."""
    for gateway in region.each(TRANSIT, "TransitGateways"):
        if gateway.get("OwnerId") in (None, region.id):
            options = told(TRANSIT, gateway, "Options", dict)
            accepts = told(TRANSIT, options, "AutoAcceptSharedAttachments", str)
            yield TransitGateway(
                id=gateway["TransitGatewayArn"],
                name=tags(gateway).get("Name", gateway["TransitGatewayId"]),
                accepts_automatically=accepts
                if isinstance(accepts, Unread)
                else accepts != "disable",
            )


def subnets_with_internet(region: Region) -> frozenset[str] | Unread:
    """The subnets whose routes lead through an internet gateway."""
    tables = tables_by_subnet(region)
    if isinstance(tables, Unread):
        return tables
    return frozenset(subnet for subnet, table in tables.items() if _leads_out(table))


def tables_by_subnet(region: Region) -> Mapping[str, Response] | Unread:
    """The route table of every subnet that has one.

    A subnet without a route table of its own goes by the main one of its network.
    """
    subnets = region.listed(SUBNETS, "Subnets")
    tables = region.listed(ROUTES, "RouteTables")
    if isinstance(subnets, Unread):
        return subnets
    if isinstance(tables, Unread):
        return tables
    of_subnet: dict[str, Response] = {}
    of_vpc: dict[str, Response] = {}
    for table in tables:
        for association in table.get("Associations") or ():
            if association.get("Main"):
                of_vpc[table["VpcId"]] = table
            elif association.get("SubnetId"):
                of_subnet[association["SubnetId"]] = table
    found = {
        subnet["SubnetId"]: of_subnet.get(subnet["SubnetId"]) or of_vpc.get(subnet["VpcId"])
        for subnet in subnets
    }
    return {subnet: table for subnet, table in found.items() if table is not None}


def _leads_out(table: Response) -> bool:
    return any(
        (route.get("GatewayId") or "").startswith(TO_INTERNET)
        and {route.get("DestinationCidrBlock"), route.get("DestinationIpv6CidrBlock")} & ANYWHERE
        and route.get("State") != "blackhole"
        for route in table.get("Routes") or ()
    )


def _subnets_of(region: Region, vpc: str) -> frozenset[str] | Unread:
    subnets = region.listed(SUBNETS, "Subnets")
    if isinstance(subnets, Unread):
        return subnets
    return frozenset(s["SubnetId"] for s in subnets if s.get("VpcId") == vpc)


def _in_use(region: Region, vpc: str) -> bool | Unread:
    interfaces = region.listed(INTERFACES, "NetworkInterfaces")
    if isinstance(interfaces, Unread):
        return interfaces
    return any(interface.get("VpcId") == vpc for interface in interfaces)


def _both(one: frozenset[str] | Unread, other: frozenset[str] | Unread) -> frozenset[str] | Unread:
    if isinstance(one, Unread):
        return one
    return other if isinstance(other, Unread) else one & other


def _flow_logs(region: Region) -> tuple[FlowLog, ...] | Unread:
    logs = region.listed(FLOW_LOGS, "FlowLogs")
    return logs if isinstance(logs, Unread) else whole(_flow_log(log) for log in logs)


def _flow_log(log: Response) -> FlowLog | Unread:
    words = whole(
        told(FLOW_LOGS, log, name, str) for name in ("ResourceId", "TrafficType", "FlowLogStatus")
    )
    if isinstance(words, Unread):
        return words
    on, traffic, status = words
    # what has not delivered yet has no status of delivery
    delivers = status == "ACTIVE" and log.get("DeliverLogsStatus") != FAILED
    return FlowLog(on=on, traffic=traffic, delivers=delivers)


def _stores(region: Region, vpc: str, public: frozenset[str] | Unread) -> tuple[str, ...] | Unread:
    groups = region.listed(DATABASE_GROUPS, "DBSubnetGroups")
    if isinstance(groups, Unread):
        return groups
    if isinstance(public, Unread):
        return public
    return tuple(
        sorted(
            group["DBSubnetGroupName"]
            for group in groups
            if group.get("VpcId") == vpc
            and {subnet["SubnetIdentifier"] for subnet in group.get("Subnets") or ()} & public
        )
    )


def entries_of(written: list[Response] | Unread) -> tuple[AclEntry, ...] | Unread:
    """The entries of an access list for what comes in."""
    if isinstance(written, Unread):
        return written
    return whole(_entry(entry) for entry in written if not entry.get("Egress"))


def _entry(entry: Response) -> AclEntry | Unread:
    words = whole(told(ACLS, entry, name, str) for name in ("Protocol", "RuleAction"))
    number = told(ACLS, entry, "RuleNumber", int)
    source = told(ACLS, entry, "CidrBlock" if "CidrBlock" in entry else "Ipv6CidrBlock", str)
    if isinstance(words, Unread):
        return words
    if isinstance(number, Unread):
        return number
    if isinstance(source, Unread):
        return source
    ports = entry.get("PortRange")
    return AclEntry(
        number=number,
        allows=words[1] == "allow",
        protocol=words[0],
        ports=PortRange(first=ports["From"], last=ports["To"]) if ports else None,
        source=source,
    )
