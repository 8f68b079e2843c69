"""The methods of Google's APIs that our collectors call, as the local Google Cloud answers them."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from agent.demo.gcp_state import (
    SERVICE_DISABLED,
    Bucket,
    Json,
    Node,
    Project,
    Refusal,
    State,
    told,
)

DEFAULT_PAGE = 100
WITH_CONDITIONS = 3
"""The version of a policy's format that knows conditions."""


@dataclass(frozen=True)
class Request:
    """What was asked, with the path's places filled in."""

    target: str
    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: bytes


Answer = Callable[[State, Request], Json]


@dataclass(frozen=True)
class Route:
    """One method of one API: how it is asked, and who answers."""

    verb: str
    path: re.Pattern[str]
    method: str
    """The id in Google's API description."""
    answer: Answer


ROUTES: list[Route] = []


def answers(verb: str, path: str, method: str) -> Callable[[Answer], Answer]:
    """Let a function answer a method; `{x}` is one part of the path, `{+x}` a kind and a number."""
    pattern = re.sub(r"\{\+(\w+)\}", r"(?P<\1>[^/:]+/[^/:]+)", path)
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/:]+)", pattern)

    def register(answer: Answer) -> Answer:
        ROUTES.append(Route(verb, re.compile(pattern), method, answer))
        return answer

    return register


@answers("GET", "/v3/projects:search", "cloudresourcemanager.projects.search")
def search_projects(state: State, request: Request) -> Json:
    """Every project the caller may see."""
    found = [_project(project) for project in state.projects()]
    return _page(request, "projects", found, size="pageSize")


@answers("GET", "/v3/projects", "cloudresourcemanager.projects.list")
def list_projects(state: State, request: Request) -> Json:
    """The projects directly in a folder or organisation."""
    (parent,) = request.query["parent"]
    found = [
        _project(project)
        for project in state.projects()
        if project.parent == parent and project.state == "ACTIVE"
    ]
    return _page(request, "projects", found, size="pageSize")


@answers("GET", "/v3/folders", "cloudresourcemanager.folders.list")
def list_folders(state: State, request: Request) -> Json:
    """The folders directly in a folder or organisation."""
    (parent,) = request.query["parent"]
    found = [
        _folder(node)
        for node in state.nodes.values()
        if node.parent == parent and node.name.startswith("folders/")
    ]
    return _page(request, "folders", found, size="pageSize")


@answers("GET", "/v3/projects/{project}", "cloudresourcemanager.projects.get")
def get_project(state: State, request: Request) -> Json:
    """One project."""
    return _project(state.project_called(request.path["project"]))


@answers("GET", "/v3/folders/{folder}", "cloudresourcemanager.folders.get")
def get_folder(state: State, request: Request) -> Json:
    """One folder."""
    return _folder(state.node_called(f"folders/{request.path['folder']}"))


@answers("POST", "/v3/projects/{number}:getIamPolicy", "cloudresourcemanager.projects.getIamPolicy")
@answers("POST", "/v3/folders/{number}:getIamPolicy", "cloudresourcemanager.folders.getIamPolicy")
@answers(
    "POST",
    "/v3/organizations/{number}:getIamPolicy",
    "cloudresourcemanager.organizations.getIamPolicy",
)
def get_policy(state: State, request: Request) -> Json:
    """A node's own policy; conditions only for who asks for them."""
    node = request.target.removeprefix("/v3/").partition(":")[0]
    options = json.loads(request.body or b"{}").get("options", {})
    policy = state.node_called(node).policy
    version = options.get("requestedPolicyVersion", 1)
    bindings = [b if version >= WITH_CONDITIONS else _without_condition(b) for b in policy.bindings]
    return told(
        version=version,
        etag="BwXhqDVHlJE=",
        bindings=bindings,
        auditConfigs=policy.audit_configs,
    )


@answers("GET", "/v1/{+scope}:searchAllIamPolicies", "cloudasset.searchAllIamPolicies")
def search_policies(state: State, request: Request) -> Json:
    """Every policy with a binding, on the scope or on anything below it."""
    wanted = request.query.get("assetTypes", [])
    root = state.node_called(request.path["scope"])
    found = [
        result
        for node in state.nodes.values()
        if root in state.ancestors(node)
        for result in _policies(state, node)
        if not wanted or result["assetType"] in wanted
    ]
    return _page(request, "results", found, size="pageSize")


@answers("GET", "/v1/{+scope}:searchAllResources", "cloudasset.searchAllResources")
def search_resources(state: State, request: Request) -> Json:
    """The Cloud SQL instances in a project: no other kind is ever searched for."""
    project = state.project_called(request.path["scope"].removeprefix("projects/"))
    if request.query.get("assetTypes") != ["sqladmin.googleapis.com/Instance"]:
        raise Refusal(HTTPStatus.NOT_IMPLEMENTED, "UNIMPLEMENTED", reason="UNIMPLEMENTED")
    found = [
        {
            "name": f"//cloudsql.googleapis.com/projects/{project.id}/instances/{name}",
            "assetType": "sqladmin.googleapis.com/Instance",
            "project": project.name,
            "displayName": name,
        }
        for name in project.instances
    ]
    return _page(request, "results", found, size="pageSize")


