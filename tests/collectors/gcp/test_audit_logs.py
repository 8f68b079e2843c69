"""Who changed something in Google Cloud, asked of a local server's log through the real session."""

import json
from datetime import timedelta

import pytest

from collectors.evidence.record import Unread
from collectors.evidence.trails import Deed, Sought, as_text
from collectors.gcp.audit_logs import ENTRIES, audit_log_deeds
from collectors.gcp.project import AdminActivity
from collectors.reader import take_snapshot
from collectors.tracing import SOUGHT
from collectors.transcript import Recorder, Replay
from tests.evidence import NOW

HOUR = timedelta(hours=1)
SCOPE = "gcp:projects/1001"


def sought(id):
    return Sought(id=id, name="x", after=NOW - HOUR, before=NOW)


EXPORTS = sought("//storage.googleapis.com/exports")
SHARED = "storage.setIamPermissions"


@pytest.fixture
def log(google):
    """A log in which somebody shared a bucket, and others did other things."""
    note = google.project.note
    note(SHARED, "ada@acme.test", "projects/_/buckets/exports", (NOW - HOUR / 2).isoformat())
    note(SHARED, "ben@acme.test", "projects/_/buckets/exports", (NOW - 2 * HOUR).isoformat())
    note(SHARED, "cleo@acme.test", "projects/_/buckets/web", (NOW - HOUR / 3).isoformat())
    note("SetIamPolicy", "dan@acme.test", "projects/acme-prod", (NOW - HOUR / 4).isoformat())
    return google


def asked(google, *subjects):
    unit = next(u for u in google.connection().histories() if u.scope == SCOPE)
    recorder = Recorder(unit.live, b"key")
    given = {SOUGHT: as_text(subjects)}
    reader = AdminActivity(unit.scope, recorder, audit_log_deeds.calls, given=given)
    return take_snapshot(audit_log_deeds, reader, now=NOW), recorder.transcript, given


def test_it_names_method_principal_and_time_of_that_bucket_and_hour_alone(log):
    snapshot, *_ = asked(log, EXPORTS)

    assert snapshot.records[0].deeds == (
        Deed(call=SHARED, principal="ada@acme.test", at=NOW - HOUR / 2),
    )


@pytest.mark.parametrize(
    ("id", "who"),
    [
        ("//storage.googleapis.com/exports roles/storage.objectViewer", "ada@acme.test"),
        ("//cloudresourcemanager.googleapis.com/projects/1001 roles/editor", "dan@acme.test"),
    ],
)
def test_a_binding_is_found_by_its_resource(log, id, who):
    snapshot, *_ = asked(log, sought(id))

    assert [deed.principal for deed in snapshot.records[0].deeds] == [who]


def test_a_refused_call_changed_nothing(log):
    log.project.activity[0]["protoPayload"]["status"] = {"code": 7}
    snapshot, *_ = asked(log, EXPORTS)

    assert snapshot.records[0].deeds == ()


def test_a_hostile_name_stays_a_name_in_the_question(log):
    hostile = sought('//storage.googleapis.com/x" OR logName:"')
    _, transcript, _ = asked(log, hostile)

    assert r'protoPayload.resourceName:"x\"' in transcript.exchanges[0].arguments["filter"]


def test_a_refusal_is_unread_and_ends_the_asking(log):
    log.server.deny("logging.entries.list")
    snapshot, transcript, _ = asked(log, EXPORTS, sought("//storage.googleapis.com/web"))

    assert snapshot.complete
    assert {t.deeds for t in snapshot.records} == {Unread(why=f"{ENTRIES}: PERMISSION_DENIED")}
    assert len(transcript.exchanges) == 1


def test_it_turns_the_page(log):
    moment = (NOW - HOUR / 2).isoformat()
    for _ in range(150):
        log.project.note(SHARED, "eve@acme.test", "projects/_/buckets/exports", moment)
    snapshot, transcript, _ = asked(log, EXPORTS)

    assert len(snapshot.records[0].deeds) == 100
    assert len(transcript.exchanges) == 1  # the newest hundred are told, and no more asked for


def test_addresses_of_machines_are_cut_out(log):
    _, transcript, _ = asked(log, EXPORTS)

    assert "127.0.0.1" not in json.dumps(transcript.exchanges[0].response)


def test_a_replay_finds_the_same(log):
    snapshot, transcript, given = asked(log, EXPORTS)
    reader = AdminActivity(SCOPE, Replay(transcript), audit_log_deeds.calls, given=given)

    assert take_snapshot(audit_log_deeds, reader, now=NOW) == snapshot
