"""Inspector: what it scans for vulnerabilities, and what it found."""

from collectors.evidence.record import Fact, Instant, Record, Unread


class ScanType(Fact, frozen=True, tag="aws.scan_type"):
    """One kind of thing that Inspector can scan."""

    name: str
    """AWS's word for it: `EC2`, `ECR` or `LAMBDA`."""
    status: str | Unread
    """AWS's word for it: `ENABLED`, `DISABLED`, or on the way to one of them."""
    present: bool | Unread
    """Whether the region holds any."""


class VulnerabilityScanning(Record, frozen=True, tag="aws.vulnerability_scanning"):
    """A region of an account, and what Inspector scans in it."""

    types: tuple[ScanType, ...]


class VulnerabilityFinding(Record, frozen=True, tag="aws.vulnerability_finding"):
    """A vulnerability that Inspector found on something, and that is still there."""

    account_id: str | Unread
    severity: str | Unread
    """AWS's word for it: `CRITICAL`, `HIGH` or `MEDIUM`; others are not asked for."""
    status: str | Unread
    """`ACTIVE`, or `SUPPRESSED` where a rule of the company's hides it."""
    vulnerability: str | None
    """Its name in public lists, such as `CVE-2026-0001`; `None` where it has none."""
    found_at: Instant | Unread
    """When Inspector first saw it."""
