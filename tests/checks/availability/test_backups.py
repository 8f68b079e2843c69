"""Can lost data be brought back, and from how long ago?"""

from datetime import timedelta

import pytest

from checks.availability.backups import (
    backup_job_succeeded,
    backup_store_covered,
    backup_vault_protected,
    dynamodb_point_in_time_recovery_on,
    ec2_volume_backed_up,
    efs_backup_on,
    rds_backups_kept,
    sql_backed_up,
)
from checks.contract import Outcome
from collectors.evidence.aws.backup import StoreRecovery
from collectors.evidence.aws.backup_jobs import BackupJob, BackupVault
from collectors.evidence.aws.dynamodb import DynamodbTableBackups
from collectors.evidence.aws.ec2 import EbsVolume
from collectors.evidence.aws.efs import FileSystemBackup
from collectors.evidence.aws.rds import Database
from collectors.evidence.gcp import SqlInstance
from tests.evidence import DENIED, NOW

JUST_NOW = NOW - timedelta(minutes=5)
A_DAY_AGO = NOW - timedelta(hours=24)
LONG_AGO = NOW - timedelta(hours=24, seconds=1)


def database(**changes):
    fields = {
        "form": "instance",
        "member_of": None,
        "replica_of": None,
        "status": "available",
        "backups_kept_days": 7,
        "restorable_to": JUST_NOW,
    }
    return Database(
        id="arn:aws:rds:eu-west-1:123456789012:db:orders",
        name="orders",
        account_id="123456789012",
        **fields | changes,
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(database(), Outcome.PASSED, id="kept for 7 days"),
        pytest.param(database(backups_kept_days=6), Outcome.FAILED, id="kept for 6 days"),
        pytest.param(database(backups_kept_days=0), Outcome.FAILED, id="off"),
        pytest.param(
            database(backups_kept_days=0, restorable_to=DENIED), Outcome.FAILED, id="off for sure"
        ),
        pytest.param(database(backups_kept_days=DENIED), Outcome.UNDETERMINED, id="days unread"),
        pytest.param(database(restorable_to=A_DAY_AGO), Outcome.PASSED, id="a day behind"),
        pytest.param(database(restorable_to=LONG_AGO), Outcome.FAILED, id="more than a day behind"),
        pytest.param(database(restorable_to=DENIED), Outcome.UNDETERMINED, id="moment unread"),
        pytest.param(
            database(restorable_to=LONG_AGO, status="stopped"), Outcome.PASSED, id="stopped"
        ),
        pytest.param(
            database(restorable_to=LONG_AGO, status=DENIED), Outcome.UNDETERMINED, id="stopped?"
        ),
        pytest.param(
            database(member_of="sales", backups_kept_days=0), Outcome.NOT_APPLICABLE, id="member"
        ),
        pytest.param(
            database(replica_of="orders-1", backups_kept_days=0),
            Outcome.NOT_APPLICABLE,
            id="replica",
        ),
    ],
)
def test_rds_backups_kept(subject, outcome):
    assert rds_backups_kept(subject, as_of=NOW).outcome is outcome


def test_a_backup_that_goes_on_gives_the_same_verdict_every_time():
    earlier = rds_backups_kept(database(restorable_to=NOW - timedelta(hours=3)), as_of=NOW)
    assert rds_backups_kept(database(), as_of=NOW) == earlier


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        pytest.param("ENABLED", Outcome.PASSED, id="on"),
        pytest.param("DISABLED", Outcome.FAILED, id="off"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="denied"),
    ],
)
def test_dynamodb_point_in_time_recovery_on(status, outcome):
    subject = DynamodbTableBackups(
        id="arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
        name="orders",
        account_id="123456789012",
        point_in_time_recovery=status,
    )
    assert dynamodb_point_in_time_recovery_on(subject).outcome is outcome


