"""A region is read whether or not a detector watches it."""

from collectors.aws.guardduty import guardduty_detection
from collectors.evidence.aws.guardduty import Detector, ProtectionPlan
from collectors.evidence.record import Unread
from collectors.transcript import Transcript
from tests.faults import Denied, Pages


def detecting(aws, *, on=True, features=()):
    guardduty = aws.client("guardduty")
    return guardduty.create_detector(Enable=on, Features=list(features))["DetectorId"]


def detector(aws, faults=None):
    snapshot, _ = aws.snapshot(guardduty_detection, faults)
    (region,) = snapshot.records
    assert region.id == "arn:aws:guardduty:eu-west-1:123456789012:detector"
    assert snapshot.complete
    return region.detector


def test_a_region_nobody_watches_is_a_record_too(aws):
    assert detector(aws) is None


def test_a_detector_is_read_with_its_plans(aws):
    made = detecting(aws, features=[{"Name": "S3_DATA_EVENTS", "Status": "DISABLED"}])

    assert detector(aws) == Detector(
        id=made, status="ENABLED", plans=(ProtectionPlan(name="S3_DATA_EVENTS", status="DISABLED"),)
    )


def test_a_suspended_detector_is_not_an_absent_one(aws):
    detecting(aws, on=False)

    assert detector(aws).status == "DISABLED"


def test_a_detector_of_a_second_page_is_read(aws):
    made = detecting(aws)
    pages = Pages(({"DetectorIds": [], "NextToken": "more"}, {"DetectorIds": [made]}))

    assert detector(aws, {"guardduty:ListDetectors": pages}).id == made


def test_denied_detectors_are_unread_and_the_region_stays(aws):
    detecting(aws)
    listed = detector(aws, {"guardduty:ListDetectors": Denied("AccessDeniedException")})
    detailed = detector(aws, {"guardduty:GetDetector": Denied("AccessDeniedException")})

    assert listed == Unread(why="guardduty:ListDetectors: AccessDeniedException")
    refused = Unread(why="guardduty:GetDetector: AccessDeniedException")
    assert (detailed.status, detailed.plans) == (refused, refused)


def test_a_plan_without_a_state_is_not_passed_over(aws):
    detecting(aws)
    answer = {"Status": "ENABLED", "Features": [{"Name": "S3_DATA_EVENTS"}]}

    assert detector(aws, {"guardduty:GetDetector": Pages((answer,))}).plans == Unread(
        why="guardduty:GetDetector: the answer has no Status"
    )


def test_a_replay_reads_what_was_read_and_no_more(aws):
    detecting(aws)
    snapshot, transcript = aws.snapshot(guardduty_detection)

    assert aws.again(guardduty_detection, transcript) == snapshot
    lists = tuple(e for e in transcript.exchanges if e.operation == "ListDetectors")
    (region,) = aws.again(guardduty_detection, Transcript(lists)).records
    assert region.detector.status == Unread(why="guardduty:GetDetector: not collected")
