"""What AWS says is wrong."""

from datetime import timedelta

import pytest

from checks.contract import Outcome
from checks.detection.provider import health_events_known
from collectors.evidence.aws.health import ProviderEvent
from tests.evidence import DENIED, NOW

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED
LEFT_OUT = Outcome.NOT_APPLICABLE
ISSUE, NOTICE = "issue", "accountNotification"
ARN = "arn:aws:health:eu-west-1::event/EC2/OUTAGE/1"


def event(hours, category=ISSUE, *, security=False, touches=True):
    return ProviderEvent(
        id=ARN,
        name="OUTAGE",
        category=category,
        about_security=security,
        started_at=NOW - timedelta(hours=hours) if isinstance(hours, int | float) else hours,
        touches=touches,
    )


@pytest.mark.parametrize(
    ("subject", "recorded", "outcome"),
    [
        pytest.param(event(24), (), PASSED, id="a day old to the second"),
        pytest.param(event(24.01), (), FAILED, id="a little older"),
        pytest.param(event(99), (ARN,), PASSED, id="recorded"),
        pytest.param(event(99), ("another",), FAILED, id="another one is recorded"),
        pytest.param(event(99, "investigation"), (), FAILED, id="under investigation"),
        pytest.param(event(99, touches=False), (), LEFT_OUT, id="somebody else's trouble"),
        pytest.param(event(99, NOTICE), (), LEFT_OUT, id="a notice about something else"),
        pytest.param(event(99, NOTICE, security=True), (), FAILED, id="a notice about security"),
        pytest.param(event(99, touches=DENIED), (), UNKNOWN, id="whom it touches is unread"),
        pytest.param(event(99, touches=DENIED), (ARN,), PASSED, id="recorded, whomever it touches"),
        pytest.param(event(99, DENIED), (), UNKNOWN, id="its kind is unread"),
        pytest.param(event(DENIED), (), UNKNOWN, id="its beginning is unread"),
    ],
)
def test_health_events_known(subject, recorded, outcome):
    verdict = health_events_known(subject, as_of=NOW, recorded_events=recorded)
    assert verdict.outcome is outcome
