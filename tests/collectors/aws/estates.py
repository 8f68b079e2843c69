"""What AWS answers collectors where no local server does, in the shapes of its service models.

Every list has two pages.
"""

from dataclasses import dataclass
from typing import Any

from collectors.aws.alarms import alarm_topics, critical_components, region_alarms
from collectors.aws.analyzer_findings import outside_access
from collectors.aws.data_events import recorded_buckets, recorded_calls, watched_log_buckets
from collectors.aws.guardduty_findings import threat_findings
from collectors.aws.health import provider_events
from collectors.aws.identity_center import (
    center_assignments,
    center_instances,
    console_sign_in,
)
from collectors.aws.inspector import vulnerability_findings, vulnerability_scanning
from collectors.aws.logs_protection import protected_log_groups
from collectors.aws.macie import data_discovery
from collectors.aws.security_hub import posture_management
from collectors.aws.telemetry_sharing import SHARING_ROLE, observability_access, sharing_role
from collectors.aws.trail_delivery import trail_delivery
from tests.collectors.aws.shaped import said
from tests.faults import Pages

ACCOUNT = "123456789012"
PLACE = f"eu-west-1:{ACCOUNT}"
WHEN = "2026-11-01T09:00:00Z"


@dataclass(frozen=True)
class Estate:
    """What one collector is answered, and the names of all that it then knows."""

    collector: Any
    answers: dict[str, Any]
    names: frozenset[str]


def estate(collector, *answers, names):
    merged = {call: pages for answer in answers for call, pages in answer.items()}
    return Estate(collector, merged, frozenset(names))


DETECTOR = f"arn:aws:guardduty:{PLACE}:detector/d"
ANALYZER = f"arn:aws:access-analyzer:{PLACE}:analyzer/a"


def threat(name):
    return {
        "Arn": f"{DETECTOR}/finding/{name}",
        "Id": name,
        "Type": "Recon:EC2/PortProbe",
        "AccountId": ACCOUNT,
        "Region": "eu-west-1",
        "SchemaVersion": "2.0",
        "Resource": {},
        "Severity": 8.0,
        "CreatedAt": WHEN,
        "UpdatedAt": WHEN,
        "Service": {"Archived": False},
    }


def access(name, status="ACTIVE"):
    return {
        "id": name,
        "resource": f"arn:aws:s3:::{name}",
        "resourceType": "AWS::S3::Bucket",
        "status": status,
        "createdAt": WHEN,
        "analyzedAt": WHEN,
        "updatedAt": WHEN,
        "resourceOwnerAccount": ACCOUNT,
    }


def weakness(name):
    return {
        "findingArn": f"arn:aws:inspector2:{PLACE}:finding/{name}",
        "awsAccountId": ACCOUNT,
        "type": "PACKAGE_VULNERABILITY",
        "title": name,
        "description": "What it is.",
        "remediation": {},
        "severity": "HIGH",
        "status": "ACTIVE",
        "firstObservedAt": WHEN,
        "lastObservedAt": WHEN,
        "resources": [{"type": "AWS_EC2_INSTANCE", "id": "i-1"}],
        "packageVulnerabilityDetails": {"vulnerabilityId": name, "source": "NVD"},
    }


def trouble(name, scope="PUBLIC"):
    return {
        "arn": f"arn:aws:health:eu-west-1::event/EC2/{name}",
        "service": "EC2",
        "eventTypeCode": name,
        "eventTypeCategory": "issue",
        "startTime": WHEN,
        "eventScopeCode": scope,
    }


TRAIL = f"arn:aws:cloudtrail:{PLACE}:trail/main"
STORE = f"arn:aws:cloudtrail:{PLACE}:eventdatastore/s"
RECORDING = [
    said(
        "cloudtrail:DescribeTrails",
        {
            "trailList": [
                {
                    "TrailARN": TRAIL,
                    "Name": "main",
                    "S3BucketName": "trail-archive",
                    "HasCustomEventSelectors": True,
                }
            ]
        },
    ),
    said("cloudtrail:GetTrailStatus", {"IsLogging": True, "LatestDeliveryTime": WHEN}),
    said("cloudtrail:GetEventSelectors", {"EventSelectors": []}),
    said(
        "cloudtrail:ListEventDataStores",
        {"EventDataStores": [{"EventDataStoreArn": STORE}]},
    ),
    said("cloudtrail:GetEventDataStore", {"Status": "ENABLED", "AdvancedEventSelectors": []}),
]
NO_TAGS = said(
    "resourcegroupstaggingapi:GetResources",
    {"ResourceTagMappingList": [], "PaginationToken": "more"},
    {"ResourceTagMappingList": [], "PaginationToken": ""},
)
KEY = f"arn:aws:kms:{PLACE}:key/1"
OAM = f"arn:aws:oam:{PLACE}"
SINK = "arn:aws:oam:eu-west-1:210987654321:sink/1"


