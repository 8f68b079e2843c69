"""What is known of other companies that the service depends on."""

from datetime import date, timedelta

from checks.contract import (
    Observed,
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.documents import Vendor
from collectors.evidence.record import Instant

CRITICAL = 1
AFTER = "is dated after the evidence"


@check(
    id="vendors.reviewed-on-schedule",
    title="Every vendor was reviewed within the limit of its tier",
    controls=("VEN-01",),
    severity=Severity.MEDIUM,
    remediation="Review the vendor.",
    empty=Outcome.FAILED,
)
def vendor_reviewed_on_schedule(
    vendor: Vendor, *, as_of: Instant, critical_days: int = 365, other_days: int = 730
) -> Verdict:
    """A vendor that was sound when it was chosen need not be so today.

    The register refuses a vendor without owner or tier. Tier 1 is critical; the others may wait
    longer. A company without any vendor has not looked.
    """
    observed: dict[str, Observed] = {"tier": vendor.tier, "owner": vendor.owner}
    if vendor.reviewed_on is None:
        return failed("it was never reviewed", **observed)
    observed["reviewed_on"] = vendor.reviewed_on.isoformat()
    if vendor.reviewed_on > as_of.date():
        return undetermined(f"the review {AFTER}", **observed)
    days = critical_days if vendor.tier == CRITICAL else other_days
    due = vendor.reviewed_on + timedelta(days=days)
    judge, verb = (passed, "is") if as_of.date() <= due else (failed, "was")
    return judge(f"the review {verb} good until {due}", **observed, due=due.isoformat())


@check(
    id="vendors.report-reviewed",
    title="The assurance report of every critical vendor is current and was read",
    controls=("VEN-01", "PHY-01"),
    severity=Severity.HIGH,
    remediation="Obtain the current report and record the review.",
    empty=Outcome.NOT_APPLICABLE,
)
def vendor_report_reviewed(
    vendor: Vendor, *, as_of: Instant, max_report_age_days: int = 365, bridge_days: int = 92
) -> Verdict:
    """What a cloud provider does for the company is proved by the provider's own auditor.

    Of a vendor of tier 1 the register names the report, its opinion and the last day it
    covers, says that its controls of user entities were held against the company's own, and
    when it was read. Exceptions may be none. A report is current for a year after that day;
    then a letter of the vendor bridges the time until the next one, but not for longer than
    the limit.
    """
    if vendor.tier != CRITICAL:
        return not_applicable("not critical", tier=vendor.tier)
    report, end = vendor.report, vendor.report.period_end
    observed: dict[str, Observed] = {
        "report": report.report,
        "period_end": _told(end),
        "bridged_until": _told(report.bridged_until),
        "opinion": report.opinion,
        "exceptions": report.exceptions,
        "reviewed_on": _told(vendor.reviewed_on),
    }
    missing = _missing(vendor)
    if missing or end is None or vendor.reviewed_on is None:
        return failed(f"the register does not have {', '.join(missing)}", **observed)
    if max(end, vendor.reviewed_on) > as_of.date():
        return undetermined(f"the report or its review {AFTER}", **observed)
    if vendor.reviewed_on < end:
        return failed("it was last reviewed before the report's period ended", **observed)
    good = end + timedelta(days=max_report_age_days)
    until = max(good, min(report.bridged_until or good, good + timedelta(days=bridge_days)))
    judge, verb = (passed, "is") if as_of.date() <= until else (failed, "was")
    return judge(f"the report {verb} good until {until}", **observed, due=until.isoformat())


@check(
    id="vendors.terms-signed",
    title="Vendors that hold data signed terms for it, with a notice of breaches in time",
    controls=("VEN-02",),
    severity=Severity.HIGH,
    remediation="Sign the terms.",
    empty=Outcome.NOT_APPLICABLE,
)
def vendor_terms_signed(
    vendor: Vendor, *, as_of: Instant, max_breach_notice_days: int = 3
) -> Verdict:
    """What a vendor did not promise it need not do on the day of the breach.

    The population is every vendor of which the register names data that it holds. Left out:
    whether the terms were signed before the first data went there, which no register tells.
    """
    if not vendor.data:
        return not_applicable("it holds no data")
    observed: dict[str, Observed] = {
        "data": vendor.data,
        "contract_date": _told(vendor.contract_date),
        "breach_notice_days": vendor.breach_notice_days,
    }
    missing = _terms_missing(vendor, max_breach_notice_days)
    if missing:
        return failed(missing, **observed)
    if vendor.contract_date is not None and vendor.contract_date > as_of.date():
        return undetermined(f"the contract {AFTER}", **observed)
    return passed("contract, data protection and notice are agreed", **observed)


def _terms_missing(vendor: Vendor, most_days: int) -> str | None:
    """What was not agreed with a vendor; `None` if everything was."""
    if vendor.contract_date is None:
        return "no contract was signed"
    if not vendor.data_terms:
        return "data protection is not agreed"
    notice = vendor.breach_notice_days
    if notice is None:
        return "no notice of breaches is agreed"
    return f"it need not tell of a breach for {notice} days" if notice > most_days else None


def _missing(vendor: Vendor) -> list[str]:
    report = vendor.report
    needed = {
        "a report": report.report,
        "its last day": report.period_end,
        "its opinion": report.opinion,
        "the mapping of its user controls": report.user_controls_mapped,
        "a review": vendor.reviewed_on,
    }
    return [name for name, value in needed.items() if not value]


def _told(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
