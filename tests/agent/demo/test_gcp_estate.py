"""The demo's Google Cloud has two gaps, and a third one after it drifted."""

from datetime import timedelta

import pytest

from agent.connections.gcp import GcpConnection
from agent.demo import gcp_estate
from agent.demo.gcp_server import GoogleCloud
from checks.access.bindings import iam_no_basic_roles, iam_no_public_principal
from checks.access.storage import storage_bucket_not_public
from checks.availability.backups import sql_backed_up
from checks.availability.versions import storage_versions_kept
from checks.contract import Outcome
from checks.detection.logging import logging_data_access_recorded, logging_sink_complete
from checks.evaluation import assess
from collectors.gcp.iam import bindings, identities, inherited_bindings
from collectors.gcp.logging import audit, sinks
from collectors.gcp.sql import sql_instances
from collectors.gcp.storage import bucket_versions, buckets
from collectors.reader import take_snapshot
from collectors.transcript import Recorder
from tests.evidence import NOW

ASKED = (
    (iam_no_public_principal, bindings),
    (iam_no_public_principal, inherited_bindings),
    (iam_no_basic_roles, bindings),
    (iam_no_basic_roles, inherited_bindings),
    (storage_bucket_not_public, buckets),
    (storage_versions_kept, bucket_versions),
    (sql_backed_up, sql_instances),
    (logging_data_access_recorded, audit),
    (logging_sink_complete, sinks),
)


@pytest.fixture
def server():
    with GoogleCloud() as server:
        gcp_estate.seed(server, NOW)
        yield server


def snapshots(server, *, now=NOW):
    connection = GcpConnection(
        name="demo",
        organization=gcp_estate.ORGANIZATION,
        endpoint_url=server.url,
        clock=lambda: now,
    )
    for unit in connection.units():
        for collector in dict.fromkeys((*(collector for _, collector in ASKED), identities)):
            if collector.reads is unit.reads:
                recorder = Recorder(unit.live, b"test")
                reader = unit.open(recorder, collector.calls, since={}, threads=4)
                yield collector, take_snapshot(collector, reader, now=now)


def verdicts(server, *, now=NOW):
    taken = dict(snapshots(server, now=now))
    for check, collector in ASKED:
        yield from (
            (check.id, result.name, result.verdict.outcome)
            for result in assess(check, taken[collector], {}).results
        )


def failures(server, **when):
    seen = list(verdicts(server, **when))
    assert {outcome for *_, outcome in seen} == {Outcome.PASSED, Outcome.FAILED}
    return {(check, name) for check, name, outcome in seen if outcome is Outcome.FAILED}


HONEST = {
    ("gcp.iam.no-basic-roles", f"roles/editor on {gcp_estate.PROJECT_NUMBER}"),
    ("gcp.sql.backed-up", "reports"),
}


def test_two_gaps_at_first_and_what_was_opened_after_the_drift(server):
    assert failures(server) == HONEST

    gcp_estate.drift(server, NOW)

    assert failures(server, now=NOW + timedelta(minutes=5)) == HONEST | {
        ("gcp.storage.bucket-not-public", "acme-exports"),
        ("gcp.iam.no-public-principal", "roles/storage.objectViewer on acme-exports"),
    }


def test_everything_can_be_read_and_nothing_is_left_out(server):
    taken = dict(snapshots(server))

    assert all(snapshot.complete for snapshot in taken.values())
    assert {collector.id: len(snapshot.records) for collector, snapshot in taken.items()} == {
        "gcp.iam.bindings": 11,
        "gcp.iam.inherited-bindings": 1,
        "gcp.storage.buckets": 4,
        "gcp.storage.versions": 4,
        "gcp.sql.instances": 2,
        "gcp.logging.audit": 1,
        "gcp.logging.sinks": 1,
        "gcp.iam.identities": 6,
    }
