"""Is somebody looking out for attackers?"""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.guardduty import ProtectionPlan, ThreatDetection
from collectors.evidence.record import Unread

PLANS = (
    "S3_DATA_EVENTS",
    "EKS_AUDIT_LOGS",
    "EBS_MALWARE_PROTECTION",
    "RDS_LOGIN_EVENTS",
    "LAMBDA_NETWORK_LOGS",
)
ON, OFF = "ENABLED", "DISABLED"


@check(
    id="aws.guardduty.detector-on",
    title="GuardDuty watches every region",
    controls=("MON-02", "WRK-01"),
    severity=Severity.HIGH,
    remediation="Turn on GuardDuty for the whole organisation, with automatic enrolment.",
    empty=Outcome.FAILED,
)
def guardduty_detector_on(region: ThreatDetection, *, plans: tuple[str, ...] = PLANS) -> Verdict:
    """Attackers prefer the regions in which nobody looks.

    A suspended detector counts as off. Each protection plan asked for must be on, also where
    the service it protects is not used yet: it costs nothing until it is. A plan that AWS
    does not name in this region is not known to be on or off.
    """
    detector = region.detector
    if isinstance(detector, Unread):
        return undetermined(detector)
    if detector is None:
        return failed("there is no detector")
    if isinstance(detector.status, Unread):
        return undetermined(detector.status)
    if detector.status == OFF:
        return failed("the detector is suspended", status=detector.status)
    if detector.status != ON:
        return undetermined("AWS gives the detector a state we do not know", status=detector.status)
    return _protected(detector.plans, plans)


def _protected(told: tuple[ProtectionPlan, ...] | Unread, plans: tuple[str, ...]) -> Verdict:
    if isinstance(told, Unread):
        return undetermined(told)
    states = {plan.name: plan.status for plan in told}
    off = tuple(plan for plan in plans if states.get(plan) == OFF)
    if off:
        return failed(f"the detector is on, but {len(off)} protection plans are off", off=off)
    unknown = tuple(plan for plan in plans if states.get(plan) != ON)
    if unknown:
        return undetermined(f"AWS does not say that {len(unknown)} plans are on", unknown=unknown)
    return passed(f"the detector is on, with {len(plans)} protection plans", plans=plans)
