"""Which doors of the network stand open."""

import pytest

from checks.access.network import (
    ADMIN_PORTS,
    ec2_admin_ports_closed,
    ec2_data_ports_closed,
    ec2_default_group_empty,
    ec2_open_ports_approved,
)
from checks.contract import Outcome
from collectors.evidence.aws.ec2 import (
    DefaultSecurityGroup,
    PortRange,
    PrefixList,
    SecurityGroup,
    SecurityGroupRule,
)
from tests.evidence import DENIED

WORLD = "0.0.0.0/0"


def rule(*ranges, protocol="tcp", ports=(22, 22), lists=()):
    return SecurityGroupRule(
        protocol=protocol,
        ports=PortRange(first=ports[0], last=ports[1]) if isinstance(ports, tuple) else ports,
        ranges=ranges,
        prefix_lists=lists,
    )


def group(*ingress, kind=SecurityGroup, egress=(), **fields):
    return kind(
        id="arn:aws:ec2:eu-west-1:123456789012:security-group/sg-1",
        name="web",
        vpc="vpc-1",
        **{"ingress": ingress, "egress": egress} | fields,
    )


def listed(*ranges, ids="pl-1"):
    return (PrefixList(id=ids, ranges=ranges),)


UNREAD_LIST = (PrefixList(id="pl-1", ranges=DENIED),)


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [
        pytest.param([], Outcome.PASSED, id="no rule"),
        pytest.param([rule("203.0.113.7/32")], Outcome.PASSED, id="one known address"),
        pytest.param([rule(WORLD, ports=(443, 443))], Outcome.PASSED, id="another port"),
        pytest.param([rule()], Outcome.PASSED, id="members of another group only"),
        pytest.param([rule(WORLD)], Outcome.FAILED, id="the world by IPv4"),
        pytest.param([rule("::/0")], Outcome.FAILED, id="the world by IPv6"),
        pytest.param([rule("16.0.0.0/7")], Outcome.FAILED, id="one bit wider than allowed"),
        pytest.param([rule("16.0.0.0/8")], Outcome.PASSED, id="as wide as allowed"),
        pytest.param([rule("2000::/15")], Outcome.FAILED, id="IPv6, one bit wider than allowed"),
        pytest.param([rule("2000::/16")], Outcome.PASSED, id="IPv6, as wide as allowed"),
        pytest.param([rule("fc00::/7")], Outcome.PASSED, id="all private IPv6 addresses"),
        pytest.param([rule(WORLD, ports=(21, 21))], Outcome.FAILED, id="one port below"),
        pytest.param([rule(WORLD, ports=(24, 87))], Outcome.PASSED, id="a range between two ports"),
        pytest.param([rule(WORLD, ports=(24, 88))], Outcome.FAILED, id="a range ends on a port"),
        pytest.param([rule(WORLD, ports=(23, 87))], Outcome.FAILED, id="a range begins on one"),
        pytest.param([rule(WORLD, ports=(0, 65535))], Outcome.FAILED, id="a range spans all"),
        pytest.param([rule(WORLD, protocol="udp")], Outcome.FAILED, id="over UDP"),
        pytest.param(
            [rule(WORLD, protocol="-1", ports=None)], Outcome.FAILED, id="for all protocols"
        ),
        pytest.param(
            [rule(WORLD, protocol="icmp", ports=None)], Outcome.PASSED, id="pings have no ports"
        ),
        pytest.param([rule(lists=listed(WORLD))], Outcome.FAILED, id="the world, by a list"),
        pytest.param([rule(lists=listed("10.1.0.0/16"))], Outcome.PASSED, id="a list of our own"),
        pytest.param([rule(lists=UNREAD_LIST)], Outcome.UNDETERMINED, id="a list was not read"),
        pytest.param(
            [rule(ports=(443, 443), lists=UNREAD_LIST)], Outcome.PASSED, id="unread, other port"
        ),
        pytest.param(
            [rule(lists=UNREAD_LIST), rule(WORLD)], Outcome.FAILED, id="another rule settles it"
        ),
        pytest.param([rule(lists=DENIED)], Outcome.UNDETERMINED, id="lists were not read"),
        pytest.param([rule(WORLD, ports=DENIED)], Outcome.UNDETERMINED, id="unread ports"),
        pytest.param(
            [rule("203.0.113.7/32", ports=DENIED)], Outcome.PASSED, id="unread ports, known address"
        ),
        pytest.param(
            [rule(ports=DENIED, lists=UNREAD_LIST)], Outcome.UNDETERMINED, id="nothing was read"
        ),
        pytest.param([rule(WORLD, protocol=DENIED)], Outcome.UNDETERMINED, id="unread protocol"),
    ],
)
def test_ec2_admin_ports_closed(rules, outcome):
    assert ec2_admin_ports_closed(group(*rules)).outcome is outcome


