"""A region is read whether or not its configuration is recorded."""

import pytest

from collectors.aws.config import config_recording
from collectors.evidence.aws.config import Recorder
from collectors.evidence.record import Unread
from collectors.transcript import Transcript
from tests.faults import Denied, Pages

ROLE = "arn:aws:iam::123456789012:role/config"
DENIED = Denied("AccessDeniedException")


def recording(aws, *, on=True, **group):
    config = aws.client("config")
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": ROLE,
            "recordingGroup": group or {"allSupported": True},
        }
    )
    aws.client("s3").create_bucket(
        Bucket="changes", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "changes"})
    if on:
        config.start_configuration_recorder(ConfigurationRecorderName="default")


def region(aws, faults=None):
    snapshot, _ = aws.snapshot(config_recording, faults)
    (record,) = snapshot.records
    assert record.id == "arn:aws:config:eu-west-1:123456789012:configuration-recorder"
    assert snapshot.complete
    return record


def recorder_of(aws, **fields):
    """How a recorder reads that the server would never give."""
    pages = Pages(({"ConfigurationRecorders": [{"name": "default", **fields}]},))
    return region(aws, {"config:DescribeConfigurationRecorders": pages}).recorder


def test_a_region_without_a_recorder_is_a_record_too(aws):
    record = region(aws)

    assert record.recorder is None
    assert record.delivers is False


def test_a_recorder_is_read_with_its_state_and_strategy(aws):
    recording(aws)
    record = region(aws)

    assert record.recorder == Recorder(
        name="default",
        recording=True,
        last_status="PENDING",
        strategy="ALL_SUPPORTED_RESOURCE_TYPES",
        excluded_types=frozenset(),
    )
    assert record.delivers is True


def test_a_stopped_recorder_is_not_an_absent_one(aws):
    recording(aws, on=False)

    assert region(aws).recorder.recording is False


def test_left_out_types_are_read(aws):
    recording(
        aws,
        recordingStrategy={"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"},
        exclusionByResourceTypes={"resourceTypes": ["AWS::Lambda::Function"]},
    )
    recorder = region(aws).recorder

    assert recorder.strategy == "EXCLUSION_BY_RESOURCE_TYPES"
    assert recorder.excluded_types == frozenset({"AWS::Lambda::Function"})


@pytest.mark.parametrize(
    ("group", "strategy"),
    [
        pytest.param({"allSupported": True}, "ALL_SUPPORTED_RESOURCE_TYPES", id="all, by switch"),
        pytest.param({"allSupported": False}, "INCLUSION_BY_RESOURCE_TYPES", id="some, by switch"),
        pytest.param(
            {"recordingStrategy": {"useOnly": "BY_MOON"}},
            Unread(why="config:DescribeConfigurationRecorders: the answer has no known strategy"),
            id="a word of tomorrow",
        ),
        pytest.param(
            {},
            Unread(why="config:DescribeConfigurationRecorders: the answer has no allSupported"),
            id="nothing named",
        ),
    ],
)
def test_a_strategy_is_read_and_not_guessed(aws, group, strategy):
    assert recorder_of(aws, recordingGroup=group).strategy == strategy


def test_left_out_types_that_are_not_told_are_not_none(aws):
    group = {"recordingStrategy": {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}}

    assert recorder_of(aws, recordingGroup=group).excluded_types == Unread(
        why="config:DescribeConfigurationRecorders: the answer has no exclusionByResourceTypes"
    )


def test_recorders_that_services_run_for_themselves_do_not_count(aws):
    assert recorder_of(aws, servicePrincipal="securityhub.amazonaws.com") is None


def test_a_status_of_another_recorder_is_not_taken(aws):
    recording(aws)
    pages = Pages(({"ConfigurationRecordersStatus": [{"name": "other", "recording": True}]},))
    recorder = region(aws, {"config:DescribeConfigurationRecorderStatus": pages}).recorder

    assert recorder.recording == Unread(
        why="config:DescribeConfigurationRecorderStatus: the answer has no status of the recorder"
    )


def test_each_denied_call_costs_only_what_it_would_have_told(aws):
    recording(aws)
    recorders = region(aws, {"config:DescribeConfigurationRecorders": DENIED})
    status = region(aws, {"config:DescribeConfigurationRecorderStatus": DENIED})
    channels = region(aws, {"config:DescribeDeliveryChannels": DENIED})

    assert recorders.recorder == Unread(
        why="config:DescribeConfigurationRecorders: AccessDeniedException"
    )
    assert status.recorder.recording == Unread(
        why="config:DescribeConfigurationRecorderStatus: AccessDeniedException"
    )
    assert status.recorder.strategy == "ALL_SUPPORTED_RESOURCE_TYPES"
    assert channels.delivers == Unread(why="config:DescribeDeliveryChannels: AccessDeniedException")


def test_a_replay_reads_what_was_read_and_no_more(aws):
    recording(aws)
    snapshot, transcript = aws.snapshot(config_recording)

    assert aws.again(config_recording, transcript) == snapshot
    lists = tuple(
        e for e in transcript.exchanges if e.operation == "DescribeConfigurationRecorders"
    )
    (record,) = aws.again(config_recording, Transcript(lists)).records
    assert record.recorder.recording == Unread(
        why="config:DescribeConfigurationRecorderStatus: not collected"
    )
    assert record.delivers == Unread(why="config:DescribeDeliveryChannels: not collected")
