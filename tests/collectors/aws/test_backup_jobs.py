"""What AWS Backup did is read: backups and copies, vaults, and restores of stores."""

from datetime import UTC, datetime

import pytest

from collectors.aws.backup_jobs import backup_jobs, backup_vaults
from collectors.aws.stores import restored_stores
from collectors.evidence.aws.backup_jobs import StoreRestore
from collectors.evidence.aws.tags import Tag
from collectors.evidence.record import Omission, Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

SCOPE = "aws:123456789012/eu-west-1"
PLACE = "eu-west-1:123456789012"
BACKUPS, COPIES = "backup:ListBackupJobs", "backup:ListCopyJobs"
VAULTS, POINTS = "backup:ListBackupVaults", "backup:ListRecoveryPointsByBackupVault"
RESTORES = "backup:ListRestoreJobs"
CARTS = f"arn:aws:dynamodb:{PLACE}:table/carts"
HERE = f"arn:aws:backup:{PLACE}:backup-vault:"
FAR = "arn:aws:backup:eu-central-1:123456789012:backup-vault:far"
ABROAD = "arn:aws:backup:eu-west-1:210987654321:backup-vault:abroad"


def at(hour):
    return datetime(2026, 11, 22, hour, tzinfo=UTC)


def by_name(snapshot):
    return {record.name: record for record in snapshot.records}


def job(number, state, begun, done=None, store=CARTS):
    told = {
        "BackupJobId": number,
        "State": state,
        "ResourceArn": store,
        "CreationDate": at(begun).isoformat(),
    }
    return told | ({"CompletionDate": at(done).isoformat()} if done else {})  # fmt: skip


NO_COPIES = said(COPIES, {"CopyJobs": []})


def test_jobs_that_ended_are_read_with_what_made_them_good(aws):
    faults = NO_COPIES | said(
        BACKUPS,
        {
            "BackupJobs": [
                job("1", "FAILED", 1),
                job("2", "COMPLETED", 2, 4),
                job("3", "COMPLETED", 3, 3),
                job("4", "RUNNING", 5),
            ],
            "NextToken": "more",
        },
        {"BackupJobs": [job("5", "EXPIRED", 6), job("6", "COMPLETED", 7, 8, "arn:another")]},
    )
    snapshot, transcript = aws.snapshot(backup_jobs, faults)

    found = {r.id.rpartition(":")[2]: (r.state, r.made_good_at) for r in snapshot.records}
    assert found == {
        "1": ("FAILED", at(3)),
        "2": ("COMPLETED", None),
        "3": ("COMPLETED", None),
        "5": ("EXPIRED", None),
        "6": ("COMPLETED", None),
    }
    assert snapshot.records[0].occurred_at == at(1)
    assert snapshot.complete
    assert aws.again(backup_jobs, transcript) == snapshot


def test_copies_are_read_beside_backups(aws):
    copy = {
        "CopyJobId": "1",
        "State": "FAILED",
        "ResourceArn": CARTS,
        "CreationDate": at(1).isoformat(),
    }
    faults = said(BACKUPS, {"BackupJobs": []}) | said(COPIES, {"CopyJobs": [copy]})
    (record,) = aws.snapshot(backup_jobs, faults)[0].records

    assert (record.name, record.state) == ("copy of table/carts", "FAILED")
    assert record.id == f"arn:aws:backup:{PLACE}:copy-job:1"


@pytest.mark.parametrize("denied", [BACKUPS, COPIES])
def test_denied_jobs_are_an_omission(aws, denied):
    faults = NO_COPIES | said(BACKUPS, {"BackupJobs": []}) | {denied: Denied()}
    snapshot, _ = aws.snapshot(backup_jobs, faults)
    assert snapshot.omissions == (Omission(where=SCOPE, why=f"{denied}: AccessDenied"),)


def vault(name, points=1, **more):
    arn = f"{HERE}{name}"
    return {"BackupVaultName": name, "BackupVaultArn": arn, "NumberOfRecoveryPoints": points} | more


def copied(to, state="COMPLETED"):
    return {
        "State": state,
        "SourceBackupVaultArn": f"{HERE}nightly",
        "DestinationBackupVaultArn": to,
    }


FAILED = copied("arn:aws:backup:eu-west-3:123456789012:backup-vault:far", "FAILED")
CODED = {"RecoveryPointArn": "arn:coded", "IsEncrypted": True}
PLAIN = {"RecoveryPointArn": "arn:point", "IsEncrypted": False}


