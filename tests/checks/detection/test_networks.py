"""Is what passes through the networks written down?"""

import pytest

from checks.contract import Outcome
from checks.detection.networks import vpc_flow_logs_on
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
