"""Incidents and vendors are read as the registers have them; what is not there is not made up."""

from datetime import UTC, date, datetime

import pytest

from collectors.documents.incidents import incidents
from collectors.documents.vendors import vendors
from collectors.evidence.record import Omission
from collectors.transcript import Transcript

INCIDENTS = (
    "id,detected,declared,severity,security,privacy,owner,contained,resolved,review_at,notified",
    (
        "I-1,2026-10-01T09:00:00Z,2026-10-01T10:00:00Z,high,true,false,ada,"
        "2026-10-01T11:00:00+02:00,2026-10-02T09:00:00Z,2026-10-05T09:00:00Z,Orders; the authority"
    ),
    "I-2,2026-11-01T09:00:00Z,,low,false,false,,,,,",
)
VENDORS = (
    (
        "vendor,tier,data,owner,contract_date,dpa,breach_notice_days,report_type,report_period_end,"
        "bridged_until,opinion,exceptions,cuecs_mapped,reviewed_at"
    ),
    (
        "Cloud,1,customer data; logs,ada,2024-01-01,true,3,SOC 2 Type 2,2026-06-30,2026-09-30,"
        "unqualified,late leavers,true,2026-08-01"
    ),
    "Stationery,3,,ben,,,,,,,,,,",
)


@pytest.fixture
def written(folder):
    folder.register("incidents.csv", *INCIDENTS)
    folder.register("vendors.csv", *VENDORS)
    return folder


def test_an_incident_happened_when_it_was_noticed_and_may_go_on(written):
    snapshot, _ = written.snapshot(incidents)

    over, going_on = snapshot.records
    assert over.occurred_at == datetime(2026, 10, 1, 9, tzinfo=UTC)
    assert over.contained_at == datetime(2026, 10, 1, 9, tzinfo=UTC)
    assert over.notified == ("Orders", "the authority")
    assert (going_on.owner, going_on.resolved_at, going_on.notified) == (None, None, ())
    assert snapshot.complete


def test_a_vendor_has_what_the_register_says_of_its_terms_and_its_report(written):
    snapshot, _ = written.snapshot(vendors)

    cloud, stationery = snapshot.records
    assert cloud.data == ("customer data", "logs")
    assert (cloud.data_terms, cloud.breach_notice_days) == (True, 3)
    assert cloud.report.bridged_until == date(2026, 9, 30)
    assert cloud.report.exceptions == ("late leavers",)
    assert (stationery.reviewed_on, stationery.data_terms, stationery.report.report) == (None,) * 3


@pytest.mark.parametrize("collector", [incidents, vendors])
def test_without_the_register_there_is_no_population(folder, collector):
    snapshot, _ = folder.snapshot(collector)

    name = collector.id.partition(".")[2]
    why = f"documents:ReadFile: registers/{name}.csv is missing"
    assert snapshot.omissions == (Omission(where="documents:acme", why=why),)


def test_a_moment_without_its_zone_is_refused_with_what_to_write(folder):
    folder.register("incidents.csv", INCIDENTS[0], INCIDENTS[2].replace("00Z", "00"))
    snapshot, _ = folder.snapshot(incidents)

    (omission,) = snapshot.omissions
    remedy = "write a moment with its zone such as 2026-10-01T09:00:00Z"
    assert omission.why.endswith(f"registers/incidents.csv, line 2, detected: {remedy}")


@pytest.mark.parametrize("collector", [incidents, vendors])
def test_a_replay_reads_what_was_read_and_no_more(written, collector):
    snapshot, transcript = written.snapshot(collector)

    assert written.again(collector, transcript) == snapshot
    assert written.again(collector, Transcript(())).omissions