def test_vaults_are_read_with_locks_points_and_copies(aws):
    faults = (
        said(
            VAULTS,
            {
                "BackupVaultList": [
                    vault("nightly"),
                    vault("gapped", VaultType="LOGICALLY_AIR_GAPPED_BACKUP_VAULT"),
                    vault("lent", VaultType="RESTORE_ACCESS_BACKUP_VAULT"),
                ],
                "NextToken": "more",
            },
            {"BackupVaultList": [vault("empty", 0, Locked=True)]},
        )
        | said(
            POINTS,
            {"RecoveryPoints": [CODED], "NextToken": "more"},
            {"RecoveryPoints": [PLAIN]},
            {"RecoveryPoints": []},
        )
        | said(
            COPIES,
            {"CopyJobs": [copied(FAR), copied(ABROAD), copied(f"{HERE}other"), FAILED]},
        )
    )  # fmt: skip
    snapshot, transcript = aws.snapshot(backup_vaults, faults)

    found = {n: (r.holds_any, r.locked, r.plain, r.copied_to) for n, r in by_name(snapshot).items()}
    assert found == {
        "nightly": (True, False, ("arn:point",), (FAR, ABROAD)),
        "gapped": (True, True, (), ()),
        "empty": (False, True, (), ()),
    }
    assert aws.again(backup_vaults, transcript) == snapshot


@pytest.mark.parametrize(("denied", "part"), [(POINTS, "plain"), (COPIES, "copied_to")])
def test_denied_parts_of_a_vault_are_unread(aws, denied, part):
    faults = (
        NO_COPIES
        | said(VAULTS, {"BackupVaultList": [vault("nightly")]})
        | said(POINTS, {"RecoveryPoints": []})
    )
    (record,) = aws.snapshot(backup_vaults, faults | {denied: Denied()})[0].records
    assert getattr(record, part) == Unread(why=f"{denied}: AccessDenied")


def test_vaults_of_the_server_are_read(aws):
    aws.client("backup").create_backup_vault(BackupVaultName="nightly")
    (record,) = aws.snapshot(backup_vaults, NO_COPIES)[0].records
    assert (record.name, record.holds_any, record.locked) == ("nightly", False, False)

    snapshot, _ = aws.snapshot(backup_vaults, NO_COPIES | {VAULTS: Denied()})
    assert snapshot.omissions == (Omission(where=SCOPE, why=f"{VAULTS}: AccessDenied"),)


@pytest.fixture
def carts(aws):
    aws.client("dynamodb").create_table(
        TableName="carts",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=[{"Key": "gapwatch:tier", "Value": "1"}],
    )
    return aws


def restore(status="COMPLETED", done=4, **more):
    return {"Status": status, "CompletionDate": at(done).isoformat()} | more


def test_stores_are_read_with_their_tags_and_restores(carts):
    faults = said(
        RESTORES,
        {
            "RestoreJobs": [
                restore(SourceResourceArn=CARTS, ValidationStatus="SUCCESSFUL"),
                restore("FAILED", SourceResourceArn=CARTS),
            ],
            "NextToken": "more",
        },
        {"RestoreJobs": [restore(done=2, SourceResourceArn=CARTS)]},
    )
    snapshot, transcript = carts.snapshot(restored_stores, faults)

    (record,) = snapshot.records
    assert (record.id, record.form) == (CARTS, "table")
    assert record.tags == (Tag(key="gapwatch:tier", value="1"),)
    assert record.restores == (
        StoreRestore(done_at=at(2), validation=None),
        StoreRestore(done_at=at(4), validation="SUCCESSFUL"),
    )
    assert carts.again(restored_stores, transcript) == snapshot


def test_a_restore_of_nobody_knows_what_leaves_a_doubt(carts):
    (record,) = carts.snapshot(restored_stores, said(RESTORES, {"RestoreJobs": [restore()]}))[
        0
    ].records
    assert isinstance(record.restores, Unread)


@pytest.mark.parametrize(
    ("denied", "part"),
    [(RESTORES, "restores"), ("resourcegroupstaggingapi:GetResources", "tags")],
)
def test_denied_parts_of_a_store_are_unread(carts, denied, part):
    faults = said(RESTORES, {"RestoreJobs": []}) | {denied: Denied()}
    (record,) = carts.snapshot(restored_stores, faults)[0].records
    assert getattr(record, part) == Unread(why=f"{denied}: AccessDenied")