def test_rules_that_were_not_read_leave_the_group_undetermined():
    assert ec2_admin_ports_closed(group(ingress=DENIED)).outcome is Outcome.UNDETERMINED


def test_a_failure_names_the_open_ports_and_whom_they_admit():
    verdict = ec2_admin_ports_closed(
        group(rule(WORLD, "::/0"), rule("203.0.113.7/32", ports=(3389, 3389)))
    )
    assert verdict.observed == {"ports": (22,), "admitted": (WORLD, "::/0")}
    assert verdict.reason == f"1 of {len(ADMIN_PORTS)} ports are open to the internet"


@pytest.mark.parametrize("private", ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12"])
def test_private_ranges_stay_private_under_a_stricter_limit(private):
    verdict = ec2_admin_ports_closed(group(rule(private)), widest_ipv4_prefix=24)
    assert verdict.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [
        pytest.param([rule(WORLD)], Outcome.PASSED, id="no port of a data store"),
        pytest.param([rule(WORLD, ports=(5432, 5432))], Outcome.FAILED, id="a database"),
        pytest.param([rule(WORLD, ports=(6000, 7000))], Outcome.FAILED, id="a range with a cache"),
        pytest.param(
            [rule(ports=(5432, 5432), lists=UNREAD_LIST)], Outcome.UNDETERMINED, id="unread list"
        ),
    ],
)
def test_ec2_data_ports_closed(rules, outcome):
    assert ec2_data_ports_closed(group(*rules)).outcome is outcome


@pytest.mark.parametrize(
    ("ingress", "egress", "outcome"),
    [
        pytest.param((), (), Outcome.PASSED, id="no rules"),
        pytest.param((rule(),), (), Outcome.FAILED, id="a rule in"),
        pytest.param((), (rule(WORLD),), Outcome.FAILED, id="a rule out"),
        pytest.param(DENIED, (), Outcome.UNDETERMINED, id="rules in not read"),
        pytest.param((), DENIED, Outcome.UNDETERMINED, id="rules out not read"),
        pytest.param((rule(),), DENIED, Outcome.FAILED, id="a rule in settles it"),
    ],
)
def test_ec2_default_group_empty(ingress, egress, outcome):
    subject = group(kind=DefaultSecurityGroup, ingress=ingress, egress=egress)
    assert ec2_default_group_empty(subject).outcome is outcome


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [
        pytest.param([], Outcome.PASSED, id="no rule"),
        pytest.param([rule(WORLD, ports=(443, 443))], Outcome.PASSED, id="approved"),
        pytest.param([rule(WORLD, ports=(8080, 8080))], Outcome.FAILED, id="not approved"),
        pytest.param([rule(WORLD, ports=(80, 443))], Outcome.FAILED, id="a span of ports"),
        pytest.param([rule(WORLD, protocol="-1", ports=None)], Outcome.FAILED, id="all"),
        pytest.param([rule(WORLD, protocol="icmp", ports=None)], Outcome.PASSED, id="no ports"),
        pytest.param([rule("10.0.0.0/8", ports=(22, 22))], Outcome.PASSED, id="private"),
        pytest.param([rule("52.0.0.0/23", ports=(443, 443))], Outcome.FAILED, id="wide range"),
        pytest.param([rule("52.0.0.0/24", ports=(22, 22))], Outcome.PASSED, id="a known range"),
        pytest.param([rule(WORLD, ports=DENIED)], Outcome.UNDETERMINED, id="ports unread"),
        pytest.param([rule(protocol=DENIED)], Outcome.UNDETERMINED, id="protocol unread"),
        pytest.param(
            [rule(ports=(22, 22), lists=UNREAD_LIST)], Outcome.UNDETERMINED, id="list unread"
        ),
        pytest.param(
            [rule(WORLD, ports=DENIED), rule(WORLD, ports=(22, 22))],
            Outcome.FAILED,
            id="known to be open",
        ),
    ],
)
def test_ec2_open_ports_approved(rules, outcome):
    assert ec2_open_ports_approved(group(*rules)).outcome is outcome


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param(
            {"egress": (rule(WORLD, protocol="-1", ports=None),)}, Outcome.PASSED, id="out"
        ),
        pytest.param({"egress": (rule("52.0.0.0/16"),)}, Outcome.FAILED, id="out to many"),
        pytest.param({"egress": DENIED}, Outcome.UNDETERMINED, id="out unread"),
        pytest.param({"ingress": DENIED}, Outcome.UNDETERMINED, id="in unread"),
    ],
)
def test_rules_that_let_out_count_for_wide_ranges(fields, outcome):
    assert ec2_open_ports_approved(group(**fields)).outcome is outcome
