"""Releases of the window are read with notes, tag and branch, from whichever page."""

from datetime import timedelta

import pytest

from checks.change.releases import release_described_and_fixed
from collectors.evidence.record import Omission, Unread
from collectors.github.releases import releases
from tests.evidence import NOW

DAY = timedelta(days=1)
LIST = "GET /repos/{owner}/{repo}/releases"


@pytest.fixture
def web(github):
    github.state.add_repository("web", at=NOW - 300 * DAY)
    github.state.protect("web")
    return github


def read(github):
    snapshot, _ = github.snapshot(releases)
    return snapshot


def test_a_release_is_read_with_what_keeps_it(web):
    web.state.release("web", "v1", at=NOW - DAY, immutable=False, tag_rules=("DELETION", "UPDATE"))
    (found,) = read(web).records

    assert (found.name, found.occurred_at) == ("acme/web v1", NOW - DAY)
    assert (found.has_notes, found.immutable) == (True, False)
    assert (found.tag_rules, found.from_branch) == ({"DELETION", "UPDATE"}, "main")
    assert release_described_and_fixed(found).outcome == "passed"


def test_drafts_and_what_was_published_before_the_window_are_left_out(web):
    web.state.release("web", "v1", at=NOW - 31 * DAY)
    web.state.release("web", "v2", at=NOW - DAY, draft=True)

    assert read(web).records == ()
    assert "ReleaseTags" not in str(web.snapshot(releases)[1])


def test_a_commit_that_lies_on_no_protected_branch_and_an_empty_text_are_told(web):
    elsewhere = web.state.open_pull_request("web", "mia", "Not merged", at=NOW - 2 * DAY).head
    web.state.release("web", "v1", at=NOW - DAY, sha=elsewhere, notes="")
    (found,) = read(web).records

    assert (found.has_notes, found.from_branch) == (False, None)


def test_a_tag_that_is_gone_is_told_from_one_that_is_denied(web):
    made = web.state.release("web", "v1", at=NOW - DAY)
    made.sha = None
    (found,) = read(web).records
    assert (found.commit, found.tag_rules, found.from_branch) == (None, None, None)

    made.sha = web.state.repositories["web"].branches["main"]
    web.server.deny("Ref.rules")
    (found,) = read(web).records
    assert found.tag_rules == Unread(why="graphql:ReleaseTags: FORBIDDEN")


def test_many_releases_are_read_from_every_page(web):
    for number in range(7):
        web.state.release("web", f"v{number}", at=NOW - DAY)
    web.server.page_limit = 3

    assert len(read(web).records) == 7
    assert read(web).complete


def test_a_denied_list_is_an_omission_even_where_github_counts_none(web):
    web.server.deny(LIST)
    snapshot = read(web)

    assert set(snapshot.omissions) == {
        Omission(where="github:acme/web", why=f"github:{LIST}: 403 Forbidden")
    }


def test_a_repository_without_releases_is_not_asked_for_them(web):
    web.state.add_repository("docs", at=NOW - 300 * DAY)
    read(web)

    assert web.server.asked.count(LIST) == 1


def test_nothing_of_the_notes_is_kept(web):
    web.state.release("web", "v1", at=NOW - DAY, notes="Words that nobody else reads")
    _, transcript = web.snapshot(releases)

    assert "Words that" not in str(transcript)
