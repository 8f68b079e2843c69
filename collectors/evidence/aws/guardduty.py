"""Threat detection, and what it watches."""

from collectors.evidence.record import Fact, Instant, Record, Unread


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


class ThreatFinding(Record, frozen=True, tag="aws.threat_finding"):
    """What GuardDuty found and nobody archived."""

    account_id: str | Unread
    severity: float | Unread
    """From 1.0, low, to 10.0; high begins at 7.0 and critical at 9.0."""
    archived: bool | Unread
    found_at: Instant | Unread
    """When GuardDuty first wrote it down."""