def log_group(name, **fields):
    arn = f"arn:aws:logs:{PLACE}:log-group:{name}:*"
    return {"logGroupName": name, "arn": arn, **fields}


TOPIC = f"arn:aws:sns:{PLACE}:on-call"


def alarm(name, **fields):
    return {
        "AlarmName": name,
        "AlarmArn": f"arn:aws:cloudwatch:{PLACE}:alarm:{name}",
        "AlarmDescription": "What it is for.",
        "ActionsEnabled": True,
        "AlarmActions": [TOPIC],
        "MetricName": "RootUse",
        "Namespace": "Trail",
        "StateValue": "OK",
        "StateReason": "moves",
        "EvaluationPeriods": 1,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        **fields,
    }


def metric_filter(name, group="trail"):
    metric = {"metricName": "RootUse", "metricNamespace": "Trail", "metricValue": "1"}
    return {
        "filterName": name,
        "filterPattern": "",
        "logGroupName": group,
        "metricTransformations": [metric],
    }


def rule(name, pattern="{}", **fields):
    arn = f"arn:aws:events:{PLACE}:rule/{name}"
    return {"Name": name, "Arn": arn, "EventPattern": pattern, "State": "ENABLED", **fields}


def watched_trail(**fields):
    return {
        "TrailARN": TRAIL,
        "Name": "main",
        "S3BucketName": "trail-archive",
        "HasCustomEventSelectors": True,
        "IsMultiRegionTrail": True,
        "CloudWatchLogsLogGroupArn": f"arn:aws:logs:{PLACE}:log-group:trail:*",
        **fields,
    }


MANAGEMENT = {"ReadWriteType": "All", "IncludeManagementEvents": True}
WATCHING = [
    said("cloudtrail:DescribeTrails", {"trailList": [watched_trail()]}),
    said("cloudtrail:GetTrailStatus", {"IsLogging": True}),
    said("cloudtrail:GetEventSelectors", {"EventSelectors": [MANAGEMENT]}),
    said(
        "logs:DescribeMetricFilters",
        {"metricFilters": [metric_filter("a")], "nextToken": "more"},
        {"metricFilters": [metric_filter("b")]},
    ),
    said(
        "cloudwatch:DescribeAlarms",
        {"MetricAlarms": [alarm("a")], "CompositeAlarms": [], "NextToken": "more"},
        {"MetricAlarms": [alarm("b")], "CompositeAlarms": []},
    ),
    said(
        "events:ListRules",
        {"Rules": [rule("a")], "NextToken": "more"},
        {"Rules": []},
    ),
    said(
        "events:ListTargetsByRule",
        {"Targets": [{"Id": "1", "Arn": TOPIC}], "NextToken": "more"},
        {"Targets": [{"Id": "2", "Arn": TOPIC}]},
    ),
    said(
        "sns:ListSubscriptionsByTopic",
        {"Subscriptions": [{"SubscriptionArn": "PendingConfirmation"}], "NextToken": "more"},
        {"Subscriptions": [{"SubscriptionArn": f"{TOPIC}:1"}]},
    ),
]
CENTER_ARN = "arn:aws:sso:::instance/ssoins-1234567890123456"
SET_ARN = "arn:aws:sso:::permissionSet/ssoins-1234567890123456/ps-1234567890123456"


def assigned(principal, id):
    return {
        "AccountId": ACCOUNT,
        "PermissionSetArn": SET_ARN,
        "PrincipalType": principal,
        "PrincipalId": id,
    }


def center_user(id, **fields):
    return {
        "IdentityStoreId": "d-1234567890",
        "UserId": id,
        "UserArn": f"arn:aws:identitystore::{ACCOUNT}:identitystore/d-1234567890/user/{id}",
        "Revision": "1" * 10,
        "UserName": id,
        **fields,
    }


def iam_user(name):
    return {
        "UserName": name,
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
        "Path": "/",
        "UserId": "AIDAAAAAAAAAAAAAAAAA",
        "CreateDate": WHEN,
    }


