"""What is told of a landed change: names where they are known, and what is not known by name."""

from datetime import timedelta

import msgspec
import pytest

from agent.gaps.events import EvidenceKept
from agent.landed import landed, unlisted
from agent.landed_changes import landed_changes
from agent.package.history import History, Source
from agent.package.landed import LANDED, has_landed, landed_rows
from agent.package.redaction import MASKED
from agent.package.window import Window
from agent.registry import all_checks, all_collectors, all_joins
from agent.store import queries
from agent.store.evidence import keep_assessments, keep_records
from agent.store.store import Store
from collectors.evidence.github.changes import Reported
from collectors.evidence.github.deployments import Approval, DeployingRun, Deployment
from collectors.evidence.record import Omission
from tests.agent.web.kept import Kept, estate
from tests.checks.change.landed import change, request, review
from tests.evidence import DENIED, NOW

LANDED_ONE = change(request(issues=(), tickets=()), checks=())
NOTHING_OMITTED = unlisted((), read=True)
OLGA, GONE = Approval(by="olga", is_person=True), Approval(by=DENIED, is_person=True)
GATE = Approval(by="gate[bot]", is_person=False)
WHOLE = {"authors": frozenset({"ben"}), "brought": frozenset()}


def deployment(*approvals, after=60, **says):
    """Minutes after the change landed, of that very commit."""
    known = {
        "id": f"DE_{after}",
        "name": "acme/web@0123 to production",
        "occurred_at": NOW + timedelta(minutes=after),
        "repository": LANDED_ONE.repository,
        "environment": "production",
        "commit": LANDED_ONE.commit,
        "created_by": "github-actions[bot]",
        "states": frozenset({"success"}),
        "from_branch": "main",
        "run": DeployingRun(started_by=frozenset({"mia"}), approvals=approvals),
    }
    return Deployment(**known | WHOLE | says)


def told(one=None, *deployments, why_not=NOTHING_OMITTED):
    (view,) = landed([one or LANDED_ONE], deployments, why_not)
    return view


def test_everything_that_is_asked_of_a_change_stands_beside_it():
    one = change(
        request(
            reviews=(review(), review("nina", commit="older"), review("gate", bot=True)),
            issues=("acme/web#7",),
            tickets=("OPS-9", "acme/web#7"),
        ),
        checks=(Reported(name="tests", conclusion="success"),),
    )
    view = told(one, deployment(OLGA, GATE))

    assert (view.repository, view.branch, view.commit) == (one.repository, one.branch, one.commit)
    assert (view.landed_at, view.landed_by) == (one.occurred_at, one.landed_by)
    assert (view.pull_request, view.authors) == (
        one.pull_request.number,
        tuple(sorted(one.pull_request.authors)),
    )
    assert view.approvers == ("otto",)
    assert view.checks == ("tests: success",)
    assert view.issues == ("acme/web#7", "OPS-9")
    assert [str(one) for one in view.deployments] == [
        "production 2026-11-23 10:00 UTC: approved by olga"
    ]
    assert view.not_read == ()


@pytest.mark.parametrize(
    ("one", "field", "about"),
    [
        pytest.param(change(DENIED), "pull_request", "pull request", id="the request"),
        pytest.param(change(request(authors=DENIED)), "authors", "authors", id="the authors"),
        pytest.param(change(request(reviews=DENIED)), "approvers", "reviews", id="the reviews"),
        pytest.param(
            change(request(reviews=(review(DENIED),))), "approvers", "approvers", id="one approver"
        ),
        pytest.param(
            change(request(reviews=(review(commit=DENIED),))),
            "approvers",
            "approvers",
            id="what was approved",
        ),
        pytest.param(
            change(request(reviews=(review(),), head=DENIED)),
            "approvers",
            "last commit",
            id="which commit was the last",
        ),
        pytest.param(change(request(issues=DENIED)), "issues", "issues", id="the issues"),
        pytest.param(change(request(), checks=DENIED), "checks", "checks", id="the checks"),
        pytest.param(change(request(), landed_by=DENIED), "landed_by", "landed by", id="by whom"),
    ],
)
def test_what_was_not_read_is_named_with_the_reason_and_is_not_nobody(one, field, about):
    view = told(one)

    assert not getattr(view, field)
    assert f"{about}: {DENIED.why}" in view.not_read


@pytest.mark.parametrize(
    ("made", "said"),
    [
        pytest.param(deployment(OLGA), "approved by olga", id="somebody"),
        pytest.param(deployment(), "nobody approved", id="nobody"),
        pytest.param(deployment(GATE), "nobody approved", id="an app is nobody"),
        pytest.param(deployment(run=None), "nobody approved", id="no run to approve"),
        pytest.param(
            deployment(run=DENIED), f"nobody approved that is known: {DENIED.why}", id="run unread"
        ),
        pytest.param(
            deployment(GONE, OLGA),
            f"approved by olga that is known: {DENIED.why}",
            id="one account is gone",
        ),
        pytest.param(
            deployment(OLGA, commit="later", brought=frozenset({LANDED_ONE.commit})),
            "approved by olga",
            id="brought by a later commit",
        ),
    ],
)
def test_who_let_it_through_is_told_or_why_that_is_not_known(made, said):
    (one,) = told(None, made).deployments

    assert str(one) == f"production 2026-11-23 10:00 UTC: {said}"


