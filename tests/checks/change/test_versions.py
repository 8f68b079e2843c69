"""Are versions in use that somebody still repairs?"""

from datetime import UTC, datetime, timedelta

import pytest

from checks.change.versions import compute_version_supported
from checks.contract import Outcome
from checks.runtimes import DEPRECATED_ON
from collectors.evidence.aws.versions import ManagedVersion
from tests.evidence import DENIED, NOW

LAST_DAY = datetime(2026, 10, 31, tzinfo=UTC)


def function(version):
    return ManagedVersion(
        id="arn:f", name="f", form="function", version=version, supported_until=None
    )


def cluster(until):
    return ManagedVersion(
        id="arn:c", name="c", form="cluster", version="1.35", supported_until=until
    )


@pytest.mark.parametrize(
    ("subject", "as_of", "outcome"),
    [
        pytest.param(function("python3.14"), NOW, Outcome.PASSED, id="years left"),
        pytest.param(function("nodejs18.x"), NOW, Outcome.FAILED, id="over"),
        pytest.param(
            function("python3.10"), LAST_DAY - timedelta(days=60), Outcome.PASSED, id="60 days left"
        ),
        pytest.param(
            function("python3.10"),
            LAST_DAY - timedelta(days=60) + timedelta(seconds=1),
            Outcome.FAILED,
            id="less than 60 days left",
        ),
        pytest.param(function("cobol1.x"), NOW, Outcome.UNDETERMINED, id="not in the table"),
        pytest.param(function(DENIED), NOW, Outcome.UNDETERMINED, id="runtime unread"),
        pytest.param(cluster(NOW + timedelta(days=60)), NOW, Outcome.PASSED, id="cluster"),
        pytest.param(cluster(NOW + timedelta(days=59)), NOW, Outcome.FAILED, id="cluster, soon"),
        pytest.param(cluster(NOW - timedelta(days=1)), NOW, Outcome.FAILED, id="extended support"),
        pytest.param(cluster(DENIED), NOW, Outcome.UNDETERMINED, id="cluster's end unread"),
    ],
)
def test_compute_version_supported(subject, as_of, outcome):
    assert compute_version_supported(subject, as_of=as_of).outcome is outcome


def test_the_table_names_each_runtime_once_and_knows_todays():
    assert {"python3.14", "nodejs24.x", "java25", "provided.al2023"} <= DEPRECATED_ON.keys()
    assert max(DEPRECATED_ON.values()) > NOW.date()
