"""Whether what was lost can be brought back."""

from datetime import timedelta

from checks.contract import (
    Observed,
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    passed,
    undetermined,
)
from collectors.evidence.documents import CriticalStore
from collectors.evidence.record import Instant, Unread


@check(
    id="backups.restore-tested-on-schedule",
    title="Every critical store was restored, checked and back in time within the year",
    controls=("AVL-02",),
    severity=Severity.HIGH,
    remediation="Restore the store and record the result.",
    empty=Outcome.FAILED,
)
def restore_tested_on_schedule(
    store: CriticalStore, *, as_of: Instant, max_age_days: int = 365
) -> Verdict:
    """A backup that nobody ever restored is a hope.

    The population is every store of tier 1 in the register of data stores. A restore counts
    if it succeeded, somebody checked the data, and it took no longer than the store may be
    away. A store without such a limit fails: nobody can tell whether it was back in time.
    """
    restores = store.restores
    if isinstance(restores, Unread):
        return undetermined(restores)
    observed: dict[str, Observed] = {"recovery_minutes": store.recovery_minutes}
    if store.recovery_minutes is None:
        return failed("nobody said how long the store may be away", **observed)

    good = [each for each in restores if each.succeeded and each.data_checked]
    in_time = [each for each in good if each.minutes <= store.recovery_minutes]
    if not good:
        tried = f"{len(restores)} were tried" if restores else "none was tried"
        return failed(f"no restore with a check of the data succeeded: {tried}", **observed)
    if not in_time:
        quickest = min(each.minutes for each in good)
        return failed("no restore was in time", **observed, quickest_minutes=quickest)

    latest = max(in_time, key=lambda each: (each.restored_on, each.backup))
    due = latest.restored_on + timedelta(days=max_age_days)
    observed |= {"restored_on": latest.restored_on.isoformat(), "backup": latest.backup}
    if latest.restored_on > as_of.date():
        return undetermined("the restore is dated after the evidence", **observed)
    judge, verb = (passed, "is") if as_of.date() <= due else (failed, "was")
    return judge(f"the restore {verb} good until {due}", **observed, due=due.isoformat())
