"""Brokers, query workgroups and models, with what each writes down of its use."""

from collections.abc import Iterator
from itertools import islice
from typing import Literal

from collectors.aws.account import Region, Response, gathered, told
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.data_services import Broker, ModelUse, Workgroup
from collectors.evidence.record import Unread

BROKERS = ApiCall("mq", "ListBrokers", "mq:ListBrokers")
BROKER = ApiCall(
    "mq",
    "DescribeBroker",
    "mq:DescribeBroker",
    redact=("Users.Username", "LdapServerMetadata", "PendingLdapServerMetadata"),
)
WORKGROUPS = ApiCall(
    "athena",
    "ListWorkGroups",
    "athena:ListWorkGroups",
    redact=("WorkGroups.Description",),
    passing=("WorkGroups.CreationTime",),
)
WORKGROUP = ApiCall(
    "athena",
    "GetWorkGroup",
    "athena:GetWorkGroup",
    redact=("WorkGroup.Description",),
    passing=("WorkGroup.CreationTime",),
)
QUERIES = ApiCall("athena", "ListQueryExecutions", "athena:ListQueryExecutions")
METRICS = ApiCall("cloudwatch", "ListMetrics", "cloudwatch:ListMetrics")
MODEL_LOG = ApiCall(
    "bedrock",
    "GetModelInvocationLoggingConfiguration",
    "bedrock:GetModelInvocationLoggingConfiguration",
)
MADE_BY_AWS = "primary"
"""The workgroup that every region of every account has."""
DESTINATIONS = {"bucket": "s3Config", "log group": "cloudWatchConfig"}


@collector(id="aws.mq.brokers", calls=(BROKERS, BROKER))
def brokers(region: Region) -> Iterator[Broker]:
    """Every message broker, with its logs."""

    def describe(listed: Response) -> Broker:
        answer = region.detail(BROKER, BrokerId=listed["BrokerId"])
        logs = told(BROKER, answer, "Logs", dict)
        return Broker(
            id=listed["BrokerArn"],
            name=listed["BrokerName"],
            engine=told(BROKERS, listed, "EngineType", str),
            general=told(BROKER, logs, "General", bool),
            # documented to be left out where the engine has none
            audit=logs if isinstance(logs, Unread) else bool(logs.get("Audit")),
        )

    yield from region.concurrently(describe, region.each(BROKERS, "BrokerSummaries"))


@collector(id="aws.athena.workgroups", calls=(WORKGROUPS, WORKGROUP, QUERIES))
def workgroups(region: Region) -> Iterator[Workgroup]:
    """Every workgroup of Athena, with the settings it gives to queries."""

    def describe(listed: Response) -> Workgroup:
        name = listed["Name"]
        answer = told(WORKGROUP, region.detail(WORKGROUP, WorkGroup=name), "WorkGroup", dict)
        settings = told(WORKGROUP, answer, "Configuration", dict)
        return Workgroup(
            id=f"arn:{region.partition}:athena:{region.region}:{region.id}:workgroup/{name}",
            name=name,
            state=told(WORKGROUPS, listed, "State", str),
            enforced=told(WORKGROUP, settings, "EnforceWorkGroupConfiguration", bool),
            metrics=told(WORKGROUP, settings, "PublishCloudWatchMetricsEnabled", bool),
            results=_results(settings),
            used=_used(region, name),
        )

    yield from region.concurrently(describe, region.each(WORKGROUPS, "WorkGroups"))


@collector(id="aws.bedrock.model-use", calls=(METRICS, MODEL_LOG))
def model_use(region: Region) -> Iterator[ModelUse]:
    """Whether models were called in this region, and where calls are logged.

    Where CloudWatch knows of no call, the log is not asked for.
    """
    metrics = region.listed(METRICS, "Metrics", Namespace="AWS/Bedrock", MetricName="Invocations")
    log: Response | Unread = {} if metrics == () else region.detail(MODEL_LOG)
    # Bedrock leaves the configuration out where none was made
    configuration = log if isinstance(log, Unread) else log.get("loggingConfig") or {}
    yield ModelUse(
        id=f"arn:{region.partition}:bedrock:{region.region}:{region.id}:model-invocations",
        name=f"{region.id}/{region.region}",
        invoked=metrics if isinstance(metrics, Unread) else bool(metrics),
        destinations=configuration
        if isinstance(configuration, Unread)
        else tuple(name for name, field in DESTINATIONS.items() if configuration.get(field)),
        text=configuration
        if isinstance(configuration, Unread)
        else bool(configuration.get("textDataDeliveryEnabled")),
    )


def _results(
    settings: Response | Unread,
) -> Literal["encrypted", "managed", "plain"] | Unread:
    if isinstance(settings, Unread):
        return settings
    if (settings.get("ManagedQueryResultsConfiguration") or {}).get("Enabled"):
        return "managed"
    encryption = (settings.get("ResultConfiguration") or {}).get("EncryptionConfiguration")
    return "encrypted" if encryption else "plain"


def _used(region: Region, name: str) -> bool | Unread:
    """Whether anybody asked anything of it in 45 days, as long as Athena remembers."""
    if name != MADE_BY_AWS:
        return True
    listed = region.each(QUERIES, "QueryExecutionIds", WorkGroup=name, MaxResults=1)
    queries = gathered(islice(listed, 1))  # a page may be empty and not the last
    return queries if isinstance(queries, Unread) else bool(queries)
