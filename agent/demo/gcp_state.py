"""What the local Google Cloud keeps: nodes of a hierarchy, and what lies in a project."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

Json = dict[str, Any]

SERVICE_DISABLED = "SERVICE_DISABLED"
"""Why an API that is not enabled refuses everything; every API says it in the newer format."""


def told(**fields: Any) -> Json:
    """An object as Google writes it: what is empty is left out."""
    return {name: value for name, value in fields.items() if value is not None and value != []}


@dataclass
class Policy:
    """What IAM keeps for one resource."""

    bindings: list[Json] = field(default_factory=list)
    audit_configs: list[Json] = field(default_factory=list)

    def grant(self, role: str, *members: str, condition: Json | None = None) -> None:
        """Bind some principals to a role."""
        self.bindings.append(told(role=role, members=list(members), condition=condition))

    def record(self, service: str, *log_types: str, exempt: Iterable[str] = ()) -> None:
        """Have some kinds of access to a service written to the audit log."""
        exempted = list(exempt)
        logs = [told(logType=log_type, exemptedMembers=exempted) for log_type in log_types]
        self.audit_configs.append({"service": service, "auditLogConfigs": logs})


@dataclass
class Bucket:
    """A bucket of Cloud Storage."""

    name: str
    prevention: str = "inherited"
    uniform: bool = True
    versioning: bool | None = None
    soft_delete_days: int = 7
    policy: Policy = field(default_factory=Policy)
    entries: list[str] = field(default_factory=list)
    """Whom its access list lets in besides the project's owners, where it is in force."""


@dataclass
class Instance:
    """An instance of Cloud SQL; `runs` are the ends and outcomes of its backups."""

    name: str
    version: str = "POSTGRES_16"
    type: str = "CLOUD_SQL_INSTANCE"
    created: str = "2024-03-01T08:00:00.000Z"
    backups: Json = field(default_factory=dict)
    runs: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Node:
    """What organisations, folders and projects have in common."""

    name: str
    """`projects/415104041262`: the kind and the number."""
    parent: str | None = None
    policy: Policy = field(default_factory=Policy)
    sinks: list[Json] = field(default_factory=list)
    activity: list[Json] = field(default_factory=list)
    """The admin activity log: who changed what, the oldest first."""

    def note(self, method: str, principal: str, resource: str, at: str) -> None:
        """Write a deed into the log."""
        self.activity.append(
            {
                "logName": f"{self.name}/logs/cloudaudit.googleapis.com%2Factivity",
                "timestamp": at,
                "insertId": f"-{len(self.activity) + 1}",
                "protoPayload": {
                    "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
                    "methodName": method,
                    "resourceName": resource,
                    "authenticationInfo": {"principalEmail": principal},
                    "requestMetadata": {"callerIp": "127.0.0.1"},
                },
            }
        )


@dataclass
class Project(Node):
    """A project and all that lies in it."""

    id: str = ""
    state: str = "ACTIVE"
    buckets: dict[str, Bucket] = field(default_factory=dict)
    instances: dict[str, Instance] = field(default_factory=dict)
    enforced: set[str] = field(default_factory=set)
    """The constraints that the organisation's policy enforces here."""
    switched_off: set[str] = field(default_factory=set)
    """The APIs that are not enabled, such as `sqladmin.googleapis.com`."""
    others: dict[str, tuple[str, Policy]] = field(default_factory=dict)
    """Further resources with a policy: full name to kind and policy."""


class Refusal(Exception):
    """An answer that is an error, in Google's format."""

    def __init__(self, http: HTTPStatus, status: str, *, reason: str, message: str = "") -> None:
        super().__init__(status)
        self.http = http
        self.status = status
        self.reason = reason
        self.message = message or f"{status} by the local Google Cloud"

    def as_json(self, *, older: bool) -> Json:
        """The body: older APIs list errors, newer ones carry a status and typed details."""
        error: Json = {"code": int(self.http), "message": self.message}
        if older and self.reason != SERVICE_DISABLED:
            one = {"domain": "global", "message": self.message, "reason": self.reason}
            return {"error": {**error, "errors": [one]}}
        info = {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "domain": "googleapis.com",
            "reason": self.reason,
        }
        return {"error": {**error, "status": self.status, "details": [info]}}


class State:
    """All there is; seed it by making nodes and changing what hangs on them."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}

    def organization(self, number: str) -> Node:
        """Make an organisation."""
        return self._add(Node(f"organizations/{number}"))

    def folder(self, number: str, *, parent: Node) -> Node:
        """Make a folder."""
        return self._add(Node(f"folders/{number}", parent.name))

    def project(self, number: str, project_id: str, *, parent: Node | None = None) -> Project:
        """Make a project."""
        project = Project(f"projects/{number}", parent.name if parent else None, id=project_id)
        self._add(project)
        return project

    def projects(self) -> list[Project]:
        """Every project there is."""
        return [node for node in self.nodes.values() if isinstance(node, Project)]

    def project_called(self, name: str) -> Project:
        """A project by its number or its id.

        Raises:
            Refusal: there is none; Google says "forbidden" to that.
        """
        for project in self.projects():
            if name in (project.id, project.name.removeprefix("projects/")):
                return project
        raise Refusal(HTTPStatus.FORBIDDEN, "PERMISSION_DENIED", reason="forbidden")

    def node_called(self, name: str) -> Node:
        """A node by its name; a project also by its id.

        Raises:
            Refusal: there is none; Google says "forbidden" to that.
        """
        kind, _, rest = name.partition("/")
        if kind == "projects":
            return self.project_called(rest)
        if name in self.nodes:
            return self.nodes[name]
        raise Refusal(HTTPStatus.FORBIDDEN, "PERMISSION_DENIED", reason="forbidden")

    def bucket_called(self, name: str) -> tuple[Project, Bucket]:
        """A bucket by its name, which is unique in the world, and its project.

        Raises:
            Refusal: there is none.
        """
        for project in self.projects():
            if name in project.buckets:
                return project, project.buckets[name]
        raise Refusal(HTTPStatus.NOT_FOUND, "NOT_FOUND", reason="notFound")

    def ancestors(self, node: Node) -> list[Node]:
        """The node, what it lies in, and so on to the organisation."""
        above = [node]
        while parent := above[-1].parent:
            above.append(self.nodes[parent])
        return above

    def _add(self, node: Node) -> Node:
        self.nodes[node.name] = node
        return node
