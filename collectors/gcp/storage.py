"""Buckets: who can reach them, and what they keep."""

from collections.abc import Iterable, Iterator
from typing import Any

from collectors.contract import ApiCall, collector
from collectors.evidence.gcp import PUBLIC, Bucket, BucketVersions
from collectors.evidence.record import Unread
from collectors.gcp.project import Project, Response, needed, told
from collectors.reader import unread

LIST_BUCKETS = ApiCall("storage", "buckets.list", "storage.buckets.list")
BUCKET_POLICY = ApiCall(
    "storage",
    "buckets.getIamPolicy",
    "storage.buckets.getIamPolicy",
    redact=("bindings.condition.description",),
)
PREVENTION = ApiCall("orgpolicy", "projects.policies.getEffectivePolicy", "orgpolicy.policy.get")
CONSTRAINT = "storage.publicAccessPrevention"
ACCESS_LISTS = ("acl", "defaultObjectAcl")


@collector(id="gcp.storage.buckets", calls=(LIST_BUCKETS, BUCKET_POLICY, PREVENTION))
def buckets(project: Project) -> Iterator[Bucket]:
    """Every bucket in the project, with what lets the public in and what holds it back."""
    inherited = _prevention_inherited(project)

    def describe(bucket: Response) -> Bucket:
        name = needed(LIST_BUCKETS, bucket, "name")
        access = told(LIST_BUCKETS, bucket, "iamConfiguration", dict)
        uniform = told(LIST_BUCKETS, access, "uniformBucketLevelAccess", dict)
        only_policies = told(LIST_BUCKETS, uniform, "enabled", bool)
        return Bucket(
            id=_full_name(name),
            name=name,
            public_access_prevention=told(LIST_BUCKETS, access, "publicAccessPrevention", str),
            prevention_inherited=inherited,
            uniform_access=only_policies,
            public_bindings=_public_bindings(project, name),
            public_entries=None if only_policies is True else _public_entries(bucket),
        )

    yield from project.concurrently(describe, _listed(project))


@collector(id="gcp.storage.versions", calls=(LIST_BUCKETS,))
def bucket_versions(project: Project) -> Iterator[BucketVersions]:
    """Every bucket in the project, and what it keeps of overwritten and deleted objects."""
    for bucket in _listed(project):
        name = needed(LIST_BUCKETS, bucket, "name")
        soft_delete = told(LIST_BUCKETS, bucket, "softDeletePolicy", dict)
        yield BucketVersions(
            id=_full_name(name),
            name=name,
            versioning=_versioning(bucket),
            soft_delete_seconds=_seconds(
                told(LIST_BUCKETS, soft_delete, "retentionDurationSeconds", str)
            ),
        )


def _listed(project: Project) -> Iterable[Response]:
    """The full projection holds the access lists, for whoever may read the buckets' policies."""
    return project.each(LIST_BUCKETS, "items", project=project.number, projection="full")


def _full_name(name: str) -> str:
    return f"//storage.googleapis.com/{name}"


def _prevention_inherited(project: Project) -> bool | Unread:
    answer = project.detail(PREVENTION, name=f"{project.name}/policies/{CONSTRAINT}")
    spec = told(PREVENTION, answer, "spec", dict)
    if isinstance(spec, Unread):
        return spec
    rules = spec.get("rules", ())  # a policy without a rule enforces nothing
    if any("condition" in rule for rule in rules):
        return unread(PREVENTION, "the policy depends on tags")
    return any(rule.get("enforce") is True for rule in rules)


def _public_bindings(project: Project, bucket: str) -> frozenset[str] | Unread:
    policy = project.detail(BUCKET_POLICY, bucket=bucket, optionsRequestedPolicyVersion=3)
    if isinstance(policy, Unread):
        return policy
    return frozenset(
        f"{binding.get('role')}: {member}"
        for binding in policy.get("bindings", ())
        for member in PUBLIC.intersection(binding.get("members", ()))
    )


def _public_entries(bucket: Response) -> frozenset[str] | Unread:
    """Every bucket that has access lists has at least its owner in one of them."""
    entries: list[tuple[str, Any]] = []
    for name in ACCESS_LISTS:
        access_list = told(LIST_BUCKETS, bucket, name, list)
        if isinstance(access_list, Unread):
            return access_list
        entries += [(name, entry.get("entity")) for entry in access_list]
    return frozenset(f"{name}: {entity}" for name, entity in entries if entity in PUBLIC)


def _versioning(bucket: Response) -> bool | Unread | None:
    if "versioning" not in bucket:
        return None
    return told(LIST_BUCKETS, bucket["versioning"], "enabled", bool)


def _seconds(text: str | Unread) -> int | Unread:
    """Google writes 64-bit numbers as text."""
    if isinstance(text, Unread):
        return text
    return int(text) if text.isdecimal() else unread(LIST_BUCKETS, "the retention is not a number")
