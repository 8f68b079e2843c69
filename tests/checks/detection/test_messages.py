"""Does somebody hear of messages that nobody could handle?"""

import pytest

from checks.contract import Outcome
from checks.detection.messages import sqs_dead_letters_watched
from collectors.evidence.aws.dead_letters import DeadLetters
from tests.evidence import DENIED

DEAD = "arn:aws:sqs:eu-west-1:123456789012:orders-dead"


def queue(**changes):
    fields = {"target": DEAD, "receives": False, "alarms": ("deep",)} | changes
    return DeadLetters(id="arn:aws:sqs:eu-west-1:123456789012:orders", name="orders", **fields)


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(queue(), Outcome.PASSED, id="kept and watched"),
        pytest.param(queue(alarms=()), Outcome.FAILED, id="not watched"),
        pytest.param(queue(target=None), Outcome.FAILED, id="not kept"),
        pytest.param(queue(target=None, alarms=DENIED), Outcome.FAILED, id="not kept for sure"),
        pytest.param(queue(target=None, receives=True), Outcome.PASSED, id="dead letters, watched"),
        pytest.param(
            queue(target=None, receives=True, alarms=()), Outcome.FAILED, id="dead letters, alone"
        ),
        pytest.param(
            queue(target=None, receives=DENIED, alarms=()),
            Outcome.FAILED,
            id="either way unwatched",
        ),
        pytest.param(queue(target=DENIED), Outcome.UNDETERMINED, id="target unread"),
        pytest.param(queue(alarms=DENIED), Outcome.UNDETERMINED, id="alarms unread"),
        pytest.param(queue(target=None, receives=DENIED), Outcome.UNDETERMINED, id="which kind?"),
    ],
)
def test_sqs_dead_letters_watched(subject, outcome):
    assert sqs_dead_letters_watched(subject).outcome is outcome
