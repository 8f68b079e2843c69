"""Are changes of the configuration written down?"""

import pytest

from checks.contract import Outcome
from checks.detection.changes import config_recorder_on
from collectors.evidence.aws.config import ConfigurationRecording, Recorder
from tests.evidence import DENIED

SOME = frozenset({"AWS::Lambda::Function"})


def recorder(**fields):
    running = {
        "name": "default",
        "recording": True,
        "last_status": "SUCCESS",
        "strategy": "ALL_SUPPORTED_RESOURCE_TYPES",
        "excluded_types": frozenset(),
    }
    return Recorder(**running | fields)


def region(recorded_by, *, delivers=True):
    return ConfigurationRecording(
        id="arn:aws:config:eu-west-1:123456789012:configuration-recorder",
        name="123456789012/eu-west-1",
        recorder=recorded_by,
        delivers=delivers,
    )


def all_but(types):
    return recorder(strategy="EXCLUSION_BY_RESOURCE_TYPES", excluded_types=types)


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(region(recorder()), Outcome.PASSED, id="all types"),
        pytest.param(region(recorder(last_status="Pending")), Outcome.PASSED, id="just begun"),
        pytest.param(region(all_but(frozenset())), Outcome.PASSED, id="all but none"),
        pytest.param(region(None), Outcome.FAILED, id="no recorder"),
        pytest.param(region(recorder(recording=False)), Outcome.FAILED, id="stopped"),
        pytest.param(region(recorder(last_status="Failure")), Outcome.FAILED, id="it failed"),
        pytest.param(region(recorder(last_status="FAILURE")), Outcome.FAILED, id="it failed aloud"),
        pytest.param(region(all_but(SOME)), Outcome.FAILED, id="a type left out"),
        pytest.param(
            region(recorder(strategy="INCLUSION_BY_RESOURCE_TYPES")), Outcome.FAILED, id="some only"
        ),
        pytest.param(region(recorder(), delivers=False), Outcome.FAILED, id="nowhere to deliver"),
        pytest.param(
            region(recorder(recording=False), delivers=DENIED), Outcome.FAILED, id="settled"
        ),
        pytest.param(region(DENIED), Outcome.UNDETERMINED, id="recorders denied"),
        pytest.param(region(recorder(recording=DENIED)), Outcome.UNDETERMINED, id="status denied"),
        pytest.param(region(recorder(last_status=DENIED)), Outcome.UNDETERMINED, id="no status"),
        pytest.param(region(recorder(strategy=DENIED)), Outcome.UNDETERMINED, id="no strategy"),
        pytest.param(region(all_but(DENIED)), Outcome.UNDETERMINED, id="left-out types not told"),
        pytest.param(region(recorder(), delivers=DENIED), Outcome.UNDETERMINED, id="no channels"),
    ],
)
def test_config_recorder_on(subject, outcome):
    assert config_recorder_on(subject).outcome is outcome


def test_a_documented_exclusion_passes_and_another_one_beside_it_does_not():
    documented = tuple(SOME)
    both = frozenset({*SOME, "AWS::EC2::Volume"})

    passed = config_recorder_on(region(all_but(SOME)), documented_exclusions=documented)
    failed = config_recorder_on(region(all_but(both)), documented_exclusions=documented)
    assert (passed.outcome, failed.outcome) == (Outcome.PASSED, Outcome.FAILED)
    assert passed.reason == "every resource type is recorded, except those documented"
    assert failed.reason == "it leaves out AWS::EC2::Volume"


def test_every_shortcoming_is_named():
    verdict = config_recorder_on(region(recorder(recording=False), delivers=False))
    assert verdict.reason == "the recorder is stopped and no delivery channel exists"
