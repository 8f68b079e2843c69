"""Who may do everything."""

from checks.contract import (
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from checks.policies import allows
from collectors.evidence.aws.iam import GrantedPolicy, PolicyHolder, Statement, UserRights
from collectors.evidence.record import Unread

IDENTITY_CENTER = ":role/aws-reserved/sso.amazonaws.com/"
STOPS_THE_TRAIL = (
    "cloudtrail:StopLogging",
    "cloudtrail:DeleteTrail",
    "cloudtrail:UpdateTrail",
    "cloudtrail:PutEventSelectors",
)
COMPARING = {"stringequals", "stringlike", "arnequals", "arnlike"}
"""Condition operators that let nobody through but the principals they name."""


@check(
    id="aws.iam.administrator-policy-held-by-approved",
    title="Administrator policies are held by approved roles only",
    controls=("ACC-03", "ACC-07", "ACC-09"),
    severity=Severity.CRITICAL,
    remediation="Detach the policy, or record the role and who may take it as approved.",
    empty=Outcome.PASSED,
)
def administrator_policy_held_by_approved(
    holder: PolicyHolder,
    *,
    approved_roles: tuple[str, ...] = (),
    watched_policies: tuple[str, ...] = ("AdministratorAccess",),
) -> Verdict:
    """Whoever holds full control can undo every other control.

    AWS's own administrator policies belong to few roles, each approved by name or ARN; users
    and groups never hold them. Roles that Identity Center makes are judged by who is assigned
    to them, and service-linked roles are AWS's own affair: both are left out.
    """
    if isinstance(holder.attached, Unread):
        return undetermined(holder.attached)
    names = {arn.rpartition("/")[2] for arn in holder.attached if arn.split(":")[4] == "aws"}
    held = tuple(sorted(names & set(watched_policies)))
    if not held:
        return passed("holds no administrator policy")
    if IDENTITY_CENTER in holder.id:
        return not_applicable("made by Identity Center: its assignments are judged", held=held)
    if holder.type != "role":
        return failed(f"a {holder.type} holds {', '.join(held)}", held=held)
    if {holder.id, holder.name} & set(approved_roles):
        return passed(f"approved to hold {', '.join(held)}", held=held)
    return failed(f"holds {', '.join(held)} without approval", held=held)


@check(
    id="aws.iam.policy-without-full-control",
    title="No policy of our own allows everything",
    controls=("ACC-07",),
    severity=Severity.CRITICAL,
    remediation="Replace the statement by the actions that are in use, taken from "
    "last-accessed data.",
    empty=Outcome.NOT_APPLICABLE,
)
def policy_without_full_control(
    policy: GrantedPolicy, *, approved_roles: tuple[str, ...] = ()
) -> Verdict:
    """A policy that allows every action on every resource is administrator by another name.

    Each statement is judged alone. One that names what it leaves out (`NotAction`,
    `NotResource`) counts as well, unless it leaves out IAM: with IAM, the rest can be had. A
    condition excuses a statement only if it limits it to approved roles, such as break-glass.
    """
    if isinstance(policy.statements, Unread):
        return undetermined(policy.statements)
    unlimited = tuple(
        number
        for number, statement in enumerate(policy.statements, start=1)
        if _full_control(statement) and not _limited(statement, set(approved_roles))
    )
    if unlimited:
        return failed("allows every action on every resource", statements=unlimited)
    return passed("no statement allows every action on every resource")


@check(
    id="aws.iam.service-wide-policy-approved",
    title="Policies for all of a service are held only where that is approved",
    controls=("ACC-07",),
    severity=Severity.MEDIUM,
    remediation="Attach a policy with the few actions and resources that are used.",
    empty=Outcome.PASSED,
)
def service_wide_policy_approved(
    holder: PolicyHolder,
    *,
    approved_holders: tuple[str, ...] = (),
    watched_policies: tuple[str, ...] = (
        "IAMFullAccess",
        "AWSKeyManagementServicePowerUser",
        "SecretsManagerReadWrite",
        "AmazonS3FullAccess",
        "AmazonBedrockFullAccess",
        "AWSMarketplaceFullAccess",
    ),
) -> Verdict:
    """Full access to identities, keys, secrets or storage is most of the way to all of it.

    Judged are users, groups and roles by the policies of AWS that are attached to them; a
    holder is approved by name or ARN. Service-linked roles are left out.
    """
    if isinstance(holder.attached, Unread):
        return undetermined(holder.attached)
    names = {arn.rpartition("/")[2] for arn in holder.attached if arn.split(":")[4] == "aws"}
    held = tuple(sorted(names & set(watched_policies)))
    if not held:
        return passed("holds no policy for all of a watched service")
    if {holder.id, holder.name} & set(approved_holders):
        return passed(f"approved to hold {', '.join(held)}", held=held)
    return failed(f"holds {', '.join(held)} without approval", held=held)


@check(
    id="aws.iam.user-rights-through-groups",
    title="Users get their rights through groups and roles",
    controls=("ACC-07",),
    severity=Severity.LOW,
    remediation="Move the rights to a group or a role.",
    empty=Outcome.PASSED,
)
def user_rights_through_groups(user: UserRights) -> Verdict:
    """Rights given to one user are forgotten when the user's work changes.

    Policies attached to the user count, and those written into it.
    """
    given = {"attached": user.attached, "inline": user.inline}
    read = {way: names for way, names in given.items() if not isinstance(names, Unread)}
    if any(read.values()):
        return failed("the user holds policies of its own", **read)
    for names in given.values():
        if isinstance(names, Unread):
            return undetermined(names)
    return passed("the user holds no policy of its own")


@check(
    id="aws.iam.audit-log-rights-restricted",
    title="Few policies allow to stop the audit trail",
    controls=("ACC-07", "MON-01"),
    severity=Severity.MEDIUM,
    remediation="Take the actions away, or deny them to everybody but who administers the logs.",
    empty=Outcome.NOT_APPLICABLE,
)
def audit_log_rights_restricted(
    policy: GrantedPolicy, *, approved_policies: tuple[str, ...] = ()
) -> Verdict:
    """Whoever can stop the trail can do the next thing unseen.

    Counted are stopping, deleting and changing a trail and what it records, on every trail,
    whichever way the policy is written. A policy that allows everything allows this too. One
    may be approved by name or ARN.
    """
    if isinstance(policy.statements, Unread):
        return undetermined(policy.statements)
    partition = policy.id.split(":")[1]
    any_trail = f"arn:{partition}:cloudtrail:any:{policy.account_id}:trail/any"
    allowed = tuple(a for a in STOPS_THE_TRAIL if allows(policy.statements, a, any_trail))
    if not allowed:
        return passed("it cannot stop or change every trail")
    if {policy.id, policy.name} & set(approved_policies):
        return passed("approved to stop and change trails", allowed=allowed)
    return failed("it can stop or change every trail", allowed=allowed)


def _full_control(statement: Statement) -> bool:
    return statement.effect == "Allow" and _every_action(statement) and _everywhere(statement)


def _every_action(statement: Statement) -> bool:
    if statement.not_actions is not None:
        return not any(_anything(a) or a.lower() == "iam:*" for a in statement.not_actions)
    return any(_anything(action) for action in statement.actions or ())


def _everywhere(statement: Statement) -> bool:
    if statement.not_resources is not None:
        return not any(_any_resource(resource) for resource in statement.not_resources)
    return any(_any_resource(resource) for resource in statement.resources or ())


def _any_resource(pattern: str) -> bool:
    """An ARN is open once it names neither service nor resource: `arn:aws:*`."""
    return _anything(pattern.split(":", 2)[-1] if pattern.startswith("arn:") else pattern)


def _anything(pattern: str) -> bool:
    return "*" in pattern and set(pattern) <= set("*?:")


def _limited(statement: Statement, approved_roles: set[str]) -> bool:
    return any(
        condition.operator.lower() in COMPARING
        and condition.key.lower() == "aws:principalarn"
        and all({arn, _role(arn)} & approved_roles for arn in condition.values)
        for condition in statement.conditions
    )


def _role(arn: str) -> str:
    return arn.rpartition("/")[2] if ":role/" in arn else arn
