"""No holes between two snapshots: what is missing is named, and counted a second time."""

from datetime import timedelta

import pytest

from agent.demo.github.people import Signature
from collectors.evidence.github.changes import Reported
from collectors.evidence.record import Omission, Unread
from collectors.github.changes import landed_changes
from tests.evidence import NOW

OLD = NOW - timedelta(days=300)
COMMITS = "graphql:LandedCommits"


def ago(hours):
    return NOW - timedelta(hours=hours)


@pytest.fixture
def web(github):
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


def test_a_rewritten_history_is_an_omission_and_the_new_one_is_read(web):
    lost = push(web, at=ago(30))
    first, _ = web.snapshot(landed_changes)
    head = web.state.rewrite("web", "mia", "Never happened", at=ago(1))
    second, _ = web.snapshot(landed_changes, since=first.reached)
    rewriting, change = sorted(second.records, key=lambda record: record.rewrote is None)

    assert second.omissions == (
        Omission(where="acme/web main", why=f"history between {lost} and {head} was rewritten"),
    )
    assert (rewriting.rewrote, rewriting.commit, rewriting.landed_by) == (lost, head, "mia")
    assert (change.commit, change.occurred_at) == (head, ago(1))
    assert second.reached[stretch(web)] == head


def test_a_rewriting_that_github_does_not_tell_of_is_seen_by_the_head_that_is_gone(web):
    lost = push(web, at=ago(30))
    first, _ = web.snapshot(landed_changes)
    head = web.state.rewrite("web", "mia", "Never happened", at=ago(1))
    web.state.repositories["web"].activity.clear()
    second, _ = web.snapshot(landed_changes, since=first.reached)

    (told,) = [record for record in second.records if record.rewrote]
    assert (told.rewrote, told.commit) == (lost, head)
    assert isinstance(told.landed_by, Unread)


def test_what_came_and_went_between_two_snapshots_is_told(web):
    kept = push(web, at=ago(30))
    first, _ = web.snapshot(landed_changes)
    gone = push(web, at=ago(20))
    web.state.reset("web", "mia", kept, at=ago(19))
    push(web, at=ago(1))
    second, _ = web.snapshot(landed_changes, since=first.reached)

    (told,) = [record for record in second.records if record.rewrote]
    assert (told.rewrote, told.commit, told.occurred_at) == (gone, kept, ago(19))
    assert not second.complete
    push(web, at=ago(0.5))
    third, _ = web.snapshot(landed_changes, since=second.reached)
    assert third.complete


def test_unread_activity_leaves_it_open_whether_history_was_rewritten(web):
    head = push(web, at=ago(30))
    web.server.deny("GET /repos/{owner}/{repo}/activity")
    snapshot, _ = web.snapshot(landed_changes)

    assert [omission.why for omission in snapshot.omissions] == [
        (
            f"whether the history between the start of the window and {head} was rewritten is not "
            "known: github:GET /repos/{owner}/{repo}/activity: 403 Forbidden"
        )
    ]
    assert snapshot.reached == {}


def test_a_renamed_branch_goes_on_where_it_was(web):
    merge(web, request(web), at=ago(20))
    first, _ = web.snapshot(landed_changes)
    merge(web, request(web), at=ago(8))
    web.state.rename_branch("web", "trunk")
    merge(web, request(web), at=ago(5))
    second, _ = web.snapshot(landed_changes, since=first.reached)

    assert second.complete
    assert {(c.name, c.branch) for c in second.records} == {
        ("acme/web#2", "trunk"),
        ("acme/web#3", "trunk"),
    }


def test_a_name_that_is_gone_before_we_knew_it_leaves_the_change_in_doubt(web):
    merge(web, request(web))
    web.state.rename_branch("web", "trunk")
    (change,) = landed(web)

    assert isinstance(change.pull_request, Unread)
    assert "merged into main, which is gone" in change.pull_request.why


def test_what_was_merged_elsewhere_and_came_here_is_in_doubt(web):
    pull = request(web)
    merge(web, pull)
    pull.into = "R_upstream"

    assert landed(web)[0].pull_request == Unread(
        why=f"{COMMITS}: it was merged in another repository and came from there"
    )


def test_a_merged_request_that_is_not_on_the_branch_is_an_omission(web):
    kept = merge(web, request(web), at=ago(20))
    merge(web, request(web), at=ago(15))
    repository = web.state.repositories["web"]
    repository.branches["main"] = kept
    merge(web, request(web), at=ago(10))
    snapshot, _ = web.snapshot(landed_changes)

    assert snapshot.omissions == (
        Omission(
            where="acme/web main",
            why="of 3 merged pull requests 1 are not on the branch: #2",
        ),
    )


