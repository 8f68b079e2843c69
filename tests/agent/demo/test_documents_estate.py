"""The demo's company wrote most things down; what it did not shows, and so does what drifts."""

import pytest

from agent.catalogue import load_controls
from agent.connections.documents import DocumentsConnection
from agent.demo.documents_estate import MISSING, OVERDUE, SELF_APPROVED, drift, seed
from checks.availability.recovery import restore_tested_on_schedule
from checks.contract import Outcome
from checks.detection.incidents import incident_record_complete, incident_reviewed_in_time
from checks.evaluation import assess
from checks.governance.documents import (
    policy_approved_on_schedule,
    required_document_present_and_current,
)
from checks.governance.training import awareness_training_current
from checks.governance.vendors import (
    vendor_report_reviewed,
    vendor_reviewed_on_schedule,
    vendor_terms_signed,
)
from collectors.documents.incidents import incidents
from collectors.documents.policies import policies
from collectors.documents.required import required_documents
from collectors.documents.restore_tests import critical_stores
from collectors.documents.training import training
from collectors.documents.vendors import vendors
from collectors.reader import take_snapshot
from collectors.transcript import Cache, Recorder
from tests.evidence import NOW

REQUIRED = tuple(
    (document.name, control.id, document.cadence.value)
    for control in load_controls().values()
    for document in control.evidence.documents
)


@pytest.fixture
def estate(tmp_path):
    seed(tmp_path, NOW, REQUIRED)
    return tmp_path


def failing(estate, collector, check):
    connection = DocumentsConnection(
        name="acme",
        path=estate / "policies",
        registers=estate / "registers",
        required=REQUIRED,
        clock=lambda: NOW,
    )
    assert list(connection.validate()) == []
    (unit,) = connection.units()
    recorder = Recorder(unit.live, b"test", Cache())
    reader = unit.open(recorder, collector.calls, since={}, threads=1)
    snapshot = take_snapshot(collector, reader, now=NOW)
    assert snapshot.complete
    results = assess(check, snapshot, {}).results
    assert Outcome.UNDETERMINED not in {result.verdict.outcome for result in results}
    return {result.name for result in results if result.verdict.outcome is Outcome.FAILED}


def test_what_is_missing_overdue_or_self_approved_shows(estate):
    documents = failing(estate, required_documents, required_document_present_and_current)

    assert documents == MISSING | OVERDUE | SELF_APPROVED
    assert failing(estate, policies, policy_approved_on_schedule) == OVERDUE
    assert failing(estate, training, awareness_training_current) == {"ben@acme.test"}
    assert failing(estate, critical_stores, restore_tested_on_schedule) == {"invoices"}
    assert failing(estate, incidents, incident_record_complete) == set()
    assert failing(estate, incidents, incident_reviewed_in_time) == {"I-2"}
    assert failing(estate, vendors, vendor_report_reviewed) == set()
    for check in (vendor_reviewed_on_schedule, vendor_terms_signed):
        assert failing(estate, vendors, check) == {"Mail house"}


def test_a_policy_that_is_rewritten_loses_its_approval(estate):
    before = failing(estate, required_documents, required_document_present_and_current)
    drift(estate, NOW)
    after = failing(estate, required_documents, required_document_present_and_current)

    assert after - before == {"Access control policy"}
