"""Cloud SQL instances, and what is kept of them."""

from collections.abc import Iterator

from collectors.contract import ApiCall, CannotList, collector
from collectors.evidence.gcp import SqlInstance
from collectors.evidence.record import Instant, Unread
from collectors.gcp.project import GET_PROJECT, Project, Response, moment, needed, told

SERVICE = ApiCall("serviceusage", "services.get", "serviceusage.services.get")
SEARCH_RESOURCES = ApiCall(
    "cloudasset",
    "searchAllResources",
    "cloudasset.assets.searchAllResources",
    redact=("results.additionalAttributes", "results.description", "results.versionedResources"),
)
INSTANCES = ApiCall(
    "sqladmin",
    "instances.list",
    "cloudsql.instances.list",
    redact=(
        "items.rootPassword",
        "items.onPremisesConfiguration.clientKey",
        "items.onPremisesConfiguration.password",
        "items.onPremisesConfiguration.username",
        "items.replicaConfiguration.mysqlReplicaConfiguration.clientKey",
        "items.replicaConfiguration.mysqlReplicaConfiguration.password",
        "items.replicaConfiguration.mysqlReplicaConfiguration.username",
        "items.settings.databaseFlags.value",
    ),
)
BACKUP_RUNS = ApiCall(
    "sqladmin", "backupRuns.list", "cloudsql.backupRuns.list", redact=("items.description",)
)
SQL_ADMIN = "sqladmin.googleapis.com"


@collector(
    id="gcp.sql.instances",
    calls=(GET_PROJECT, SERVICE, SEARCH_RESOURCES, INSTANCES, BACKUP_RUNS),
)
def sql_instances(project: Project) -> Iterator[SqlInstance]:
    """Every Cloud SQL instance in the project, with its backups.

    Where the Cloud SQL API is off, instances cannot be listed but may still run. The asset
    inventory then says whether any is left; each one is an omission.
    """
    if _is_off(project):
        search = {"scope": project.name, "assetTypes": [f"{SQL_ADMIN}/Instance"]}
        for left in project.each(SEARCH_RESOURCES, "results", **search):
            project.omit(needed(SEARCH_RESOURCES, left, "name"), f"{INSTANCES}: the API is off")
        return
    project_id = project.id
    if isinstance(project_id, Unread):
        raise CannotList(project_id.why)

    def describe(instance: Response) -> SqlInstance:
        name = needed(INSTANCES, instance, "name")
        settings = told(INSTANCES, instance, "settings", dict)
        backups = told(INSTANCES, settings, "backupConfiguration", dict)
        retention = told(INSTANCES, backups, "backupRetentionSettings", dict)
        return SqlInstance(
            id=f"//cloudsql.googleapis.com/{project.name}/instances/{name}",
            name=name,
            instance_type=told(INSTANCES, instance, "instanceType", str),
            backup_tier=None if isinstance(backups, Unread) else backups.get("backupTier"),
            automatic_backups=told(INSTANCES, backups, "enabled", bool),
            point_in_time_recovery=_recovery(instance, backups),
            retained_backups=told(INSTANCES, retention, "retainedBackups", int),
            created_at=moment(INSTANCES, instance, "createTime"),
            last_backup_at=_last_backup(project, project_id, name),
        )

    yield from project.concurrently(describe, project.each(INSTANCES, "items", project=project_id))


def _is_off(project: Project) -> bool:
    """Whether we know that it is off; a listing shows soon enough that it is on."""
    answer = project.detail(SERVICE, name=f"{project.name}/services/{SQL_ADMIN}")
    return told(SERVICE, answer, "state", str) == "DISABLED"


def _recovery(instance: Response, backups: Response | Unread) -> bool | Unread:
    """MySQL recovers to a point in time by its binary log; the others have a switch for it."""
    version = told(INSTANCES, instance, "databaseVersion", str)
    if isinstance(version, Unread):
        return version
    switch = "binaryLogEnabled" if version.startswith("MYSQL") else "pointInTimeRecoveryEnabled"
    return told(INSTANCES, backups, switch, bool)


def _last_backup(project: Project, project_id: str, instance: str) -> Instant | Unread | None:
    runs = project.listed(BACKUP_RUNS, "items", project=project_id, instance=instance)
    if isinstance(runs, Unread):
        return runs
    ends = [
        moment(BACKUP_RUNS, run, "endTime") for run in runs if run.get("status") == "SUCCESSFUL"
    ]
    unknown = next((end for end in ends if isinstance(end, Unread)), None)
    return unknown or max((end for end in ends if not isinstance(end, Unread)), default=None)
