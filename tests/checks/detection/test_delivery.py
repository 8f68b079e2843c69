"""Whether what trails record arrives."""

from datetime import timedelta

import pytest

from checks.contract import Outcome
from checks.detection.delivery import cloudtrail_delivery_fresh
from collectors.evidence.aws.cloudtrail import TrailDelivery
from tests.evidence import DENIED, NOW

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED
LATEST = NOW - timedelta(hours=24)
LATE = LATEST - timedelta(seconds=1)
GROUP = "arn:aws:logs:eu-west-1:123456789012:log-group:trail:*"


def trail(**parts):
    return TrailDelivery(
        id="arn:aws:cloudtrail:eu-west-1:123456789012:trail/main",
        name="main",
        **{
            "logging": True,
            "delivered_at": LATEST,
            "delivery_error": None,
            "log_group": GROUP,
            "logged_at": LATEST,
            "log_error": None,
        }
        | parts,
    )


ALONE = {"log_group": None, "logged_at": None}


@pytest.mark.parametrize(
    ("subject", "elsewhere", "outcome"),
    [
        pytest.param(trail(), (), PASSED, id="a day ago to the second"),
        pytest.param(trail(delivered_at=LATE), (), FAILED, id="a second longer ago"),
        pytest.param(trail(logged_at=LATE), (), FAILED, id="the log group a second longer ago"),
        pytest.param(trail(delivered_at=None), (), FAILED, id="nothing ever arrived"),
        pytest.param(trail(delivery_error="AccessDenied"), (), FAILED, id="the bucket refuses"),
        pytest.param(trail(log_error="AccessDenied"), (), FAILED, id="the log group refuses"),
        pytest.param(trail(logging=False), (), FAILED, id="stopped"),
        pytest.param(trail(**ALONE), (), FAILED, id="no log group"),
        pytest.param(trail(**ALONE), ("main",), PASSED, id="collected elsewhere"),
        pytest.param(trail(**ALONE), ("other",), FAILED, id="another is collected elsewhere"),
        pytest.param(trail(logged_at=LATE), ("main",), FAILED, id="a log group counts anyway"),
        pytest.param(trail(logging=DENIED), (), UNKNOWN, id="state unread"),
        pytest.param(trail(delivered_at=DENIED), (), UNKNOWN, id="delivery unread"),
        pytest.param(trail(delivery_error=DENIED), (), UNKNOWN, id="error unread"),
        pytest.param(trail(delivered_at=DENIED, **ALONE), (), FAILED, id="one settles it"),
    ],
)
def test_cloudtrail_delivery_fresh(subject, elsewhere, outcome):
    verdict = cloudtrail_delivery_fresh(subject, as_of=NOW, collected_elsewhere=elsewhere)
    assert verdict.outcome is outcome


def test_a_later_delivery_changes_no_word_of_the_verdict():
    verdicts = [
        cloudtrail_delivery_fresh(trail(delivered_at=at), as_of=NOW) for at in (LATEST, NOW)
    ]
    assert verdicts[0] == verdicts[1]
