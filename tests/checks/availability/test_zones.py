"""Does the service outlive the loss of one zone?"""

import pytest

from checks.availability.zones import compute_multi_zone
from checks.contract import Outcome
from collectors.evidence.aws.zones import ZonedComponent
from tests.evidence import DENIED


@pytest.mark.parametrize(
    ("zones", "fails_over", "outcome"),
    [
        pytest.param(2, None, Outcome.PASSED, id="two zones"),
        pytest.param(1, None, Outcome.FAILED, id="one zone"),
        pytest.param(3, True, Outcome.PASSED, id="fails over"),
        pytest.param(3, False, Outcome.FAILED, id="waits for a person"),
        pytest.param(1, DENIED, Outcome.FAILED, id="one zone for sure"),
        pytest.param(DENIED, False, Outcome.FAILED, id="waits for sure"),
        pytest.param(DENIED, None, Outcome.UNDETERMINED, id="zones unread"),
        pytest.param(2, DENIED, Outcome.UNDETERMINED, id="switch unread"),
    ],
)
def test_compute_multi_zone(zones, fails_over, outcome):
    cache = ZonedComponent(
        id="arn:cache", name="cache", form="cache", zones=zones, fails_over=fails_over
    )
    assert compute_multi_zone(cache).outcome is outcome
