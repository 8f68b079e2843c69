"""What is written to the audit log, and where it is taken."""

from collections.abc import Iterator

from collectors.contract import ApiCall, collector
from collectors.evidence.gcp import (
    AuditConfig,
    AuditLayer,
    ProjectAudit,
    ProjectSinks,
    Sink,
    SinkLayer,
)
from collectors.evidence.record import Unread
from collectors.gcp.iam import IN_WORDS, PROJECT_POLICY, WITH_CONDITIONS
from collectors.gcp.project import GET_PROJECT, Project, Response, needed, told

GET_FOLDER = ApiCall("cloudresourcemanager", "folders.get", "resourcemanager.folders.get")
FOLDER_POLICY = ApiCall(
    "cloudresourcemanager",
    "folders.getIamPolicy",
    "resourcemanager.folders.getIamPolicy",
    redact=IN_WORDS,
)
ORGANIZATION_POLICY = ApiCall(
    "cloudresourcemanager",
    "organizations.getIamPolicy",
    "resourcemanager.organizations.getIamPolicy",
    redact=IN_WORDS,
)
POLICY_OF = {
    "projects": PROJECT_POLICY,
    "folders": FOLDER_POLICY,
    "organizations": ORGANIZATION_POLICY,
}
SINKS = ApiCall(
    "logging",
    "sinks.list",
    "logging.sinks.list",
    redact=("sinks.description", "sinks.exclusions.description"),
)
GET_BUCKET = ApiCall("storage", "buckets.get", "storage.buckets.get")


@collector(id="gcp.logging.audit", calls=(GET_PROJECT, GET_FOLDER, *POLICY_OF.values()))
def audit(project: Project) -> Iterator[ProjectAudit]:
    """The project, with the audit settings of itself and of everything it lies in."""
    nodes, unseen = _lineage(project)
    yield ProjectAudit(
        id=_full_name(project),
        name=_called(project),
        layers=tuple(AuditLayer(node=node, configs=_configs(project, node)) for node in nodes),
        unseen=unseen,
    )


@collector(id="gcp.logging.sinks", calls=(GET_PROJECT, GET_FOLDER, SINKS, GET_BUCKET))
def sinks(project: Project) -> Iterator[ProjectSinks]:
    """The project, with the sinks of itself and of everything it lies in."""
    nodes, unseen = _lineage(project)
    yield ProjectSinks(
        id=_full_name(project),
        name=_called(project),
        project_id=project.id,
        layers=tuple(SinkLayer(node=node, sinks=_sinks(project, node)) for node in nodes),
        unseen=unseen,
    )


def _full_name(project: Project) -> str:
    return f"//cloudresourcemanager.googleapis.com/{project.name}"


def _called(project: Project) -> str:
    project_id = project.id
    return project.number if isinstance(project_id, Unread) else project_id


def _lineage(project: Project) -> tuple[tuple[str, ...], Unread | None]:
    """The project and every node above it, as far up as we may look; and why no further."""
    nodes = [project.name]
    while True:
        parent = _parent(project, nodes[-1])
        if parent is None or isinstance(parent, Unread):
            return tuple(nodes), parent
        nodes.append(parent)


def _parent(project: Project, node: str) -> str | Unread | None:
    """A project outside any organisation has no parent; nor has the organisation."""
    if node.startswith("organizations/"):
        return None
    if node.startswith("folders/"):
        return told(GET_FOLDER, project.detail(GET_FOLDER, name=node), "parent", str)
    answer = project.detail(GET_PROJECT, name=node)
    return answer if isinstance(answer, Unread) else answer.get("parent")


def _configs(project: Project, node: str) -> tuple[AuditConfig, ...] | Unread:
    call = POLICY_OF[node.partition("/")[0]]
    policy = project.detail(call, resource=node, options=WITH_CONDITIONS)
    if isinstance(policy, Unread):
        return policy
    return tuple(
        AuditConfig(
            service=needed(call, config, "service"),
            log_type=needed(call, log, "logType"),
            exempted=frozenset(log.get("exemptedMembers", ())),
        )
        for config in policy.get("auditConfigs", ())
        for log in config.get("auditLogConfigs", ())
    )


def _sinks(project: Project, node: str) -> tuple[Sink, ...] | Unread:
    listed = project.listed(SINKS, "sinks", parent=node)
    if isinstance(listed, Unread):
        return listed
    return tuple(_sink(project, sink) for sink in listed)


def _sink(project: Project, sink: Response) -> Sink:
    """Google leaves out what has its default: no filter, not disabled, children not included."""
    destination = needed(SINKS, sink, "destination")
    return Sink(
        name=needed(SINKS, sink, "name"),
        destination=destination,
        destination_owner=_owner(project, destination),
        filter=sink.get("filter") or None,
        exclusions=tuple(
            needed(SINKS, exclusion, "filter")
            for exclusion in sink.get("exclusions", ())
            if not exclusion.get("disabled", False)
        ),
        disabled=sink.get("disabled", False),
        include_children=sink.get("includeChildren", False),
    )


def _owner(project: Project, destination: str) -> str | Unread:
    """All destinations but a bucket name the node they lie in."""
    service, _, path = destination.partition("/")
    if service != "storage.googleapis.com":
        return "/".join(path.split("/")[:2])
    number = told(GET_BUCKET, project.detail(GET_BUCKET, bucket=path), "projectNumber", str)
    return number if isinstance(number, Unread) else f"projects/{number}"
