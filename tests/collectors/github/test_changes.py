"""Whatever landed is in the population, once, with all that was said and tested before."""

from datetime import timedelta

import pytest

from agent.demo.github.people import Signature
from agent.demo.github.rest.view import Viewer
from collectors.evidence.github.changes import CheckResult, Review
from collectors.evidence.record import Omission, Unread
from collectors.github.changes import landed_changes
from collectors.github.line import OLDER_IN_A_ROW
from collectors.transcript import Transcript
from tests.collectors.github.conftest import BEGINS
from tests.evidence import NOW

OLD = NOW - timedelta(days=300)
PULL = "graphql:LandedPullRequest"
COMMITS = "graphql:LandedCommits"


def ago(hours):
    return NOW - timedelta(hours=hours)


@pytest.fixture
def web(github):
    """A repository whose first commit is from before the window."""
    github.state.add_repository("web", at=OLD)
    return github


def request(github, author="mia", **names):
    return github.state.open_pull_request("web", author, "Improve", at=ago(50), **names)


def merge(github, pull, by="olga", *, at=None, **how):
    return github.state.merge("web", pull, by, at=at or ago(10), **how)


def push(github, *, at, **names):
    return github.state.push("web", "mia", "Hotfix", at=at, **names)


def landed(github, **how):
    snapshot, _ = github.snapshot(landed_changes, **how)
    assert snapshot.complete
    return sorted(snapshot.records, key=lambda change: change.occurred_at)


def stretch(github, name="web"):
    return f"{github.state.repositories[name].node_id}/main"


def test_a_change_is_read_with_its_reviews_and_its_tests(web):
    web.state.protect("web", checks=("test",))
    web.state.add_ruleset("everywhere", checks=("scan",))
    pull = request(web, co_authors=("otto",))
    web.state.run_check("web", pull.head, "test", "failure", at=ago(40))
    web.state.run_check("web", pull.head, "test", at=ago(39))
    web.state.run_check("web", pull.head, "slow", None, at=ago(39))
    web.state.report_status("web", pull.head, "scan", at=ago(38))
    web.state.report_status("web", pull.head, "lint", "pending", at=ago(38))
    web.state.review(pull, "olga", at=ago(20))
    commit = merge(web, pull)
    (change,) = landed(web)

    assert change.id == f"{web.state.repositories['web'].node_id}/{commit}"
    assert (change.name, change.occurred_at) == ("acme/web#1", ago(10))
    assert (change.landed_by, change.required_checks) == ("olga", {"test", "scan"})
    assert (change.pull_request.head, change.pull_request.authors) == (pull.head, {"mia", "otto"})
    assert change.pull_request.reviews == (
        Review(
            reviewer="olga",
            is_bot=False,
            state="APPROVED",
            commit=pull.head,
            submitted_at=ago(20),
            dismissed_at=None,
        ),
    )
    assert {(c.name, c.conclusion, c.completed_at) for c in change.pull_request.checks} == {
        ("test", "failure", ago(40)),
        ("test", "success", ago(39)),
        ("scan", "success", ago(38)),
    }


@pytest.mark.parametrize("method", ["squash", "merge", "rebase"])
def test_every_way_to_merge_lands_by_its_pull_request(web, method):
    pull = request(web)
    web.state.add_commit("web", pull, "otto", "More", at=ago(40))
    merge(web, pull, method=method)
    changes = landed(web)

    assert len(changes) == (2 if method == "rebase" else 1)
    assert {change.pull_request.number for change in changes} == {1}
    assert changes[0].pull_request.authors == {"mia", "otto"}


def test_a_direct_push_is_a_change_without_a_pull_request(web):
    commit = push(web, at=ago(5))
    (change,) = landed(web)

    assert (change.commit, change.pull_request, change.landed_by) == (commit, None, "mia")
    assert change.name == f"acme/web@{commit[:12]}"


def test_a_commit_made_in_the_browser_was_pushed_by_its_author(web):
    push(web, at=ago(5), committer="web-flow")

    assert landed(web)[0].landed_by == "mia"


