"""What is known of the two servers: which questions ministack refuses, and where they disagree.

Each line is held: one that is no longer so has to go.
"""

IN_WORDS_OF_NOBODY = {
    *("accessanalyzer:ListAnalyzers", "artifact:ListReports", "datasync:ListTasks"),
    *("dax:DescribeClusters", "dms:DescribeEndpoints", "dms:DescribeReplicationTasks"),
    *("guardduty:ListDetectors", "health:DescribeEvents", "kafkaconnect:ListConnectors"),
    *("macie2:GetAutomatedDiscoveryConfiguration", "macie2:GetMacieSession"),
    *("network-firewall:ListFirewalls", "oam:ListLinks", "oam:ListSinks"),
    *("redshift-serverless:ListNamespaces", "redshift-serverless:ListWorkgroups"),
    *("resource-explorer-2:ListIndexes", "securityhub:DescribeHub"),
    *("securityhub:GetEnabledStandards", "securityhub:ListEnabledProductsForImport"),
    *("service-quotas:GetServiceQuota", "sso-admin:ListInstances"),
}
"""Of services that ministack does not have: status 400, and no word at all."""
UNKNOWN = {
    *("account:GetAlternateContact", "autoscaling:DescribeAccountLimits"),
    *("config:GetDiscoveredResourceCounts", "ec2:DescribeClientVpnEndpoints"),
    *("ec2:DescribeTransitGateways", "ec2:GetEbsEncryptionByDefault"),
    *("ec2:GetImageBlockPublicAccessState", "ec2:GetSnapshotBlockPublicAccessState"),
    *("ecr:GetRegistryScanningConfiguration", "iam:ListServerCertificates"),
    *("rds:DescribeAccountAttributes", "rds:DescribeDBSnapshotAttributes"),
    *("elbv2:DescribeSSLPolicies", "wafv2:ListLoggingConfigurations"),
}
"""Of services that it has in part: as AWS answers an action that it never heard of."""
REFUSED = {
    **dict.fromkeys(IN_WORDS_OF_NOBODY, "400"),
    **dict.fromkeys(UNKNOWN, "InvalidAction"),
    "cloudtrail:ListEventDataStores": "InvalidParameterException",
    "eks:DescribeClusterVersions": "InvalidRequestException",
    "elasticbeanstalk:DescribeEnvironments": "ResponseParserError",
    "kafka:ListClustersV2": "BadRequestException",
    "rds:DescribeDBClusterParameters": "DBParameterGroupNotFound",  # it has no default groups
    "rds:DescribeDBParameters": "DBParameterGroupNotFound",
    "redshift:DescribeClusters": "ResponseParserError",
    "route53:ListQueryLoggingConfigs": "InvalidInput",
    "s3control:GetPublicAccessBlock": "InvalidURI",  # the account has to stand before the host
}
"""What ministack does not answer, with its word for it."""
NOBODY_ASKS = {
    **dict.fromkeys(
        (
            *("accessanalyzer:ListArchiveRules", "accessanalyzer:ListFindingsV2"),
            *("datasync:DescribeTask", "guardduty:GetDetector", "guardduty:GetFindings"),
            *("cloudtrail:GetEventDataStore", "guardduty:ListFindings"),
            *("elasticbeanstalk:DescribeConfigurationSettings", "health:DescribeAffectedEntities"),
            *("identitystore:ListGroupMemberships", "identitystore:ListUsers"),
            *("network-firewall:DescribeLoggingConfiguration", "oam:GetSinkPolicy"),
            *("redshift:DescribeClusterParameters", "redshift:DescribeLoggingStatus"),
            *("resource-explorer-2:ListResources", "resource-explorer-2:Search"),
            *("sso-admin:ListPermissionSets", "sso-admin:ListAccountAssignments"),
            *("sso-admin:DescribePermissionSet", "sso-admin:GetInlinePolicyForPermissionSet"),
            "sso-admin:ListManagedPoliciesInPermissionSet",
            "sso-admin:ListAccountsForProvisionedPermissionSet",
        ),
        "it refuses the listing before it",
    ),
    **dict.fromkeys(
        (
            "elb:DescribeLoadBalancerAttributes",
            "elb:DescribeLoadBalancerPolicies",
            "elb:DescribeTags",
        ),
        "it answers for classic load balancers as for the others",
    ),
    **dict.fromkeys(
        (
            *("ec2:DescribeVpcBlockPublicAccessExclusions", "ec2:GetManagedPrefixListEntries"),
            *("ec2:DescribeVpcBlockPublicAccessOptions", "ec2:DescribeManagedPrefixLists"),
        ),
        "its machines have no interfaces, and its rules no prefix lists",
    ),
    **dict.fromkeys(
        ("iam:GetPolicyVersion", "iam:ListPolicies"),
        "moto has none of AWS's own policies to attach",
    ),
    **dict.fromkeys(
        (
            *("organizations:DescribePolicy", "organizations:ListParents"),
            "organizations:ListPoliciesForTarget",
        ),
        "its account is the one that manages the organization",
    ),
    **dict.fromkeys(
        ("wafv2:DescribeManagedRuleGroup", "wafv2:GetRuleGroup"),
        "the web ACL that is made names no group of rules",
    ),
    "backup:ListRecoveryPointsByBackupVault": "nothing puts a recovery point into its vaults",
    "ec2:DescribeImageAttribute": "it makes no images",
    "efs:DescribeBackupPolicy": "the demo's moto has no file systems",
    "logs:DescribeDeliveries": "no balancer or distribution sends its logs on",
    "ssm:DescribeInstancePatchStates": "no machine answers to its SSM",
}
"""What no collector has a reason to ask ministack of this account, and why."""
BY_NEITHER = {
    *("accessanalyzer:ListArchiveRules", "artifact:ListReports"),
    *("autoscaling:DescribeAccountLimits", "backup:ListRecoveryPointsByBackupVault"),
    *("cloudtrail:GetEventDataStore", "resource-explorer-2:ListResources"),
    *("datasync:DescribeTask", "ec2:DescribeImageAttribute"),
    *("ec2:DescribeManagedPrefixLists", "ec2:DescribeVpcBlockPublicAccessExclusions"),
    *("ec2:DescribeVpcBlockPublicAccessOptions", "efs:DescribeBackupPolicy"),
    *("eks:DescribeClusterVersions", "elasticbeanstalk:DescribeConfigurationSettings"),
    *("elb:DescribeLoadBalancerAttributes", "elb:DescribeLoadBalancerPolicies"),
    *("elb:DescribeTags", "guardduty:GetDetector", "guardduty:GetFindings"),
    *("guardduty:ListFindings", "health:DescribeAffectedEntities", "iam:GetPolicyVersion"),
    *("iam:ListPolicies", "identitystore:ListGroupMemberships", "identitystore:ListUsers"),
    *("logs:DescribeDeliveries", "macie2:GetAutomatedDiscoveryConfiguration"),
    *("network-firewall:DescribeLoggingConfiguration", "oam:GetSinkPolicy"),
    *("organizations:DescribePolicy", "organizations:ListParents"),
    *("organizations:ListPoliciesForTarget", "rds:DescribeAccountAttributes"),
    *("rds:DescribeDBClusterParameters", "redshift:DescribeClusterParameters"),
    *("redshift:DescribeLoggingStatus", "resource-explorer-2:Search"),
    "securityhub:GetEnabledStandards",
    *("securityhub:ListEnabledProductsForImport", "ssm:DescribeInstancePatchStates"),
    *("sso-admin:DescribePermissionSet", "sso-admin:GetInlinePolicyForPermissionSet"),
    "sso-admin:ListAccountAssignments",
    "sso-admin:ListAccountsForProvisionedPermissionSet",
    "sso-admin:ListManagedPoliciesInPermissionSet",
    *("wafv2:DescribeManagedRuleGroup", "wafv2:GetRuleGroup"),
}
"""What neither server answers of this account: it rests on the invented one alone."""
OF_BOTH = {
    ("aws.account.regions", "names"): "moto has regions of all partitions, ministack newer ones",
    ("aws.account.regions", "closed"): "each has opted in to regions of its own",
    ("aws.compute.zones", "zones"): "moto puts a cache and its copy into one zone",
    ("aws.config.recording", "recorder"): "neither delivers: they begin with another status",
    ("aws.database.tls", "version"): "each has a newest Aurora of its own",
    ("aws.iam.root", "mfa_on"): "ministack's root user has a device",
    ("aws.lambda.access", "statements"): "AWS names the account's root, and has no empty policy",
    (
        "aws.messaging.resources",
        "statements",
    ): "the policy that a topic begins with; moto's is AWS's",
}
MOTO_IS_RIGHT = {
    ("aws.acm.certificates", "form"): "it is issued by Amazon; ministack does not say",
    ("aws.acm.certificates", "status"): "it waits for its validation; ministack has it at once",
    ("aws.caches", "names"): "a group's members name it, and ministack's do not",
    ("aws.compute.zones", "names"): "the same",
    ("aws.cloudtrail.delivery", "delivered_at"): "a trail that logs delivers",
    ("aws.ec2.address-givers", "in_use"): "a machine has an interface in its subnet",
    ("aws.ec2.security-groups", "ingress"): "a rule keeps its prefix lists",
    ("aws.messaging.resources", "encrypted_by_service"): "SQS encrypts new queues since 2022",
    ("aws.s3.access-records", "tags"): "`s3:bucket` is AWS's word for the type; its manual has it",
    ("aws.s3.classified-buckets", "names"): "the same",
    ("aws.s3.limited-buckets", "names"): "the same",
    ("aws.streams.encryption", "encryption"): "SQS encrypts new queues since 2022",
    ("aws.vpc.access-lists", "guarded"): "a subnet has the list of its network",
    ("aws.vpc.networks", "in_use"): "a machine has an interface in its network",
}
MINISTACK_IS_RIGHT = {
    ("aws.caches", "mode"): "encryption in transit is required unless one prefers it",
    ("aws.cloudtrail.log-buckets", "object_ownership"): "so are buckets made since April 2023",
    ("aws.kms.key-policies", "names"): "AWS manages `alias/aws/ebs`; moto has it as a customer's",
    ("aws.kms.keys", "names"): "the same",
    ("aws.logs.groups", "log_class"): "AWS says it of every group",
    ("aws.s3.buckets", "object_ownership"): "so are buckets made since April 2023",
    ("aws.s3.encryption", "default"): "S3 encrypts every bucket since January 2023",
}
MACHINES = "moto starts what a scaling group wants, with its volume"
ORGANIZATION = "ministack's account has an organization from the start"
DIFFERENT = {
    **OF_BOTH,
    **MOTO_IS_RIGHT,
    **MINISTACK_IS_RIGHT,
    **dict.fromkeys(
        (
            *(("aws.backup.stores", "names"), ("aws.compute.settings", "names")),
            *(("aws.ec2.exposure", "names"), ("aws.ec2.instances", "names")),
            *(("aws.ec2.storage", "names"), ("aws.ec2.volumes", "names")),
            *(("aws.inventory.index", "listed"), ("aws.ssm.instances", "names")),
        ),
        MACHINES,
    ),
    **dict.fromkeys(
        (
            *(("aws.iam.root", "standing"), ("aws.iam.trusted-roles", "organisation")),
            *(
                ("aws.identity-center.sign-in", "management"),
                ("aws.organizations.accounts", "names"),
            ),
            *(
                ("aws.organizations.guardrails", "features"),
                ("aws.organizations.guardrails", "standing"),
            ),
        ),
        ORGANIZATION,
    ),
}
"""Collector and field of what both tell and tell differently: who is right, and why."""
AS_SEEDED = {
    ("aws.s3.versioning", "acme-kept", "status"): "Enabled",
    ("aws.s3.versioning", "acme-bare", "status"): None,
    ("aws.s3.buckets", "acme-kept", "object_ownership"): "BucketOwnerEnforced",
    ("aws.s3.buckets", "acme-shared", "object_ownership"): "ObjectWriter",
    ("aws.s3.buckets", "acme-bare", "bucket_block"): None,
    ("aws.s3.policies", "acme-bare", "statements"): None,
    ("aws.iam.users", "bot", "password"): None,
    ("aws.iam.users", "bot", "mfa_devices"): [],
    ("aws.iam.user-rights", "bot", "inline"): ["everything"],
    ("aws.iam.identities", "ada", "email"): "ada@acme.test",
    ("aws.dynamodb.continuous-backups", "orders", "point_in_time_recovery"): "ENABLED",
    ("aws.dynamodb.continuous-backups", "sessions", "point_in_time_recovery"): "DISABLED",
    ("aws.kms.keys", "alias/turned", "rotation_days"): 365,
    ("aws.kms.keys", "alias/still", "rotation_days"): None,
    ("aws.kms.keys", "alias/retired", "state"): "Disabled",
    ("aws.logs.groups", "/acme/api", "retention_days"): 400,
    ("aws.logs.groups", "/acme/forever", "retention_days"): None,
    ("aws.rds.databases", "ledger", "backups_kept_days"): 14,
    ("aws.ecr.repositories", "api", "scans_on_push"): True,
    ("aws.elb.listeners", "front:80", "only_redirects"): True,
    ("aws.elb.listeners", "through:5432", "protocol"): "TCP",
    ("aws.cloudtrail.trails", "company", "log_validation"): True,
    ("aws.compute.versions", "main", "version"): "1.30",
    ("aws.athena.workgroups", "reports", "enforced"): True,
}
"""Collector, name and field of what the steps made: both servers tell it so."""
