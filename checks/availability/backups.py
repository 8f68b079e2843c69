"""Can lost data be brought back, and from how long ago?"""

from collections.abc import Iterator
from datetime import timedelta

from checks.contract import (
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.aws.backup import StoreRecovery
from collectors.evidence.aws.backup_jobs import BackupJob, BackupVault
from collectors.evidence.aws.dynamodb import DynamodbTableBackups
from collectors.evidence.aws.ec2 import EbsVolume
from collectors.evidence.aws.efs import FileSystemBackup
from collectors.evidence.aws.rds import Database
from collectors.evidence.gcp import SqlInstance
from collectors.evidence.record import Instant, Unread

BEING_BACKED_UP = frozenset({"ENABLED", "ENABLING"})
OWN_BACKUPS = "its own backups"
JUDGED_ELSEWHERE = {
    "READ_REPLICA_INSTANCE": "a replica: judged at its primary",
    "READ_POOL_INSTANCE": "a pool of replicas: judged at its primary",
    "ON_PREMISES_INSTANCE": "a server outside Google Cloud, which keeps its own backups",
}


@check(
    id="aws.rds.backups-kept",
    title="Databases are backed up automatically, and the backups are kept long enough",
    controls=("AVL-01", "PIN-04"),
    severity=Severity.HIGH,
    remediation="Raise the backup retention period of the database, and look into backups that "
    "fell behind.",
    empty=Outcome.NOT_APPLICABLE,
)
def rds_backups_kept(
    database: Database, *, as_of: Instant, min_days: int = 7, max_lag_hours: int = 24
) -> Verdict:
    """A mistake in a database is often found days after it was made.

    Both count: how long backups are kept, and that the database can be restored to a recent
    moment. A stopped database takes no writes, so its last moment may be old. Members of a
    cluster are judged at the cluster, read replicas at their source.
    """
    judged_at = database.member_of or database.replica_of
    if judged_at is not None:
        return not_applicable("judged where its data comes from", judged_at=judged_at)
    days = database.backups_kept_days
    if isinstance(days, Unread):
        return undetermined(days)
    if days < min_days:
        return failed(f"backups are kept for {days} days, {min_days} required", kept_days=days)
    return _reaches(database, as_of - timedelta(hours=max_lag_hours), kept_days=days)


def _reaches(database: Database, moment: Instant, *, kept_days: int) -> Verdict:
    """Whether the database can be restored to the moment, or was written to no later."""
    restorable_to = database.restorable_to
    if isinstance(restorable_to, Unread):
        return undetermined(restorable_to, kept_days=kept_days)
    if restorable_to >= moment:
        return passed(f"backups are kept for {kept_days} days", kept_days=kept_days)
    if isinstance(database.status, Unread):
        return undetermined(database.status, kept_days=kept_days)
    if database.status == "stopped":
        return passed(f"it is stopped; backups are kept for {kept_days} days", kept_days=kept_days)
    return failed(
        "the backups fell behind", kept_days=kept_days, restorable_to=restorable_to.isoformat()
    )


@check(
    id="aws.dynamodb.point-in-time-recovery-on",
    title="DynamoDB tables can be restored to any point in time",
    controls=("AVL-01", "PIN-04"),
    severity=Severity.MEDIUM,
    remediation="Turn on point-in-time recovery for the table.",
    empty=Outcome.NOT_APPLICABLE,
)
def dynamodb_point_in_time_recovery_on(table: DynamodbTableBackups) -> Verdict:
    """Point-in-time recovery undoes a wrong write that nobody foresaw.

    Backups made now and then do not count here: what was written between two is lost.
    """
    if isinstance(table.point_in_time_recovery, Unread):
        return undetermined(table.point_in_time_recovery)
    if table.point_in_time_recovery == "ENABLED":
        return passed("point-in-time recovery is on")
    return failed("point-in-time recovery is off", status=table.point_in_time_recovery)


@check(
    id="aws.backup.store-covered",
    title="Every data store has a recent recovery point",
    controls=("AVL-01",),
    severity=Severity.HIGH,
    remediation="Add the store to a backup plan, or turn on its own automatic backups.",
    empty=Outcome.NOT_APPLICABLE,
)
def backup_store_covered(
    store: StoreRecovery, *, as_of: Instant, default_objective_hours: int = 24
) -> Verdict:
    """A backup that is older than the objective loses more work than was promised.

    The point may come from AWS Backup, from the automatic backups of a database or table, or
    from a volume's snapshots. A stopped database takes no writes, so the last point of its own
    backups holds all there is. A store younger than the objective needs no point yet. Members
    of a cluster are judged at the cluster, read replicas at their source.
    """
    if store.judged_at is not None:
        return not_applicable("judged where its data comes from", judged_at=store.judged_at)
    points = {"AWS Backup": store.backed_up_at, OWN_BACKUPS: store.restorable_to}
    made = {by: at for by, at in points.items() if at is not None and not isinstance(at, Unread)}
    objective = timedelta(hours=default_objective_hours)
    covered_by = tuple(
        by
        for by, at in made.items()
        if at >= as_of - objective or (by == OWN_BACKUPS and store.stopped is True)
    )
    if covered_by:
        reason = f"no more than {default_objective_hours} hours of work can be lost"
        return passed(reason, covered_by=covered_by)
    for unknown in (*points.values(), store.stopped, store.created_at):
        if isinstance(unknown, Unread):
            return undetermined(unknown)
    if not isinstance(store.created_at, Unread) and store.created_at > as_of - objective:
        due = store.created_at + objective
        return not_applicable("no recovery point is due yet", due=due.isoformat())
    if not made:
        return failed("it has no recovery point")
    return failed(
        f"the last recovery point is more than {default_objective_hours} hours before the evidence",
        last=max(made.values()).isoformat(),
    )


@check(
    id="aws.ec2.volume-backed-up",
    title="Volumes in use have a recent snapshot",
    controls=("AVL-01",),
    severity=Severity.MEDIUM,
    remediation="Add the volume to a snapshot schedule, or tag it as rebuildable.",
    empty=Outcome.NOT_APPLICABLE,
)
def ec2_volume_backed_up(
    volume: EbsVolume,
    *,
    as_of: Instant,
    max_age_days: int = 7,
    rebuildable_tag: str = "gapwatch:rebuildable",
) -> Verdict:
    """A volume fails with everything on it; what no snapshot holds is gone.

    Any complete snapshot of the account counts, whoever made it: a schedule, AWS Backup, or a
    person. A volume that carries the tag holds nothing that cannot be built again; one that
    is attached to nothing is not in use; one younger than the limit needs no snapshot yet.
    """
    if rebuildable_tag in volume.tags:
        return not_applicable("tagged as rebuildable", tag=rebuildable_tag)
    if isinstance(volume.state, Unread):
        return undetermined(volume.state)
    if volume.state != "in-use":
        return not_applicable("the volume is attached to nothing", state=volume.state)
    return _copied_since(volume, as_of - timedelta(days=max_age_days), as_of)


def _copied_since(volume: EbsVolume, oldest: Instant, as_of: Instant) -> Verdict:
    last = volume.last_snapshot_at
    if isinstance(last, Unread):
        return undetermined(last)
    if last is None:
        return _never_copied(volume, oldest)
    if last > as_of:
        return undetermined("the snapshot is dated after the evidence", last=last.isoformat())
    judge = passed if last >= oldest else failed
    return judge(f"its last snapshot was begun on {last:%Y-%m-%d}", last=last.isoformat())


def _never_copied(volume: EbsVolume, oldest: Instant) -> Verdict:
    """A volume needs no snapshot before it is as old as its last one may be."""
    if isinstance(volume.created_at, Unread):
        return undetermined(volume.created_at)
    if volume.created_at > oldest:
        return not_applicable("no snapshot is due yet", created=volume.created_at.isoformat())
    return failed("it has no complete snapshot")


@check(
    id="gcp.sql.backed-up",
    title="Cloud SQL instances are backed up and can be restored to a point in time",
    controls=("AVL-01", "PIN-04", "AVL-02"),
    severity=Severity.HIGH,
    remediation="Turn on automatic backups and point-in-time recovery, and look into backups "
    "that failed.",
    empty=Outcome.NOT_APPLICABLE,
)
def sql_backed_up(
    instance: SqlInstance, *, as_of: Instant, min_backups: int = 7, objective_hours: int = 24
) -> Verdict:
    """A mistake in a database is often found days after it was made.

    Automatic backups and point-in-time recovery must be on, enough backups be kept, and the
    last one have succeeded within the objective; an instance younger than the objective needs
    none yet. Replicas are judged at their primary, servers outside Google Cloud not at all.
    Backups that Backup and DR manages (the enhanced tier) are not read.
    """
    kind = instance.instance_type
    if isinstance(kind, Unread):
        return undetermined(kind)
    if kind in JUDGED_ELSEWHERE:
        return not_applicable(JUDGED_ELSEWHERE[kind], kind=kind)
    if instance.backup_tier == "ENHANCED":
        return undetermined("Backup and DR manages its backups, and is not read")
    oldest = as_of - timedelta(hours=objective_hours)
    shortcomings = (*_switches_off(instance, min_backups), *_late(instance, oldest))
    if shortcomings:
        return failed("; ".join(shortcomings), shortcomings=shortcomings)
    doubt = _sql_doubt(instance, as_of)
    if doubt:
        return undetermined(doubt)
    return passed(
        f"backups and point-in-time recovery are on, {min_backups} or more are kept, and no "
        f"backup is overdue",
        kept=None if isinstance(instance.retained_backups, Unread) else instance.retained_backups,
    )


def _switches_off(instance: SqlInstance, min_backups: int) -> Iterator[str]:
    if instance.automatic_backups is False:
        yield "automatic backups are off"
    if instance.point_in_time_recovery is False:
        yield "point-in-time recovery is off"
    kept = instance.retained_backups
    if not isinstance(kept, Unread) and kept < min_backups:
        yield f"{kept} backups are kept, {min_backups} required"


def _late(instance: SqlInstance, oldest: Instant) -> Iterator[str]:
    last, created = instance.last_backup_at, instance.created_at
    if last is None and not isinstance(created, Unread) and created < oldest:
        yield "no backup ever succeeded"
    if last is not None and not isinstance(last, Unread) and last < oldest:
        yield f"the last successful backup ended on {last:%Y-%m-%d at %H:%M} UTC"


def _sql_doubt(instance: SqlInstance, as_of: Instant) -> Unread | str | None:
    last = instance.last_backup_at
    for part in (
        instance.automatic_backups,
        instance.point_in_time_recovery,
        instance.retained_backups,
        last,
        instance.created_at if last is None else None,
    ):
        if isinstance(part, Unread):
            return part
    if last is not None and not isinstance(last, Unread) and last > as_of:
        return "the last backup is dated after the evidence"
    return None


@check(
    id="aws.efs.backup-on",
    title="File systems are backed up by themselves",
    controls=("AVL-01",),
    severity=Severity.MEDIUM,
    remediation="Turn on automatic backups of the file system, or add it to a backup plan.",
    empty=Outcome.NOT_APPLICABLE,
)
def efs_backup_on(
    file_system: FileSystemBackup, *, as_of: Instant, max_age_days: int = 8
) -> Verdict:
    """A file system keeps no versions: what a program deletes there is gone.

    The file system's own switch counts, on or being turned on. Where it is off, a backup
    plan may hold it all the same: then AWS Backup made a backup within the limit, which
    leaves a day beside a week.
    """
    if file_system.automatic in BEING_BACKED_UP:
        return passed("automatic backups are on")
    last = file_system.backed_up_at
    if isinstance(last, Unread):
        return undetermined(last)
    if last is not None and last >= as_of - timedelta(days=max_age_days):
        return passed("AWS Backup holds it by a plan")
    if isinstance(file_system.automatic, Unread):
        return undetermined(file_system.automatic)
    return failed(
        "automatic backups are off, and no recent backup was made",
        automatic=file_system.automatic,
        last=None if last is None else last.isoformat(),
    )


@check(
    id="aws.backup.job-succeeded",
    title="Backups and their copies succeed, or are made good in time",
    controls=("AVL-01",),
    severity=Severity.MEDIUM,
    remediation="Repair the job and run it again.",
    empty=Outcome.NOT_APPLICABLE,
)
def backup_job_succeeded(job: BackupJob, *, as_of: Instant, objective_hours: int = 24) -> Verdict:
    """A job that failed and was noticed by nobody is the backup that is missed later.

    One that did not complete is made good by a later one of the same store, done within the
    objective. While the objective runs it is in doubt. Jobs that still run are not judged.
    """
    if isinstance(job.state, Unread):
        return undetermined(job.state)
    if job.state == "COMPLETED":
        return passed("it completed")
    due = job.occurred_at + timedelta(hours=objective_hours)
    observed = {"state": job.state, "store": job.store}
    if job.made_good_at is not None and job.made_good_at <= due:
        return passed("a later job made it good in time", **observed)
    if as_of < due:
        return undetermined(f"a later job may make it good until {due:%Y-%m-%d %H:%M}", **observed)
    return failed("it did not complete, and no later job made it good in time", **observed)


@check(
    id="aws.backup.vault-protected",
    title="Backups are encrypted, and locked or copied elsewhere",
    controls=("AVL-01", "CRY-02"),
    severity=Severity.MEDIUM,
    remediation="Lock the vault, or add a copy to another account or region; replace recovery "
    "points that are not encrypted.",
    empty=Outcome.NOT_APPLICABLE,
)
def backup_vault_protected(vault: BackupVault) -> Verdict:
    """Who takes an account for ransom deletes its backups first.

    A vault must be locked, or have sent a copy to another region or account within the last
    30 days, and every recovery point in it must be encrypted: some services keep the state of
    the source whatever the vault's key. An empty vault is not judged.
    """
    if isinstance(vault.holds_any, Unread):
        return undetermined(vault.holds_any)
    if not vault.holds_any:
        return not_applicable("no recovery point lies in it")
    if vault.plain and not isinstance(vault.plain, Unread):
        return failed(f"{len(vault.plain)} recovery points are plain", plain=vault.plain)
    if not vault.locked and vault.copied_to == ():
        return failed("it is not locked, and no copy lies elsewhere")
    for part in (vault.plain, () if vault.locked else vault.copied_to):
        if isinstance(part, Unread):
            return undetermined(part)
    return passed(
        "locked" if vault.locked else "copied elsewhere",
        copied_to=None if isinstance(vault.copied_to, Unread) else vault.copied_to,
    )