ELSEWHERE = {"commit": "other", "brought": frozenset({"other"})}


@pytest.mark.parametrize(
    ("made", "why_not", "in_doubt"),
    [
        pytest.param(deployment(**ELSEWHERE), NOTHING_OMITTED, False, id="of another change"),
        pytest.param(
            deployment(states=frozenset({"failure"})), NOTHING_OMITTED, False, id="never began"
        ),
        pytest.param(
            deployment(repository="acme/api"), NOTHING_OMITTED, False, id="of another repository"
        ),
        pytest.param(
            deployment(commit="later", brought=DENIED), NOTHING_OMITTED, True, id="of what, unread"
        ),
        pytest.param(
            deployment(commit="other", brought=DENIED, after=-60),
            NOTHING_OMITTED,
            False,
            id="of what, unread, but before it landed",
        ),
        pytest.param(None, unlisted((), read=False), True, id="nobody read deployments"),
        pytest.param(
            None,
            unlisted((Omission(where=LANDED_ONE.repository, why="403"),), read=True),
            True,
            id="its repository refused",
        ),
        pytest.param(
            None,
            unlisted((Omission(where="acme/other", why="403"),), read=True),
            False,
            id="another repository refused",
        ),
        pytest.param(
            None,
            unlisted((Omission(where="github:acme", why="403"),), read=True),
            True,
            id="nothing could be listed",
        ),
    ],
)
def test_that_nothing_brought_it_is_only_said_where_that_is_known(made, why_not, in_doubt):
    view = told(None, *([made] if made else []), why_not=why_not)

    assert view.deployments == ()
    assert any(one.startswith("deployment: ") for one in view.not_read) is in_doubt


def test_a_deployment_that_is_known_settles_what_another_leaves_open():
    view = told(None, deployment(OLGA), deployment(commit="x", brought=DENIED, after=90))

    assert len(view.deployments) == 1
    assert view.not_read == ()


@pytest.fixture
def kept(tmp_path, template_file):
    (tmp_path / "gapwatch.db").write_bytes(template_file.read_bytes())
    return Kept(Store.open(f"sqlite:///{tmp_path}/gapwatch.db", tmp_path / "evidence"))


def stretch(kept, collector, *records, reached, omissions=()):
    """What a collector read since its last stretch."""
    with kept.cycle():
        kept.append(
            EvidenceKept(
                **kept.when,
                connection="acme",
                collector=collector,
                scope="github:acme",
                identity="",
                observed_at=kept.at,
                records=len(records),
                records_digest=keep_records(kept.store.blobs, records),
                answers=(),
                circumstances="",
                calls=1,
                assessments=keep_assessments(kept.store.blobs, []),
                judged=(),
                omissions=omissions,
                reached={"R_1": reached},
            )
        )


def in_the_package(kept):
    """The rows of the package's table, by their headings."""
    with kept.store.reading() as connection:
        source = Source(
            connection=connection,
            blobs=kept.store.blobs,
            size=queries.last_number(connection),
            at=NOW,
            checks=all_checks(),
            collectors=all_collectors(),
            joins=all_joins(),
        )
        history = History.read(source, Window(NOW.date(), NOW.date()))
        assert has_landed(history)
        return [dict(zip(LANDED, row, strict=True)) for row in landed_rows(history)]


def test_changes_of_every_stretch_are_told_with_deployments_that_came_later(kept, tmp_path):
    second = msgspec.structs.replace(LANDED_ONE, id="R_1/def", commit="def")
    stretch(kept, "github.landed-changes", LANDED_ONE, reached="1")
    stretch(kept, "github.landed-changes", second, reached="2")
    stretch(kept, "github.deployments", deployment(OLGA, after=-30), reached="1")

    listed = landed_changes(estate(tmp_path).reading(kept.store))
    assert [(one.commit, len(one.deployments)) for one in listed] == [("abc", 1), ("def", 0)]
    packed = in_the_package(kept)
    assert [row["item_id"] for row in packed] == [one.id for one in listed]
    assert [row["deployments"] for row in packed] == [one.deployments for one in listed]
    assert [row["not_read"] for row in packed] == [(), ()]


def test_while_deployments_are_refused_nothing_is_said_of_them(kept, tmp_path):
    refused = Omission(where="acme/web", why="github:GET: 403")
    stretch(kept, "github.landed-changes", LANDED_ONE, reached="1")
    stretch(kept, "github.deployments", reached="1", omissions=(refused,))

    (listed,) = landed_changes(estate(tmp_path).reading(kept.store))
    (packed,) = in_the_package(kept)
    assert listed.not_read == packed["not_read"] == ("deployment: github:GET: 403",)


def test_the_redacted_edition_names_nobody():
    personal = {name for name in LANDED if name not in ("landed_at", "pull_request")}
    assert personal <= MASKED
