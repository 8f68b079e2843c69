"""Is what passes through the networks written down?"""

import pytest

from checks.contract import Outcome
from checks.detection.networks import (
    network_gateway_logged,
    route53_queries_logged,
    vpc_flow_logs_on,
)
from collectors.evidence.aws.gateways import NetworkGateway, PublicZone
from collectors.evidence.aws.vpc import FlowLog
from tests.checks.access.test_vpc import vpc
from tests.evidence import DENIED


def log(on="vpc-1", *, traffic="ALL", delivers=True):
    return FlowLog(on=on, traffic=traffic, delivers=delivers)


@pytest.mark.parametrize(
    ("logs", "fields", "outcome"),
    [
        pytest.param((log(),), {}, Outcome.PASSED, id="all of it"),
        pytest.param((log(traffic="REJECT"),), {}, Outcome.PASSED, id="what was rejected"),
        pytest.param((log(traffic="ACCEPT"),), {}, Outcome.FAILED, id="what was accepted"),
        pytest.param((log(delivers=False),), {}, Outcome.FAILED, id="not delivered"),
        pytest.param((log("vpc-2"),), {}, Outcome.FAILED, id="another network"),
        pytest.param((log("subnet-a"), log("subnet-b")), {}, Outcome.PASSED, id="each subnet"),
        pytest.param((log("subnet-a"),), {}, Outcome.FAILED, id="one subnet"),
        pytest.param((), {"subnets": frozenset()}, Outcome.FAILED, id="no subnet"),
        pytest.param(
            (), {"is_default": True, "in_use": False}, Outcome.NOT_APPLICABLE, id="AWS's, empty"
        ),
        pytest.param((), {"is_default": True}, Outcome.FAILED, id="AWS's, in use"),
        pytest.param((log(),), {"subnets": DENIED}, Outcome.PASSED, id="covered whatever is in it"),
        pytest.param((), {"subnets": DENIED}, Outcome.UNDETERMINED, id="subnets unread"),
        pytest.param((), {"is_default": DENIED}, Outcome.UNDETERMINED, id="whose unread"),
        pytest.param(
            (), {"is_default": True, "in_use": DENIED}, Outcome.UNDETERMINED, id="in use unread"
        ),
        pytest.param((), {"in_use": DENIED}, Outcome.FAILED, id="own, in use or not"),
        pytest.param(DENIED, {}, Outcome.UNDETERMINED, id="logs unread"),
    ],
)
def test_vpc_flow_logs_on(logs, fields, outcome):
    assert vpc_flow_logs_on(vpc(flow_logs=logs, **fields)).outcome is outcome


@pytest.mark.parametrize(
    ("logged_to", "outcome"),
    [
        pytest.param("arn:aws:logs:us-east-1:123456789012:x", Outcome.PASSED, id="logged"),
        pytest.param(None, Outcome.FAILED, id="not logged"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_route53_queries_logged(logged_to, outcome):
    arn = "arn:aws:route53:::hostedzone/Z1"
    zone = PublicZone(id=arn, name="acme.test.", logged_to=logged_to)
    assert route53_queries_logged(zone).outcome is outcome


@pytest.mark.parametrize(
    ("form", "logs", "outcome"),
    [
        pytest.param("client VPN endpoint", ("CONNECTIONS",), Outcome.PASSED, id="endpoint"),
        pytest.param("client VPN endpoint", (), Outcome.FAILED, id="silent endpoint"),
        pytest.param("network firewall", ("ALERT", "FLOW"), Outcome.PASSED, id="firewall"),
        pytest.param("network firewall", ("ALERT", "TLS"), Outcome.FAILED, id="no flows"),
        pytest.param("network firewall", ("FLOW",), Outcome.FAILED, id="no alerts"),
        pytest.param("network firewall", DENIED, Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_network_gateway_logged(form, logs, outcome):
    gateway = NetworkGateway(id="arn:aws:x", name="gate", form=form, logs=logs)
    assert network_gateway_logged(gateway).outcome is outcome
