"""Applications in containers and environments, and whether their output is kept."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told
from collectors.aws.ecs import READ_IN_USE, Definition, definitions_in_use
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.run_logs import ApplicationLogging
from collectors.evidence.record import Unread

ENVIRONMENTS = ApiCall(
    "elasticbeanstalk",
    "DescribeEnvironments",
    "elasticbeanstalk:DescribeEnvironments",
    redact=("Environments.Description",),
).without("Environments.Health", "Environments.HealthStatus")
SETTINGS = ApiCall(
    "elasticbeanstalk",
    "DescribeConfigurationSettings",
    "elasticbeanstalk:DescribeConfigurationSettings",
    redact=("ConfigurationSettings.Description",),
    recognise=("ConfigurationSettings.OptionSettings.Value",),
)
GONE = frozenset({"Terminating", "Terminated"})
STREAMING = ("aws:elasticbeanstalk:cloudwatch:logs", "StreamLogs")


@collector(id="aws.compute.application-logs", calls=(*READ_IN_USE, ENVIRONMENTS, SETTINGS))
def application_logs(region: Region) -> Iterator[ApplicationLogging]:
    """Every container of a task definition in use, and every environment of Elastic Beanstalk."""

    def environment(answer: Response) -> ApplicationLogging:
        settings = region.detail(
            SETTINGS,
            ApplicationName=answer["ApplicationName"],
            EnvironmentName=answer["EnvironmentName"],
        )
        return ApplicationLogging(
            id=answer["EnvironmentArn"],
            name=answer["EnvironmentName"],
            form="environment",
            log=_streamed(settings),
        )

    environments = (
        one
        for one in region.each(ENVIRONMENTS, "Environments", IncludeDeleted=False)
        if one.get("Status") not in GONE
    )
    yield from region.in_turn(
        (one for definition in definitions_in_use(region) for one in _containers(definition)),
        region.concurrently(environment, environments),
    )


def _containers(definition: Definition) -> Iterator[ApplicationLogging]:
    """One record a container; one in place of all, where the definition could not be read."""
    arn, answer = definition
    family = arn.rpartition("/")[2]
    if isinstance(answer, Unread):
        yield ApplicationLogging(id=arn, name=family, form="container", log=answer)
        return
    for container in answer.get("containerDefinitions") or ():
        name = container["name"]
        yield ApplicationLogging(
            id=f"{arn}#{name}",
            name=f"{family} {name}",
            form="container",
            log=(container.get("logConfiguration") or {}).get("logDriver"),
        )


def _streamed(answer: Response | Unread) -> str | Unread | None:
    listed = told(SETTINGS, answer, "ConfigurationSettings", list)
    if isinstance(listed, Unread):
        return listed
    streamed = any(
        "on" in option["Value"]["resembles"]
        for settings in listed
        for option in settings.get("OptionSettings") or ()
        if (option.get("Namespace"), option.get("OptionName")) == STREAMING and "Value" in option
    )
    return "CloudWatch Logs" if streamed else None