@answers("GET", "/v1/projects/{project}/services/{service}", "serviceusage.services.get")
def get_service(state: State, request: Request) -> Json:
    """Whether an API is enabled in a project."""
    asked, service = state.project_called(request.path["project"]), request.path["service"]
    off = service in asked.switched_off
    return {
        "name": f"{asked.name}/services/{service}",
        "parent": asked.name,
        "state": "DISABLED" if off else "ENABLED",
    }


@answers("GET", "/v1/projects/{project}/instances", "sql.instances.list")
def list_instances(state: State, request: Request) -> Json:
    """The Cloud SQL instances of a project."""
    asked = _with_api(state, request.path["project"], "sqladmin.googleapis.com")
    found = [
        {
            "kind": "sql#instance",
            "name": instance.name,
            "project": asked.id,
            "databaseVersion": instance.version,
            "instanceType": instance.type,
            "backendType": "SECOND_GEN",
            "state": "RUNNABLE",
            "createTime": instance.created,
            "settings": {"kind": "sql#settings", "backupConfiguration": instance.backups},
        }
        for instance in asked.instances.values()
    ]
    return {"kind": "sql#instancesList", **_page(request, "items", found, size="maxResults")}


@answers("GET", "/v1/projects/{project}/instances/{instance}/backupRuns", "sql.backupRuns.list")
def list_backup_runs(state: State, request: Request) -> Json:
    """The backups of a Cloud SQL instance, the latest first."""
    asked = _with_api(state, request.path["project"], "sqladmin.googleapis.com")
    instance = request.path["instance"]
    if instance not in asked.instances:
        raise Refusal(HTTPStatus.NOT_FOUND, "NOT_FOUND", reason="instanceDoesNotExist")
    runs = sorted(asked.instances[instance].runs, reverse=True)
    found = [
        {
            "kind": "sql#backupRun",
            "id": str(index),
            "instance": instance,
            "status": status,
            "type": "AUTOMATED",
            "endTime": ended,
        }
        for index, (ended, status) in enumerate(runs)
    ]
    return {"kind": "sql#backupRunsList", **_page(request, "items", found, size="maxResults")}


@answers(
    "GET",
    "/v2/projects/{project}/policies/{constraint}:getEffectivePolicy",
    "orgpolicy.projects.policies.getEffectivePolicy",
)
def get_effective_policy(state: State, request: Request) -> Json:
    """What the organisation's policy comes to for one project."""
    asked, constraint = state.project_called(request.path["project"]), request.path["constraint"]
    enforced = constraint in asked.enforced
    return {
        "name": f"{asked.name}/policies/{constraint}",
        "spec": {"etag": "CJ/A=", "rules": [{"enforce": enforced}]},
    }


@answers("GET", "/v2/{+parent}/sinks", "logging.sinks.list")
def list_sinks(state: State, request: Request) -> Json:
    """The sinks of a node."""
    return _page(request, "sinks", state.node_called(request.path["parent"]).sinks, size="pageSize")


@answers("POST", "/v2/entries:list", "logging.entries.list")
def list_entries(state: State, request: Request) -> Json:
    """The entries of some nodes that every part of the filter lets through, newest first."""
    asked = json.loads(request.body)
    conditions = [_condition(part) for part in asked["filter"].split(" AND ")]
    found = [
        entry
        for name in asked["resourceNames"]
        for entry in state.node_called(name).activity
        if all(holds(entry) for holds in conditions)
    ]
    found.sort(key=lambda entry: entry["timestamp"], reverse=True)
    start = int(asked.get("pageToken") or 0)
    end = start + int(asked.get("pageSize", DEFAULT_PAGE))
    following = str(end) if end < len(found) else None
    return told(entries=found[start:end], nextPageToken=following)


def _condition(part: str) -> Callable[[Json], bool]:
    """One comparison of a filter; what the local Google does not know it refuses."""
    if part == 'log_id("cloudaudit.googleapis.com/activity")':
        return lambda _: True
    compared = re.fullmatch(r'([\w.]+)(:|=~|<=|>)"(.*)"', part)
    if compared is None:
        raise Refusal(HTTPStatus.BAD_REQUEST, "INVALID_ARGUMENT", reason="badRequest")
    path, how, value = compared.groups()
    if path == "timestamp":
        limit = datetime.fromisoformat(value)
        if how == ">":
            return lambda entry: datetime.fromisoformat(entry["timestamp"]) > limit
        return lambda entry: datetime.fromisoformat(entry["timestamp"]) <= limit
    name = path.removeprefix("protoPayload.")
    if how == ":":
        return lambda entry: value in entry["protoPayload"][name]
    return lambda entry: bool(re.search(value, entry["protoPayload"][name]))


