"""What AWS Config and Resource Explorer call a kind of resource, and of which service it is.

A service is called by the word that its IAM actions begin with, such as `sagemaker`: by that
word the register of scope declares it, and by that word calls name their permission.
"""

from functools import cache

from collectors.aws.models import declared_calls

SPELT_OTHERWISE = {
    "ACMPCA": "acm-pca",
    "AccessAnalyzer": "access-analyzer",
    "AmazonMQ": "mq",
    "ApiGatewayV2": "apigateway",
    "AppIntegrations": "app-integrations",
    "BCMDataExports": "bcm-data-exports",
    "BackupGateway": "backup-gateway",
    "BedrockAgentCore": "bedrock-agentcore",
    "CleanRoomsML": "cleanrooms-ml",
    "CodeGuruProfiler": "codeguru-profiler",
    "CodeGuruReviewer": "codeguru-reviewer",
    "Cognito": "cognito-idp",
    "CustomerProfiles": "profile",
    "EFS": "elasticfilesystem",
    "EMR": "elasticmapreduce",
    "EMRContainers": "emr-containers",
    "EMRServerless": "emr-serverless",
    "ElasticLoadBalancingV2": "elasticloadbalancing",
    "Elasticsearch": "es",
    "EventSchemas": "schemas",
    "GreengrassV2": "greengrass",
    "InspectorV2": "inspector2",
    "IoTCoreDeviceAdvisor": "iotdeviceadvisor",
    "KinesisAnalyticsV2": "kinesisanalytics",
    "KinesisFirehose": "firehose",
    "Location": "geo",
    "MSK": "kafka",
    "NetworkFirewall": "network-firewall",
    "OpenSearch": "es",
    "OpenSearchServerless": "aoss",
    "PCAConnectorAD": "pca-connector-ad",
    "Pinpoint": "mobiletargeting",
    "ResourceExplorer2": "resource-explorer-2",
    "Route53RecoveryControl": "route53-recovery-control-config",
    "Route53RecoveryReadiness": "route53-recovery-readiness",
    "SSMContacts": "ssm-contacts",
    "SSMIncidents": "ssm-incidents",
    "ShieldRegional": "shield",
    "StepFunctions": "states",
    "WAFRegional": "waf-regional",
}
"""CloudFormation's name of a service whose IAM word is not the same in small letters."""
THERE_ANYWAY = frozenset(
    {
        "appconfig/deploymentstrategy",
        "apprunner/autoscalingconfiguration",
        "codedeploy/deploymentconfig",
        "memorydb/acl",
        "memorydb/parametergroup",
        "memorydb/user",
        "route53resolver/resolverrule",
        "route53resolver/resolverruleassociation",
        "xray/encryptionconfig",
    }
)
"""Kinds that AWS itself puts into accounts, and that do nothing without one of another kind."""
SEPARATOR = "::"
OF_AWS = "AWS"


def recorded_service(kind: str) -> str | None:
    """The service of a type as AWS Config writes it, such as `AWS::SageMaker::Model`.

    `None` of a kind that shows no use of its service. What others than AWS registered is
    called by its own name, such as `datadog::monitors`.
    """
    vendor, service, *rest = kind.split(SEPARATOR)
    if vendor != OF_AWS:
        return f"{vendor}{SEPARATOR}{service}".casefold()
    return _in_use(SPELT_OTHERWISE.get(service, service.casefold()), "".join(rest))


def indexed_service(kind: str) -> str | None:
    """The service of a type as Resource Explorer writes it, such as `sagemaker:model`."""
    service, _, rest = kind.partition(":")
    return _in_use(service.casefold(), rest)


@cache
def asked_services() -> frozenset[str]:
    """The services that some collector asks something."""
    return frozenset(call.permission.partition(":")[0] for call in declared_calls())


def _in_use(service: str, kind: str) -> str | None:
    plain = kind.replace("-", "").casefold()
    return None if f"{service}/{plain}" in THERE_ANYWAY else service
