"""Every critical store is read with each restore that was tried."""

from datetime import date

import pytest

from collectors.documents.restore_tests import critical_stores
from collectors.evidence.documents import Restore
from collectors.evidence.record import Omission, Unread
from collectors.transcript import Transcript


@pytest.fixture
def written(folder):
    folder.register(
        "data_stores.csv",
        "store,tier,owner,recovery_minutes",
        "orders,1,ada,240",
        "invoices,1,ada,",
        "drafts,3,ada,10",
    )
    folder.register(
        "restore_tests.csv",
        "store,backup_id,date,duration,data_check,result",
        "orders,b1,2026-05-01,95,true,succeeded",
        "orders,b2,2026-06-01,10,false,failed",
        "drafts,b3,2026-06-01,10,true,succeeded",
    )
    return folder


def test_stores_of_the_first_tier_are_read_with_their_restores(written):
    snapshot, _ = written.snapshot(critical_stores)

    invoices, orders = snapshot.records
    assert (invoices.id, invoices.recovery_minutes, invoices.restores) == ("invoices", None, ())
    assert orders.recovery_minutes == 240
    done, broken = orders.restores
    assert done == Restore(
        restored_on=date(2026, 5, 1), backup="b1", minutes=95, data_checked=True, succeeded=True
    )
    assert (broken.data_checked, broken.succeeded) == (False, False)


def test_without_the_register_of_tests_restores_are_unread(written):
    (written.path / "registers/restore_tests.csv").unlink()
    snapshot, _ = written.snapshot(critical_stores)

    why = Unread(why="documents:ReadFile: registers/restore_tests.csv is missing")
    assert [store.restores for store in snapshot.records] == [why, why]


def test_without_the_register_of_stores_there_is_no_population(written):
    (written.path / "registers/data_stores.csv").unlink()
    snapshot, _ = written.snapshot(critical_stores)

    why = "documents:ReadFile: registers/data_stores.csv is missing"
    assert snapshot.omissions == (Omission(where="documents:acme", why=why),)


def test_a_replay_reads_what_was_read_and_no_more(written):
    snapshot, transcript = written.snapshot(critical_stores)

    assert written.again(critical_stores, transcript) == snapshot
    stores = [e for e in transcript.exchanges if e.arguments["path"] == "registers/data_stores"]
    invoices, _ = written.again(critical_stores, Transcript(tuple(stores))).records
    why = "documents:ReadFile: registers/restore_tests.csv: not collected"
    assert invoices.restores == Unread(why=why)
