"""Policies in a repository are read with the change that landed their text, and no text."""

from datetime import timedelta

import pytest

from checks.governance.policies import policy_approved_by_owner
from collectors.evidence.record import Unread
from collectors.github.policies import policies
from tests.evidence import NOW

DAY = timedelta(days=1)
PATH = "policies/access.md"
IN_REPOSITORY = "github:GET /repos/{owner}/{repo}"


@pytest.fixture
def web(github):
    """A repository with one policy that its owner approved."""
    github.state.add_repository("web", at=NOW - 300 * DAY)
    pull = github.state.open_pull_request("web", "mia", "Say who may", at=NOW - 3 * DAY)
    github.state.review(pull, "olga", at=NOW - 2 * DAY)
    sha = github.state.merge("web", pull, "mia", at=NOW - DAY)
    github.state.write_file("web", PATH, "The words of a policy", sha=sha)
    return github


def one(github):
    snapshot, _ = github.snapshot(policies, policies=(("web", PATH, ("olga",)),))
    assert snapshot.complete
    (found,) = snapshot.records
    return found


def outcome(found):
    return policy_approved_by_owner(found, as_of=NOW).outcome


def test_a_policy_is_read_with_its_change_and_the_reviews(web):
    found = one(web)

    assert (found.name, found.owners) == (f"acme/web {PATH}", {"olga"})
    assert (found.change.number, found.change.merged_at) == (1, NOW - DAY)
    assert [review.reviewer for review in found.change.reviews] == ["olga"]
    assert outcome(found) == "passed"


def test_a_later_change_needs_an_approval_of_its_own(web):
    pull = web.state.open_pull_request("web", "mia", "Loosen", at=NOW - DAY)
    sha = web.state.merge("web", pull, "mia", at=NOW)
    web.state.write_file("web", PATH, "Other words", sha=sha)

    assert outcome(one(web)) == "failed"


def test_a_dismissed_review_is_none(web):
    pull = web.state.repositories["web"].pulls[1]
    web.state.dismiss(pull, pull.reviews[0], at=NOW - DAY)

    assert one(web).change.reviews == ()


def test_a_push_has_no_change_and_a_missing_file_no_commit(web):
    sha = web.state.push("web", "mia", "By hand", at=NOW)
    web.state.write_file("web", PATH, "Other words", sha=sha)
    assert (one(web).commit, one(web).change) == (sha, None)

    del web.state.repositories["web"].files[PATH]
    assert (one(web).commit, one(web).change) == (None, None)


def test_many_reviews_are_read_from_every_page(web):
    pull = web.state.repositories["web"].pulls[1]
    for _ in range(5):
        web.state.review(pull, "otto", "COMMENTED", at=NOW - 2 * DAY)
    web.server.page_limit = 2

    assert len(one(web).change.reviews) == 6


@pytest.mark.parametrize(
    ("call", "part"),
    [
        ("/commits", "commit"),
        ("/contents/{path}", "change"),
        ("/commits/{commit_sha}/pulls", "change"),
    ],
)
def test_what_is_denied_is_unread_and_not_absent(web, call, part):
    web.server.deny(f"GET /repos/{{owner}}/{{repo}}{call}")
    found = one(web)

    assert getattr(found, part) == Unread(why=f"{IN_REPOSITORY}{call}: 403 Forbidden")
    assert outcome(found) == "undetermined"


def test_without_policies_nothing_is_asked(web):
    web.server.asked.clear()
    snapshot, _ = web.snapshot(policies, policies=())

    assert snapshot.records == ()
    assert not any(route.endswith("/commits") for route in web.server.asked)


def test_nothing_of_the_text_is_kept(web):
    _, transcript = web.snapshot(policies)

    assert "The words" not in str(transcript)
    assert "Words" not in str(transcript)
