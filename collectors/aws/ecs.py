"""Task definitions of ECS that are in use."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told
from collectors.aws.batches import batches
from collectors.contract import ApiCall
from collectors.evidence.record import Unread

FAMILIES = ApiCall("ecs", "ListTaskDefinitionFamilies", "ecs:ListTaskDefinitionFamilies")
CLUSTERS = ApiCall("ecs", "ListClusters", "ecs:ListClusters")
SERVICE_ARNS = ApiCall("ecs", "ListServices", "ecs:ListServices")
SERVICES = ApiCall(
    "ecs", "DescribeServices", "ecs:DescribeServices", redact=("services.tags",)
).without(
    *(
        f"services.{field}"
        for field in ("events", "runningCount", "pendingCount", "deployments", "taskSets")
    )
)
DEFINITION = ApiCall(
    "ecs",
    "DescribeTaskDefinition",
    "ecs:DescribeTaskDefinition",
    redact=tuple(
        f"taskDefinition.containerDefinitions.{field}"
        for field in (
            *("command", "entryPoint", "healthCheck", "dockerLabels", "repositoryCredentials"),
            *("logConfiguration.options", "firelensConfiguration.options"),
        )
    ),
    recognise=("taskDefinition.containerDefinitions.environment.value",),
)
READ_IN_USE = (FAMILIES, CLUSTERS, SERVICE_ARNS, SERVICES, DEFINITION)
MOST_SERVICES_AT_ONCE = 10
LARGEST_PAGE = 100
"""As documented; the model of the service names no limit, and an ordinary page holds ten."""

Definition = tuple[str, Response | Unread]


def definitions_in_use(region: Region) -> Iterator[Definition]:
    """The newest active revision of every family, and each older one that a service still runs.

    Each with its ARN; where the newest could not be read, the family's.

    Raises:
        CannotList: families, clusters or services could not be listed to their end.
    """
    seen: set[str] = set()

    def describe(name: str) -> Definition:
        answer = region.detail(DEFINITION, taskDefinition=name)
        definition = told(DEFINITION, answer, "taskDefinition", dict)
        arn = told(DEFINITION, definition, "taskDefinitionArn", str)
        return (_arn(region, name) if isinstance(arn, Unread) else arn), definition

    families = region.each(FAMILIES, "families", status="ACTIVE", maxResults=LARGEST_PAGE)
    for arn, definition in region.concurrently(describe, families):
        seen.add(arn)
        yield arn, definition
    older = sorted({*_run_by_services(region)} - seen)
    yield from region.concurrently(describe, older)


def _run_by_services(region: Region) -> Iterator[str]:
    for cluster in region.each(CLUSTERS, "clusterArns", maxResults=LARGEST_PAGE):
        listed = region.each(SERVICE_ARNS, "serviceArns", cluster=cluster, maxResults=LARGEST_PAGE)
        for names in batches(listed, MOST_SERVICES_AT_ONCE):
            for service in region.each(SERVICES, "services", cluster=cluster, services=names):
                if service.get("status") != "INACTIVE" and service.get("taskDefinition"):
                    yield service["taskDefinition"]


def _arn(region: Region, name: str) -> str:
    if name.startswith("arn:"):
        return name
    return f"arn:{region.partition}:ecs:{region.region}:{region.id}:task-definition/{name}"
