"""What GuardDuty found and nobody archived."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, moment, told
from collectors.aws.guardduty import DETECTORS
from collectors.contract import ApiCall, CannotList, collector
from collectors.evidence.aws.guardduty import ThreatFinding
from collectors.evidence.record import Unread
from collectors.reader import unread

FINDING_IDS = ApiCall("guardduty", "ListFindings", "guardduty:ListFindings")
NOT_READ = (
    *("Findings.Resource", "Findings.Title", "Findings.Description"),
    *(
        f"Findings.Service.{part}"
        for part in (
            *("Action", "AdditionalInfo", "Detection", "EbsVolumeScanDetails", "Evidence"),
            *("MalwareScanDetails", "RuntimeDetails", "UserFeedback"),
        )
    ),
)
"""Whom it is about and what was seen: addresses, names, and what people wrote."""
FINDINGS = ApiCall(
    "guardduty",
    "GetFindings",
    "guardduty:GetFindings",
    redact=NOT_READ,
    passing=(
        *NOT_READ,
        *("Findings.Confidence", "Findings.UpdatedAt"),
        *("Findings.Service.Count", "Findings.Service.EventLastSeen"),
    ),
)
LEAST_SEVERITY = 4
"""Findings below it are many and are not asked for: GuardDuty itself calls them low."""
AT_ONCE = 50


@collector(id="aws.guardduty.findings", calls=(DETECTORS, FINDING_IDS, FINDINGS))
def threat_findings(region: Region) -> Iterator[ThreatFinding]:
    """Every finding of medium or higher severity that is not archived.

    Where no detector watches the region, nobody knows what there would be to find: that is an
    omission and not an empty list.
    """
    detectors = tuple(region.each(DETECTORS, "DetectorIds"))
    if not detectors:
        raise CannotList(unread(DETECTORS, "no detector watches the region").why)
    for detector in detectors:
        yield from _findings(region, detector)


def _findings(region: Region, detector: str) -> Iterator[ThreatFinding]:
    wanted = {
        "service.archived": {"Equals": ["false"]},
        "severity": {"GreaterThanOrEqual": LEAST_SEVERITY},
    }
    listed = region.each(
        FINDING_IDS, "FindingIds", DetectorId=detector, FindingCriteria={"Criterion": wanted}
    )
    ids = sorted(set(listed))
    for start in range(0, len(ids), AT_ONCE):
        asked = ids[start : start + AT_ONCE]
        found = tuple(region.each(FINDINGS, "Findings", DetectorId=detector, FindingIds=asked))
        if len(found) < len(asked):
            raise CannotList(unread(FINDINGS, "the answer lacks findings that are listed").why)
        yield from map(_finding, found)


def _finding(answer: Response) -> ThreatFinding:
    service = told(FINDINGS, answer, "Service", dict)
    severity = answer.get("Severity")
    return ThreatFinding(
        id=answer["Arn"],
        name=f"{answer['Type']} {answer['Id']}",
        account_id=told(FINDINGS, answer, "AccountId", str),
        severity=float(severity)
        if isinstance(severity, int | float)
        else unread(FINDINGS, "the answer has no Severity"),
        archived=service
        if isinstance(service, Unread)
        else told(FINDINGS, service, "Archived", bool),
        found_at=moment(FINDINGS, answer, "CreatedAt"),
    )
