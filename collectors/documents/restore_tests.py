"""Whether backups were ever brought back."""

from collections.abc import Iterator

from collectors.contract import collector
from collectors.documents.folder import READ_FILE, Folder
from collectors.documents.rows import DataStoreRow, RestoreTestRow
from collectors.evidence.documents import CriticalStore, Restore
from collectors.evidence.record import Unread

CRITICAL = 1


@collector(id="documents.restore-tests", calls=(READ_FILE,))
def critical_stores(folder: Folder) -> Iterator[CriticalStore]:
    """Every store of tier 1 in the register of data stores, with each restore of it."""
    tests = folder.listed(folder.rows(RestoreTestRow))
    for row in folder.rows(DataStoreRow):
        if row.tier == CRITICAL:
            yield CriticalStore(
                id=row.store,
                name=row.store,
                recovery_minutes=row.recovery_minutes,
                restores=_restores(row.store, tests),
            )


def _restores(
    store: str, tests: tuple[RestoreTestRow, ...] | Unread
) -> tuple[Restore, ...] | Unread:
    if isinstance(tests, Unread):
        return tests
    return tuple(
        Restore(
            restored_on=row.date,
            backup=row.backup_id,
            minutes=row.duration,
            data_checked=row.data_check,
            succeeded=row.result == "succeeded",
        )
        for row in tests
        if row.store == store
    )
