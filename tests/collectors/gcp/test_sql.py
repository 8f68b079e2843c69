"""Instances are read with their backups; an API that is off is not an empty project."""

from datetime import UTC, datetime

import pytest

from agent.demo.gcp_state import Instance
from collectors.evidence.record import Omission, Unread
from collectors.gcp.sql import sql_instances
from collectors.transcript import Transcript
from tests.faults import Denied, Pages

KEPT = {
    "kind": "sql#backupConfiguration",
    "backupTier": "STANDARD",
    "enabled": True,
    "pointInTimeRecoveryEnabled": True,
    "binaryLogEnabled": False,
    "backupRetentionSettings": {"retainedBackups": 7, "retentionUnit": "COUNT"},
}


def seed(google, *names, **settings):
    for name in names:
        google.project.instances[name] = Instance(name, **{"backups": KEPT, **settings})
    return google.project.instances


def only(snapshot):
    (record,) = snapshot.records
    return record


def test_settings_and_the_last_successful_backup_are_read(google):
    runs = [
        ("2026-11-22T03:00:00.094Z", "SUCCESSFUL"),
        ("2026-11-21T03:00:00.094Z", "SUCCESSFUL"),
        ("2026-11-23T03:00:00.094Z", "FAILED"),
    ]
    seed(google, "orders", runs=runs)
    snapshot, _ = google.snapshot(sql_instances)

    instance = only(snapshot)
    assert instance.id == "//cloudsql.googleapis.com/projects/1001/instances/orders"
    assert (instance.instance_type, instance.backup_tier) == ("CLOUD_SQL_INSTANCE", "STANDARD")
    assert (instance.automatic_backups, instance.point_in_time_recovery) == (True, True)
    assert instance.retained_backups == 7
    assert instance.created_at == datetime(2024, 3, 1, 8, tzinfo=UTC)
    assert instance.last_backup_at == datetime(2026, 11, 22, 3, 0, 0, 94000, tzinfo=UTC)
    assert snapshot.complete


def test_mysql_recovers_by_its_binary_log(google):
    seed(google, "orders", version="MYSQL_8_0")
    snapshot, _ = google.snapshot(sql_instances)

    assert only(snapshot).point_in_time_recovery is False
    assert only(snapshot).last_backup_at is None


@pytest.mark.parametrize(
    ("field", "reads"),
    [
        ("enabled", "automatic_backups"),
        ("pointInTimeRecoveryEnabled", "point_in_time_recovery"),
        ("backupRetentionSettings", "retained_backups"),
    ],
)
def test_a_setting_left_out_is_unread(google, field, reads):
    seed(google, "orders", backups={name: v for name, v in KEPT.items() if name != field})
    snapshot, _ = google.snapshot(sql_instances)

    assert getattr(only(snapshot), reads) == Unread(
        why=f"sqladmin:instances.list: the answer has no {field}"
    )


def test_denied_backups_are_unread_and_the_instance_stays(google):
    seed(google, "orders", "stock")
    snapshot, _ = google.snapshot(sql_instances, {"sqladmin:backupRuns.list": Denied(first=2)})

    a, b = snapshot.records
    assert a.last_backup_at is None
    assert b.last_backup_at == Unread(why="sqladmin:backupRuns.list: AccessDenied")


def test_a_backup_without_an_end_is_unread(google):
    seed(google, "orders")
    runs = Pages(({"items": [{"status": "SUCCESSFUL"}, {"status": "SUCCESSFUL", "endTime": "?"}]},))
    snapshot, _ = google.snapshot(sql_instances, {"sqladmin:backupRuns.list": runs})

    assert only(snapshot).last_backup_at == Unread(
        why="sqladmin:backupRuns.list: the answer has no endTime"
    )


def test_instances_of_a_second_page_are_read(google):
    seed(google, "unused")
    pages = Pages(({"items": [{"name": "a"}], "nextPageToken": "x"}, {"items": [{"name": "b"}]}))
    snapshot, _ = google.snapshot(sql_instances, {"sqladmin:instances.list": pages})

    assert [instance.name for instance in snapshot.records] == ["a", "b"]


def test_a_region_that_did_not_answer_is_an_omission(google):
    warning = {"code": "REGION_UNREACHABLE", "region": "europe-west1", "message": "try again"}
    answer = Pages(({"warnings": [warning]},))
    snapshot, _ = google.snapshot(sql_instances, {"sqladmin:instances.list": answer})

    assert snapshot.omissions == (
        Omission(
            where="gcp:projects/1001/europe-west1",
            why="sqladmin:instances.list: REGION_UNREACHABLE",
        ),
    )


def test_a_project_that_never_used_cloud_sql_is_empty_and_complete(google):
    google.project.switched_off.add("sqladmin.googleapis.com")
    snapshot, transcript = google.snapshot(sql_instances)

    assert (snapshot.records, snapshot.complete) == ((), True)
    assert "instances.list" not in {e.operation for e in transcript.exchanges}


def test_an_instance_behind_an_api_that_is_off_is_an_omission(google):
    seed(google, "orders")
    google.project.switched_off.add("sqladmin.googleapis.com")
    snapshot, _ = google.snapshot(sql_instances)
    google.server.deny("cloudasset.searchAllResources")
    blind, _ = google.snapshot(sql_instances)

    assert snapshot.omissions == (
        Omission(
            where="//cloudsql.googleapis.com/projects/acme-prod/instances/orders",
            why="sqladmin:instances.list: the API is off",
        ),
    )
    assert blind.omissions[0].why == "cloudasset:searchAllResources: PERMISSION_DENIED"


def test_an_api_that_may_be_off_is_asked_and_says_so(google):
    google.project.switched_off.add("sqladmin.googleapis.com")
    google.server.deny("serviceusage.services.get")
    snapshot, _ = google.snapshot(sql_instances)

    assert snapshot.omissions[0].why == "sqladmin:instances.list: SERVICE_DISABLED"


def test_passwords_are_cut_out_before_anyone_sees_them(google):
    secret = {"name": "a", "rootPassword": "hunter2", "onPremisesConfiguration": {"password": "x"}}
    answer = Pages(({"items": [secret]},))
    _, transcript = google.snapshot(sql_instances, {"sqladmin:instances.list": answer})

    (listed,) = (e.response for e in transcript.exchanges if e.operation == "instances.list")
    assert listed["items"][0]["rootPassword"].keys() == {"redacted"}
    assert listed["items"][0]["onPremisesConfiguration"]["password"].keys() == {"redacted"}


def test_a_replay_reads_what_was_read_and_no_more(google):
    seed(google, "orders", "stock")
    snapshot, transcript = google.snapshot(sql_instances, threads=2)

    assert google.again(sql_instances, transcript) == snapshot
    without = Transcript(tuple(e for e in transcript.exchanges if e.operation != "backupRuns.list"))
    assert {i.last_backup_at.why for i in google.again(sql_instances, without).records} == {
        "sqladmin:backupRuns.list: not collected"
    }
