"""GuardDuty: is there a detector, and what does it watch?"""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told, whole
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.guardduty import Detector, ProtectionPlan, ThreatDetection
from collectors.evidence.record import Unread

DETECTORS = ApiCall("guardduty", "ListDetectors", "guardduty:ListDetectors")
DETECTOR = ApiCall("guardduty", "GetDetector", "guardduty:GetDetector")


@collector(id="aws.guardduty.detection", calls=(DETECTORS, DETECTOR))
def guardduty_detection(region: Region) -> Iterator[ThreatDetection]:
    """The region, whether or not a detector watches it; AWS allows one in each region."""
    yield ThreatDetection(
        id=f"arn:{region.partition}:guardduty:{region.region}:{region.id}:detector",
        name=f"{region.id}/{region.region}",
        detector=_detector(region),
    )


def _detector(region: Region) -> Detector | Unread | None:
    ids = region.listed(DETECTORS, "DetectorIds")
    if isinstance(ids, Unread):
        return ids
    if not ids:
        return None
    answer = region.detail(DETECTOR, DetectorId=ids[0])
    return Detector(
        id=ids[0],
        status=told(DETECTOR, answer, "Status", str),
        plans=_plans(told(DETECTOR, answer, "Features", list)),
    )


def _plans(features: list[Response] | Unread) -> tuple[ProtectionPlan, ...] | Unread:
    if isinstance(features, Unread):
        return features
    return whole(_plan(feature) for feature in features)


def _plan(feature: Response) -> ProtectionPlan | Unread:
    words = whole(told(DETECTOR, feature, field, str) for field in ("Name", "Status"))
    return words if isinstance(words, Unread) else ProtectionPlan(name=words[0], status=words[1])