def store(**changes):
    fields = {
        "form": "database instance",
        "judged_at": None,
        "stopped": False,
        "created_at": NOW - timedelta(days=90),
        "backed_up_at": None,
        "restorable_to": None,
    }
    return StoreRecovery(
        id="arn:aws:rds:eu-west-1:123456789012:db:orders",
        name="orders",
        account_id="123456789012",
        **fields | changes,
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(store(backed_up_at=A_DAY_AGO), Outcome.PASSED, id="by AWS Backup"),
        pytest.param(store(restorable_to=JUST_NOW), Outcome.PASSED, id="by its own"),
        pytest.param(
            store(restorable_to=JUST_NOW, backed_up_at=DENIED), Outcome.PASSED, id="own settles it"
        ),
        pytest.param(
            store(restorable_to=DENIED, backed_up_at=JUST_NOW),
            Outcome.PASSED,
            id="AWS Backup settles it",
        ),
        pytest.param(store(), Outcome.FAILED, id="none"),
        pytest.param(store(backed_up_at=LONG_AGO), Outcome.FAILED, id="AWS Backup too old"),
        pytest.param(store(restorable_to=LONG_AGO), Outcome.FAILED, id="own too old"),
        pytest.param(
            store(restorable_to=LONG_AGO, stopped=True), Outcome.PASSED, id="stopped since"
        ),
        pytest.param(
            store(backed_up_at=LONG_AGO, stopped=True), Outcome.FAILED, id="stopped, state unsaved"
        ),
        pytest.param(
            store(restorable_to=LONG_AGO, stopped=DENIED), Outcome.UNDETERMINED, id="stopped?"
        ),
        pytest.param(
            store(restorable_to=LONG_AGO, backed_up_at=DENIED),
            Outcome.UNDETERMINED,
            id="own too old, AWS Backup denied",
        ),
        pytest.param(store(restorable_to=DENIED), Outcome.UNDETERMINED, id="own denied"),
        pytest.param(store(created_at=DENIED), Outcome.UNDETERMINED, id="age unread"),
        pytest.param(store(created_at=JUST_NOW), Outcome.NOT_APPLICABLE, id="too young"),
        pytest.param(store(created_at=A_DAY_AGO), Outcome.FAILED, id="just old enough"),
        pytest.param(
            store(created_at=JUST_NOW, backed_up_at=DENIED),
            Outcome.UNDETERMINED,
            id="young, denied",
        ),
        pytest.param(store(judged_at="sales"), Outcome.NOT_APPLICABLE, id="member of a cluster"),
    ],
)
def test_backup_store_covered(subject, outcome):
    assert backup_store_covered(subject, as_of=NOW).outcome is outcome


def test_the_objective_may_be_set():
    subject = store(backed_up_at=NOW - timedelta(hours=48))
    verdict = backup_store_covered(subject, as_of=NOW, default_objective_hours=48)
    assert verdict.outcome is Outcome.PASSED


A_WEEK_AGO = NOW - timedelta(days=7)
OVER_A_WEEK_AGO = NOW - timedelta(days=7, seconds=1)


def volume(**changes):
    fields = {
        "state": "in-use",
        "tags": {},
        "created_at": OVER_A_WEEK_AGO,
        "last_snapshot_at": JUST_NOW,
    }
    return EbsVolume(
        id="arn:aws:ec2:eu-west-1:123456789012:volume/vol-1", name="vol-1", **fields | changes
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(volume(), Outcome.PASSED, id="copied just now"),
        pytest.param(volume(last_snapshot_at=A_WEEK_AGO), Outcome.PASSED, id="a week ago"),
        pytest.param(volume(last_snapshot_at=OVER_A_WEEK_AGO), Outcome.FAILED, id="longer ago"),
        pytest.param(volume(last_snapshot_at=None), Outcome.FAILED, id="never"),
        pytest.param(
            volume(last_snapshot_at=None, created_at=A_WEEK_AGO),
            Outcome.FAILED,
            id="never, due now",
        ),
        pytest.param(
            volume(last_snapshot_at=None, created_at=A_WEEK_AGO + timedelta(seconds=1)),
            Outcome.NOT_APPLICABLE,
            id="never, not due yet",
        ),
        pytest.param(
            volume(last_snapshot_at=NOW + timedelta(seconds=1)), Outcome.UNDETERMINED, id="tomorrow"
        ),
        pytest.param(volume(last_snapshot_at=DENIED), Outcome.UNDETERMINED, id="denied"),
        pytest.param(volume(state=DENIED), Outcome.UNDETERMINED, id="state not told"),
        pytest.param(
            volume(last_snapshot_at=None, created_at=DENIED),
            Outcome.UNDETERMINED,
            id="age not told",
        ),
        pytest.param(
            volume(state="available", last_snapshot_at=None),
            Outcome.NOT_APPLICABLE,
            id="not in use",
        ),
        pytest.param(
            volume(tags={"gapwatch:rebuildable": "yes"}, last_snapshot_at=None),
            Outcome.NOT_APPLICABLE,
            id="rebuildable",
        ),
    ],
)
def test_ec2_volume_backed_up(subject, outcome):
    assert ec2_volume_backed_up(subject, as_of=NOW).outcome is outcome