def test_a_request_that_landed_on_another_branch_did_not_bring_it_here(web):
    pull = request(web)
    merge(web, pull)
    pull.base = "develop"
    web.state.add_branch("web", "develop")

    assert landed(web)[0].pull_request is None


def test_whoever_committed_for_an_author_is_an_author_too(web):
    merge(web, request(web, committer="otto"))

    assert landed(web)[0].pull_request.authors == {"mia", "otto"}


def test_an_app_is_known_by_the_address_github_gave_it(web):
    web.state.add_account("dependabot", type="Bot")
    merge(web, request(web, "dependabot", committer="web-flow"))

    assert landed(web)[0].pull_request.authors == {"dependabot[bot]"}


@pytest.mark.parametrize("position", ["author", "co_author"])
def test_an_author_without_a_login_may_be_anybody(web, position):
    nobody = Signature("Mia", "mia@home.test", None)
    if position == "author":
        merge(web, request(web, signed_by=nobody))
    else:
        merge(web, request(web, co_authors=("nobody-knows@home",)))

    assert landed(web)[0].pull_request.authors == Unread(
        why=f"{PULL}: an author has no known login"
    )


def test_a_reviewer_whose_account_is_gone_may_be_anybody(web):
    pull = request(web)
    web.state.review(pull, None, at=ago(20))
    merge(web, pull)

    (review,) = landed(web)[0].pull_request.reviews
    assert review.reviewer == Unread(why=f"{PULL}: the answer has no author.login")


def test_an_app_that_reviews_is_no_person(web):
    web.state.add_account("robot", type="Bot")
    pull = request(web)
    web.state.review(pull, "robot", at=ago(20))
    merge(web, pull)

    (review,) = landed(web)[0].pull_request.reviews
    assert (review.reviewer, review.is_bot) == ("robot[bot]", True)


def test_a_review_dismissed_later_is_told_as_it_was_given(web):
    pull = request(web)
    review = web.state.review(pull, "olga", at=ago(20))
    merge(web, pull)
    web.state.dismiss(pull, review, at=ago(2))

    (read,) = landed(web)[0].pull_request.reviews
    assert (read.state, read.submitted_at, read.dismissed_at) == ("APPROVED", ago(20), ago(2))


def test_a_dismissed_review_without_its_event_is_unread(web):
    pull = request(web)
    web.state.review(pull, "olga", "DISMISSED", at=ago(20))
    merge(web, pull)

    assert isinstance(landed(web)[0].pull_request.reviews, Unread)


def test_a_review_nobody_has_sent_is_no_review(web):
    pull = request(web)
    web.state.review(pull, "olga", "PENDING", at=ago(20))
    merge(web, pull)

    assert landed(web)[0].pull_request.reviews == ()


@pytest.mark.parametrize("queued", [True, False])
def test_the_merge_queues_own_commit_was_tested_too(web, queued):
    pull = request(web)
    if queued:
        web.state.queue(pull, at=ago(12))
    commit = merge(web, pull)
    web.state.run_check("web", commit, "test", at=ago(11))

    tested = CheckResult(name="test", commit=commit, conclusion="success", completed_at=ago(11))
    assert landed(web)[0].pull_request.checks == ((tested,) if queued else ())


def test_a_timeline_that_breaks_off_leaves_reviews_and_tests_unread(web):
    web.server.page_limit = 1
    pull = request(web)
    web.state.dismiss(pull, web.state.review(pull, "olga", at=ago(20)), at=ago(19))
    web.state.queue(pull, at=ago(12))
    merge(web, pull)
    _, transcript = web.snapshot(landed_changes)
    first_page = Transcript(tuple(e for e in transcript.exchanges if "events" not in e.arguments))
    (change,) = web.again(landed_changes, first_page).records

    broken = Unread(why=f"{PULL}: not collected")
    assert (change.pull_request.reviews, change.pull_request.checks) == (broken, broken)


