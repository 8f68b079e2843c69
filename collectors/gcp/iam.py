"""Who holds which role on what."""

from collections.abc import Iterator

from collectors.contract import ApiCall, collector
from collectors.evidence.gcp import PUBLIC, Binding
from collectors.evidence.people import Identity
from collectors.evidence.record import Unread
from collectors.gcp.project import Node, Organization, Project, Response, needed, told
from collectors.reader import unread

SEARCH_POLICIES = ApiCall(
    "cloudasset",
    "searchAllIamPolicies",
    "cloudasset.assets.searchAllIamPolicies",
    redact=("results.policy.bindings.condition.description",),
)
IN_WORDS = ("bindings.condition.description",)
"""What people wrote beside a condition; the condition itself is an expression."""
PROJECT_POLICY = ApiCall(
    "cloudresourcemanager",
    "projects.getIamPolicy",
    "resourcemanager.projects.getIamPolicy",
    redact=IN_WORDS,
)
WITH_CONDITIONS = {"requestedPolicyVersion": 3}
"""An older version leaves conditions out, and a binding would seem wider than it is."""
ABOVE_PROJECTS = [
    "cloudresourcemanager.googleapis.com/Folder",
    "cloudresourcemanager.googleapis.com/Organization",
]
FOR_PEOPLE = "principal://iam.googleapis.com/locations/global/workforcePools/"


@collector(id="gcp.iam.bindings", calls=(SEARCH_POLICIES,))
def bindings(project: Project) -> Iterator[Binding]:
    """Every role held on the project or on a resource in it, by the asset inventory.

    The inventory covers all kinds of resources it can search, and lags by some minutes.
    """
    for found in project.each(SEARCH_POLICIES, "results", scope=project.name):
        yield from _bindings(found)


@collector(id="gcp.iam.inherited-bindings", calls=(SEARCH_POLICIES,))
def inherited_bindings(organization: Organization) -> Iterator[Binding]:
    """Every role held on the organisation or on a folder, and so on all projects below."""
    search = {"scope": organization.name, "assetTypes": ABOVE_PROJECTS}
    for found in organization.each(SEARCH_POLICIES, "results", **search):
        yield from _bindings(found)


@collector(id="gcp.iam.identities", calls=(PROJECT_POLICY,))
def identities(project: Project) -> Iterator[Identity]:
    """Every user and every machine that the project's own policy names.

    Whom a group or a domain stands for is not in the policy, so each is an omission.
    """
    granted = project.each(
        PROJECT_POLICY, "bindings", resource=project.name, options=WITH_CONDITIONS
    )
    principals = {member for binding in granted for member in binding.get("members", ())}
    for principal in sorted(principals - PUBLIC):
        yield from _identity(project, principal)


def _bindings(found: Response) -> Iterator[Binding]:
    resource = needed(SEARCH_POLICIES, found, "resource")
    for binding in found.get("policy", {}).get("bindings", ()):
        role = needed(SEARCH_POLICIES, binding, "role")
        condition = binding.get("condition")
        limit = f" if {condition.get('title', '')}: {condition['expression']}" if condition else ""
        yield Binding(
            id=f"{resource} {role}{limit}",
            name=f"{role} on {resource.rpartition('/')[2]}",
            resource=resource,
            resource_type=told(SEARCH_POLICIES, found, "assetType", str),
            role=role,
            members=frozenset(binding.get("members", ())),
            condition=condition["expression"] if condition else None,
        )


def _identity(project: Node, principal: str) -> Iterator[Identity]:
    """The one identity a principal is, or an omission where it stands for several."""
    written = principal.removeprefix("deleted:")
    kind, _, address = written.partition(":")
    if kind in ("user", "serviceAccount"):
        email: str | Unread = address.partition("?uid=")[0]
    elif kind == "principal":
        email = unread(PROJECT_POLICY, "a federated principal has no address")
    else:
        project.omit(f"{project.scope}/{principal}", f"{PROJECT_POLICY}: names no members")
        return
    yield Identity(
        id=principal,
        name=email if isinstance(email, str) else principal,
        source="gcp",
        login=email if isinstance(email, str) else principal,
        email=email,
        is_machine=kind != "user" and not written.startswith(FOR_PEOPLE),
        enabled=False
        if principal.startswith("deleted:")
        else unread(PROJECT_POLICY, "does not say whether the account is suspended"),
    )
