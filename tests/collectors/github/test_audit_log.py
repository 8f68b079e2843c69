"""The audit log is read back to where the last reading ended, and a hole is told."""

from datetime import timedelta

from collectors.evidence.github.audit_log import Hole
from collectors.evidence.github.plan import NotOffered
from collectors.evidence.record import Unread
from collectors.github.audit_log import audit_log
from tests.collectors.github.world import logged
from tests.evidence import NOW


def read(github, since=None):
    snapshot, _ = github.snapshot(audit_log, since=since)
    (log,) = snapshot.records
    return log.hole, snapshot.reached


def at(days):
    return NOW - timedelta(days=days)


def test_the_first_reading_looks_at_the_newest_entry_alone(github):
    github.server.page_limit = 1
    github.state.pages["audit-log"] = [logged("c", at(1)), logged("b", at(2))]
    hole, reached = read(github)

    assert hole is None
    assert reached == {"audit-log": f"{at(1).isoformat()} c"}
    assert github.server.asked.count("GET /orgs/{org}/audit-log") == 1


def test_the_next_one_goes_on_where_it_ended_over_several_pages(github):
    github.state.pages["audit-log"] = [logged("b", at(3)), logged("a", at(4))]
    _, reached = read(github)
    github.server.page_limit = 1
    github.state.pages["audit-log"] = [
        *(logged("d", at(1)), logged("c", at(2))),
        *(logged("b", at(3)), logged("a", at(4))),
    ]
    hole, reached = read(github, since=reached)

    assert hole is None
    assert reached == {"audit-log": f"{at(1).isoformat()} d"}


def test_an_unchanged_log_has_no_hole(github):
    github.state.pages["audit-log"] = [logged("b", at(3))]
    _, reached = read(github)

    assert read(github, since=reached) == (None, reached)


def test_entries_that_are_gone_before_they_were_read_are_a_hole(github):
    before = {"audit-log": f"{at(9).isoformat()} a"}
    github.state.pages["audit-log"] = [logged("d", at(1)), logged("c", at(2))]
    assert read(github, since=before)[0] == Hole(read_until=at(9), goes_on_at=at(2))

    github.state.pages["audit-log"] = []
    assert read(github, since=before)[0] == Hole(read_until=at(9), goes_on_at=None)


def test_a_log_that_is_denied_is_unread_and_the_place_is_kept(github):
    before = {"audit-log": f"{at(9).isoformat()} a"}
    github.server.deny("GET /orgs/{org}/audit-log")

    denied = Unread(why="github:GET /orgs/{org}/audit-log: 403 Forbidden")
    assert read(github, since=before) == (denied, before)


def test_a_plan_without_the_log_says_so(github):
    github.state.profile["plan"] = {"name": "team"}

    assert isinstance(read(github)[0], NotOffered)


def test_what_people_wrote_is_not_kept(github):
    github.state.pages["audit-log"] = [{**logged("a", at(1)), "explanation": "because of mia"}]
    _, transcript = github.snapshot(audit_log)
    assert "because of mia" not in str(transcript)