def test_members_of_a_second_page_are_read_everywhere(web):
    web.server.page_limit = 1
    for _ in range(2):
        pull = request(web, co_authors=())
        web.state.add_commit("web", pull, "otto", "More", at=ago(40))
        web.state.run_check("web", pull.head, "test", at=ago(30))
        web.state.run_check("web", pull.head, "scan", at=ago(30))
        first = web.state.review(pull, "olga", at=ago(29))
        web.state.dismiss(pull, first, at=ago(28))
        web.state.dismiss(pull, web.state.review(pull, "olga", at=ago(27)), at=ago(26))
        merge(web, pull)

    for change in landed(web):
        assert change.pull_request.authors == {"mia", "otto"}
        assert len(change.pull_request.checks) == 2
        assert [review.dismissed_at for review in change.pull_request.reviews] == [
            ago(28),
            ago(26),
        ]
    assert len(landed(web)) == 2


def test_co_authors_beyond_one_page_are_unread_and_not_left_out(web):
    many = [f"m{number}" for number in range(100)]
    for login in many:
        web.state.add_account(login)
    merge(web, request(web, co_authors=many))

    assert landed(web)[0].pull_request.authors == Unread(
        why=f"{PULL}: the answer has not all authors of a commit"
    )


@pytest.mark.parametrize(
    ("denied", "part", "why"),
    [
        pytest.param(
            ("PullRequest.reviews",),
            "reviews",
            "graphql:LandedPullRequest: FORBIDDEN",
            id="reviews",
        ),
        pytest.param(
            ("Commit.checkSuites", "GET /repos/{owner}/{repo}/commits/{ref}/check-runs"),
            "checks",
            "github:GET /repos/{owner}/{repo}/commits/{ref}/check-runs: 403 Forbidden",
            id="check runs",
        ),
        pytest.param(
            ("Commit.status", "GET /repos/{owner}/{repo}/commits/{ref}/statuses"),
            "checks",
            "github:GET /repos/{owner}/{repo}/commits/{ref}/statuses: 403 Forbidden",
            id="statuses",
        ),
    ],
)
def test_a_denied_part_is_unread_and_read_again_next_time(web, denied, part, why):
    merge(web, request(web))
    for what in denied:
        web.server.deny(what)
    snapshot, _ = web.snapshot(landed_changes)

    (change,) = snapshot.records
    assert getattr(change.pull_request, part) == Unread(why=why)
    assert snapshot.reached == {}
    web.server.allow_all()
    (change,) = landed(web, since=snapshot.reached)
    assert getattr(change.pull_request, part) == ()


def test_a_denied_pull_request_is_unread_and_not_a_push(web):
    merge(web, request(web))
    web.server.deny("Repository.pullRequest")

    assert landed(web)[0].pull_request == Unread(why=f"{PULL}: FORBIDDEN")


def test_requests_that_are_hidden_from_the_history_are_unread_and_not_a_push(web):
    merge(web, request(web))
    web.server.deny("Commit.associatedPullRequests")

    assert landed(web)[0].pull_request == Unread(why=f"{COMMITS}: FORBIDDEN")


def test_hidden_protection_leaves_the_required_checks_unread(web):
    web.state.protect("web", checks=("test",))
    merge(web, request(web))
    web.server.viewer = Viewer(owns=False)

    assert isinstance(landed(web)[0].required_checks, Unread)


def test_the_next_snapshot_goes_on_where_this_one_ended(web):
    merge(web, request(web))
    first, _ = web.snapshot(landed_changes)
    head = push(web, at=ago(1))
    second, _ = web.snapshot(landed_changes, since=first.reached)

    assert [change.name for change in first.records] == ["acme/web#1"]
    assert [change.commit for change in second.records] == [head]
    assert second.reached[stretch(web)] == head


def test_an_unchanged_branch_is_not_walked_again(web):
    merge(web, request(web))
    first, _ = web.snapshot(landed_changes)
    second, transcript = web.snapshot(landed_changes, since=first.reached)

    assert (second.records, second.reached) == ((), first.reached)
    assert [e.operation for e in transcript.exchanges if e.service == "graphql"] == [
        "DefaultBranches"
    ]


