"""Whether what was lost can be brought back."""

from datetime import timedelta

import pytest

from checks.availability.recovery import backup_restore_succeeded, restore_tested_on_schedule
from checks.contract import Outcome
from collectors.evidence.aws.backup_jobs import RestoredStore, StoreRestore
from collectors.evidence.aws.tags import Tag
from collectors.evidence.documents import CriticalStore, Restore
from tests.evidence import DENIED, NOW


def restore(days_ago=10, *, minutes=240, data_checked=True, succeeded=True):
    return Restore(
        restored_on=NOW.date() - timedelta(days=days_ago),
        backup="b1",
        minutes=minutes,
        data_checked=data_checked,
        succeeded=succeeded,
    )


def store(*restores, recovery_minutes=240):
    return CriticalStore(
        id="orders", name="orders", recovery_minutes=recovery_minutes, restores=restores
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(store(restore()), Outcome.PASSED, id="restored, checked, in time"),
        pytest.param(store(restore(365)), Outcome.PASSED, id="365 days ago"),
        pytest.param(store(restore(366)), Outcome.FAILED, id="366 days ago"),
        pytest.param(store(restore(-1)), Outcome.UNDETERMINED, id="in the future"),
        pytest.param(store(), Outcome.FAILED, id="never"),
        pytest.param(store(restore(minutes=241)), Outcome.FAILED, id="a minute too long"),
        pytest.param(store(restore(data_checked=False)), Outcome.FAILED, id="data not checked"),
        pytest.param(store(restore(succeeded=False)), Outcome.FAILED, id="did not succeed"),
        pytest.param(
            store(restore(300), restore(1, succeeded=False)),
            Outcome.PASSED,
            id="a good one within the year, and a failure since",
        ),
        pytest.param(
            store(restore(400), restore(1, minutes=999)), Outcome.FAILED, id="the recent was slow"
        ),
        pytest.param(store(restore(), recovery_minutes=None), Outcome.FAILED, id="no limit"),
        pytest.param(
            CriticalStore(id="orders", name="orders", recovery_minutes=240, restores=DENIED),
            Outcome.UNDETERMINED,
            id="register of tests denied",
        ),
    ],
)
def test_restore_tested_on_schedule(subject, outcome):
    assert restore_tested_on_schedule(subject, as_of=NOW).outcome is outcome


A_YEAR_AGO = NOW - timedelta(days=365)


def restored(at=A_YEAR_AGO, validation=None, **changes):
    fields = {
        "form": "table",
        "judged_at": None,
        "tags": (),
        "restores": () if at is None else (StoreRestore(done_at=at, validation=validation),),
    }
    return RestoredStore(id="arn:orders", name="orders", **fields | changes)


def of_tier(tier):
    return (Tag(key="gapwatch:tier", value=tier),)


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(restored(), Outcome.PASSED, id="a year ago"),
        pytest.param(restored(A_YEAR_AGO - timedelta(seconds=1)), Outcome.FAILED, id="longer ago"),
        pytest.param(restored(NOW, "SUCCESSFUL"), Outcome.PASSED, id="validated"),
        pytest.param(restored(NOW, "FAILED"), Outcome.FAILED, id="not valid"),
        pytest.param(restored(NOW, "TIMED_OUT"), Outcome.FAILED, id="never validated"),
        pytest.param(restored(None), Outcome.FAILED, id="never"),
        pytest.param(restored(None, tags=of_tier("1")), Outcome.FAILED, id="first tier"),
        pytest.param(restored(None, tags=of_tier("2")), Outcome.NOT_APPLICABLE, id="second tier"),
        pytest.param(restored(tags=DENIED), Outcome.PASSED, id="tags unread, restored anyway"),
        pytest.param(restored(None, tags=DENIED), Outcome.UNDETERMINED, id="tags unread"),
        pytest.param(restored(restores=DENIED), Outcome.UNDETERMINED, id="restores unread"),
        pytest.param(restored(None, judged_at="sales"), Outcome.NOT_APPLICABLE, id="member"),
    ],
)
def test_backup_restore_succeeded(subject, outcome):
    assert backup_restore_succeeded(subject, as_of=NOW).outcome is outcome