def sql(**changes):
    fields = {
        "instance_type": "CLOUD_SQL_INSTANCE",
        "backup_tier": "STANDARD",
        "automatic_backups": True,
        "point_in_time_recovery": True,
        "retained_backups": 7,
        "created_at": LONG_AGO,
        "last_backup_at": JUST_NOW,
    }
    return SqlInstance(
        id="//cloudsql.googleapis.com/projects/1001/instances/orders",
        name="orders",
        **fields | changes,
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(sql(), Outcome.PASSED, id="all on, seven kept"),
        pytest.param(sql(automatic_backups=False), Outcome.FAILED, id="no automatic backups"),
        pytest.param(sql(point_in_time_recovery=False), Outcome.FAILED, id="no recovery"),
        pytest.param(sql(retained_backups=6), Outcome.FAILED, id="six kept"),
        pytest.param(sql(last_backup_at=A_DAY_AGO), Outcome.PASSED, id="a day behind"),
        pytest.param(sql(last_backup_at=LONG_AGO), Outcome.FAILED, id="more than a day behind"),
        pytest.param(sql(last_backup_at=None), Outcome.FAILED, id="never succeeded"),
        pytest.param(
            sql(last_backup_at=None, created_at=A_DAY_AGO), Outcome.PASSED, id="none is due yet"
        ),
        pytest.param(
            sql(last_backup_at=None, created_at=DENIED), Outcome.UNDETERMINED, id="as old as that?"
        ),
        pytest.param(
            sql(last_backup_at=NOW + timedelta(seconds=1)), Outcome.UNDETERMINED, id="in the future"
        ),
        pytest.param(sql(last_backup_at=NOW), Outcome.PASSED, id="at this moment"),
        pytest.param(sql(last_backup_at=DENIED), Outcome.UNDETERMINED, id="backups denied"),
        pytest.param(sql(automatic_backups=DENIED), Outcome.UNDETERMINED, id="switch unread"),
        pytest.param(sql(point_in_time_recovery=DENIED), Outcome.UNDETERMINED, id="other unread"),
        pytest.param(sql(retained_backups=DENIED), Outcome.UNDETERMINED, id="number unread"),
        pytest.param(
            sql(automatic_backups=False, last_backup_at=DENIED), Outcome.FAILED, id="off for sure"
        ),
        pytest.param(
            sql(instance_type="READ_REPLICA_INSTANCE", automatic_backups=False),
            Outcome.NOT_APPLICABLE,
            id="replica",
        ),
        pytest.param(
            sql(instance_type=DENIED, automatic_backups=False),
            Outcome.UNDETERMINED,
            id="perhaps a replica",
        ),
        pytest.param(
            sql(backup_tier="ENHANCED", last_backup_at=None),
            Outcome.UNDETERMINED,
            id="managed by Backup and DR",
        ),
    ],
)
def test_sql_backed_up(subject, outcome):
    assert sql_backed_up(subject, as_of=NOW).outcome is outcome


def test_a_cloud_sql_verdict_names_every_shortcoming():
    verdict = sql_backed_up(sql(automatic_backups=False, retained_backups=3), as_of=NOW)
    assert verdict.reason == "automatic backups are off; 3 backups are kept, 7 required"


