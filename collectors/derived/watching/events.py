"""Events of CloudTrail that somebody has to hear of, as CloudTrail writes them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Event = Mapping[str, Any]

ROOT = {"type": "Root", "arn": "arn:aws:iam::123456789012:root", "accountId": "123456789012"}
SOMEBODY = {
    "type": "IAMUser",
    "arn": "arn:aws:iam::123456789012:user/mallory",
    "accountId": "123456789012",
    "userName": "mallory",
}
CHANGED = {
    "trail": "CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging",
    "recorder": "StopConfigurationRecorder PutConfigurationRecorder DeleteDeliveryChannel "
    "PutDeliveryChannel",
    "security groups": "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress "
    "RevokeSecurityGroupIngress RevokeSecurityGroupEgress CreateSecurityGroup "
    "DeleteSecurityGroup",
    "network ACLs": "CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl "
    "DeleteNetworkAclEntry ReplaceNetworkAclEntry ReplaceNetworkAclAssociation",
    "gateways": "CreateCustomerGateway DeleteCustomerGateway AttachInternetGateway "
    "CreateInternetGateway DeleteInternetGateway DetachInternetGateway",
    "route tables": "CreateRoute CreateRouteTable ReplaceRoute ReplaceRouteTableAssociation "
    "DeleteRouteTable DeleteRoute DisassociateRouteTable",
    "VPCs": "CreateVpc DeleteVpc ModifyVpcAttribute AcceptVpcPeeringConnection "
    "CreateVpcPeeringConnection DeleteVpcPeeringConnection RejectVpcPeeringConnection",
    "identity policies": "PutGroupPolicy PutRolePolicy PutUserPolicy DeleteGroupPolicy "
    "DeleteRolePolicy DeleteUserPolicy CreatePolicy DeletePolicy CreatePolicyVersion "
    "DeletePolicyVersion AttachRolePolicy DetachRolePolicy AttachUserPolicy DetachUserPolicy "
    "AttachGroupPolicy DetachGroupPolicy",
    "bucket policies": "PutBucketAcl PutBucketPolicy DeleteBucketPolicy",
    "customer keys": "DisableKey ScheduleKeyDeletion",
    "organisation": "AcceptHandshake AttachPolicy CreateAccount CreateOrganizationalUnit "
    "CreatePolicy DeclineHandshake DeleteOrganization DeleteOrganizationalUnit DeletePolicy "
    "DetachPolicy DisablePolicyType EnablePolicyType InviteAccountToOrganization "
    "LeaveOrganization MoveAccount RemoveAccountFromOrganization UpdatePolicy "
    "UpdateOrganizationalUnit",
}
"""What changes each of them; the lists are those that security benchmarks ask to be watched."""
SERVICE = {
    "trail": "cloudtrail",
    "recorder": "config",
    "identity policies": "iam",
    "bucket policies": "s3",
    "customer keys": "kms",
    "organisation": "organizations",
}
"""Whose events they are; the others are EC2's."""


@dataclass(frozen=True)
class Family:
    """Events of one kind."""

    name: str
    events: tuple[tuple[str, Event], ...]
    everywhere: bool = True
    """Whether they happen in every region; others are sent to one for the whole account."""
    singly: bool = True
    """Whether each of them matters; otherwise an alarm may wait until there are several."""
    of_management: bool = False
    """Whether they happen only in the management account of an organisation."""


def call(service: str, name: str, who: Event = SOMEBODY, **fields: Any) -> Event:
    """A call of an API, as CloudTrail writes it down."""
    return {
        "eventVersion": "1.08",
        "userIdentity": who,
        "eventTime": "2026-11-01T09:00:00Z",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": "198.51.100.7",
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "readOnly": False,
        "recipientAccountId": "123456789012",
        "eventCategory": "Management",
        **fields,
    }


def sign_in(who: Event, *, succeeds: bool = True, device: str = "Yes") -> Event:
    """A sign-in to the console."""
    failure = {} if succeeds else {"errorMessage": "Failed authentication"}
    return call(
        "signin",
        "ConsoleLogin",
        who,
        eventType="AwsConsoleSignIn",
        responseElements={"ConsoleLogin": "Success" if succeeds else "Failure"},
        additionalEventData={"MFAUsed": device, "MobileVersion": "No"},
        **failure,
    )


def sent(event: Event) -> Event:
    """An event as EventBridge hands it to its rules."""
    at_the_door = event["eventType"] == "AwsConsoleSignIn"
    return {
        "version": "0",
        "source": f"aws.{event['eventSource'].partition('.')[0]}",
        "detail-type": "AWS Console Sign In via CloudTrail"
        if at_the_door
        else "AWS API Call via CloudTrail",
        "account": event["recipientAccountId"],
        "time": event["eventTime"],
        "region": event["awsRegion"],
        "resources": [],
        "detail": event,
    }


def _changes(name: str, **settings: bool) -> Family:
    return Family(name, tuple(_calls(name)), **settings)


def _calls(name: str) -> Iterator[tuple[str, Event]]:
    for operation in CHANGED[name].split():
        yield operation, call(SERVICE.get(name, "ec2"), operation)


DENIED = ("AccessDenied", "Client.UnauthorizedOperation")
ROOT_USE = (
    Family(
        "root use",
        (
            ("ConsoleLogin", sign_in(ROOT)),
            ("CreateAccessKey", call("iam", "CreateAccessKey", ROOT)),
        ),
        everywhere=False,
    ),
)
FAILED_ACCESS = (
    Family(
        "failed sign-ins",
        (("ConsoleLogin", sign_in(SOMEBODY, succeeds=False)),),
        everywhere=False,
        singly=False,
    ),
    Family(
        "denied calls",
        tuple((code, call("ec2", "TerminateInstances", errorCode=code)) for code in DENIED),
        singly=False,
    ),
    Family(
        "sign-ins without a second factor",
        (("ConsoleLogin", sign_in(SOMEBODY, device="No")),),
        everywhere=False,
    ),
)
LOGGING_CHANGES = (_changes("trail"), _changes("recorder"))
NETWORK_CHANGES = tuple(
    _changes(name)
    for name in ("security groups", "network ACLs", "gateways", "route tables", "VPCs")
)
PERMISSION_CHANGES = (
    _changes("identity policies", everywhere=False),
    _changes("bucket policies"),
    _changes("customer keys"),
    _changes("organisation", everywhere=False, of_management=True),
)