def test_the_second_count_is_kept_and_goes_on_where_it_was(web):
    merge(web, request(web), at=ago(20))
    push(web, at=ago(15))
    first, _ = web.snapshot(landed_changes)
    merge(web, request(web), at=ago(10))
    second, _ = web.snapshot(landed_changes, since=first.reached)
    mark = f"{stretch(web)} counted"

    assert first.reached[mark].endswith("1 merged pull requests, 2 first-parent commits")
    assert second.reached[mark].endswith("1 merged pull requests, 1 first-parent commits")


def test_a_count_that_is_denied_is_an_omission_and_moves_no_position(web):
    merge(web, request(web))
    web.server.deny("Repository.pullRequests")
    snapshot, _ = web.snapshot(landed_changes)

    assert [omission.why for omission in snapshot.omissions] == [
        "merged pull requests were not counted again: graphql:MergedPullRequests: FORBIDDEN"
    ]
    assert snapshot.reached == {}


def test_a_page_that_is_missed_names_the_stretch_that_lies_before_it(web):
    web.server.page_limit = 1
    older = push(web, at=ago(20))
    push(web, at=ago(10))
    _, transcript = web.snapshot(landed_changes)
    for exchange in transcript.exchanges:
        if exchange.operation == "LandedCommits" and "after" in exchange.arguments:
            exchange.response.clear()
            exchange.response.update(data=None, errors=[{"type": "SOMETHING_WENT_WRONG"}])
    snapshot = web.again(landed_changes, transcript)

    assert len(snapshot.records) == 1
    (omission,) = snapshot.omissions
    assert omission.where == "acme/web main"
    assert omission.why.startswith(
        f"what landed between the start of the window and {older} could not be read: {COMMITS}"
    )
    assert snapshot.reached == {}


def test_declared_branches_are_followed_too(web):
    web.state.add_branch("web", "release/1")
    push(web, at=ago(5), branch="release/1")
    merge(web, request(web))

    changes = landed(web, branches=("release/*",))
    assert {(c.branch, c.name.partition("@")[0]) for c in changes} == {
        ("main", "acme/web#1"),
        ("release/1", "acme/web"),
    }


def test_declared_branches_that_cannot_be_listed_are_an_omission(web):
    web.server.deny("GET /repos/{owner}/{repo}/branches")
    snapshot, _ = web.snapshot(landed_changes, branches=("release/*",))

    assert [omission.where for omission in snapshot.omissions] == ["acme/web release/*"]


def test_a_reviewer_whose_address_a_commit_names_is_an_author(web):
    web.state.add_account("mia-work", email="Mia@acme.test")
    pull = request(web, signed_by=Signature("Mia", "mia@acme.test", "mia"))
    web.state.review(pull, "mia-work", at=ago(20))
    merge(web, pull)

    assert landed(web)[0].pull_request.authors == {"mia", "mia-work"}


def test_of_what_people_write_only_the_tickets_are_kept(web):
    pull = request(web)
    pull.title, pull.text, pull.head_name = "OPS-7: the password is hunter2", "See #4", "web-12-fix"
    pull.closes = (4,)
    merge(web, pull)
    snapshot, transcript = web.snapshot(landed_changes)
    (change,) = snapshot.records

    assert change.pull_request.tickets == ("#4", "OPS-7", "web-12")
    assert change.pull_request.issues == ("acme/web#4",)
    assert "hunter2" not in str(transcript)


def test_who_pushed_is_told_by_github_and_not_by_the_commit(web):
    push(web, at=ago(5), pushed_by="otto")

    assert landed(web)[0].landed_by == "otto"


def test_rules_that_were_gone_around_are_told(web):
    web.state.protect("web")
    web.state.add_ruleset("everywhere")
    push(web, at=ago(5), bypass=True)
    (change,) = landed(web)

    assert change.guards == {"classic protection", "rulesets"}
    assert (change.rule_suite.result, change.rule_suite.actor) == ("bypass", "mia")
    assert (change.override.actor, change.override.at) == ("mia", ago(5))


def test_what_was_tested_on_the_landed_commit_is_kept(web):
    commit = merge(web, request(web))
    web.state.run_check("web", commit, "test", "failure", at=ago(9))
    web.state.report_status("web", commit, "scan", at=ago(9))

    assert landed(web)[0].checks == (
        Reported(name="scan", conclusion="success"),
        Reported(name="test", conclusion="failure"),
    )


def test_activity_is_read_over_several_pages(web):
    web.server.page_limit = 1
    push(web, at=ago(20), pushed_by="otto")
    push(web, at=ago(10))

    assert [change.landed_by for change in landed(web)] == ["otto", "mia"]
