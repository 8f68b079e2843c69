"""What is written down of things that went wrong."""

from datetime import timedelta

import pytest

from checks.contract import Outcome
from checks.detection.incidents import incident_record_complete, incident_reviewed_in_time
from collectors.evidence.documents import Incident
from tests.evidence import NOW


def ago(days):
    return None if days is None else NOW - timedelta(days=days)


def incident(
    *,
    detected=20,
    declared=19,
    contained=18,
    resolved=15,
    reviewed=None,
    owner="ada",
    severity="high",
):
    return Incident(
        id="I-1",
        name="I-1",
        occurred_at=ago(detected),
        severity=severity,
        security=True,
        privacy=False,
        owner=owner,
        declared_at=ago(declared),
        contained_at=ago(contained),
        resolved_at=ago(resolved),
        reviewed_at=ago(reviewed),
        notified=(),
    )


def still_open(detected):
    return incident(detected=detected, declared=None, contained=None, resolved=None, owner=None)


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(incident(), Outcome.PASSED, id="complete"),
        pytest.param(incident(declared=20, contained=20), Outcome.PASSED, id="at one moment"),
        pytest.param(incident(declared=21), Outcome.FAILED, id="declared before detected"),
        pytest.param(incident(contained=14), Outcome.FAILED, id="contained after it was over"),
        pytest.param(incident(declared=17), Outcome.FAILED, id="contained before declared"),
        pytest.param(incident(declared=None), Outcome.FAILED, id="never declared"),
        pytest.param(incident(contained=None), Outcome.FAILED, id="never contained"),
        pytest.param(incident(owner=None), Outcome.FAILED, id="nobody led"),
        pytest.param(incident(resolved=-1), Outcome.UNDETERMINED, id="closed tomorrow"),
        pytest.param(still_open(30), Outcome.PASSED, id="open for 30 days"),
        pytest.param(still_open(30.01), Outcome.FAILED, id="open for longer"),
    ],
)
def test_incident_record_complete(subject, outcome):
    assert incident_record_complete(subject, as_of=NOW).outcome is outcome


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(incident(reviewed=5), Outcome.PASSED, id="on the tenth day"),
        pytest.param(incident(reviewed=4.99), Outcome.FAILED, id="after the tenth day"),
        pytest.param(incident(reviewed=16), Outcome.FAILED, id="before it was over"),
        pytest.param(incident(reviewed=15), Outcome.PASSED, id="as it was over"),
        pytest.param(incident(), Outcome.FAILED, id="never, and due"),
        pytest.param(incident(resolved=10), Outcome.NOT_APPLICABLE, id="due this moment"),
        pytest.param(incident(resolved=10.01), Outcome.FAILED, id="due a moment ago"),
        pytest.param(incident(reviewed=-1), Outcome.UNDETERMINED, id="tomorrow"),
        pytest.param(incident(resolved=None), Outcome.NOT_APPLICABLE, id="goes on"),
        pytest.param(incident(severity="low"), Outcome.NOT_APPLICABLE, id="not grave"),
        pytest.param(incident(severity="CRITICAL"), Outcome.FAILED, id="in capitals"),
    ],
)
def test_incident_reviewed_in_time(subject, outcome):
    assert incident_reviewed_in_time(subject, as_of=NOW).outcome is outcome


def test_which_incidents_are_grave_is_the_companys_to_say():
    verdict = incident_reviewed_in_time(incident(severity="sev1"), as_of=NOW, severities=("SEV1",))
    assert verdict.outcome is Outcome.FAILED
