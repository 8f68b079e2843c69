"""AWS Security Finding Format: findings for Security Hub, in batches as it takes them."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from agent.exports.material import Material
from agent.exports.oscal.document import moment
from agent.exports.text import line
from agent.views import FindingView, VerdictView
from checks.contract import Outcome, Severity

Finding = dict[str, Any]
SCHEMA = "2018-10-08"
MOST_IN_A_BATCH = 100
MOST_TITLE, MOST_TEXT, MOST_RESOURCE = 256, 1024, 512
"""Characters that Security Hub takes."""
MOST_REQUIREMENTS = 32
AWS_SCOPE = re.compile(r"aws:(\d{12})(?:/([a-z0-9-]+))?")
SEVERITIES = {severity: severity.value.upper() for severity in Severity}
NUMBERED = {Severity.LOW: 1, Severity.MEDIUM: 40, Severity.HIGH: 70, Severity.CRITICAL: 90}
TYPES = ["Software and Configuration Checks/Industry and Regulatory Standards"]


class NoAccount(Exception):
    """Security Hub takes findings for an account, and none or several were read."""


def batches(material: Material, *, account: str | None, region: str | None) -> Iterator[Finding]:
    """Requests for `BatchImportFindings`, of up to 100 findings each.

    Args:
        material: What is exported.
        account: The account into whose Security Hub they go; `None` for the only one read.
        region: Its region; `None` for the only one read.

    Raises:
        NoAccount: it was not named, and cannot be told.
    """
    account = account or _only("account", {m[1] for m in _scopes(material)})
    region = region or _only("region", {m[2] for m in _scopes(material) if m[2]})
    found = iter(_findings(material, account, region))
    while some := list(islice(found, MOST_IN_A_BATCH)):
        yield {"Findings": some}


def _scopes(material: Material) -> list[re.Match[str]]:
    return [m for one in material.evidence if (m := AWS_SCOPE.fullmatch(one.scope))]


def _only(what: str, known: set[str]) -> str:
    if len(known) != 1:
        found = ", ".join(sorted(known)) or "none"
        raise NoAccount(
            f"give --{what}: Security Hub takes findings for one, and those read are: {found}"
        )
    return known.pop()


def _findings(material: Material, account: str, region: str) -> Iterator[Finding]:
    for finding in material.findings:
        yield _finding(material, finding, account, region)
    for row in material.verdicts:
        if row.outcome is Outcome.UNDETERMINED:
            yield _not_available(material, row, account, region)


def _finding(material: Material, finding: FindingView, account: str, region: str) -> Finding:
    closed = finding.state == "closed"
    tolerated = finding.state in ("accepted", "explained")
    check = material.checks.get(finding.check)
    return {
        **_common(material, finding.check, account, region),
        "Id": material.uuid("finding", finding.id),
        "CreatedAt": moment(finding.opened_at),
        "UpdatedAt": moment(finding.closed_at or _last(material, finding.opened_at)),
        "Severity": {
            "Label": SEVERITIES[finding.severity],
            "Normalized": NUMBERED[finding.severity],
        },
        "Title": line(check.title if check else finding.check, most=MOST_TITLE),
        "Description": line(f"{finding.name}: {finding.reason}", most=MOST_TEXT),
        "Resources": [_resource(finding.subject, finding.scope, region)],
        "Compliance": {
            **_compliance(material, finding.check),
            "Status": "PASSED" if closed else "FAILED",
        },
        "Workflow": {"Status": "RESOLVED" if closed else "SUPPRESSED" if tolerated else "NEW"},
        "RecordState": "ARCHIVED" if closed else "ACTIVE",
        "Remediation": {
            "Recommendation": {"Text": line(check.remediation if check else "-", most=MOST_TITLE)}
        },
    }


def _not_available(material: Material, row: VerdictView, account: str, region: str) -> Finding:
    """What is not known: never a warning, and never left out."""
    check = material.checks[row.check]
    return {
        **_common(material, row.check, account, region),
        "Id": material.uuid("undetermined", row.check, row.scope, row.subject),
        "CreatedAt": moment(row.observed_at),
        "UpdatedAt": moment(row.observed_at),
        "Severity": {"Label": "INFORMATIONAL", "Normalized": 0},
        "Title": line(check.title, most=MOST_TITLE),
        "Description": line(f"{row.name}: {row.reason}", most=MOST_TEXT),
        "Resources": [_resource(row.subject, row.scope, region)],
        "Compliance": {
            **_compliance(material, row.check),
            "Status": "NOT_AVAILABLE",
            "StatusReasons": [
                {"ReasonCode": "UNDETERMINED", "Description": line(row.reason, most=MOST_TEXT)}
            ],
        },
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE",
    }


def _common(material: Material, check: str, account: str, region: str) -> Finding:
    return {
        "SchemaVersion": SCHEMA,
        "ProductArn": f"arn:aws:securityhub:{region}:{account}:product/{account}/default",
        "GeneratorId": f"gapwatch/{check}",
        "AwsAccountId": account,
        "ProductName": "gapwatch",
        "CompanyName": line(material.company, most=MOST_TITLE),
        "Types": TYPES,
    }


def _compliance(material: Material, check: str) -> Finding:
    controls: Sequence[str] = material.checks[check].controls if check in material.checks else ()
    served = {c for view in material.controls if view.id in controls for c in view.criteria}
    related = [f"SOC 2/{criterion}" for criterion in sorted(served)][:MOST_REQUIREMENTS]
    return {
        **({"RelatedRequirements": related} if related else {}),
        **({"SecurityControlId": controls[0]} if controls else {}),
    }


def _resource(subject: str, scope: str, region: str) -> Finding:
    within = AWS_SCOPE.fullmatch(scope)
    return {
        "Type": "Other",
        "Id": line(subject, most=MOST_RESOURCE),
        "Partition": "aws",
        "Region": (within[2] if within else None) or region,
    }


def _last(material: Material, opened: datetime) -> datetime:
    return max(material.as_of, opened)
