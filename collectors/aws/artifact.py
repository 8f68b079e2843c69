"""What AWS's own auditors wrote, as far as the account can have it."""

from collections.abc import Iterator

from collectors.aws.account import Account, Response, moment
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.artifact import ProviderReport, ProviderReports
from collectors.evidence.record import Unread

REPORTS = ApiCall(
    "artifact",
    "ListReports",
    "artifact:ListReports",
    redact=("reports.description", "reports.statusMessage"),
)
PUBLISHED = "PUBLISHED"


@collector(id="aws.artifact.reports", calls=(REPORTS,))
def provider_reports(account: Account) -> Iterator[ProviderReports]:
    """The account, with the reports on AWS that AWS Artifact has published for it."""
    listed = account.listed(REPORTS, "reports")
    yield ProviderReports(
        id=f"arn:{account.partition}:iam::{account.id}:root",
        name=account.id,
        reports=listed
        if isinstance(listed, Unread)
        else tuple(_report(one) for one in listed if one.get("state") == PUBLISHED),
    )


def _report(listed: Response) -> ProviderReport:
    return ProviderReport(
        name=listed.get("name") or listed["id"],
        series=listed.get("series") or "",
        ends_at=moment(REPORTS, listed, "periodEnd"),
    )
