"""What is written down, who answers for it, and whether it still holds."""

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from checks.contract import Outcome
from checks.governance.documents import (
    EVERY_CONTROL,
    policy_approved_on_schedule,
    required_document_present_and_current,
)
from collectors.evidence.documents import (
    Approval,
    History,
    Policy,
    RequiredDocument,
    Revision,
)
from collectors.evidence.people import Employment
from tests.evidence import DENIED, NOW

TODAY = NOW.date()
WORKS = Employment(started_on=date(2020, 1, 1), left_on=None)


def approval(days_ago=10, *, approver="grace@acme.test", version="1.0", body=None):
    day = TODAY - timedelta(days=days_ago)
    return Approval(approver=approver, approved_on=day, version=version, body_sha256=body)


def revision(**changes):
    smallest = Revision(
        path="policies/access.md",
        title="Access control",
        sort="policy",
        serves=("Access control policy",),
        owner="ada@acme.test",
        version="1.0",
        review=None,
        authors=frozenset({"ada@acme.test"}),
        body_sha256="aa",
        approval=approval(),
        history=None,
    )
    return replace(smallest, **changes)


def history(*authors):
    return History(commit="c", changed_at=NOW, authors=frozenset(authors))


def document(*found, cadence="annual", unseen=None):
    return RequiredDocument(
        id="ACC-01/Access control policy",
        name="Access control policy",
        control="ACC-01",
        cadence=cadence,
        found=found,
        unseen=unseen,
    )


APPROVED = [
    pytest.param(revision(), Outcome.PASSED, id="approved"),
    pytest.param(revision(approval=approval(365)), Outcome.PASSED, id="365 days ago"),
    pytest.param(revision(approval=approval(366)), Outcome.FAILED, id="366 days ago"),
    pytest.param(revision(approval=approval(0)), Outcome.PASSED, id="today"),
    pytest.param(revision(approval=approval(-1)), Outcome.UNDETERMINED, id="in the future"),
    pytest.param(revision(approval=None), Outcome.FAILED, id="never approved"),
    pytest.param(revision(owner=None), Outcome.FAILED, id="no owner"),
    pytest.param(revision(version=None), Outcome.FAILED, id="no version"),
    pytest.param(
        revision(version=None, approval=approval(version=None, body="aa")),
        Outcome.FAILED,
        id="no version, though the text is approved",
    ),
    pytest.param(revision(version="1.1"), Outcome.FAILED, id="edited after the approval"),
    pytest.param(
        revision(approval=approval(version=None)), Outcome.FAILED, id="approval of no version"
    ),
    pytest.param(
        revision(approval=approval(version=None, body="aa")), Outcome.PASSED, id="text approved"
    ),
    pytest.param(
        revision(approval=approval(version=None, body="bb")), Outcome.FAILED, id="another text"
    ),
    pytest.param(
        revision(approval=approval(body="bb")), Outcome.FAILED, id="this version, another text"
    ),
]


@pytest.mark.parametrize(("found", "outcome"), APPROVED)
def test_one_file_decides_on_a_required_document(found, outcome):
    subject = document(found)
    assert required_document_present_and_current(subject, as_of=NOW).outcome is outcome


