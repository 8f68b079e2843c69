"""Other companies that the service depends on."""

from collections.abc import Iterator

from collectors.contract import collector
from collectors.documents.folder import READ_FILE, Folder
from collectors.documents.rows import VendorRow
from collectors.evidence.documents import Vendor, VendorReport


@collector(id="documents.vendors", calls=(READ_FILE,))
def vendors(folder: Folder) -> Iterator[Vendor]:
    """Every vendor in the register, with what it says of terms and reports."""
    for row in folder.rows(VendorRow):
        yield Vendor(
            id=row.vendor,
            name=row.vendor,
            tier=row.tier,
            owner=row.owner,
            data=row.data,
            contract_date=row.contract_date,
            data_terms=row.dpa,
            breach_notice_days=row.breach_notice_days,
            reviewed_on=row.reviewed_at,
            report=_report(row),
        )


def _report(row: VendorRow) -> VendorReport:
    return VendorReport(
        report=row.report_type,
        period_end=row.report_period_end,
        bridged_until=row.bridged_until,
        opinion=row.opinion,
        exceptions=row.exceptions,
        user_controls_mapped=row.cuecs_mapped,
    )
