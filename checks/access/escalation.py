"""Who can turn the rights they have into more."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import msgspec

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
from checks.policies import allows, covers
from collectors.evidence.aws.iam import Statement
from collectors.evidence.aws.rights import EffectiveRights
from collectors.evidence.record import Unread

PASSED_TO = "iam:passedtoservice"
NAMING = {"stringequals", "stringequalsignorecase", "stringlike"}
OWN_NAME = "${aws:username}"


@dataclass(frozen=True)
class Step:
    """One action, and what it would have to be allowed on."""

    action: str
    on: str = "anything"
    """One of `TARGETS`."""


@dataclass(frozen=True)
class Path:
    """Steps that together yield more rights than were given."""

    name: str
    steps: tuple[Step, ...]
    service: str | None = None
    """The service that a role would be passed to."""
    bounded: bool = False
    """Whether it matters only to somebody with a permission boundary."""


def _alone(name: str, action: str, on: str = "anything", *, bounded: bool = False) -> Path:
    return Path(name, (Step(action, on),), bounded=bounded)


def _by_passing(service: str, *actions: str) -> Path:
    steps = (Step("iam:PassRole", "role"), *map(Step, actions))
    return Path(f"pass a role to {service}", steps, service=f"{service}.amazonaws.com")


PATHS = (
    _alone("rewrite a policy it holds", "iam:CreatePolicyVersion", "policy"),
    _alone("bring back an older version of a policy", "iam:SetDefaultPolicyVersion", "policy"),
    _alone("attach any policy to a user", "iam:AttachUserPolicy", "user"),
    _alone("attach any policy to a group", "iam:AttachGroupPolicy", "group"),
    _alone("attach any policy to itself", "iam:AttachRolePolicy", "own role"),
    _alone("write a policy into a user", "iam:PutUserPolicy", "user"),
    _alone("write a policy into a group", "iam:PutGroupPolicy", "group"),
    _alone("write a policy into itself", "iam:PutRolePolicy", "own role"),
    _alone("join any group", "iam:AddUserToGroup", "other group"),
    _alone("make keys for others", "iam:CreateAccessKey", "other user"),
    _alone("give others a password", "iam:CreateLoginProfile", "other user"),
    _alone("change the password of others", "iam:UpdateLoginProfile", "other user"),
    _alone("let itself into any role", "iam:UpdateAssumeRolePolicy", "role"),
    _alone("assign itself a permission set", "sso:CreateAccountAssignment"),
    _alone("take off its boundary", "iam:DeleteUserPermissionsBoundary", "itself", bounded=True),
    _alone("take off its boundary", "iam:DeleteRolePermissionsBoundary", "itself", bounded=True),
    _alone("widen its boundary", "iam:PutUserPermissionsBoundary", "itself", bounded=True),
    _alone("widen its boundary", "iam:PutRolePermissionsBoundary", "itself", bounded=True),
    Path(
        "attach any policy to a role, and take it",
        (Step("iam:AttachRolePolicy", "role"), Step("sts:AssumeRole", "role")),
    ),
    Path(
        "write a policy into a role, and take it",
        (Step("iam:PutRolePolicy", "role"), Step("sts:AssumeRole", "role")),
    ),
    _by_passing("ec2", "ec2:RunInstances"),
    _by_passing("cloudformation", "cloudformation:CreateStack"),
    _by_passing("lambda", "lambda:CreateFunction", "lambda:InvokeFunction"),
    _by_passing("lambda", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"),
    _by_passing("lambda", "lambda:CreateFunction", "lambda:AddPermission"),
    _by_passing("ecs-tasks", "ecs:RegisterTaskDefinition", "ecs:RunTask"),
    _by_passing("ecs-tasks", "ecs:RegisterTaskDefinition", "ecs:CreateService"),
    _by_passing("glue", "glue:CreateDevEndpoint"),
    _by_passing("glue", "glue:CreateJob", "glue:StartJobRun"),
    _by_passing("codebuild", "codebuild:CreateProject", "codebuild:StartBuild"),
    _by_passing(
        "datapipeline", "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition"
    ),
    _by_passing(
        "sagemaker",
        "sagemaker:CreateNotebookInstance",
        "sagemaker:CreatePresignedNotebookInstanceUrl",
    ),
    _by_passing("sagemaker", "sagemaker:CreateTrainingJob"),
    _by_passing("sagemaker", "sagemaker:CreateProcessingJob"),
    _alone("run its own code with any function's role", "lambda:UpdateFunctionCode", "function"),
    _alone("run commands with any machine's role", "ssm:SendCommand", "machine"),
    _alone("sign in to any machine", "ssm:StartSession", "machine"),
    _alone("sign in to any machine by key", "ec2-instance-connect:SendSSHPublicKey", "machine"),
    _alone("sign in to any development endpoint", "glue:UpdateDevEndpoint"),
)
"""The ways that are known and published, in our own words."""


@check(
    id="aws.iam.no-escalation-path",
    title="Nobody can give themselves more rights",
    controls=("ACC-07", "ACC-09"),
    severity=Severity.HIGH,
    remediation="Take away one action of the pair, limit it to named resources, or add a "
    "permission boundary.",
    empty=Outcome.PASSED,
)
def iam_no_escalation_path(
    holder: EffectiveRights, *, approved_administrators: tuple[str, ...] = ()
) -> Verdict:
    """Who may write a policy holds every right that a policy can give.

    Judged is each user and role by all its policies and its groups' together, less what is
    denied and what its boundary keeps back. An action counts if it is allowed on any resource
    of its kind, on the holder itself, or on a policy it holds; on named others it does not. A
    condition is taken to be met, only a role's `iam:PassedToService` is held against the path.
    Who may do everything already has nothing to gain and is left to
    aws.iam.administrator-policy-held-by-approved and aws.iam.policy-without-full-control;
    other administrators are approved by name or ARN. Service control policies are not taken off.
    """
    if {holder.id, holder.name} & {*approved_administrators}:
        return passed("approved as an administrator")
    for part in (holder.statements, holder.boundary):
        if isinstance(part, Unread):
            return undetermined(part)
    statements = () if isinstance(holder.statements, Unread) else holder.statements
    boundary = None if isinstance(holder.boundary, Unread) else holder.boundary
    if _everything(statements) and (boundary is None or _everything(boundary)):
        return not_applicable("may do everything already")
    found = dict.fromkeys(_open(holder, statements, boundary))
    if found:
        return failed(f"{len(found)} ways to more rights", ways=tuple(found))
    return passed("no known way to more rights")


def _everything(statements: Iterable[Statement]) -> bool:
    given = tuple(statements)
    return not any(s.effect == "Deny" for s in given) and any(
        "*" in (s.actions or ()) and "*" in (s.resources or ()) and not s.conditions for s in given
    )


def _open(
    holder: EffectiveRights,
    statements: tuple[Statement, ...],
    boundary: tuple[Statement, ...] | None,
) -> Iterator[str]:
    layers = [_named(holder, layer) for layer in (statements, boundary) if layer is not None]
    for path in PATHS:
        if path.bounded and boundary is None:
            continue
        if all(_takes(holder, layers, path, step) for step in path.steps):
            actions = " + ".join(step.action for step in path.steps)
            yield f"{path.name}: {actions}"


def _named(holder: EffectiveRights, layer: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """The statements with the holder's own name in the place of the variable for it."""

    def filled(patterns: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if patterns is None or holder.type != "user":
            return patterns
        return tuple(pattern.replace(OWN_NAME, holder.name) for pattern in patterns)

    return tuple(
        msgspec.structs.replace(
            s, resources=filled(s.resources), not_resources=filled(s.not_resources)
        )
        for s in layer
    )


def _takes(
    holder: EffectiveRights, layers: list[tuple[Statement, ...]], path: Path, step: Step
) -> bool:
    """Whether a holder may take one step, on one resource that every layer allows it on."""
    if step.action == "iam:PassRole" and path.service:
        layers = [tuple(_passing(layer, path.service)) for layer in layers]
    return any(
        all(allows(layer, step.action, resource) for layer in layers)
        for resource in TARGETS[step.on](holder)
    )


def _passing(layer: Iterable[Statement], service: str) -> Iterator[Statement]:
    """The statements that hold when a role is passed to a service."""
    for statement in layer:
        named = [
            c
            for c in statement.conditions
            if c.key.lower() == PASSED_TO and c.operator.lower() in NAMING
        ]
        if all(any(covers(value, service) for value in c.values) for c in named):
            yield statement


def _any(holder: EffectiveRights, kind: str) -> str:
    """An ARN that nobody has: who may act on it may act on all of its kind."""
    return f"{_place(holder)}:{kind}/any-of-them"


def _in_a_region(holder: EffectiveRights, service: str, kind: str) -> str:
    partition = holder.id.split(":")[1]
    return f"arn:{partition}:{service}:any-region:{holder.account_id}:{kind}any-of-them"


def _place(holder: EffectiveRights) -> str:
    return ":".join(holder.id.split(":")[:5])


TARGETS: dict[str, Callable[[EffectiveRights], tuple[str, ...]]] = {
    "anything": lambda _: ("*",),
    "itself": lambda holder: (holder.id,),
    "user": lambda holder: (
        _any(holder, "user"),
        *((holder.id,) if holder.type == "user" else ()),
    ),
    "other user": lambda holder: (_any(holder, "user"),),
    "other group": lambda holder: (_any(holder, "group"),),
    "function": lambda holder: ("*", _in_a_region(holder, "lambda", "function:")),
    "machine": lambda holder: ("*", _in_a_region(holder, "ec2", "instance/")),
    "group": lambda holder: (_any(holder, "group"), *holder.groups),
    "role": lambda holder: (_any(holder, "role"),),
    "own role": lambda holder: (holder.id,) if holder.type == "role" else (),
    "policy": lambda holder: (_any(holder, "policy"), *holder.own_policies),
}
"""The resources on which a step counts, by what it has to be allowed on."""
