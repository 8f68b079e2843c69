"""Inspector: what it scans for vulnerabilities, and what it found."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, moment, told
from collectors.aws.containers import REPOSITORIES
from collectors.aws.ec2_instances import INSTANCES, TERMINATED
from collectors.aws.functions import FUNCTIONS
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.inspector import (
    ScanType,
    VulnerabilityFinding,
    VulnerabilityScanning,
)
from collectors.evidence.record import Unread
from collectors.reader import unread

STATUS = ApiCall("inspector2", "BatchGetAccountStatus", "inspector2:BatchGetAccountStatus")
FINDINGS = ApiCall(
    "inspector2",
    "ListFindings",
    "inspector2:ListFindings",
    redact=("findings.resources.tags",),
    passing=tuple(  # scores and advice change with what is known of a weakness, not with us
        f"findings.{field}"
        for field in (
            *("codeVulnerabilityDetails", "description", "epss", "exploitAvailable"),
            *("exploitabilityDetails", "inspectorScore", "inspectorScoreDetails"),
            *("lastObservedAt", "networkReachabilityDetails", "remediation"),
            *("resources.details", "resources.tags", "updatedAt"),
            *(
                f"packageVulnerabilityDetails.{field}"
                for field in (
                    *("cvss", "referenceUrls", "relatedVulnerabilities", "sourceUrl"),
                    *("vendorCreatedAt", "vendorSeverity", "vendorUpdatedAt"),
                    "vulnerablePackages",
                )
            ),
        )
    ),
)
WITH_A_DEADLINE = ("CRITICAL", "HIGH", "MEDIUM")
STILL_THERE = ("ACTIVE", "SUPPRESSED")


@collector(id="aws.inspector.scanning", calls=(STATUS, INSTANCES, REPOSITORIES, FUNCTIONS))
def vulnerability_scanning(region: Region) -> Iterator[VulnerabilityScanning]:
    """The region, with what Inspector scans in it and what there is to scan."""
    states = _states(region)
    present = {
        "EC2": _any_machine(region),
        "ECR": _any(region.listed(REPOSITORIES, "repositories")),
        "LAMBDA": _any(region.listed(FUNCTIONS, "Functions")),
    }
    yield VulnerabilityScanning(
        id=f"arn:{region.partition}:inspector2:{region.region}:{region.id}:account",
        name=f"{region.id}/{region.region}",
        types=tuple(
            ScanType(name=name, status=_status(states, name), present=any_there)
            for name, any_there in present.items()
        ),
    )


@collector(id="aws.inspector.findings", calls=(FINDINGS,))
def vulnerability_findings(region: Region) -> Iterator[VulnerabilityFinding]:
    """Every vulnerability of medium or higher severity that is still there."""
    wanted = {
        "findingStatus": [{"comparison": "EQUALS", "value": each} for each in STILL_THERE],
        "severity": [{"comparison": "EQUALS", "value": each} for each in WITH_A_DEADLINE],
    }
    for finding in region.each(FINDINGS, "findings", filterCriteria=wanted):
        package = finding.get("packageVulnerabilityDetails") or {}
        arn = finding["findingArn"]
        yield VulnerabilityFinding(
            id=arn,
            name=finding.get("title") or arn.rpartition("/")[2],
            account_id=told(FINDINGS, finding, "awsAccountId", str),
            severity=told(FINDINGS, finding, "severity", str),
            status=told(FINDINGS, finding, "status", str),
            vulnerability=package.get("vulnerabilityId"),
            found_at=moment(FINDINGS, finding, "firstObservedAt"),
        )


def _states(region: Region) -> Response | Unread:
    accounts = told(STATUS, region.detail(STATUS, accountIds=[region.id]), "accounts", list)
    if isinstance(accounts, Unread):
        return accounts
    own = next((one for one in accounts if one.get("accountId") == region.id), None)
    if own is None:
        return unread(STATUS, "the answer does not speak of the account")
    return told(STATUS, own, "resourceState", dict)


def _status(states: Response | Unread, name: str) -> str | Unread:
    return told(STATUS, told(STATUS, states, name.lower(), dict), "status", str)


def _any(listed: tuple[Response, ...] | Unread) -> bool | Unread:
    return listed if isinstance(listed, Unread) else bool(listed)


def _any_machine(region: Region) -> bool | Unread:
    reservations = region.listed(INSTANCES, "Reservations")
    if isinstance(reservations, Unread):
        return reservations
    return any(
        machine["State"]["Name"] != TERMINATED
        for reservation in reservations
        for machine in reservation["Instances"]
    )
