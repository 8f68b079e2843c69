"""Does anything look for access from outside?"""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.access_analyzer import ExternalAccessAnalysis
from collectors.evidence.record import Unread


@check(
    id="aws.access-analyzer.external-access-on",
    title="Every region is watched for access from outside",
    controls=("ACC-07", "NET-02"),
    severity=Severity.MEDIUM,
    remediation="Create an analyzer for external access in each enabled region of the account.",
    empty=Outcome.FAILED,
)
def access_analyzer_external_access_on(region: ExternalAccessAnalysis) -> Verdict:
    """An analyzer reads every policy of a region, and tells which let somebody in from outside.

    One that failed or is disabled does not count. AWS shows an organisation's analyzer only to
    the account it was made in; regions that it covers elsewhere are excluded from scope, with
    that reason.
    """
    if isinstance(region.analyzers, Unread):
        return undetermined(region.analyzers)
    active = tuple(each.name for each in region.analyzers if each.status == "ACTIVE")
    if active:
        return passed("an analyzer works", analyzers=active)
    return failed("no analyzer works", states=tuple(each.status for each in region.analyzers))
