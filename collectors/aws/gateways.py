"""Zones that answer the internet, endpoints for people, and firewalls, with their logs."""

from collections.abc import Iterator

from collectors.aws.account import Account, Region, Response, told
from collectors.aws.ec2_instances import tags
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.gateways import NetworkGateway, PublicZone
from collectors.evidence.record import Unread

ZONES = ApiCall(
    "route53", "ListHostedZones", "route53:ListHostedZones", redact=("HostedZones.Config.Comment",)
)
QUERY_LOGS = ApiCall("route53", "ListQueryLoggingConfigs", "route53:ListQueryLoggingConfigs")
ENDPOINTS = ApiCall(
    "ec2",
    "DescribeClientVpnEndpoints",
    "ec2:DescribeClientVpnEndpoints",
    redact=(
        "ClientVpnEndpoints.Description",
        "ClientVpnEndpoints.ClientLoginBannerOptions.BannerText",
    ),
)
FIREWALLS = ApiCall("network-firewall", "ListFirewalls", "network-firewall:ListFirewalls")
FIREWALL_LOGS = ApiCall(
    "network-firewall",
    "DescribeLoggingConfiguration",
    "network-firewall:DescribeLoggingConfiguration",
)
GOING = frozenset({"deleting", "deleted"})


@collector(id="aws.route53.public-zones", calls=(ZONES, QUERY_LOGS))
def public_zones(account: Account) -> Iterator[PublicZone]:
    """Every public hosted zone, with the log of its queries.

    Private zones are left out, and so are zones that another service of AWS made and keeps.
    """
    logs = account.listed(QUERY_LOGS, "QueryLoggingConfigs")
    groups = (
        logs
        if isinstance(logs, Unread)
        else {each["HostedZoneId"]: each["CloudWatchLogsLogGroupArn"] for each in logs}
    )
    for zone in account.each(ZONES, "HostedZones"):
        name = zone["Id"].rpartition("/")[2]
        if not (zone.get("Config") or {}).get("PrivateZone") and "LinkedService" not in zone:
            yield PublicZone(
                id=f"arn:{account.partition}:route53:::hostedzone/{name}",
                name=zone["Name"],
                logged_to=groups if isinstance(groups, Unread) else groups.get(name),
            )


@collector(id="aws.network.gateways", calls=(ENDPOINTS, FIREWALLS, FIREWALL_LOGS))
def network_gateways(region: Region) -> Iterator[NetworkGateway]:
    """Every client VPN endpoint and every network firewall, with what each logs."""

    def firewall(listed: Response) -> NetworkGateway:
        arn = listed["FirewallArn"]
        return NetworkGateway(
            id=arn,
            name=listed["FirewallName"],
            form="network firewall",
            logs=_firewall_logs(region.detail(FIREWALL_LOGS, FirewallArn=arn)),
        )

    endpoints = (e for e in region.each(ENDPOINTS, "ClientVpnEndpoints") if not _going(e))
    yield from region.in_turn(
        (_endpoint(region, each) for each in endpoints),
        region.concurrently(firewall, region.each(FIREWALLS, "Firewalls")),
    )


def _going(endpoint: Response) -> bool:
    return (endpoint.get("Status") or {}).get("Code") in GOING


def _endpoint(region: Region, answer: Response) -> NetworkGateway:
    name = answer["ClientVpnEndpointId"]
    place = f"arn:{region.partition}:ec2:{region.region}:{region.id}"
    options = told(ENDPOINTS, answer, "ConnectionLogOptions", dict)
    on = told(ENDPOINTS, options, "Enabled", bool)
    return NetworkGateway(
        id=f"{place}:client-vpn-endpoint/{name}",
        name=tags(answer).get("Name", name),
        form="client VPN endpoint",
        logs=on if isinstance(on, Unread) else ("CONNECTIONS",) if on else (),
    )


def _firewall_logs(answer: Response | Unread) -> tuple[str, ...] | Unread:
    """AWS leaves the configuration out of a firewall that logs nothing."""
    if isinstance(answer, Unread):
        return answer
    destinations = (answer.get("LoggingConfiguration") or {}).get("LogDestinationConfigs") or ()
    return tuple(sorted({each["LogType"] for each in destinations if each.get("LogDestination")}))
