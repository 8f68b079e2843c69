"""Whether every region is held against a standard, scanned, and searched."""

import pytest

from checks.contract import Outcome
from checks.detection.coverage import (
    inspector_scanning_on,
    macie_session_on,
    securityhub_standards_on,
)
from collectors.evidence.aws.inspector import ScanType, VulnerabilityScanning
from collectors.evidence.aws.macie import DataDiscovery
from collectors.evidence.aws.security_hub import PostureManagement, Standard
from tests.evidence import DENIED

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED
LEFT_OUT = Outcome.NOT_APPLICABLE
HUB = "arn:aws:securityhub:eu-west-1:123456789012:hub/default"
OWN = "arn:aws:securityhub:eu-west-1:123456789012:product-subscription/aws/guardduty"
OTHER = "arn:aws:securityhub:eu-west-1:123456789012:product-subscription/acme/scanner"
OFF, ON = "DISABLED", "ENABLED"


def hub(*states, hub=HUB, standards=None, products=()):
    listed = tuple(Standard(arn=f"standards/{state}", status=state) for state in states)
    return PostureManagement(
        id=HUB,
        name="123456789012/eu-west-1",
        hub=hub,
        standards=listed if standards is None else standards,
        products=products,
    )


@pytest.mark.parametrize(
    ("region", "outcome"),
    [
        pytest.param(hub("READY"), PASSED, id="a standard"),
        pytest.param(hub("READY", products=DENIED), PASSED, id="a standard settles it"),
        pytest.param(hub("INCOMPLETE", "READY"), PASSED, id="one of two"),
        pytest.param(hub("INCOMPLETE"), FAILED, id="one that cannot see"),
        pytest.param(hub(), FAILED, id="no standard"),
        pytest.param(hub(products=(OTHER,)), PASSED, id="a product"),
        pytest.param(hub(products=(OWN,)), FAILED, id="a product of AWS's own"),
        pytest.param(hub(hub=None), FAILED, id="no hub"),
        pytest.param(hub(hub=DENIED), UNKNOWN, id="hub unread"),
        pytest.param(hub(standards=DENIED), UNKNOWN, id="standards unread"),
        pytest.param(hub(standards=DENIED, products=(OTHER,)), PASSED, id="a product settles it"),
        pytest.param(hub("FAILED", products=DENIED), UNKNOWN, id="products unread"),
    ],
)
def test_securityhub_standards_on(region, outcome):
    assert securityhub_standards_on(region).outcome is outcome


def scanning(**types):
    return VulnerabilityScanning(
        id="arn:aws:inspector2:eu-west-1:123456789012:account",
        name="123456789012/eu-west-1",
        types=tuple(
            ScanType(name=name, status=status, present=present)
            for name, (status, present) in types.items()
        ),
    )


@pytest.mark.parametrize(
    ("region", "wanted", "outcome"),
    [
        pytest.param(scanning(EC2=(ON, True)), ("EC2",), PASSED, id="scanned"),
        pytest.param(scanning(EC2=(OFF, True)), ("EC2",), FAILED, id="not scanned"),
        pytest.param(scanning(EC2=("ENABLING", True)), ("EC2",), FAILED, id="not scanned yet"),
        pytest.param(scanning(EC2=(OFF, False)), ("EC2",), LEFT_OUT, id="nothing there"),
        pytest.param(scanning(EC2=(ON, False)), ("EC2",), PASSED, id="on, before anything is"),
        pytest.param(
            scanning(EC2=(ON, True), ECR=(OFF, False)), ("EC2", "ECR"), PASSED, id="what is there"
        ),
        pytest.param(
            scanning(EC2=(DENIED, True), ECR=(OFF, True)), ("EC2", "ECR"), FAILED, id="one settles"
        ),
        pytest.param(scanning(ECR=(OFF, True)), ("EC2",), LEFT_OUT, id="not asked for"),
        pytest.param(scanning(EC2=(DENIED, True)), ("EC2",), UNKNOWN, id="state unread"),
        pytest.param(scanning(EC2=(DENIED, False)), ("EC2",), LEFT_OUT, id="nothing to scan"),
        pytest.param(scanning(EC2=(OFF, DENIED)), ("EC2",), UNKNOWN, id="presence unread"),
        pytest.param(scanning(EC2=(ON, DENIED)), ("EC2",), PASSED, id="on, whatever is there"),
    ],
)
def test_inspector_scanning_on(region, wanted, outcome):
    assert inspector_scanning_on(region, resource_types=wanted).outcome is outcome


def discovery(*classes, session=ON, automated=ON, read=True):
    return DataDiscovery(
        id="arn:aws:macie2:eu-west-1:123456789012:session",
        name="123456789012/eu-west-1",
        session=session,
        automated=automated,
        classes=frozenset(classes) if read else DENIED,
    )


@pytest.mark.parametrize(
    ("region", "outcome"),
    [
        pytest.param(discovery("Confidential"), PASSED, id="on"),
        pytest.param(discovery("personal", session="PAUSED"), FAILED, id="paused"),
        pytest.param(discovery("personal", automated=OFF), FAILED, id="nothing is sampled"),
        pytest.param(
            discovery("personal", session=None, automated=None), FAILED, id="never turned on"
        ),
        pytest.param(
            discovery("personal", session=DENIED, automated=OFF), FAILED, id="one settles it"
        ),
        pytest.param(discovery("public", session=None), LEFT_OUT, id="nothing sensitive"),
        pytest.param(discovery(session=DENIED), LEFT_OUT, id="nothing classified"),
        pytest.param(discovery("personal", session=DENIED), UNKNOWN, id="session unread"),
        pytest.param(discovery("personal", automated=DENIED), UNKNOWN, id="discovery unread"),
        pytest.param(discovery(read=False), UNKNOWN, id="classes unread"),
    ],
)
def test_macie_session_on(region, outcome):
    assert macie_session_on(region).outcome is outcome
