"""Whether the vendor's own log is read before it is gone."""

from datetime import timedelta

import pytest

from checks.contract import Outcome
from checks.detection.audit_log import audit_log_streamed_without_gap
from collectors.evidence.github.audit_log import AuditLog, Hole
from collectors.evidence.github.plan import NotOffered
from tests.evidence import DENIED, NOW


def hole(hours, *, goes_on=True):
    ends = NOW - timedelta(days=1) if goes_on else NOW
    return Hole(read_until=ends - timedelta(hours=hours), goes_on_at=ends if goes_on else None)


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        pytest.param(None, Outcome.PASSED, id="no hole"),
        pytest.param(hole(24), Outcome.PASSED, id="a day"),
        pytest.param(hole(24.01), Outcome.FAILED, id="a little longer"),
        pytest.param(hole(24, goes_on=False), Outcome.PASSED, id="a day, and nothing since"),
        pytest.param(hole(24.01, goes_on=False), Outcome.FAILED, id="longer, and nothing since"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="denied"),
        pytest.param(NotOffered(why="team"), Outcome.UNDETERMINED, id="not in the plan"),
    ],
)
def test_audit_log_streamed_without_gap(found, outcome):
    log = AuditLog(id="O_1", name="acme", hole=found)
    assert audit_log_streamed_without_gap(log, as_of=NOW).outcome is outcome
