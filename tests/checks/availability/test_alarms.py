"""Whether trouble of the service is noticed."""

from datetime import timedelta

import pytest

from checks.availability.alarms import cloudwatch_critical_alarms_set
from checks.contract import Outcome
from collectors.evidence.aws.alarms import ComponentAlarm, CriticalComponent
from tests.evidence import DENIED, NOW

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED


def alarm(*, acts=True, blind=None):
    since = NOW - timedelta(hours=blind) if isinstance(blind, int | float) else blind
    return ComponentAlarm(name="cpu", acts=acts, blind_since=since)


def component(*alarms, read=True):
    return CriticalComponent(
        id="arn:aws:rds:eu-west-1:123456789012:db:ledger",
        name="ledger",
        alarms=alarms if read else DENIED,
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(component(alarm()), PASSED, id="watched"),
        pytest.param(component(), FAILED, id="unwatched"),
        pytest.param(component(alarm(acts=False)), FAILED, id="by an alarm that does nothing"),
        pytest.param(component(alarm(blind=48)), PASSED, id="two days without data"),
        pytest.param(component(alarm(blind=48.01)), FAILED, id="a little longer"),
        pytest.param(component(alarm(blind=99), alarm()), PASSED, id="by one of two"),
        pytest.param(component(alarm(blind=DENIED)), UNKNOWN, id="state unread"),
        pytest.param(component(alarm(blind=DENIED), alarm()), PASSED, id="the other settles it"),
        pytest.param(component(alarm(blind=DENIED, acts=False)), FAILED, id="unread, and idle"),
        pytest.param(component(read=False), UNKNOWN, id="alarms unread"),
    ],
)
def test_cloudwatch_critical_alarms_set(subject, outcome):
    assert cloudwatch_critical_alarms_set(subject, as_of=NOW).outcome is outcome