@pytest.mark.parametrize(
    ("automatic", "backed_up_at", "outcome"),
    [
        pytest.param("ENABLED", None, Outcome.PASSED, id="on"),
        pytest.param("ENABLING", DENIED, Outcome.PASSED, id="being turned on"),
        pytest.param("DISABLED", NOW - timedelta(days=8), Outcome.PASSED, id="by a plan"),
        pytest.param(DENIED, JUST_NOW, Outcome.PASSED, id="by a plan, policy denied"),
        pytest.param("DISABLED", NOW - timedelta(days=8, seconds=1), Outcome.FAILED, id="long ago"),
        pytest.param(None, None, Outcome.FAILED, id="never"),
        pytest.param("DISABLING", None, Outcome.FAILED, id="being turned off"),
        pytest.param("DISABLED", DENIED, Outcome.UNDETERMINED, id="plans unread"),
        pytest.param(DENIED, None, Outcome.UNDETERMINED, id="policy unread"),
    ],
)
def test_efs_backup_on(automatic, backed_up_at, outcome):
    file_system = FileSystemBackup(
        id="arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-1",
        name="home",
        automatic=automatic,
        backed_up_at=backed_up_at,
    )
    assert efs_backup_on(file_system, as_of=NOW).outcome is outcome


BEGUN = NOW - timedelta(hours=24)


def job(**changes):
    fields = {"occurred_at": BEGUN, "state": "FAILED", "made_good_at": None} | changes
    return BackupJob(id="arn:job", name="backup of orders", store="arn:orders", **fields)


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(job(state="COMPLETED"), Outcome.PASSED, id="completed"),
        pytest.param(job(), Outcome.FAILED, id="failed"),
        pytest.param(job(state="EXPIRED"), Outcome.FAILED, id="never begun"),
        pytest.param(job(state="PARTIAL"), Outcome.FAILED, id="in part"),
        pytest.param(job(made_good_at=NOW), Outcome.PASSED, id="made good in time"),
        pytest.param(
            job(
                occurred_at=BEGUN - timedelta(hours=2),
                made_good_at=BEGUN - timedelta(hours=2) + timedelta(hours=24, seconds=1),
            ),
            Outcome.FAILED,
            id="made good too late",
        ),
        pytest.param(
            job(occurred_at=BEGUN + timedelta(seconds=1)), Outcome.UNDETERMINED, id="may be yet"
        ),
        pytest.param(job(state=DENIED), Outcome.UNDETERMINED, id="state unread"),
    ],
)
def test_backup_job_succeeded(subject, outcome):
    assert backup_job_succeeded(subject, as_of=NOW).outcome is outcome


def vault(**changes):
    fields = {"holds_any": True, "locked": True, "plain": (), "copied_to": ()} | changes
    return BackupVault(id="arn:vault", name="vault", **fields)


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(vault(), Outcome.PASSED, id="locked"),
        pytest.param(vault(locked=False, copied_to=("arn:far",)), Outcome.PASSED, id="copied"),
        pytest.param(vault(copied_to=DENIED), Outcome.PASSED, id="locked, copies unread"),
        pytest.param(vault(locked=False), Outcome.FAILED, id="neither"),
        pytest.param(vault(locked=False, plain=DENIED), Outcome.FAILED, id="neither for sure"),
        pytest.param(vault(plain=("arn:point",)), Outcome.FAILED, id="plain"),
        pytest.param(
            vault(plain=("arn:point",), locked=False, copied_to=DENIED),
            Outcome.FAILED,
            id="plain for sure",
        ),
        pytest.param(vault(plain=DENIED), Outcome.UNDETERMINED, id="points unread"),
        pytest.param(
            vault(locked=False, copied_to=DENIED), Outcome.UNDETERMINED, id="copies unread"
        ),
        pytest.param(vault(holds_any=DENIED), Outcome.UNDETERMINED, id="number unread"),
        pytest.param(vault(holds_any=False, locked=False), Outcome.NOT_APPLICABLE, id="empty"),
    ],
)
def test_backup_vault_protected(subject, outcome):
    assert backup_vault_protected(subject).outcome is outcome