CENTER = [
    {
        "sso-admin:ListInstances": Pages(
            (
                {"Instances": [], "NextToken": "more"},
                {
                    "Instances": [
                        {
                            "InstanceArn": CENTER_ARN,
                            "IdentityStoreId": "d-1234567890",
                            "OwnerAccountId": "210987654321",
                        }
                    ]
                },
            )
        )
    },
    said(
        "sso-admin:ListPermissionSets",
        {"PermissionSets": [], "NextToken": "more"},
        {"PermissionSets": [SET_ARN]},
    ),
    said("sso-admin:DescribePermissionSet", {"PermissionSet": {"Name": "Admin"}}),
    said(
        "sso-admin:ListManagedPoliciesInPermissionSet",
        {"AttachedManagedPolicies": [], "NextToken": "more"},
        {"AttachedManagedPolicies": []},
    ),
    said("sso-admin:GetInlinePolicyForPermissionSet", {}),
    said(
        "sso-admin:ListAccountsForProvisionedPermissionSet",
        {"AccountIds": [], "NextToken": "more"},
        {"AccountIds": [ACCOUNT]},
    ),
    said(
        "sso-admin:ListAccountAssignments",
        {"AccountAssignments": [assigned("USER", "u-1")], "NextToken": "more"},
        {"AccountAssignments": [assigned("GROUP", "g-1")]},
    ),
    said(
        "identitystore:ListUsers",
        {"Users": [center_user("u-1")], "NextToken": "more"},
        {"Users": [center_user("u-2")]},
    ),
    {
        "identitystore:ListGroupMemberships": Pages(
            (
                {"GroupMemberships": [{"MemberId": {"UserId": "u-1"}}], "NextToken": "more"},
                {"GroupMemberships": [{"MemberId": {"UserId": "u-2"}}]},
            )
        )
    },
]
SCANNED = {"status": "ENABLED", "errorCode": "ALREADY_ENABLED", "errorMessage": "none"}
SCANS = dict.fromkeys(("ec2", "ecr", "lambda"), SCANNED)
ESTATES = [
    estate(
        threat_findings,
        said("guardduty:ListDetectors", {"DetectorIds": ["d"]}),
        said(
            "guardduty:ListFindings",
            {"FindingIds": ["a"], "NextToken": "more"},
            {"FindingIds": ["b"]},
        ),
        said("guardduty:GetFindings", {"Findings": [threat("a"), threat("b")]}),
        names={"Recon:EC2/PortProbe a", "Recon:EC2/PortProbe b"},
    ),
    estate(
        outside_access,
        said(
            "accessanalyzer:ListAnalyzers",
            {
                "analyzers": [
                    {
                        "arn": ANALYZER,
                        "name": "a",
                        "type": "ACCOUNT",
                        "createdAt": WHEN,
                        "status": "ACTIVE",
                    }
                ]
            },
        ),
        said(
            "accessanalyzer:ListFindingsV2",
            {"findings": [access("x")], "nextToken": "more"},
            {"findings": [access("y", "ARCHIVED")]},
        ),
        said(
            "accessanalyzer:ListArchiveRules",
            {"archiveRules": [], "nextToken": "more"},
            {"archiveRules": []},
        ),
        names={"arn:aws:s3:::x", "arn:aws:s3:::y"},
    ),
    estate(
        vulnerability_findings,
        said(
            "inspector2:ListFindings",
            {"findings": [weakness("CVE-1")], "nextToken": "more"},
            {"findings": [weakness("CVE-2")]},
        ),
        names={"CVE-1", "CVE-2"},
    ),
    estate(
        vulnerability_scanning,
        said(
            "inspector2:BatchGetAccountStatus",
            {
                "accounts": [
                    {
                        "accountId": ACCOUNT,
                        "state": SCANNED,
                        "resourceState": SCANS,
                    }
                ]
            },
        ),
        names={f"{ACCOUNT}/eu-west-1"},
    ),
    estate(
        posture_management,
        said("securityhub:DescribeHub", {"HubArn": f"arn:aws:securityhub:{PLACE}:hub/default"}),
        said(
            "securityhub:GetEnabledStandards",
            {"StandardsSubscriptions": [], "NextToken": "more"},
            {"StandardsSubscriptions": []},
        ),
        said(
            "securityhub:ListEnabledProductsForImport",
            {"ProductSubscriptions": [], "NextToken": "more"},
            {"ProductSubscriptions": []},
        ),
        names={f"{ACCOUNT}/eu-west-1"},
    ),
    estate(
        data_discovery,
        said("macie2:GetMacieSession", {"status": "ENABLED"}),
        said("macie2:GetAutomatedDiscoveryConfiguration", {"status": "ENABLED"}),
        NO_TAGS,
        names={f"{ACCOUNT}/eu-west-1"},
    ),
    estate(trail_delivery, *RECORDING, names={"main"}),
    estate(
        recorded_buckets,
        *RECORDING,
        NO_TAGS,
        said(
            "s3:ListBuckets",
            {"Buckets": [{"Name": "here"}], "ContinuationToken": "more"},
            {"Buckets": [{"Name": "there"}]},
        ),
        names={"here", "there"},
    ),
    estate(
        watched_log_buckets,
        *RECORDING,
        said("s3:GetBucketLogging", {}),
        names={"trail-archive"},
    ),
    estate(
        recorded_calls,
        *RECORDING,
        said(
            "bedrock-agent:ListAgents",
            {"agentSummaries": [], "nextToken": "more"},
            {"agentSummaries": []},
        ),
        names={f"{ACCOUNT}/eu-west-1"},
    ),
    estate(
        provider_events,
        said(
            "health:DescribeEvents",
            {"events": [trouble("OUTAGE", "ACCOUNT_SPECIFIC")], "nextToken": "more"},
            {"events": [trouble("DELAYS")]},
        ),
        said(
            "health:DescribeAffectedEntities",
            {"entities": [], "nextToken": "more"},
            {"entities": []},
        ),
        names={"OUTAGE", "DELAYS"},
    ),
    estate(
        protected_log_groups,
        NO_TAGS,
        said(
            "logs:DescribeLogGroups",
            {"logGroups": [log_group("a")], "nextToken": "more"},
            {"logGroups": [log_group("b", kmsKeyId=KEY)]},
        ),
        said("kms:DescribeKey", {"KeyMetadata": {"KeyId": "1", "KeyState": "Enabled"}}),
        names={"a", "b"},
    ),
    estate(
        observability_access,
        said(
            "oam:ListLinks",
            {
                "Items": [{"Arn": f"{OAM}:link/1", "Id": "link-1", "SinkArn": SINK}],
                "NextToken": "x",
            },
            {"Items": [{"Arn": f"{OAM}:link/2", "Id": "link-2", "SinkArn": SINK}]},
        ),
        said(
            "oam:ListSinks",
            {"Items": [], "NextToken": "more"},
            {"Items": [{"Arn": f"{OAM}:sink/1", "Id": "1", "Name": "own"}]},
        ),
        said("oam:GetSinkPolicy", {"Policy": '{"Statement": []}'}),
        names={"link-1", "link-2", "own"},
    ),
    estate(
        sharing_role,
        {"iam:GetRole": Pages(({"Role": {"AssumeRolePolicyDocument": {"Statement": []}}},))},
        names={SHARING_ROLE},
    ),
    estate(
        region_alarms,
        *WATCHING,
        names={f"{ACCOUNT}/eu-west-1"},
    ),
    estate(alarm_topics, *WATCHING, names={"on-call"}),
    estate(
        critical_components,
        *WATCHING,
        said(
            "resourcegroupstaggingapi:GetResources",
            {
                "ResourceTagMappingList": [{"ResourceARN": f"arn:aws:rds:{PLACE}:db:a"}],
                "PaginationToken": "more",
            },
            {"ResourceTagMappingList": [{"ResourceARN": f"arn:aws:rds:{PLACE}:db:b"}]},
        ),
        names={"a", "b"},
    ),
    estate(
        center_assignments,
        *CENTER,
        names={f"Admin in {ACCOUNT} for user u-1", f"Admin in {ACCOUNT} for group g-1"},
    ),
    estate(center_instances, *CENTER, names={f"{ACCOUNT}/eu-west-1"}),
    estate(
        console_sign_in,
        said("iam:ListSAMLProviders", {"SAMLProviderList": []}),
        said(
            "iam:ListUsers",
            {"Users": [iam_user("ada")], "IsTruncated": True, "Marker": "more"},
            {"Users": [iam_user("ben")], "IsTruncated": False},
        ),
        said(
            "iam:GetLoginProfile",
            *({"LoginProfile": {"UserName": n, "CreateDate": WHEN}} for n in ("ada", "ben")),
        ),
        said(
            "organizations:DescribeOrganization",
            {"Organization": {"MasterAccountId": "210987654321"}},
        ),
        names={ACCOUNT},
    ),
]


ANSWERS = {one.collector.id: one.answers for one in ESTATES}
"""By the id of the collector, to be changed in one place."""
