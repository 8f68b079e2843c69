"""What is known of other companies that the service depends on."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from checks.contract import Outcome
from checks.governance.vendors import (
    vendor_report_reviewed,
    vendor_reviewed_on_schedule,
    vendor_terms_signed,
)
from collectors.evidence.documents import Vendor, VendorReport
from tests.evidence import NOW

TODAY = NOW.date()


def ago(days):
    return None if days is None else TODAY - timedelta(days=days)


def vendor(*, tier=1, reviewed=30, ended=100, bridged=None, report=None, **others):
    said = VendorReport(
        report="SOC 2 Type 2",
        period_end=ago(ended),
        bridged_until=ago(bridged),
        opinion="unqualified",
        exceptions=(),
        user_controls_mapped=True,
    )
    terms = {"contract_date": ago(900), "data_terms": True, "breach_notice_days": 3}
    return Vendor(
        id="Cloud",
        name="Cloud",
        tier=tier,
        owner="ada",
        reviewed_on=ago(reviewed),
        report=replace(said, **(report or {})),
        **{"data": ("customer data",), **terms, **others},
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(vendor(reviewed=365), Outcome.PASSED, id="critical, 365 days ago"),
        pytest.param(vendor(reviewed=366), Outcome.FAILED, id="critical, 366 days ago"),
        pytest.param(vendor(tier=2, reviewed=730), Outcome.PASSED, id="other, 730 days ago"),
        pytest.param(vendor(tier=2, reviewed=731), Outcome.FAILED, id="other, 731 days ago"),
        pytest.param(vendor(reviewed=None), Outcome.FAILED, id="never"),
        pytest.param(vendor(reviewed=-1), Outcome.UNDETERMINED, id="tomorrow"),
    ],
)
def test_vendor_reviewed_on_schedule(subject, outcome):
    assert vendor_reviewed_on_schedule(subject, as_of=NOW).outcome is outcome


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(vendor(), Outcome.PASSED, id="current and read"),
        pytest.param(vendor(tier=2, ended=None), Outcome.NOT_APPLICABLE, id="not critical"),
        pytest.param(vendor(ended=365), Outcome.PASSED, id="365 days after its period"),
        pytest.param(vendor(ended=366), Outcome.FAILED, id="366 days after its period"),
        pytest.param(vendor(ended=366, bridged=0), Outcome.PASSED, id="bridged until today"),
        pytest.param(vendor(ended=367, bridged=1), Outcome.FAILED, id="bridged until yesterday"),
        pytest.param(vendor(ended=457, bridged=-90), Outcome.PASSED, id="92 days on a bridge"),
        pytest.param(vendor(ended=458, bridged=-90), Outcome.FAILED, id="93 days on a bridge"),
        pytest.param(vendor(ended=99, bridged=98), Outcome.PASSED, id="a bridge shortens nothing"),
        pytest.param(vendor(ended=None), Outcome.FAILED, id="no period"),
        pytest.param(vendor(reviewed=None), Outcome.FAILED, id="never read"),
        pytest.param(vendor(reviewed=101), Outcome.FAILED, id="read before its period ended"),
        pytest.param(vendor(reviewed=-1), Outcome.UNDETERMINED, id="read tomorrow"),
        pytest.param(vendor(report={"report": None}), Outcome.FAILED, id="no report"),
        pytest.param(vendor(report={"opinion": None}), Outcome.FAILED, id="no opinion"),
        pytest.param(
            vendor(report={"user_controls_mapped": False}), Outcome.FAILED, id="nothing mapped"
        ),
    ],
)
def test_vendor_report_reviewed(subject, outcome):
    assert vendor_report_reviewed(subject, as_of=NOW).outcome is outcome


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(vendor(), Outcome.PASSED, id="agreed, three days"),
        pytest.param(vendor(data=()), Outcome.NOT_APPLICABLE, id="holds no data"),
        pytest.param(vendor(contract_date=None), Outcome.FAILED, id="no contract"),
        pytest.param(vendor(contract_date=ago(-1)), Outcome.UNDETERMINED, id="signed tomorrow"),
        pytest.param(vendor(data_terms=None), Outcome.FAILED, id="data terms not told"),
        pytest.param(vendor(data_terms=False), Outcome.FAILED, id="no data terms"),
        pytest.param(vendor(breach_notice_days=None), Outcome.FAILED, id="no notice"),
        pytest.param(vendor(breach_notice_days=4), Outcome.FAILED, id="four days"),
    ],
)
def test_vendor_terms_signed(subject, outcome):
    assert vendor_terms_signed(subject, as_of=NOW).outcome is outcome
