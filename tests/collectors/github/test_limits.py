"""GitHub's limits are honoured: who is told to wait waits that long, and asks again."""

import time

import pytest

from collectors.github.changes import landed_changes
from collectors.github.members import outside_collaborators
from collectors.github.repositories import LIST_REPOSITORIES

WAIT = 2
SECONDARY = "You have exceeded a secondary rate limit."


@pytest.mark.parametrize("status", [403, 429])
def test_who_is_told_to_wait_waits_and_asks_again(github, status):
    github.state.add_outside_collaborator("cleo")
    github.server.deny(
        "GET /orgs/{org}/outside_collaborators",
        status=status,
        message=SECONDARY,
        headers={"Retry-After": str(WAIT)},
        times=1,
    )
    began = time.monotonic()
    snapshot, _ = github.snapshot(outside_collaborators, attempts=2)

    assert [person.login for person in snapshot.records] == ["cleo"]
    assert snapshot.complete
    assert time.monotonic() - began >= WAIT
    assert github.server.asked.count("GET /orgs/{org}/outside_collaborators") == 2


def test_graphql_waits_as_well(github):
    github.state.add_repository("web", at=None)
    github.server.deny("POST /graphql", 403, SECONDARY, {"Retry-After": "1"}, times=1)
    snapshot, _ = github.snapshot(landed_changes, attempts=2)

    assert snapshot.complete


def test_who_is_told_to_wait_again_and_again_gives_up_and_says_so(github):
    github.server.deny("GET /orgs/{org}/repos", 403, SECONDARY, {"Retry-After": "0"})
    snapshot, _ = github.snapshot(landed_changes, attempts=3)

    assert [omission.why for omission in snapshot.omissions] == [
        f"{LIST_REPOSITORIES}: 403 rate limit exceeded"
    ]


def test_a_full_last_page_is_asked_for_again_because_another_may_follow(github):
    """Its own content stays the same when the list grows; only the link to the next is new."""
    for number in range(100):
        github.state.add_repository(f"r{number}")
    _, transcript = github.snapshot(landed_changes)
    listed = [e for e in transcript.exchanges if e.operation == LIST_REPOSITORIES.operation]

    assert [exchange.etag for exchange in listed] == [None]
