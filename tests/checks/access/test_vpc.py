"""Networks: their tiers, and who may enter at their edges."""

import pytest

from checks.access.vpc import (
    ec2_network_acl_restricts_entry,
    ec2_transit_attachments_approved,
    vpc_tiers_separated,
)
from checks.contract import Outcome
from collectors.evidence.aws.ec2 import PortRange
from collectors.evidence.aws.vpc import AclEntry, NetworkAcl, TransitGateway, Vpc
from tests.evidence import DENIED

A, B = frozenset({"subnet-a"}), frozenset({"subnet-b"})


def entry(number, *, allows=True, protocol="-1", ports=None, source="0.0.0.0/0"):
    return AclEntry(
        number=number,
        allows=allows,
        protocol=protocol,
        ports=PortRange(first=ports[0], last=ports[1]) if ports else None,
        source=source,
    )


def acl(*entries, guarded=A, reachable=A, **fields):
    return NetworkAcl(
        id="arn:aws:ec2:eu-west-1:123456789012:network-acl/acl-1",
        name="acl-1",
        is_default=True,
        guarded=guarded,
        reachable=reachable,
        **{"entries": entries} | fields,
    )


ALL = entry(100)
NO_SHELL = entry(10, allows=False, protocol="6", ports=(22, 22))
NO_DESKTOP = entry(20, allows=False, protocol="6", ports=(3389, 3389))
WEB = entry(100, protocol="6", ports=(443, 443))
NOTHING_ELSE = entry(32767, allows=False)


@pytest.mark.parametrize(
    ("entries", "outcome"),
    [
        pytest.param((WEB, NOTHING_ELSE), Outcome.PASSED, id="one port"),
        pytest.param((), Outcome.PASSED, id="no entry"),
        pytest.param((ALL, NOTHING_ELSE), Outcome.FAILED, id="everything"),
        pytest.param((entry(1, source="::/0"),), Outcome.FAILED, id="everything by IPv6"),
        pytest.param((NO_SHELL, NO_DESKTOP, ALL), Outcome.FAILED, id="every other port"),
        pytest.param((NO_SHELL, NO_DESKTOP, WEB), Outcome.PASSED, id="denied"),
        pytest.param((ALL, entry(200, allows=False)), Outcome.FAILED, id="denied too late"),
        pytest.param(
            (entry(200), entry(100, allows=False)), Outcome.PASSED, id="denied first, listed last"
        ),
        pytest.param(
            (entry(10, allows=False, source="198.51.100.0/24"), ALL),
            Outcome.FAILED,
            id="some denied",
        ),
        pytest.param((entry(1, source="10.0.0.0/8"),), Outcome.PASSED, id="private"),
        pytest.param((entry(1, protocol="17"),), Outcome.PASSED, id="UDP"),
        pytest.param(
            (entry(1, protocol="6", ports=(20, 22)),), Outcome.FAILED, id="last of a span"
        ),
        pytest.param(
            (entry(1, protocol="6", ports=(23, 30)),), Outcome.PASSED, id="span beside it"
        ),
    ],
)
def test_ec2_network_acl_restricts_entry(entries, outcome):
    assert ec2_network_acl_restricts_entry(acl(*entries)).outcome is outcome


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(acl(ALL, guarded=frozenset()), Outcome.NOT_APPLICABLE, id="guards nothing"),
        pytest.param(acl(ALL, reachable=frozenset()), Outcome.NOT_APPLICABLE, id="no route"),
        pytest.param(acl(WEB, reachable=DENIED), Outcome.PASSED, id="closed settles it"),
        pytest.param(acl(ALL, reachable=DENIED), Outcome.UNDETERMINED, id="routes unread"),
        pytest.param(acl(entries=DENIED), Outcome.UNDETERMINED, id="entries unread"),
    ],
)
def test_a_list_counts_where_the_internet_has_a_route(subject, outcome):
    assert ec2_network_acl_restricts_entry(subject).outcome is outcome


@pytest.mark.parametrize(
    ("automatic", "outcome"),
    [
        pytest.param(False, Outcome.PASSED, id="by hand"),
        pytest.param(True, Outcome.FAILED, id="automatic"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_ec2_transit_attachments_approved(automatic, outcome):
    gateway = TransitGateway(
        id="arn:aws:ec2:eu-west-1:123456789012:transit-gateway/tgw-1",
        name="tgw-1",
        accepts_automatically=automatic,
    )
    assert ec2_transit_attachments_approved(gateway).outcome is outcome


def vpc(**fields):
    settled = {
        "is_default": False,
        "subnets": A | B,
        "in_use": True,
        "flow_logs": (),
        "reachable": A,
        "stores": (),
    }
    return Vpc(
        id="arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1",
        name="vpc-1",
        account_id="123456789012",
        **settled | fields,
    )


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="apart"),
        pytest.param({"reachable": frozenset()}, Outcome.PASSED, id="no route at all"),
        pytest.param({"reachable": A | B}, Outcome.FAILED, id="all with a route"),
        pytest.param({"stores": ("orders",)}, Outcome.FAILED, id="a database with a route"),
        pytest.param({"in_use": False}, Outcome.NOT_APPLICABLE, id="empty"),
        pytest.param({"stores": DENIED}, Outcome.UNDETERMINED, id="databases unread"),
        pytest.param({"reachable": DENIED}, Outcome.UNDETERMINED, id="routes unread"),
        pytest.param({"subnets": DENIED}, Outcome.UNDETERMINED, id="subnets unread"),
        pytest.param(
            {"in_use": DENIED, "reachable": frozenset()}, Outcome.UNDETERMINED, id="in use or not"
        ),
    ],
)
def test_vpc_tiers_separated(fields, outcome):
    assert vpc_tiers_separated(vpc(**fields)).outcome is outcome
