"""Does anything look for access from outside?"""

import pytest

from checks.contract import Outcome
from checks.detection.outside import access_analyzer_external_access_on
from collectors.evidence.aws.access_analyzer import Analyzer, ExternalAccessAnalysis
from tests.evidence import DENIED


def analyzer(status):
    return Analyzer(name="outside", zone="ACCOUNT", status=status)


@pytest.mark.parametrize(
    ("analyzers", "outcome"),
    [
        pytest.param((analyzer("ACTIVE"),), Outcome.PASSED, id="active"),
        pytest.param((analyzer("FAILED"), analyzer("ACTIVE")), Outcome.PASSED, id="one of two"),
        pytest.param((analyzer("FAILED"),), Outcome.FAILED, id="broken"),
        pytest.param((analyzer("DISABLED"),), Outcome.FAILED, id="off"),
        pytest.param((), Outcome.FAILED, id="none"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="denied"),
    ],
)
def test_access_analyzer_external_access_on(analyzers, outcome):
    region = ExternalAccessAnalysis(
        id="arn:aws:access-analyzer:eu-west-1:123456789012:analyzers",
        name="123456789012/eu-west-1",
        analyzers=analyzers,
    )
    assert access_analyzer_external_access_on(region).outcome is outcome
