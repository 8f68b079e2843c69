"""What AWS's scanners found, and until when it had to be dealt with."""

from datetime import timedelta

import pytest

from checks.contract import Outcome
from checks.detection.findings import (
    access_analyzer_findings_resolved,
    guardduty_findings_triaged,
    inspector_findings_within_deadline,
)
from collectors.evidence.aws.access_analyzer import OutsideAccess
from collectors.evidence.aws.guardduty import ThreatFinding
from collectors.evidence.aws.inspector import VulnerabilityFinding
from tests.evidence import DENIED, NOW

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED
LEFT_OUT = Outcome.NOT_APPLICABLE
BUCKET = "arn:aws:s3:::acme-exports"
CVE = "CVE-2026-0001"


def ago(**units):
    return NOW - timedelta(**units)


def threat(severity, found_at, *, archived=False):
    return ThreatFinding(
        id="arn:aws:guardduty:eu-west-1:123456789012:detector/d/finding/f",
        name="UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B f",
        account_id="123456789012",
        severity=severity,
        archived=archived,
        found_at=found_at,
    )


@pytest.mark.parametrize(
    ("finding", "outcome"),
    [
        pytest.param(threat(7.0, ago(hours=72)), PASSED, id="three days old to the second"),
        pytest.param(threat(7.0, ago(hours=72, seconds=1)), FAILED, id="a second older"),
        pytest.param(threat(9.5, ago(days=9), archived=True), PASSED, id="archived"),
        pytest.param(threat(6.9, ago(days=9)), LEFT_OUT, id="medium"),
        pytest.param(threat(DENIED, ago(days=9)), UNKNOWN, id="severity unread"),
        pytest.param(threat(8.0, ago(days=9), archived=DENIED), UNKNOWN, id="state unread"),
        pytest.param(threat(8.0, DENIED), UNKNOWN, id="age unread"),
    ],
)
def test_guardduty_findings_triaged(finding, outcome):
    assert guardduty_findings_triaged(finding, as_of=NOW).outcome is outcome


def test_whoever_triages_medium_findings_says_so():
    verdict = guardduty_findings_triaged(threat(4.0, ago(days=9)), as_of=NOW, min_severity=4.0)
    assert verdict.outcome is FAILED


def access(status="ACTIVE", found_at=NOW, *, resource=BUCKET, archived_by=()):
    return OutsideAccess(
        id="arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/a/finding/f",
        name=BUCKET,
        resource=resource,
        status=status,
        found_at=found_at,
        archived_by=archived_by,
    )


@pytest.mark.parametrize(
    ("finding", "approved", "outcome"),
    [
        pytest.param(access(found_at=ago(days=14)), (), PASSED, id="two weeks to the second"),
        pytest.param(access(found_at=ago(days=14, seconds=1)), (), FAILED, id="a second older"),
        pytest.param(access(found_at=ago(days=99)), (BUCKET,), FAILED, id="approved, not archived"),
        pytest.param(access("ARCHIVED", archived_by=("cdn",)), (), PASSED, id="archived by a rule"),
        pytest.param(access("ARCHIVED"), (), FAILED, id="archived by hand"),
        pytest.param(access("ARCHIVED"), (BUCKET,), PASSED, id="archived by hand and approved"),
        pytest.param(access("ARCHIVED", archived_by=DENIED), (), UNKNOWN, id="rules unread"),
        pytest.param(
            access("ARCHIVED", archived_by=DENIED), (BUCKET,), PASSED, id="approved, rules unread"
        ),
        pytest.param(access("ARCHIVED", resource=DENIED), (BUCKET,), UNKNOWN, id="of what, unread"),
        pytest.param(access(DENIED), (), UNKNOWN, id="state unread"),
        pytest.param(access("TOMORROWS"), (), UNKNOWN, id="a state of tomorrow"),
        pytest.param(access(found_at=DENIED), (), UNKNOWN, id="age unread"),
    ],
)
def test_access_analyzer_findings_resolved(finding, approved, outcome):
    verdict = access_analyzer_findings_resolved(finding, as_of=NOW, approved_resources=approved)
    assert verdict.outcome is outcome


def weak(severity, found_at, status="ACTIVE", *, vulnerability=CVE):
    return VulnerabilityFinding(
        id="arn:aws:inspector2:eu-west-1:123456789012:finding/f",
        name=f"{CVE} - openssl",
        account_id="123456789012",
        severity=severity,
        status=status,
        vulnerability=vulnerability,
        found_at=found_at,
    )


OLD = ago(days=999)


@pytest.mark.parametrize(
    ("finding", "exceptions", "outcome"),
    [
        pytest.param(weak("CRITICAL", ago(days=7)), (), PASSED, id="critical, in time"),
        pytest.param(weak("CRITICAL", ago(days=7, seconds=1)), (), FAILED, id="critical, late"),
        pytest.param(weak("HIGH", ago(days=30)), (), PASSED, id="high, in time"),
        pytest.param(weak("HIGH", ago(days=30, seconds=1)), (), FAILED, id="high, late"),
        pytest.param(weak("MEDIUM", ago(days=90)), (), PASSED, id="medium, in time"),
        pytest.param(weak("MEDIUM", ago(days=90, seconds=1)), (), FAILED, id="medium, late"),
        pytest.param(weak("LOW", OLD), (), LEFT_OUT, id="low"),
        pytest.param(weak("HIGH", OLD), (CVE,), FAILED, id="excepted, and not suppressed"),
        pytest.param(weak("HIGH", NOW, "SUPPRESSED"), (), FAILED, id="suppressed"),
        pytest.param(weak("HIGH", OLD, "SUPPRESSED"), (CVE,), PASSED, id="by an exception"),
        pytest.param(
            weak("HIGH", OLD, "SUPPRESSED", vulnerability=None), (CVE,), FAILED, id="without a name"
        ),
        pytest.param(weak(DENIED, OLD), (), UNKNOWN, id="severity unread"),
        pytest.param(weak("HIGH", OLD, DENIED), (), UNKNOWN, id="state unread"),
        pytest.param(weak("HIGH", DENIED), (), UNKNOWN, id="age unread"),
    ],
)
def test_inspector_findings_within_deadline(finding, exceptions, outcome):
    verdict = inspector_findings_within_deadline(finding, as_of=NOW, approved_exceptions=exceptions)
    assert verdict.outcome is outcome


def test_a_verdict_tells_the_deadline_and_no_age():
    finding = weak("HIGH", ago(days=30))
    later = NOW + timedelta(hours=1)

    verdicts = {inspector_findings_within_deadline(finding, as_of=at).reason for at in (NOW, later)}
    assert verdicts == {f"open, to be repaired by {NOW:%Y-%m-%d %H:%M} UTC"}
