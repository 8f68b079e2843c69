"""Who else sees the metrics and logs of an account."""

from collections.abc import Iterator

from collectors.aws.account import Account, Region, Response, told
from collectors.aws.policies import policy, policy_in
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.logs import TelemetrySharing
from collectors.evidence.record import Unread
from collectors.reader import unread

ROLE = ApiCall(
    "iam",
    "GetRole",
    "iam:GetRole",
    redact=(
        "Role.AssumeRolePolicyDocument.Statement.Condition.*.sts:ExternalId",
        "Role.Description",
        "Role.Tags",
    ),
    passing=("Role.RoleLastUsed",),
)
LINKS = ApiCall("oam", "ListLinks", "oam:ListLinks", redact=("Items.Label",))
SINKS = ApiCall("oam", "ListSinks", "oam:ListSinks")
SINK_POLICY = ApiCall("oam", "GetSinkPolicy", "oam:GetSinkPolicy")
SHARING_ROLE = "CloudWatch-CrossAccountSharingRole"
"""The name that CloudWatch itself gives, and looks for."""
NO_ROLE = "NoSuchEntity"
NO_POLICY = "ResourceNotFoundException"
ACCOUNT = 4
"""Where an ARN names its account."""


@collector(id="aws.cloudwatch.sharing-role", calls=(ROLE,))
def sharing_role(account: Account) -> Iterator[TelemetrySharing]:
    """The role by which CloudWatch lets another account look in, if there is one."""
    answer = account.detail(ROLE, absent=NO_ROLE, RoleName=SHARING_ROLE)
    if answer is None:
        return
    role = told(ROLE, answer, "Role", dict)
    yield TelemetrySharing(
        id=f"arn:{account.partition}:iam::{account.id}:role/{SHARING_ROLE}",
        name=SHARING_ROLE,
        account_id=account.id,
        form="role",
        shared_with=None,
        statements=role
        if isinstance(role, Unread)
        else policy(ROLE, role.get("AssumeRolePolicyDocument")),
    )


@collector(id="aws.cloudwatch.observability-access", calls=(LINKS, SINKS, SINK_POLICY))
def observability_access(region: Region) -> Iterator[TelemetrySharing]:
    """Every link that leads metrics and logs out of the account, and every sink that takes some."""

    def link(answer: Response) -> TelemetrySharing:
        return TelemetrySharing(
            id=answer["Arn"],
            name=answer["Id"],
            account_id=region.id,
            form="link",
            shared_with=_account_of(told(LINKS, answer, "SinkArn", str)),
            statements=None,
        )

    def sink(answer: Response) -> TelemetrySharing:
        written = region.detail(SINK_POLICY, absent=NO_POLICY, SinkIdentifier=answer["Arn"])
        return TelemetrySharing(
            id=answer["Arn"],
            name=answer.get("Name") or answer["Id"],
            account_id=region.id,
            form="sink",
            shared_with=None,
            statements=policy_in(SINK_POLICY, written, "Policy"),
        )

    yield from region.in_turn(
        map(link, region.each(LINKS, "Items")),
        region.concurrently(sink, region.each(SINKS, "Items")),
    )


def _account_of(arn: str | Unread) -> str | Unread:
    if isinstance(arn, Unread):
        return arn
    parts = arn.split(":")
    return parts[ACCOUNT] if len(parts) > ACCOUNT else unread(LINKS, "the answer has no SinkArn")
