"""Is it known how the company's providers were audited?"""

from datetime import timedelta

import pytest

from checks.contract import Outcome
from checks.governance.providers import artifact_provider_report_available
from collectors.evidence.aws.artifact import ProviderReport, ProviderReports
from tests.evidence import DENIED, NOW

A_YEAR_AGO = NOW - timedelta(days=365)


def report(ends_at=A_YEAR_AGO, name="SOC 2 Report", series=""):
    return ProviderReport(name=name, series=series, ends_at=ends_at)


@pytest.mark.parametrize(
    ("reports", "outcome"),
    [
        pytest.param((report(),), Outcome.PASSED, id="a year ago"),
        pytest.param((report(A_YEAR_AGO - timedelta(seconds=1)),), Outcome.FAILED, id="longer"),
        pytest.param((report(name="Fall", series="SOC"),), Outcome.PASSED, id="by its series"),
        pytest.param((report(name="ISO 27001"),), Outcome.FAILED, id="another kind"),
        pytest.param((), Outcome.FAILED, id="none"),
        pytest.param((report(DENIED), report()), Outcome.PASSED, id="one settles it"),
        pytest.param((report(DENIED),), Outcome.UNDETERMINED, id="period unread"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_artifact_provider_report_available(reports, outcome):
    account = ProviderReports(id="arn:a", name="a", reports=reports)
    assert artifact_provider_report_available(account, as_of=NOW).outcome is outcome
