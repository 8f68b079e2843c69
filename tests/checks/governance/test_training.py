"""What people have to know."""

from datetime import timedelta

import pytest

from checks.contract import Outcome
from checks.governance.training import awareness_training_current
from collectors.evidence.people import Completion, Employment, TrainedPerson
from tests.evidence import DENIED, NOW

TODAY = NOW.date()


def ago(days):
    return TODAY - timedelta(days=days)


def person(*completed_ago, joined=2000, left=None, course="security-awareness"):
    completions = tuple(Completion(course=course, completed_on=ago(d)) for d in completed_ago)
    days = Employment(started_on=ago(joined), left_on=None if left is None else ago(left))
    return TrainedPerson(id="p1", name="a@b.c", employment=days, completions=completions)


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(person(365), Outcome.PASSED, id="365 days ago"),
        pytest.param(person(366), Outcome.FAILED, id="366 days ago"),
        pytest.param(person(900, 10), Outcome.PASSED, id="again this year"),
        pytest.param(person(), Outcome.FAILED, id="never"),
        pytest.param(person(10, course="cooking"), Outcome.FAILED, id="another course"),
        pytest.param(person(-1), Outcome.UNDETERMINED, id="in the future"),
        pytest.param(person(joined=30), Outcome.NOT_APPLICABLE, id="joined 30 days ago"),
        pytest.param(person(joined=31), Outcome.FAILED, id="joined 31 days ago"),
        pytest.param(person(70, joined=100), Outcome.PASSED, id="on the 30th day"),
        pytest.param(person(69, joined=100), Outcome.FAILED, id="on the 31st day"),
        pytest.param(person(5, 70, joined=100), Outcome.PASSED, id="in time, and again"),
        pytest.param(person(120, joined=100), Outcome.PASSED, id="before the first day"),
        pytest.param(person(300, joined=365), Outcome.FAILED, id="late, first year's last day"),
        pytest.param(person(300, joined=366), Outcome.PASSED, id="late, but a year has passed"),
        pytest.param(person(left=0), Outcome.FAILED, id="last day is today"),
        pytest.param(person(left=1), Outcome.NOT_APPLICABLE, id="left yesterday"),
        pytest.param(person(joined=-1), Outcome.NOT_APPLICABLE, id="begins tomorrow"),
        pytest.param(
            TrainedPerson(
                id="p1",
                name="a@b.c",
                employment=Employment(started_on=ago(2000), left_on=None),
                completions=DENIED,
            ),
            Outcome.UNDETERMINED,
            id="register of training denied",
        ),
    ],
)
def test_awareness_training_current(subject, outcome):
    assert awareness_training_current(subject, as_of=NOW).outcome is outcome
