"""Many repositories are asked about in one question, and in smaller ones where that is too much."""

import json
from datetime import timedelta

import pytest

from agent.demo.github.server import Reply
from collectors.github.workflows import workflow_files
from tests.evidence import NOW

OLD = NOW - timedelta(days=300)


@pytest.fixture
def many(github):
    for number in range(40):
        repository = github.state.add_repository(f"r{number:02}", at=OLD)
        repository.files[".github/workflows/ci.yaml"] = "- run: make\n"
    return github


def breaking_off(server, *, above, status):
    """Answer a question about too many at once as GitHub does after ten seconds."""
    answer, asked = server.reply, []

    def reply(verb, target, sent, body):
        ids = json.loads(body)["variables"].get("ids", ()) if verb == "POST" else ()
        asked.append(len(ids))
        return Reply(status, {}) if len(ids) > above else answer(verb, target, sent, body)

    server.reply = reply
    return asked


@pytest.mark.parametrize("status", [502, 504])
def test_a_question_that_takes_too_long_is_asked_of_each_half(many, status):
    asked = breaking_off(many.server, above=10, status=status)
    snapshot, transcript = many.snapshot(workflow_files)

    assert len(snapshot.records) == 40
    assert snapshot.complete
    assert [size for size in asked if size] == [40, 20, 10, 10, 20, 10, 10]
    assert many.again(workflow_files, transcript) == snapshot


def test_one_that_is_refused_is_not_asked_of_its_halves(many):
    asked = breaking_off(many.server, above=10, status=403)
    snapshot, _ = many.snapshot(workflow_files)

    assert [size for size in asked if size] == [40]
    assert not snapshot.complete


def test_one_repository_that_takes_too_long_is_an_omission(many):
    breaking_off(many.server, above=0, status=502)
    snapshot, _ = many.snapshot(workflow_files)

    assert len(snapshot.omissions) == 40
    assert not snapshot.records
