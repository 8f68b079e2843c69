"""The demo's Google Cloud: an organisation with one project, mostly well kept."""

from datetime import timedelta

from agent.demo.gcp_state import Bucket, Instance, Policy, Project, State
from collectors.evidence.record import Instant

ORGANIZATION = "900100200300"
FOLDER = "500600700800"
PROJECT_NUMBER = "415104041262"
PROJECT = "acme-cloud"
OPENED_BUCKET = "acme-exports"

MACHINES = f"{PROJECT}.iam.gserviceaccount.com"
LOGS = "logging.googleapis.com/projects/acme-logs/locations/global/buckets/audit"
KEPT = {
    "kind": "sql#backupConfiguration",
    "startTime": "03:00",
    "backupTier": "STANDARD",
    "enabled": True,
    "backupRetentionSettings": {"retainedBackups": 14, "retentionUnit": "COUNT"},
}


def seed(server: State, now: Instant) -> None:
    """Make everything as it might be on the day of `now`.

    Two gaps are honest ones: the default service account still holds editor, and one
    database cannot be restored to a point in time.
    """
    organization = server.organization(ORGANIZATION)
    organization.policy.grant("roles/resourcemanager.organizationAdmin", "user:grace@acme.test")
    organization.policy.record("allServices", "ADMIN_READ", "DATA_READ", "DATA_WRITE")
    organization.sinks.append({"name": "audit", "destination": LOGS, "includeChildren": True})
    folder = server.folder(FOLDER, parent=organization)
    project = server.project(PROJECT_NUMBER, PROJECT, parent=folder)
    _roles(project)
    _own_sinks(project)
    _buckets(project)
    _databases(project, now)


def drift(server: State, now: Instant) -> None:
    """Somebody shares a bucket with everyone."""
    project, bucket = server.bucket_called(OPENED_BUCKET)
    bucket.policy.grant("roles/storage.objectViewer", "allUsers")
    resource = f"projects/_/buckets/{OPENED_BUCKET}"
    project.note("storage.setIamPermissions", "ada@acme.test", resource, now.isoformat())


def _roles(project: Project) -> None:
    grant = project.policy.grant
    grant("roles/viewer", "user:ada@acme.test", "user:grace@acme.test")
    grant("roles/cloudsql.admin", "user:ada@acme.test")
    grant("roles/logging.viewer", "user:grace@acme.test")
    grant("roles/run.developer", f"serviceAccount:deploy@{MACHINES}")
    grant("roles/browser", f"serviceAccount:gapwatch@{MACHINES}")
    grant(
        "roles/editor",
        f"serviceAccount:{PROJECT_NUMBER}@cloudservices.gserviceaccount.com",
        f"serviceAccount:{PROJECT_NUMBER}-compute@developer.gserviceaccount.com",
    )
    orders = Policy()
    orders.grant("roles/pubsub.publisher", f"serviceAccount:shop@{MACHINES}")
    name = f"//pubsub.googleapis.com/projects/{PROJECT}/topics/orders"
    project.others[name] = ("pubsub.googleapis.com/Topic", orders)


def _own_sinks(project: Project) -> None:
    """The two that Google makes in every project; both lead into the project itself."""
    here = f"logging.googleapis.com/projects/{PROJECT}/locations/global/buckets"
    required = 'LOG_ID("cloudaudit.googleapis.com/activity")'
    project.sinks += [
        {"name": "_Required", "destination": f"{here}/_Required", "filter": required},
        {"name": "_Default", "destination": f"{here}/_Default", "filter": f"NOT {required}"},
    ]


def _buckets(project: Project) -> None:
    buckets = (
        Bucket("acme-invoices", prevention="enforced", versioning=True),
        Bucket("acme-backups", prevention="enforced", soft_delete_days=30),
        Bucket("acme-uploads", versioning=True),
        Bucket(OPENED_BUCKET, versioning=False),
    )
    for bucket in buckets:
        bucket.policy.grant("roles/storage.objectAdmin", f"serviceAccount:shop@{MACHINES}")
        project.buckets[bucket.name] = bucket


def _databases(project: Project, now: Instant) -> None:
    last = now - timedelta(hours=6)
    nights = [(last - timedelta(days=night)).strftime("%Y-%m-%dT%H:%M:%SZ") for night in range(7)]
    runs = [(night, "SUCCESSFUL") for night in nights]
    databases = (
        Instance("orders", backups={**KEPT, "pointInTimeRecoveryEnabled": True}, runs=runs),
        Instance(
            "reports", version="MYSQL_8_0", backups={**KEPT, "binaryLogEnabled": False}, runs=runs
        ),
    )
    for database in databases:
        project.instances[database.name] = database
