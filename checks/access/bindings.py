"""Who holds which role on what."""

from checks.contract import (
    Observed,
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
)
from collectors.evidence.gcp import PUBLIC, Binding

BASIC_ROLES = frozenset({"roles/owner", "roles/editor", "roles/admin", "roles/writer"})
"""Those that change things: the legacy two, and the two that Google offers in their place."""
GOOGLES_OWN_EDITOR = "@cloudservices.gserviceaccount.com"
"""The one service agent that holds editor by design; nobody else can have such an address."""


@check(
    id="gcp.iam.no-public-principal",
    title="No role is held by everyone",
    controls=("ACC-07", "NET-02"),
    severity=Severity.CRITICAL,
    remediation="Remove allUsers and allAuthenticatedUsers from the binding.",
    empty=Outcome.PASSED,
)
def iam_no_public_principal(
    binding: Binding, *, approved_resources: tuple[str, ...] = ()
) -> Verdict:
    """A role held by everyone opens its resource to the internet, whatever the network does.

    The population is every binding that the asset inventory knows in the project, and those
    of the organisation and its folders where an organisation is configured; otherwise what
    the project inherits is not seen. allAuthenticatedUsers is anybody with a Google account,
    so it counts the same, and so does a binding with a condition. A resource is approved by
    its full name. Access lists of Cloud Storage are judged with their buckets.
    """
    public = tuple(sorted(PUBLIC & binding.members))
    if not public:
        return passed("no principal stands for everyone")
    if binding.resource in approved_resources:
        return not_applicable("approved to be public", public=public)
    return failed(f"{' and '.join(public)} hold {binding.role}", public=public, role=binding.role)


@check(
    id="gcp.iam.no-basic-roles",
    title="Nobody holds owner or editor",
    controls=("ACC-07",),
    severity=Severity.HIGH,
    remediation="Replace the basic role by predefined or custom roles.",
    empty=Outcome.PASSED,
)
def iam_no_basic_roles(binding: Binding, *, approved_principals: tuple[str, ...] = ()) -> Verdict:
    """A basic role carries thousands of permissions across all services, now and in future.

    Owner and editor count, and admin and writer, which Google offers in their place; viewer
    and reader change nothing and do not. Approve the break-glass group as IAM writes it:
    `group:break-glass@acme.test`. The editor grant of a default service account fails. Google's
    own agent for managing resources needs editor and is left out, and counted. Bindings of
    the organisation and its folders are judged where an organisation is configured;
    otherwise what the project inherits is not seen.
    """
    if binding.role not in BASIC_ROLES:
        return passed("not a basic role", role=binding.role)
    googles_own = {member for member in binding.members if member.endswith(GOOGLES_OWN_EDITOR)}
    holders = tuple(sorted(binding.members - googles_own - set(approved_principals)))
    observed: dict[str, Observed] = {"role": binding.role, "googles_own": len(googles_own)}
    if not holders:
        return passed("held by nobody but approved principals", **observed)
    return failed(f"{len(holders)} principals hold {binding.role}", **observed, holders=holders)
