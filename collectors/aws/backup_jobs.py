"""What AWS Backup did: backups and copies, and the vaults they lie in."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, instant, told
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.backup_jobs import BackupJob, BackupVault
from collectors.evidence.record import Instant, Unread

BACKUPS = ApiCall(
    "backup",
    "ListBackupJobs",
    "backup:ListBackupJobs",
    redact=("BackupJobs.StatusMessage", "BackupJobs.CreatedBy"),
).without("BackupJobs.PercentDone", "BackupJobs.BytesTransferred", "BackupJobs.BackupSizeInBytes")
COPIES = ApiCall(
    "backup",
    "ListCopyJobs",
    "backup:ListCopyJobs",
    redact=("CopyJobs.StatusMessage", "CopyJobs.CreatedBy"),
).without("CopyJobs.BackupSizeInBytes", "CopyJobs.ChildJobsInState")
VAULTS = ApiCall("backup", "ListBackupVaults", "backup:ListBackupVaults")
POINTS = ApiCall(
    "backup",
    "ListRecoveryPointsByBackupVault",
    "backup:ListRecoveryPointsByBackupVault",
    redact=("RecoveryPoints.StatusMessage", "RecoveryPoints.CreatedBy"),
).without("RecoveryPoints.LastRestoreTime", "RecoveryPoints.IndexStatus")
COMPLETED = "COMPLETED"
ENDED = frozenset({COMPLETED, "ABORTED", "FAILED", "EXPIRED", "PARTIAL"})
AIR_GAPPED = "LOGICALLY_AIR_GAPPED_BACKUP_VAULT"
LENT = "RESTORE_ACCESS_BACKUP_VAULT"


@collector(id="aws.backup.jobs", calls=(BACKUPS, COPIES))
def backup_jobs(region: Region) -> Iterator[BackupJob]:
    """Every backup and every copy that ended, with the next one of its store that succeeded.

    AWS Backup tells of the last 30 days.
    """
    yield from region.in_turn(
        _jobs(region, BACKUPS, "BackupJobs", "BackupJobId", "backup"),
        _jobs(region, COPIES, "CopyJobs", "CopyJobId", "copy"),
    )


@collector(id="aws.backup.vaults", calls=(VAULTS, POINTS, COPIES))
def backup_vaults(region: Region) -> Iterator[BackupVault]:
    """Every vault, with its lock, its plain recovery points, and where else they were copied to.

    A vault that another account lends for a restore is left out. A vault that is cut off from
    its account is locked by its nature. Recovery points of an empty vault are not asked for.
    """
    copies = region.listed(COPIES, "CopyJobs")

    def describe(vault: Response) -> BackupVault:
        arn, name = vault["BackupVaultArn"], vault["BackupVaultName"]
        points = told(VAULTS, vault, "NumberOfRecoveryPoints", int)
        return BackupVault(
            id=arn,
            name=name,
            holds_any=points if isinstance(points, Unread) else points > 0,
            locked=vault.get("VaultType") == AIR_GAPPED or vault.get("Locked") is True,
            plain=() if points == 0 else _plain(region, name),
            copied_to=_elsewhere(copies, arn),
        )

    own = (vault for vault in region.each(VAULTS, "BackupVaultList") if _is_own(vault))
    yield from region.concurrently(describe, own)


def _is_own(vault: Response) -> bool:
    return vault.get("VaultType") != LENT


def _plain(region: Region, vault: str) -> tuple[str, ...] | Unread:
    points = region.listed(POINTS, "RecoveryPoints", BackupVaultName=vault)
    if isinstance(points, Unread):
        return points
    return tuple(
        sorted(one["RecoveryPointArn"] for one in points if one.get("IsEncrypted") is False)
    )


def _elsewhere(copies: tuple[Response, ...] | Unread, vault: str) -> tuple[str, ...] | Unread:
    """The vaults of other regions and accounts that took a copy; an ARN names both."""
    if isinstance(copies, Unread):
        return copies
    taken = {
        copy["DestinationBackupVaultArn"]
        for copy in copies
        if copy.get("State") == COMPLETED and copy.get("SourceBackupVaultArn") == vault
    }
    return tuple(sorted(arn for arn in taken if arn.split(":")[3:5] != vault.split(":")[3:5]))


def _jobs(region: Region, call: ApiCall, of: str, named: str, form: str) -> Iterator[BackupJob]:
    jobs = list(region.each(call, of))
    for job in jobs:
        state = told(call, job, "State", str)
        if isinstance(state, str) and state not in ENDED:
            continue
        begun = instant(job["CreationDate"])
        store = job.get("ResourceArn") or "unknown"
        arn = f"arn:{region.partition}:backup:{region.region}:{region.id}:{form}-job:{job[named]}"
        yield BackupJob(
            id=arn,
            name=f"{form} of {job.get('ResourceName') or store.rpartition(':')[2]}",
            occurred_at=begun,
            store=store,
            state=state,
            made_good_at=None if state == COMPLETED else _made_good(jobs, store, begun),
        )


def _made_good(jobs: list[Response], store: str, begun: Instant) -> Instant | None:
    """When the first job of a store that began later and succeeded was done."""
    done = [
        instant(job["CompletionDate"])
        for job in jobs
        if job.get("ResourceArn") == store
        and job.get("State") == COMPLETED
        and job.get("CompletionDate") is not None
        and instant(job["CreationDate"]) > begun
    ]
    return min(done, default=None)