@answers("GET", "/storage/v1/b", "storage.buckets.list")
def list_buckets(state: State, request: Request) -> Json:
    """The buckets of a project."""
    (name,) = request.query["project"]
    project = state.project_called(name)
    full = request.query.get("projection") == ["full"]
    buckets = sorted(project.buckets.values(), key=lambda bucket: bucket.name)
    found = [_bucket(project, bucket, full=full) for bucket in buckets]
    return {"kind": "storage#buckets", **_page(request, "items", found, size="maxResults")}


@answers("GET", "/storage/v1/b/{bucket}", "storage.buckets.get")
def get_bucket(state: State, request: Request) -> Json:
    """One bucket."""
    full = request.query.get("projection") == ["full"]
    return _bucket(*state.bucket_called(request.path["bucket"]), full=full)


@answers("GET", "/storage/v1/b/{bucket}/iam", "storage.buckets.getIamPolicy")
def get_bucket_policy(state: State, request: Request) -> Json:
    """A bucket's policy."""
    _, asked = state.bucket_called(request.path["bucket"])
    return {
        "kind": "storage#policy",
        "resourceId": f"projects/_/buckets/{asked.name}",
        "version": int(request.query.get("optionsRequestedPolicyVersion", ["1"])[0]),
        "etag": "CAE=",
        **told(bindings=asked.policy.bindings),
    }


def _with_api(state: State, project: str, service: str) -> Project:
    asked = state.project_called(project)
    if service in asked.switched_off:
        raise Refusal(HTTPStatus.FORBIDDEN, "PERMISSION_DENIED", reason=SERVICE_DISABLED)
    return asked


def _project(project: Project) -> Json:
    return told(
        name=project.name,
        projectId=project.id,
        displayName=project.id,
        parent=project.parent,
        state=project.state,
    )


def _folder(folder: Node) -> Json:
    return told(name=folder.name, parent=folder.parent, state="ACTIVE")


def _bucket(project: Project, bucket: Bucket, *, full: bool) -> Json:
    lists = full and not bucket.uniform
    owners = f"project-owners-{project.name.removeprefix('projects/')}"
    entries = [
        {"kind": "storage#bucketAccessControl", "entity": entity, "role": role}
        for entity, role in [
            (owners, "OWNER"),
            *((entry, "READER") for entry in bucket.entries),
        ]
    ]
    objects = [
        {"kind": "storage#objectAccessControl", "entity": owners, "role": "OWNER"},
    ]
    return told(
        kind="storage#bucket",
        id=bucket.name,
        name=bucket.name,
        projectNumber=project.name.removeprefix("projects/"),
        location="EUROPE-WEST1",
        iamConfiguration={
            "publicAccessPrevention": bucket.prevention,
            "uniformBucketLevelAccess": {"enabled": bucket.uniform},
        },
        softDeletePolicy={"retentionDurationSeconds": str(bucket.soft_delete_days * 86400)},
        versioning=None if bucket.versioning is None else {"enabled": bucket.versioning},
        acl=entries if lists else None,
        defaultObjectAcl=objects if lists else None,
    )


def _policies(state: State, node: Node) -> list[Json]:
    kind = node.name.partition("s/")[0].capitalize()
    holders = {
        f"//cloudresourcemanager.googleapis.com/{node.name}": (
            f"cloudresourcemanager.googleapis.com/{kind}",
            node.policy,
        )
    }
    if isinstance(node, Project):
        for bucket in node.buckets.values():
            name = f"//storage.googleapis.com/{bucket.name}"
            holders[name] = ("storage.googleapis.com/Bucket", bucket.policy)
        holders |= node.others
    above = [ancestor.name for ancestor in state.ancestors(node)]
    return [
        told(
            resource=resource,
            assetType=asset_type,
            project=node.name if isinstance(node, Project) else None,
            folders=[name for name in above if name.startswith("folders/")],
            organization=next((n for n in above if n.startswith("organizations/")), None),
            policy={"bindings": policy.bindings},
        )
        for resource, (asset_type, policy) in holders.items()
        if policy.bindings
    ]


def _without_condition(binding: Json) -> Json:
    return {name: value for name, value in binding.items() if name != "condition"}


def _page(request: Request, key: str, members: list[Any], *, size: str) -> Json:
    start = int(request.query.get("pageToken", ["0"])[0])
    end = start + int(request.query.get(size, [str(DEFAULT_PAGE)])[0])
    following = str(end) if end < len(members) else None
    return told(**{key: members[start:end], "nextPageToken": following})
