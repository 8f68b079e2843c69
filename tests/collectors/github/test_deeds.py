"""Who changed something in GitHub, asked of a real server's audit log through the real client."""

import json
from datetime import timedelta

import pytest

from agent.connections.github import GithubConnection
from agent.demo.github.server import TOKEN
from collectors.evidence.record import Unread
from collectors.evidence.trails import Deed, Sought, as_text
from collectors.github.audit_calls import AUDIT_LOG
from collectors.github.deeds import audit_log_deeds
from collectors.github.organisation import AuditLog
from collectors.reader import take_snapshot
from collectors.tracing import SOUGHT
from collectors.transcript import Recorder, Replay
from tests.evidence import NOW

HOUR = timedelta(hours=1)
API = Sought(id="R_1", name="acme/api main", after=NOW - HOUR, before=NOW)


@pytest.fixture
def log(github):
    """An audit log in which somebody let a branch go, and others did other things."""
    state = github.state
    state.note("protected_branch.destroy", "ben", at=NOW - HOUR / 2, repo="acme/api")
    state.note("protected_branch.create", "ada", at=NOW - 2 * HOUR, repo="acme/api")
    state.note("repo.download_zip", "eve", at=NOW - HOUR / 3, repo="acme/api")
    state.note("repo.access", "cleo", at=NOW - HOUR / 4, repo="acme/web")
    state.note("org.remove_member", "olga", at=NOW - HOUR / 5, user="mia")
    return github


def asked(github, *subjects, threads=1):
    connection = GithubConnection(
        name="test",
        organization="acme",
        token=TOKEN,
        begins=NOW,
        base_url=github.server.url,
        attempts=1,
        clock=lambda: NOW,
    )
    (unit,) = connection.histories()
    recorder = Recorder(unit.live, b"key")
    given = {**unit.given, SOUGHT: as_text(subjects)}
    reader = AuditLog(unit.scope, recorder, audit_log_deeds.calls, given=given, threads=threads)
    return take_snapshot(audit_log_deeds, reader, now=NOW), recorder.transcript, given


def test_it_names_action_actor_and_time_of_that_repository_and_hour_alone(log):
    snapshot, *_ = asked(log, API)

    assert snapshot.records[0].deeds == (
        Deed(call="protected_branch.destroy", principal="ben", at=NOW - HOUR / 2),
    )


def test_a_person_is_found_by_login_and_the_organisation_by_its_own_actions(log):
    mia = Sought(id="U_1", name="mia", after=NOW - HOUR, before=NOW)
    acme = Sought(id="O_1", name="acme", after=NOW - HOUR, before=NOW)
    snapshot, *_ = asked(log, mia, acme)

    told = {trail.name: [deed.principal for deed in trail.deeds] for trail in snapshot.records}
    assert told == {"mia": ["olga"], "acme": ["olga"]}


def test_a_refusal_is_unread_and_ends_the_asking(log):
    log.server.deny("GET /orgs/{org}/audit-log", status=404, message="Not Found")
    other = Sought(id="R_2", name="acme/web main", after=NOW - HOUR, before=NOW)
    snapshot, transcript, _ = asked(log, API, other)

    assert snapshot.complete
    assert {trail.deeds for trail in snapshot.records} == {
        Unread(why=f"{AUDIT_LOG}: 404 Not Found")
    }
    assert len(transcript.exchanges) == 1


def test_it_turns_the_page(log):
    log.server.page_limit = 1
    snapshot, transcript, _ = asked(log, API)

    assert [deed.principal for deed in snapshot.records[0].deeds] == ["ben"]
    assert len(transcript.exchanges) == 2


def test_where_people_sit_is_cut_out(log):
    _, transcript, _ = asked(log, API)

    assert "Germany" not in json.dumps(transcript.exchanges[0].response)


def test_a_replay_finds_the_same(log):
    snapshot, transcript, given = asked(log, API)
    reader = AuditLog("github:acme", Replay(transcript), audit_log_deeds.calls, given=given)

    assert take_snapshot(audit_log_deeds, reader, now=NOW) == snapshot
