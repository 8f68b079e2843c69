"""Settings that whoever may list things can read: do they hold secrets?"""

from collections.abc import Iterable, Iterator

from collectors.aws.account import Region, Response, told
from collectors.aws.codebuild import PROJECT_NAMES, PROJECTS, build_projects, project_arn
from collectors.aws.ec2_instances import INSTANCES, TEMPLATE_VERSIONS, TEMPLATES, tags
from collectors.aws.ecs import READ_IN_USE, Definition, definitions_in_use
from collectors.aws.functions import FUNCTIONS
from collectors.aws.glue import JOBS, job_arn
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.settings import Form, PlainSettings, Setting
from collectors.evidence.record import Unread

USER_DATA = ApiCall(
    "ec2",
    "DescribeInstanceAttribute",
    "ec2:DescribeInstanceAttribute",
    recognise=("UserData.Value",),
)
PARAMETERS = ApiCall(
    "ssm",
    "DescribeParameters",
    "ssm:DescribeParameters",
    redact=("Parameters.Description", "Parameters.LastModifiedUser", "Parameters.AllowedPattern"),
)
ENCRYPTED = "SecureString"
FROM_STORES = frozenset({"PARAMETER_STORE", "SECRETS_MANAGER"})
"""Types of a build's variables whose value names where the secret lies."""
SCRIPT = "user data"
TERMINATED = "terminated"
DEFAULT_AND_LATEST = ["$Default", "$Latest"]

Settings = tuple[Setting, ...] | Unread


@collector(
    id="aws.compute.settings",
    calls=(
        *(FUNCTIONS, *READ_IN_USE, PROJECT_NAMES, PROJECTS, JOBS),
        *(INSTANCES, USER_DATA, TEMPLATES, TEMPLATE_VERSIONS, PARAMETERS),
    ),
)
def plain_settings(region: Region) -> Iterator[PlainSettings]:
    """Everything that is given settings: functions, containers, builds, jobs, machines, parameters.

    Of each setting stand here its name and what its value looks like. The value was cut out
    before anything was kept; that of a parameter is not even asked for.
    """
    yield from region.in_turn(
        map(_of_function, region.each(FUNCTIONS, "Functions")),
        map(_of_definition, definitions_in_use(region)),
        (_of_project(region, *named) for named in build_projects(region)),
        (_of_job(region, job) for job in region.each(JOBS, "Jobs")),
        region.concurrently(lambda one: _of_machine(region, one), _machines(region)),
        region.concurrently(
            lambda one: _of_template(region, one), region.each(TEMPLATES, "LaunchTemplates")
        ),
        (_of_parameter(region, one) for one in region.each(PARAMETERS, "Parameters")),
    )


def _settings(arn: str, name: str, form: Form, settings: Settings) -> PlainSettings:
    return PlainSettings(id=arn, name=name, form=form, settings=settings)


def _named(values: Iterable[tuple[str, Response | None]]) -> tuple[Setting, ...]:
    """Settings by name, with what a recognised value looks like; nothing where it has none."""
    return tuple(
        Setting(name=name, resembles=tuple((value or {}).get("resembles", ("nothing",))))
        for name, value in sorted(values, key=lambda pair: pair[0])
    )


def _of_function(function: Response) -> PlainSettings:
    """Lambda leaves the environment out of a function that has none."""
    variables = (function.get("Environment") or {}).get("Variables") or {}
    name = function["FunctionName"]
    return _settings(function["FunctionArn"], name, "function", _named(variables.items()))


def _of_definition(definition: Definition) -> PlainSettings:
    arn, answer = definition
    name = arn.rpartition("/")[2]
    if isinstance(answer, Unread):
        return _settings(arn, name, "task definition", answer)
    variables = [
        (f"{container['name']} {variable['name']}", variable.get("value"))
        for container in answer.get("containerDefinitions") or ()
        for variable in container.get("environment") or ()
    ]
    return _settings(arn, name, "task definition", _named(variables))


def _of_project(region: Region, name: str, project: Response | Unread) -> PlainSettings:
    arn = project_arn(region, name)
    if isinstance(project, Unread):
        return _settings(arn, name, "build project", project)
    variables = (project.get("environment") or {}).get("environmentVariables") or ()
    plain = [(v["name"], v.get("value")) for v in variables if v.get("type") not in FROM_STORES]
    return _settings(arn, name, "build project", _named(plain))


def _of_job(region: Region, job: Response) -> PlainSettings:
    given = [job.get(kind) or {} for kind in ("DefaultArguments", "NonOverridableArguments")]
    values = [pair for arguments in given for pair in arguments.items()]
    return _settings(job_arn(region, job["Name"]), job["Name"], "data job", _named(values))


def _machines(region: Region) -> Iterator[Response]:
    for reservation in region.each(INSTANCES, "Reservations"):
        for machine in reservation["Instances"]:
            if (machine.get("State") or {}).get("Name") != TERMINATED:
                yield machine


def _of_machine(region: Region, machine: Response) -> PlainSettings:
    name = machine["InstanceId"]
    answer = region.detail(USER_DATA, InstanceId=name, Attribute="userData")
    script = told(USER_DATA, answer, "UserData", dict)
    arn = f"arn:{region.partition}:ec2:{region.region}:{region.id}:instance/{name}"
    return _settings(
        arn, tags(machine).get("Name", name), "machine", _of_script(script, script_of="Value")
    )


def _of_template(region: Region, template: Response) -> PlainSettings:
    name = template["LaunchTemplateId"]
    versions = region.listed(
        TEMPLATE_VERSIONS,
        "LaunchTemplateVersions",
        LaunchTemplateId=name,
        Versions=DEFAULT_AND_LATEST,
    )
    arn = f"arn:{region.partition}:ec2:{region.region}:{region.id}:launch-template/{name}"
    found: Settings = ()
    if isinstance(versions, Unread):
        found = versions
    else:
        scripts = [version.get("LaunchTemplateData") or {} for version in versions]
        found = _named([(SCRIPT, one["UserData"]) for one in scripts if one.get("UserData")])
    return _settings(arn, template.get("LaunchTemplateName") or name, "launch template", found)


def _of_script(answer: Response | Unread, *, script_of: str) -> Settings:
    """EC2 leaves the value out of a machine that was started without."""
    if isinstance(answer, Unread):
        return answer
    value = answer.get(script_of)
    return _named([(SCRIPT, value)]) if value else ()


def _of_parameter(region: Region, parameter: Response) -> PlainSettings:
    """A parameter that is not encrypted is read by whoever may read parameters."""
    name = parameter["Name"]
    arn = f"arn:{region.partition}:ssm:{region.region}:{region.id}:parameter/{name.lstrip('/')}"
    kind = told(PARAMETERS, parameter, "Type", str)
    if isinstance(kind, Unread):
        return _settings(arn, name, "parameter", kind)
    plain = () if kind == ENCRYPTED else (Setting(name=name, resembles=()),)
    return _settings(arn, name, "parameter", plain)
