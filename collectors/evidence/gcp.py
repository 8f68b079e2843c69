"""What Google Cloud is made of, as far as a check asks about it."""

from collectors.evidence.record import Fact, Instant, Record, Unread

PUBLIC = frozenset({"allUsers", "allAuthenticatedUsers"})
"""The principals that stand for everyone: anybody at all, and anybody with a Google account."""


class Binding(Record, frozen=True, tag="gcp.binding"):
    """One role on one resource, and who holds it there."""

    resource: str
    """The full resource name."""
    resource_type: str | Unread
    role: str
    members: frozenset[str]
    """Principals as IAM writes them: `user:alice@acme.test`, `allUsers`."""
    condition: str | None
    """The expression that limits it; `None` when it always holds."""


class Bucket(Record, frozen=True, tag="gcp.bucket"):
    """A bucket, with what lets the public in and what holds it back."""

    public_access_prevention: str | Unread
    """`enforced`, or `inherited` when the bucket leaves it to the organisation's policy."""
    prevention_inherited: bool | Unread
    """Whether the organisation's policy enforces it here: the project's layer, copied."""
    uniform_access: bool | Unread
    """Whether only policies count; otherwise the bucket and each object have access lists."""
    public_bindings: frozenset[str] | Unread
    """The roles its policy gives to everyone, each as `role: principal`."""
    public_entries: frozenset[str] | Unread | None
    """The same of its access lists, as `list: principal`; `None` where only policies count."""


class BucketVersions(Record, frozen=True, tag="gcp.bucket_versions"):
    """A bucket, and what it keeps of objects that were overwritten or deleted."""

    versioning: bool | Unread | None
    """`None` when it was never configured, and is off."""
    soft_delete_seconds: int | Unread
    """How long a deleted object can be brought back; 0 is off."""


class SqlInstance(Record, frozen=True, tag="gcp.sql_instance"):
    """A Cloud SQL instance, with its backups' settings and the last that succeeded."""

    instance_type: str | Unread
    backup_tier: str | None
    """`STANDARD`, `ADVANCED` or `ENHANCED`; `None` from an instance older than tiers."""
    automatic_backups: bool | Unread
    point_in_time_recovery: bool | Unread
    """For MySQL, whether the binary log is on."""
    retained_backups: int | Unread
    created_at: Instant | Unread
    last_backup_at: Instant | Unread | None
    """When the last successful backup ended; `None` when none ever succeeded."""


class AuditConfig(Fact, frozen=True, tag="gcp.audit_config"):
    """One kind of access of one service that is written to the audit log."""

    service: str
    """A service's name, or `allServices`."""
    log_type: str
    """`ADMIN_READ`, `DATA_READ` or `DATA_WRITE`."""
    exempted: frozenset[str]
    """Principals whose access of this kind is not written."""


class AuditLayer(Fact, frozen=True, tag="gcp.audit_layer"):
    """What one node of the hierarchy adds to the audit log of everything below it."""

    node: str
    """`projects/1`, `folders/2` or `organizations/3`."""
    configs: tuple[AuditConfig, ...] | Unread


class ProjectAudit(Record, frozen=True, tag="gcp.project_audit"):
    """A project, with the audit settings of every node it lies in."""

    layers: tuple[AuditLayer, ...]
    """From the project upwards."""
    unseen: Unread | None
    """Why the hierarchy could not be followed to its top; `None` when it was."""


class Sink(Fact, frozen=True, tag="gcp.sink"):
    """An export of log entries to somewhere else."""

    name: str
    destination: str
    destination_owner: str | Unread
    """The node the destination lies in: `projects/1`, or by id `projects/acme-logs`."""
    filter: str | None
    """What it takes; `None` takes everything."""
    exclusions: tuple[str, ...]
    """The filters, not disabled, of what it leaves out."""
    disabled: bool
    include_children: bool
    """Whether it takes what the projects below its node write."""


class SinkLayer(Fact, frozen=True, tag="gcp.sink_layer"):
    """The sinks of one node of the hierarchy."""

    node: str
    sinks: tuple[Sink, ...] | Unread


class ProjectSinks(Record, frozen=True, tag="gcp.project_sinks"):
    """A project, with the sinks of every node it lies in."""

    project_id: str | Unread
    layers: tuple[SinkLayer, ...]
    """From the project upwards."""
    unseen: Unread | None
    """Why the hierarchy could not be followed to its top; `None` when it was."""
