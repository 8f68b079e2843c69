"""Whether what was lost can be brought back."""

from datetime import timedelta

from checks.contract import (
    Observed,
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.aws.backup_jobs import RestoredStore
from collectors.evidence.aws.tags import Tag
from collectors.evidence.documents import CriticalStore
from collectors.evidence.record import Instant, Unread

FIRST_TIER = "1"
NOT_VALID = frozenset({"FAILED", "TIMED_OUT", "VALIDATING"})


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


@check(
    id="aws.backup.restore-succeeded",
    title="Critical stores were restored by AWS Backup within the year",
    controls=("AVL-02",),
    severity=Severity.HIGH,
    remediation="Set up a restore testing plan that selects the store.",
    empty=Outcome.FAILED,
)
def backup_restore_succeeded(
    store: RestoredStore,
    *,
    as_of: Instant,
    max_age_days: int = 365,
    tier_tag: str = "gapwatch:tier",
) -> Verdict:
    """That a backup can be read is known on the day somebody read it.

    A restore counts that completed and whose validation, if any, succeeded. A store is of the
    first tier unless its tag names another one: what nobody sorted is taken for critical.
    Restores that people did by themselves stand in the register, and are judged there. Members
    of a cluster and replicas are judged where their data comes from.
    """
    if store.judged_at is not None:
        return not_applicable("judged where its data comes from", judged_at=store.judged_at)
    if isinstance(store.restores, Unread):
        return undetermined(store.restores)
    good = [each.done_at for each in store.restores if each.validation not in NOT_VALID]
    if good and max(good) >= as_of - timedelta(days=max_age_days):
        due = max(good) + timedelta(days=max_age_days)
        return passed(f"the restore is good until {due:%Y-%m-%d}", due=f"{due:%Y-%m-%d}")
    last = f"it was last restored on {max(good):%Y-%m-%d}" if good else "no restore succeeded"
    return _if_critical(store.tags, tier_tag, failed(last, tried=len(store.restores)))


def _if_critical(tags: tuple[Tag, ...] | Unread, tier_tag: str, verdict: Verdict) -> Verdict:
    if isinstance(tags, Unread):
        return undetermined(tags)
    tier = next((tag.value for tag in tags if tag.key == tier_tag), FIRST_TIER)
    return verdict if tier == FIRST_TIER else not_applicable("not of the first tier", tier=tier)
