"""What the invented account says on purpose: where only that makes a collector ask on."""

from typing import Any

ACCOUNT = "123456789012"
ANOTHER = "210987654321"
LEFT_OUT = object()
"""The answer does not have the member."""
OF_AWS = ("arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/ViewOnlyAccess")
ACL = f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/outside/1"
OWN_RULES = {"RuleGroupReferenceStatement": {"ARN": f"{ACL}/rules"}}
VENDORS_RULES = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "common"}}
BUCKETS, GROUPS, LISTS = ("bucket-a", "bucket-b"), ("sg-a", "sg-b"), ("pl-a", "pl-b")
KNOWN: dict[str, dict[str, Any]] = {
    "sts:GetCallerIdentity": {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/gapwatch"},
    "athena:ListWorkGroups": {"WorkGroups.Name": ("primary", "team")},
    "autoscaling:DescribeAutoScalingGroups": {
        "AutoScalingGroups.MinSize": 1,
        "AutoScalingGroups.DesiredCapacity": 2,
        "AutoScalingGroups.MaxSize": 2,
    },
    "backup:ListBackupJobs": {"BackupJobs.State": ("COMPLETED", "FAILED")},
    "backup:ListCopyJobs": {"CopyJobs.State": ("COMPLETED", "FAILED")},
    "cloudfront:ListDistributions": {
        "DistributionList.Items.DefaultCacheBehavior.RealtimeLogConfigArn": LEFT_OUT,
        "DistributionList.Items.WebACLId": ACL,
    },
    "cloudtrail:DescribeTrails": {"trailList.S3BucketName": BUCKETS},
    "cloudwatch:DescribeAlarms": {
        "MetricAlarms.ActionsEnabled": True,
        "MetricAlarms.AlarmActions": [f"arn:aws:sns:eu-west-1:{ACCOUNT}:on-call"],
    },
    "config:DescribeConfigurationRecorders": {"ConfigurationRecorders.servicePrincipal": LEFT_OUT},
    "ec2:DescribeInstances": {
        "Reservations.Instances.State.Name": "running",
        "Reservations.Instances.NetworkInterfaces.Groups.GroupId": GROUPS,
    },
    "ec2:DescribeManagedPrefixLists": {"PrefixLists.PrefixListId": LISTS},
    "ec2:DescribeSecurityGroups": {
        "SecurityGroups.GroupId": GROUPS,
        "SecurityGroups.GroupName": ("default", "web"),
        "SecurityGroups.IpPermissions.IpRanges": [],
        "SecurityGroups.IpPermissions.Ipv6Ranges": [],
        "SecurityGroups.IpPermissions.PrefixListIds.PrefixListId": LISTS,
    },
    "ec2:DescribeVolumes": {"Volumes.State": "in-use"},
    "ec2:DescribeVpcBlockPublicAccessOptions": {
        "VpcBlockPublicAccessOptions.InternetGatewayBlockMode": "block-bidirectional",
    },
    "elb:DescribeLoadBalancers": {
        "LoadBalancerDescriptions.Scheme": "internet-facing",
        "LoadBalancerDescriptions.ListenerDescriptions.Listener.Protocol": ("HTTPS", "TCP"),
    },
    "elbv2:DescribeLoadBalancers": {
        "LoadBalancers.Scheme": "internet-facing",
        "LoadBalancers.SecurityGroups": ["sg-b"],
        "LoadBalancers.Type": ("application", "network"),
    },
    "events:ListRules": {"Rules.ManagedBy": LEFT_OUT, "Rules.EventPattern": "{}"},
    "iam:GetAccountAuthorizationDetails": {
        f"{kind}.AttachedManagedPolicies.PolicyArn": OF_AWS
        for kind in ("UserDetailList", "GroupDetailList", "RoleDetailList")
    },
    "iam:ListPolicies": {"Policies.Arn": OF_AWS},
    "kms:DescribeKey": {"KeyMetadata.KeyManager": "CUSTOMER", "KeyMetadata.KeyState": "Disabled"},
    "organizations:DescribeOrganization": {"Organization.MasterAccountId": ANOTHER},
    "rds:DescribeDBClusters": {"DBClusters.Engine": "aurora-postgresql"},
    "rds:DescribeDBInstances": {
        "DBInstances.Engine": "postgres",
        "DBInstances.DBClusterIdentifier": LEFT_OUT,
    },
    "route53:ListHostedZones": {"HostedZones.LinkedService": LEFT_OUT},
    "s3:ListBuckets": {"Buckets.Name": BUCKETS},
    "secretsmanager:ListSecrets": {"SecretList.OwningService": LEFT_OUT},
    "wafv2:DescribeManagedRuleGroup": {"Rules.Action": {"Count": {}}},
    "wafv2:GetRuleGroup": {"RuleGroup.Rules.Action": {"Count": {}}},
    "wafv2:GetWebACL": {
        "WebACL.DefaultAction": {"Allow": {}},
        "WebACL.Rules.Action": LEFT_OUT,
        "WebACL.Rules.OverrideAction": {"None": {}},
        "WebACL.Rules.Statement": (OWN_RULES, VENDORS_RULES),
        "WebACL.PreProcessFirewallManagerRuleGroups": LEFT_OUT,
        "WebACL.PostProcessFirewallManagerRuleGroups": LEFT_OUT,
    },
}


def known(call, arguments):
    """What is said on purpose: a value for the path of a member, or a pair for both of a list."""
    if str(call) == "elbv2:DescribeListeners":
        return _listeners(arguments["LoadBalancerArn"])
    if str(call) == "resourcegroupstaggingapi:GetResources":
        return _tagged(arguments)
    return KNOWN.get(str(call), {})


def _listeners(balancer):
    """One balancer redirects to TLS, the other ends it; both pass on what they do not read."""
    return {
        "Listeners.Protocol": ("HTTP" if balancer.endswith("-a") else "TLS", "TCP"),
        "Listeners.DefaultActions.RedirectConfig.Protocol": "HTTPS",
    }


def _tagged(arguments):
    """Whatever tag is asked for; of buckets those that say what is in them, and for how long."""
    if arguments.get("ResourceTypeFilters") == ["s3:bucket"]:
        return {
            "ResourceTagMappingList.ResourceARN": tuple(f"arn:aws:s3:::{b}" for b in BUCKETS),
            "ResourceTagMappingList.Tags.Key": ("classification", "gapwatch:retention-days"),
        }
    asked = [tag["Key"] for tag in arguments.get("TagFilters", ())]
    return {"ResourceTagMappingList.Tags.Key": asked[0]} if asked else {}
