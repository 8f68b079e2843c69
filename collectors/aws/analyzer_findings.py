"""What Access Analyzer found that lets somebody in from outside."""

from collections.abc import Iterator, Mapping
from typing import Any

from collectors.aws.access_analyzer import ANALYZERS, OF_OUTSIDE
from collectors.aws.account import Region, Response, moment, told
from collectors.contract import ApiCall, CannotList, collector
from collectors.evidence.aws.access_analyzer import OutsideAccess
from collectors.evidence.record import Unread
from collectors.reader import unread

FINDINGS = ApiCall(
    "accessanalyzer",
    "ListFindingsV2",
    "access-analyzer:ListFindings",
    passing=("findings.analyzedAt", "findings.updatedAt"),
)
RULES = ApiCall("accessanalyzer", "ListArchiveRules", "access-analyzer:ListArchiveRules")
NOT_RESOLVED = {"status": {"eq": ["ACTIVE", "ARCHIVED"]}}
"""What AWS found resolved lets nobody in any more."""
ARCHIVED = "ARCHIVED"
TELLS = ("error", "id", "resource", "resourceOwnerAccount", "resourceType")
"""The fields of a finding in the list that a rule may ask about."""


@collector(id="aws.access-analyzer.findings", calls=(ANALYZERS, FINDINGS, RULES))
def outside_access(region: Region) -> Iterator[OutsideAccess]:
    """Every finding of access from outside that is not resolved, with the rules that hide it.

    Where nothing analyzes the region, nobody knows what there would be to find: that is an
    omission and not an empty list.
    """
    listed = tuple(region.each(ANALYZERS, "analyzers"))
    analyzers = [each for each in listed if each.get("type") in OF_OUTSIDE]
    if not analyzers:
        raise CannotList(unread(ANALYZERS, "no analyzer looks at the region").why)
    yield from region.in_turn(*(_findings(region, each) for each in analyzers))


def _findings(region: Region, analyzer: Response) -> Iterator[OutsideAccess]:
    found = region.each(FINDINGS, "findings", analyzerArn=analyzer["arn"], filter=NOT_RESOLVED)
    rules: tuple[Response, ...] | Unread | None = None
    for finding in found:
        if finding.get("status") == ARCHIVED and rules is None:
            rules = region.listed(RULES, "archiveRules", analyzerName=analyzer["name"])
        yield OutsideAccess(
            id=f"{analyzer['arn']}/finding/{finding['id']}",
            name=finding.get("resource") or finding["id"],
            resource=told(FINDINGS, finding, "resource", str),
            status=told(FINDINGS, finding, "status", str),
            found_at=moment(FINDINGS, finding, "createdAt"),
            archived_by=_archived_by(finding, rules),
        )


def _archived_by(
    finding: Response, rules: tuple[Response, ...] | Unread | None
) -> tuple[str, ...] | Unread:
    if finding.get("status") != ARCHIVED or rules is None:
        return ()
    if isinstance(rules, Unread):
        return rules
    return tuple(sorted(rule["ruleName"] for rule in rules if _may_fit(rule["filter"], finding)))


def _may_fit(asked: Mapping[str, Mapping[str, Any]], finding: Response) -> bool:
    """Whether a rule fits as far as the list tells; what it asks beyond may fit as well."""
    return all(
        _meets(wanted, finding.get(field)) for field, wanted in asked.items() if field in TELLS
    )


def _meets(wanted: Mapping[str, Any], value: str | None) -> bool:
    """Whether a field meets every part of one criterion, as the service documents them."""
    if "exists" in wanted and wanted["exists"] is not (value is not None):
        return False
    if wanted.get("eq") and value not in wanted["eq"]:
        return False
    if wanted.get("neq") and value in wanted["neq"]:
        return False
    parts = wanted.get("contains")
    return not parts or (value is not None and any(part in value for part in parts))
