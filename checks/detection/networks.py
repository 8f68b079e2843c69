"""Is what passes through the networks written down?"""

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
from collectors.evidence.aws.gateways import NetworkGateway, PublicZone
from collectors.evidence.aws.vpc import Vpc
from collectors.evidence.record import Unread

ASKED_OF = {"client VPN endpoint": ("CONNECTIONS",), "network firewall": ("ALERT", "FLOW")}
"""What each kind of gateway has to log."""


@check(
    id="aws.vpc.flow-logs-on",
    title="Networks record what passes through them",
    controls=("MON-01",),
    severity=Severity.MEDIUM,
    remediation="Create a flow log for the network.",
    empty=Outcome.NOT_APPLICABLE,
)
def vpc_flow_logs_on(vpc: Vpc, *, traffic: tuple[str, ...] = ("ALL", "REJECT")) -> Verdict:
    """Afterwards, flow logs are the only witness of who spoke with whom.

    A flow log counts if it is active, its last delivery did not fail, and it records one of
    the kinds of traffic. It may cover the network itself or every one of its subnets. The
    network that AWS made and nothing is in is not judged.
    """
    if isinstance(vpc.flow_logs, Unread):
        return undetermined(vpc.flow_logs)
    covered = {log.on for log in vpc.flow_logs if log.delivers and log.traffic in traffic}
    if vpc.id.rpartition("/")[2] in covered:
        return passed("a flow log covers the network")
    return _by_subnets(vpc, frozenset(covered))


def _by_subnets(vpc: Vpc, covered: frozenset[str]) -> Verdict:
    if vpc.is_default is True and vpc.in_use is False:
        return not_applicable("AWS made the network, and nothing is in it")
    if isinstance(vpc.subnets, Unread):
        return undetermined(vpc.subnets)
    if vpc.subnets and vpc.subnets <= covered:
        return passed("flow logs cover each of its subnets")
    for part in (vpc.is_default, None if vpc.is_default is False else vpc.in_use):
        if isinstance(part, Unread):
            return undetermined(part)
    return failed("no flow log covers it", not_covered=tuple(sorted(vpc.subnets - covered)))


@check(
    id="aws.route53.queries-logged",
    title="Queries to public zones are logged",
    controls=("MON-01",),
    severity=Severity.MEDIUM,
    remediation="Create a query logging configuration for the zone.",
    empty=Outcome.NOT_APPLICABLE,
)
def route53_queries_logged(zone: PublicZone) -> Verdict:
    """Who asks for which names is often the first trace of somebody looking around.

    Private zones are left out on purpose: only the company's own networks can ask them. Zones
    that another service of AWS keeps are left out as well.
    """
    if isinstance(zone.logged_to, Unread):
        return undetermined(zone.logged_to)
    if zone.logged_to is None:
        return failed("queries are not logged")
    return passed("queries are logged", log_group=zone.logged_to)


@check(
    id="aws.network.gateway-logged",
    title="Client VPN endpoints and network firewalls write logs",
    controls=("MON-01", "NET-01"),
    severity=Severity.MEDIUM,
    remediation="Add the log destination.",
    empty=Outcome.NOT_APPLICABLE,
)
def network_gateway_logged(gateway: NetworkGateway) -> Verdict:
    """Who came in by the side door, and what the firewall let through, has to be on record.

    An endpoint for people logs its connections; a firewall logs both alerts and flows.
    """
    if isinstance(gateway.logs, Unread):
        return undetermined(gateway.logs)
    missing = tuple(log for log in ASKED_OF[gateway.form] if log not in gateway.logs)
    if missing:
        return failed(f"the {gateway.form} does not log all it should", missing=missing)
    return passed(f"the {gateway.form} is logged", logs=gateway.logs)
