"""Is it known how the company's providers were audited?"""

from datetime import timedelta

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.artifact import ProviderReports
from collectors.evidence.record import Instant, Unread


@check(
    id="aws.artifact.provider-report-available",
    title="A current SOC report on AWS can be had",
    controls=("VEN-01", "PHY-01"),
    severity=Severity.LOW,
    remediation="Accept the agreement in AWS Artifact and download the current report.",
    empty=Outcome.FAILED,
)
def artifact_provider_report_available(
    account: ProviderReports, *, as_of: Instant, max_age_days: int = 365
) -> Verdict:
    """Half of the controls of a service in the cloud are its provider's.

    A report counts by its series or, where that says nothing, by its name, and if its period
    ended within the limit. That somebody at the company read it is judged by the register of
    vendors.
    """
    if isinstance(account.reports, Unread):
        return undetermined(account.reports)
    about = [one for one in account.reports if "SOC" in f"{one.series} {one.name}".upper()]
    ends = [one.ends_at for one in about if not isinstance(one.ends_at, Unread)]
    current = [end for end in ends if end >= as_of - timedelta(days=max_age_days)]
    if current:
        return passed("a current report can be had", until=f"{max(current):%Y-%m-%d}")
    for one in about:
        if isinstance(one.ends_at, Unread):
            return undetermined(one.ends_at)
    if ends:
        return failed("no report is current", last=f"{max(ends):%Y-%m-%d}")
    return failed("no SOC report is published for the account")
