"""Systems are due from their first whole quarter on, whether anybody reviewed them or not."""

from datetime import UTC, date, datetime

import pytest

from collectors.documents.access_reviews import access_reviews, system_quarters
from collectors.evidence.documents import AccessReview
from collectors.evidence.record import Omission
from tests.faults import Denied


@pytest.fixture
def written(folder):
    folder.register(
        "scope.csv",
        "kind,id,in_scope,reason,since",
        "system,aws,true,,2026-04-01",
        "system,github,true,,2026-04-02",
        "system,wiki,false,holds nothing,2026-10-01",
        "account,123456789012,true,,2020-01-01",
    )
    folder.register(
        "access_reviews.yaml",
        "- {system: aws, period: 2026-Q3, snapshot_id: s1, reviewer: grace@acme.test,",
        "   completed_at: 2026-08-01, decisions: [{identity: ben, decision: keep},",
        "   {identity: ada, decision: remove}]}",
        "- {system: aws, period: 2026-Q4, snapshot_id: s2, reviewer: grace@acme.test}",
    )
    return folder


def test_a_system_is_due_from_its_first_whole_quarter_to_the_running_one(written):
    snapshot, _ = written.snapshot(system_quarters)

    assert [record.id for record in snapshot.records] == [
        *("aws/2026-Q2", "aws/2026-Q3", "aws/2026-Q4"),
        *("github/2026-Q3", "github/2026-Q4"),
        "wiki/2026-Q4",
    ]
    assert {record.out_of_scope for record in snapshot.records} == {None, "holds nothing"}
    ends = {record.quarter: record.ends_at for record in snapshot.records}
    assert ends["2026-Q2"] == datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC)
    assert ends["2026-Q4"] == datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_reviews_are_read_completed_or_not(written):
    snapshot, _ = written.snapshot(access_reviews)

    done, running = snapshot.records
    assert done == AccessReview(
        id="aws/2026-Q3/grace@acme.test",
        name="aws in 2026-Q3 by grace@acme.test",
        system="aws",
        quarter="2026-Q3",
        snapshot="s1",
        reviewer="grace@acme.test",
        completed_on=date(2026, 8, 1),
        decided=("ada", "ben"),
    )
    assert (running.completed_on, running.decided) == (None, ())


@pytest.mark.parametrize("collector", [system_quarters, access_reviews])
def test_a_denied_register_is_an_omission(written, collector):
    snapshot, _ = written.snapshot(collector, {"documents:ReadFile": Denied("PermissionDenied")})

    assert snapshot.records == ()
    assert not snapshot.complete


def test_a_malformed_period_names_what_to_write(written):
    path = written.path / "registers/access_reviews.yaml"
    path.write_text(path.read_text().replace("2026-Q3", "Q3 2026"))
    snapshot, _ = written.snapshot(access_reviews)

    where = "registers/access_reviews.yaml, row 1, period"
    why = f"documents:ReadFile: {where}: write a quarter such as 2026-Q4"
    assert snapshot.omissions == (Omission(where="documents:acme", why=why),)


@pytest.mark.parametrize("collector", [system_quarters, access_reviews])
def test_a_replay_needs_neither_folder_nor_calendar(written, collector):
    snapshot, transcript = written.snapshot(collector)

    for register in (written.path / "registers").iterdir():
        register.unlink()
    assert written.again(collector, transcript) == snapshot
