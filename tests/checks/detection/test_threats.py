"""Is somebody looking out for attackers?"""

import pytest

from checks.contract import Outcome
from checks.detection.threats import PLANS, guardduty_detector_on
from collectors.evidence.aws.guardduty import Detector, ProtectionPlan, ThreatDetection
from tests.evidence import DENIED

ALL_ON = dict.fromkeys(PLANS, "ENABLED")
RDS = "RDS_LOGIN_EVENTS"


def detector(*, status="ENABLED", plans=ALL_ON):
    named = plans
    if isinstance(plans, dict):
        named = tuple(ProtectionPlan(name=name, status=status) for name, status in plans.items())
    return Detector(id="12abc34d", status=status, plans=named)


@pytest.mark.parametrize(
    ("watched_by", "outcome"),
    [
        pytest.param(detector(), Outcome.PASSED, id="on, with every plan"),
        pytest.param(None, Outcome.FAILED, id="no detector"),
        pytest.param(detector(status="DISABLED"), Outcome.FAILED, id="suspended"),
        pytest.param(detector(status="DISABLED", plans=DENIED), Outcome.FAILED, id="settled"),
        pytest.param(detector(plans=ALL_ON | {RDS: "DISABLED"}), Outcome.FAILED, id="a plan off"),
        pytest.param(detector(plans={RDS: "DISABLED"}), Outcome.FAILED, id="off, others unnamed"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="detectors denied"),
        pytest.param(detector(status=DENIED), Outcome.UNDETERMINED, id="detector denied"),
        pytest.param(detector(status="LEARNING"), Outcome.UNDETERMINED, id="a state of tomorrow"),
        pytest.param(detector(plans=DENIED), Outcome.UNDETERMINED, id="plans not told"),
        pytest.param(detector(plans={}), Outcome.UNDETERMINED, id="plans not named"),
        pytest.param(
            detector(plans=ALL_ON | {RDS: "LEARNING"}),
            Outcome.UNDETERMINED,
            id="a plan's new state",
        ),
    ],
)
def test_guardduty_detector_on(watched_by, outcome):
    region = ThreatDetection(
        id="arn:aws:guardduty:eu-west-1:123456789012:detector",
        name="123456789012/eu-west-1",
        detector=watched_by,
    )
    assert guardduty_detector_on(region).outcome is outcome


def test_only_the_plans_asked_for_count():
    region = ThreatDetection(id="arn", name="here", detector=detector(plans={RDS: "ENABLED"}))
    assert guardduty_detector_on(region, plans=(RDS,)).outcome is Outcome.PASSED