def test_a_commit_dated_before_the_last_one_is_no_hole(web):
    push(web, at=ago(30))
    first, _ = web.snapshot(landed_changes)
    misdated = push(web, at=ago(1), dated=OLD)
    (change,) = landed(web, since=first.reached)

    assert change.commit == misdated


def test_the_first_snapshot_starts_with_the_window(web):
    push(web, at=BEGINS - timedelta(seconds=1))
    inside = push(web, at=BEGINS)

    assert [change.commit for change in landed(web)] == [inside]


def test_a_merge_counts_by_its_own_moment_and_not_by_its_commits(web):
    pull = web.state.open_pull_request("web", "mia", "Slow", at=OLD)
    merge(web, pull, at=ago(10), method="rebase")

    assert len(landed(web)) == 1


def test_a_misdated_commit_among_younger_ones_belongs_to_the_window(web):
    push(web, at=ago(30))
    misdated = push(web, at=ago(20), dated=OLD)
    push(web, at=ago(10))

    assert misdated in {change.commit for change in landed(web)}
    assert len(landed(web)) == 3


def test_the_walk_ends_where_the_window_is_long_past(web):
    for number in range(2 * OLDER_IN_A_ROW):
        push(web, at=OLD + timedelta(minutes=number))
    push(web, at=ago(10))
    snapshot, transcript = web.snapshot(landed_changes)

    assert len(snapshot.records) == 1
    assert len([e for e in transcript.exchanges if e.operation == "LandedCommits"]) == 2


def test_an_empty_repository_has_no_changes(github):
    github.state.add_repository("empty")

    assert landed(github) == []


def test_what_landed_before_a_repository_was_archived_is_read(web):
    merge(web, request(web))
    web.state.archive("web")

    assert len(landed(web)) == 1


def test_one_denied_history_costs_only_its_own_repository(web):
    web.state.add_repository("api", at=OLD)
    web.state.push("api", "mia", "Hotfix", at=ago(5))
    merge(web, request(web))
    web.server.deny("GET /repos/acme/web/activity")
    snapshot, _ = web.snapshot(landed_changes)

    assert [omission.where for omission in snapshot.omissions] == ["acme/web main"]
    assert stretch(web, "api") in snapshot.reached
    assert stretch(web) not in snapshot.reached


def test_a_history_that_stops_too_soon_is_an_omission(web):
    head = push(web, at=ago(5))
    _, transcript = web.snapshot(landed_changes)
    for exchange in transcript.exchanges:
        if exchange.operation == "LandedCommits":
            exchange.response["data"]["repository"]["object"]["history"]["nodes"].pop(0)
    snapshot = web.again(landed_changes, transcript)

    assert snapshot.omissions == (
        Omission(
            where="acme/web main",
            why=f"what landed between the start of the window and {head} could not be read: "
            f"{COMMITS}: the history lacks {head}",
        ),
    )
    assert snapshot.reached == {}


def test_a_denied_list_is_an_omission_and_moves_no_position(web):
    merge(web, request(web))
    web.server.deny("GET /orgs/{org}/repos")
    snapshot, _ = web.snapshot(landed_changes, since={"R/main": "head"})

    assert (snapshot.records, snapshot.complete) == ((), False)
    assert snapshot.reached == {"R/main": "head"}


def test_threads_change_nothing(web):
    web.state.add_repository("api", at=OLD)
    web.state.push("api", "mia", "Hotfix", at=ago(5))
    merge(web, request(web))

    one, _ = web.snapshot(landed_changes)
    four, _ = web.snapshot(landed_changes, threads=4)
    assert four == one


def test_a_replay_reads_what_was_read_and_no_more(web):
    merge(web, request(web))
    snapshot, transcript = web.snapshot(landed_changes)

    assert web.again(landed_changes, transcript) == snapshot
    without = Transcript(
        tuple(e for e in transcript.exchanges if e.operation != "LandedPullRequest")
    )
    (change,) = web.again(landed_changes, without).records
    assert change.pull_request == Unread(why=f"{PULL}: not collected")
