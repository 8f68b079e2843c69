"""Threat detection, and what it watches."""

from collectors.evidence.record import Fact, Record, Unread


class ProtectionPlan(Fact, frozen=True, tag="aws.guardduty_plan"):
    """What a detector watches beside its foundation: object access, logins, functions."""

    name: str
    status: str
    """AWS's word for it: `ENABLED` or `DISABLED`."""


class Detector(Fact, frozen=True, tag="aws.guardduty_detector"):
    """GuardDuty's detector of one region."""

    id: str
    status: str | Unread
    """AWS's word for it: `ENABLED`, or `DISABLED` when it is suspended."""
    plans: tuple[ProtectionPlan, ...] | Unread


class ThreatDetection(Record, frozen=True, tag="aws.threat_detection"):
    """A region of an account, with the detector that watches it."""

    detector: Detector | Unread | None
    """`None` when GuardDuty was never turned on there."""
