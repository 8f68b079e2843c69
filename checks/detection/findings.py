"""Whether what AWS's own scanners found was dealt with in time."""

from datetime import timedelta

from checks.contract import (
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.aws.access_analyzer import OutsideAccess
from collectors.evidence.aws.guardduty import ThreatFinding
from collectors.evidence.aws.inspector import VulnerabilityFinding
from collectors.evidence.record import Instant, Unread

ACTIVE, ARCHIVED, SUPPRESSED = "ACTIVE", "ARCHIVED", "SUPPRESSED"


@check(
    id="aws.guardduty.findings-triaged",
    title="Somebody looks at what GuardDuty finds",
    controls=("MON-03",),
    severity=Severity.HIGH,
    remediation="Triage the finding, then archive it with a record.",
    empty=Outcome.PASSED,
)
def guardduty_findings_triaged(
    finding: ThreatFinding,
    *,
    as_of: Instant,
    min_severity: float = 7.0,
    max_open_hours: int = 72,
) -> Verdict:
    """An alarm that nobody answers is noise, and the attacker hears the silence.

    A finding counts as looked at once it is archived. The time runs from when GuardDuty first
    wrote it down. Findings below severity 4 are not collected; where no detector watches a
    region, that it has none is not known.
    """
    if isinstance(finding.severity, Unread):
        return undetermined(finding.severity)
    if finding.severity < min_severity:
        return not_applicable("less severe than what is to be triaged", severity=finding.severity)
    if isinstance(finding.archived, Unread):
        return undetermined(finding.archived, severity=finding.severity)
    if finding.archived:
        return passed("archived", severity=finding.severity)
    if isinstance(finding.found_at, Unread):
        return undetermined(finding.found_at, severity=finding.severity)
    due = finding.found_at + timedelta(hours=max_open_hours)
    return _open_until(due, as_of, "to be triaged", severity=finding.severity)


@check(
    id="aws.access-analyzer.findings-resolved",
    title="Access from outside is closed, or known",
    controls=("ACC-07", "NET-02"),
    severity=Severity.HIGH,
    remediation="Remove the outside access, or archive the finding by a rule or with an approval.",
    empty=Outcome.PASSED,
)
def access_analyzer_findings_resolved(
    finding: OutsideAccess,
    *,
    as_of: Instant,
    max_open_days: int = 14,
    approved_resources: tuple[str, ...] = (),
) -> Verdict:
    """Each finding is a door that stands open, and somebody has to say that it should.

    An active finding has until the limit. An archived one must be explained by an archive rule
    that fits it, or its resource must be approved, by ARN; a rule that asks about more than
    the list of findings tells is taken to fit.
    """
    if isinstance(finding.status, Unread):
        return undetermined(finding.status)
    if finding.status == ARCHIVED:
        return _explained(finding, approved_resources)
    if finding.status != ACTIVE:
        return undetermined("AWS gives the finding a state we do not know", status=finding.status)
    if isinstance(finding.found_at, Unread):
        return undetermined(finding.found_at)
    due = finding.found_at + timedelta(days=max_open_days)
    return _open_until(due, as_of, "to be closed")


@check(
    id="aws.inspector.findings-within-deadline",
    title="Vulnerabilities that Inspector finds are repaired in time",
    controls=("VUL-02",),
    severity=Severity.HIGH,
    remediation="Patch, rebuild, or record an exception with an end date.",
    empty=Outcome.PASSED,
)
def inspector_findings_within_deadline(
    finding: VulnerabilityFinding,
    *,
    as_of: Instant,
    critical_days: int = 7,
    high_days: int = 30,
    medium_days: int = 90,
    approved_exceptions: tuple[str, ...] = (),
) -> Verdict:
    """A published weakness is tried out by others within days.

    The deadline follows from the severity and runs from when Inspector first saw it. A rule
    that hides a finding repairs nothing: what is suppressed needs an approved exception, by the
    name of the vulnerability (`CVE-...`) or the ARN of the finding.
    """
    if isinstance(finding.status, Unread):
        return undetermined(finding.status)
    if finding.status == SUPPRESSED:
        excepted = {finding.vulnerability, finding.id} & set(approved_exceptions)
        judge = passed if excepted else failed
        how = "by an approved exception" if excepted else "and nobody approved it"
        return judge(f"suppressed, {how}", vulnerability=finding.vulnerability)
    if isinstance(finding.severity, Unread):
        return undetermined(finding.severity)
    days = {"CRITICAL": critical_days, "HIGH": high_days, "MEDIUM": medium_days}
    if finding.severity not in days:
        return not_applicable("its severity has no deadline", severity=finding.severity)
    if isinstance(finding.found_at, Unread):
        return undetermined(finding.found_at, severity=finding.severity)
    due = finding.found_at + timedelta(days=days[finding.severity])
    return _open_until(due, as_of, "to be repaired", severity=finding.severity)


def _open_until(due: Instant, as_of: Instant, duty: str, **observed: str | float) -> Verdict:
    judge = passed if as_of <= due else failed
    return judge(f"open, {duty} by {due:%Y-%m-%d %H:%M} UTC", due=due.isoformat(), **observed)


def _explained(finding: OutsideAccess, approved: tuple[str, ...]) -> Verdict:
    if isinstance(finding.resource, str) and finding.resource in approved:
        return passed("archived, and the resource is approved")
    if isinstance(finding.archived_by, Unread):
        return undetermined(finding.archived_by)
    if finding.archived_by:
        return passed("archived by a rule", rules=finding.archived_by)
    if isinstance(finding.resource, Unread):
        return undetermined(finding.resource)
    return failed("archived by hand, and nobody approved the resource")