@pytest.mark.parametrize(("found", "outcome"), APPROVED)
def test_policy_approved_on_schedule(found, outcome):
    subject = Policy(id=found.path, name=found.path, revision=found, owner_employment=WORKS)
    assert policy_approved_on_schedule(subject, as_of=NOW).outcome is outcome


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(document(), Outcome.FAILED, id="no file"),
        pytest.param(document(unseen=DENIED), Outcome.UNDETERMINED, id="perhaps the unread file"),
        pytest.param(
            document(revision(), unseen=DENIED), Outcome.PASSED, id="another file settles it"
        ),
        pytest.param(
            document(revision(approval=None), unseen=DENIED),
            Outcome.UNDETERMINED,
            id="the unread file may be the approved one",
        ),
        pytest.param(
            document(revision(approval=None), revision()), Outcome.PASSED, id="the better of two"
        ),
        pytest.param(
            document(revision(approval=None), revision(approval=approval(-1))),
            Outcome.UNDETERMINED,
            id="neither passes, one is not known",
        ),
        pytest.param(
            document(revision(approval=approval(100)), cadence="quarterly"),
            Outcome.PASSED,
            id="quarterly, 100 days ago",
        ),
        pytest.param(
            document(revision(approval=approval(101)), cadence="quarterly"),
            Outcome.FAILED,
            id="quarterly, 101 days ago",
        ),
        pytest.param(
            document(revision(approval=approval(36)), cadence="monthly"),
            Outcome.FAILED,
            id="monthly, 36 days ago",
        ),
        pytest.param(
            document(revision(approval=approval(101), review="quarterly")),
            Outcome.FAILED,
            id="it promises more than the control asks",
        ),
        pytest.param(
            document(revision(approval=approval(101), review="annual"), cadence="quarterly"),
            Outcome.FAILED,
            id="it promises less than the control asks",
        ),
        pytest.param(
            document(revision(approval=approval(5000)), cadence="event"),
            Outcome.PASSED,
            id="due at an event",
        ),
        pytest.param(
            document(revision(approval=approval(366), review="annual"), cadence="continuous"),
            Outcome.FAILED,
            id="kept at all times, by its own word renewed each year",
        ),
    ],
)
def test_required_document_present_and_current(subject, outcome):
    assert required_document_present_and_current(subject, as_of=NOW).outcome is outcome


@pytest.mark.parametrize(
    ("authors", "committed", "outcome"),
    [
        pytest.param({"ada@acme.test"}, None, Outcome.PASSED, id="written by another"),
        pytest.param({"Grace@acme.test"}, None, Outcome.FAILED, id="the only author approves"),
        pytest.param({"grace@acme.test", "ada@acme.test"}, None, Outcome.PASSED, id="one of two"),
        pytest.param(set(), None, Outcome.FAILED, id="nobody wrote it"),
        pytest.param(set(), history("ada@acme.test"), Outcome.PASSED, id="another committed it"),
        pytest.param(set(), history("grace@acme.test"), Outcome.FAILED, id="only committer"),
        pytest.param(set(), DENIED, Outcome.UNDETERMINED, id="history denied"),
        pytest.param({"grace@acme.test"}, DENIED, Outcome.UNDETERMINED, id="perhaps not the only"),
        pytest.param({"ada@acme.test"}, DENIED, Outcome.PASSED, id="denied, but settled"),
    ],
)
def test_the_approver_is_not_the_only_author(authors, committed, outcome):
    subject = document(revision(authors=frozenset(authors), history=committed))
    assert required_document_present_and_current(subject, as_of=NOW).outcome is outcome


@pytest.mark.parametrize(
    ("found", "owner", "outcome"),
    [
        pytest.param(DENIED, None, Outcome.UNDETERMINED, id="policy unread"),
        pytest.param(revision(), None, Outcome.FAILED, id="owner not in the register"),
        pytest.param(revision(), DENIED, Outcome.UNDETERMINED, id="register denied"),
        pytest.param(
            revision(approval=None), DENIED, Outcome.FAILED, id="denied, but not approved anyway"
        ),
        pytest.param(
            revision(), replace(WORKS, left_on=TODAY), Outcome.PASSED, id="owner's last day"
        ),
        pytest.param(
            revision(),
            replace(WORKS, left_on=TODAY - timedelta(days=1)),
            Outcome.FAILED,
            id="owner left yesterday",
        ),
        pytest.param(
            revision(),
            replace(WORKS, started_on=TODAY + timedelta(days=1)),
            Outcome.FAILED,
            id="owner begins tomorrow",
        ),
    ],
)
def test_a_policy_has_an_owner_who_is_here(found, owner, outcome):
    subject = Policy(id="p", name="p", revision=found, owner_employment=owner)
    assert policy_approved_on_schedule(subject, as_of=NOW).outcome is outcome


def test_the_verdict_names_the_control_and_rests_on_dates_alone():
    subject = document(revision(approval=approval(366)))
    verdict = required_document_present_and_current(subject, as_of=NOW)

    assert verdict.reason == "the approval was good until 2026-11-22"
    assert verdict.observed["control"] == "ACC-01"
    assert required_document_present_and_current.controls_of(subject) == ("ACC-01",)
    assert len(EVERY_CONTROL) == len(set(EVERY_CONTROL)) == 71
    later = datetime(2027, 1, 1, tzinfo=UTC)
    assert required_document_present_and_current(subject, as_of=later) == verdict
