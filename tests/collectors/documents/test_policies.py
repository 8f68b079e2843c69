"""Every policy is read with what it says of itself and what its history says."""

from datetime import date

import pytest

from collectors.documents.policies import policies
from collectors.evidence.documents import Approval, History
from collectors.evidence.people import Employment
from collectors.evidence.record import Omission, Unread
from collectors.transcript import Transcript
from tests.faults import Denied

APPROVED = """\
title: Access control
document: [Access control policy, Role matrix]
owner: Ada@acme.test
authors: [ben@acme.test]
version: '1.0'
review: quarterly
approved_by: grace@acme.test
approved_at: 2026-05-01
approves: '1.0'"""


@pytest.fixture
def written(folder):
    folder.register(
        "people.csv",
        "person_id,email,start_date,end_date,identities",
        "p1,ada@acme.test,2020-01-01,2021-12-31,",
        "p9,ada@acme.test,2023-01-01,,",
    )
    folder.policy("access.md", APPROVED)
    return folder


def test_a_policy_is_read_with_its_approval_and_its_owner(written):
    snapshot, _ = written.snapshot(policies)

    (policy,) = snapshot.records
    assert (policy.id, policy.name) == ("policies/access.md", "Access control")
    assert policy.owner_employment == Employment(started_on=date(2023, 1, 1), left_on=None)
    revision = policy.revision
    assert revision.serves == ("Access control policy", "Role matrix")
    assert (revision.version, revision.review) == ("1.0", "quarterly")
    assert revision.authors == {"ben@acme.test"}
    assert revision.history is None
    assert revision.approval == Approval(
        approver="grace@acme.test", approved_on=date(2026, 5, 1), version="1.0", body_sha256=None
    )


def test_the_history_of_the_folder_names_the_authors(written):
    written.commit("cleo@acme.test")
    snapshot, _ = written.snapshot(policies)

    (policy,) = snapshot.records
    assert isinstance(policy.revision.history, History)
    assert policy.revision.history.authors == {"cleo@acme.test"}
    assert policy.revision.history.commit == written.git("rev-parse", "HEAD")


def test_what_says_nothing_about_itself_is_a_policy_and_explanations_are_not(written):
    for name in ("bare.md", "README.md", "logo.png", "drawing.svg", "deep/manual.pdf"):
        written.policy(name)
    written.write("policies/drawing.svg.yaml", "title: Network diagram")
    written.policy("minutes.md", "kind: record")
    snapshot, _ = written.snapshot(policies)

    named = {policy.id.removeprefix("policies/"): policy for policy in snapshot.records}
    assert named.keys() == {"access.md", "bare.md", "deep/manual.pdf", "drawing.svg"}
    assert named["bare.md"].revision.approval is None
    assert named["bare.md"].owner_employment is None


@pytest.mark.parametrize(
    ("front", "problem"),
    [
        pytest.param("version: 1.10", "version: write text, in quotes", id="version as a number"),
        pytest.param("kind: rule", "kind: write one of policy, record", id="unknown kind"),
        pytest.param("approved_by: Grace", "approved_by: write an address such as", id="a name"),
        pytest.param("approved_at: May 1st", "approved_at: write a date such as", id="no date"),
        pytest.param("document: {a: b}", "document: write text, in quotes if", id="no name"),
        pytest.param("owner: NO", "line 2, owner: YAML reads this as true or false", id="NO"),
    ],
)
def test_a_policy_that_cannot_be_understood_stays_unread(folder, front, problem):
    folder.policy("a.md", front)
    snapshot, _ = folder.snapshot(policies)

    (policy,) = snapshot.records
    why = policy.revision.why
    assert why.startswith(f"documents:ReadFrontMatter: policies/a.md, {problem}")
    assert snapshot.complete


def test_a_denied_file_is_unread_and_the_policy_stays(written):
    snapshot, _ = written.snapshot(
        policies, {"documents:ReadFrontMatter": Denied("PermissionDenied")}
    )

    (policy,) = snapshot.records
    why = "documents:ReadFrontMatter: policies/access.md may not be read"
    assert policy.revision == Unread(why=why)


def test_a_denied_history_is_unread_and_not_absent(written):
    snapshot, _ = written.snapshot(policies, {"documents:LastChange": Denied("GitRefused")})

    (policy,) = snapshot.records
    why = "documents:LastChange: policies/access.md: GitRefused"
    assert policy.revision.history == Unread(why=why)


def test_without_the_register_of_people_nobody_knows_the_owner(folder):
    folder.policy("access.md", APPROVED)
    snapshot, _ = folder.snapshot(policies)

    (policy,) = snapshot.records
    why = "documents:ReadFile: registers/people.csv is missing"
    assert policy.owner_employment == Unread(why=why)


def test_a_denied_folder_is_an_omission_and_not_empty(written):
    snapshot, _ = written.snapshot(policies, {"documents:ListFiles": Denied("PermissionDenied")})

    assert snapshot.records == ()
    assert snapshot.omissions == (
        Omission(where="documents:acme", why="documents:ListFiles: policies may not be read"),
    )


def test_a_replay_reads_what_was_read_and_no_more(written):
    written.commit("cleo@acme.test")
    snapshot, transcript = written.snapshot(policies, threads=4)

    written.policy("access.md", "owner: nobody")
    assert written.again(policies, transcript) == snapshot
    lists = Transcript(tuple(e for e in transcript.exchanges if e.operation == "ListFiles"))
    (policy,) = written.again(policies, lists).records
    why = "documents:ReadFrontMatter: policies/access.md: not collected"
    assert policy.revision == Unread(why=why)
