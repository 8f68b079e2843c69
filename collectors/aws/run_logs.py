"""Builds, data jobs and state machines, and whether their runs are written down."""

from collections.abc import Iterator
from typing import Any

from collectors.aws.account import Region, Response, told
from collectors.aws.codebuild import PROJECT_NAMES, PROJECTS, build_projects, project_arn
from collectors.aws.glue import JOBS, job_arn
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.run_logs import RunLogging
from collectors.evidence.record import Unread

MACHINES = ApiCall("stepfunctions", "ListStateMachines", "states:ListStateMachines")
MACHINE = ApiCall(
    "stepfunctions",
    "DescribeStateMachine",
    "states:DescribeStateMachine",
    redact=("definition", "description", "variableReferences"),
)
ENABLED, OFF = "ENABLED", "OFF"
LOGS_ALWAYS = frozenset({"pythonshell", "glueray"})
"""Kinds of data jobs whose output Glue sends to CloudWatch Logs, whatever they are told."""
FIRST_THAT_LOGS_ALWAYS = 5
"""The version of Glue from which every job logs while it runs."""
CONTINUOUS = "--enable-continuous-cloudwatch-log"


@collector(id="aws.jobs.logs", calls=(PROJECT_NAMES, PROJECTS, JOBS, MACHINES, MACHINE))
def run_logs(region: Region) -> Iterator[RunLogging]:
    """Every build project, data job and state machine, with the log of its runs."""

    def project(named: tuple[str, Response | Unread]) -> RunLogging:
        name, answer = named
        return RunLogging(
            id=project_arn(region, name), name=name, form="build project", log=_of_builds(answer)
        )

    def job(answer: Response) -> RunLogging:
        name = answer["Name"]
        return RunLogging(id=job_arn(region, name), name=name, form="data job", log=_of_job(answer))

    def machine(listed: Response) -> RunLogging:
        arn = listed["stateMachineArn"]
        answer = region.detail(MACHINE, stateMachineArn=arn)
        return RunLogging(
            id=arn, name=listed["name"], form="state machine", log=_of_machine(answer)
        )

    yield from region.in_turn(
        map(project, build_projects(region)),
        map(job, region.each(JOBS, "Jobs")),
        region.concurrently(machine, region.each(MACHINES, "stateMachines")),
    )


def _of_builds(project: Response | Unread) -> str | Unread | None:
    """CodeBuild logs to CloudWatch Logs unless it is told not to."""
    if isinstance(project, Unread):
        return project
    settings = project.get("logsConfig") or {}
    groups = (settings.get("cloudWatchLogs") or {}).get("status", ENABLED)
    buckets = (settings.get("s3Logs") or {}).get("status")
    if groups == ENABLED:
        return "a log group"
    return "a bucket" if buckets == ENABLED else None


def _of_job(job: Response) -> str | Unread | None:
    command = told(JOBS, job, "Command", dict)
    kind = told(JOBS, command, "Name", str)
    if isinstance(kind, Unread):
        return kind
    if kind in LOGS_ALWAYS or _major(job.get("GlueVersion")) >= FIRST_THAT_LOGS_ALWAYS:
        return "always"
    given = (job.get(kind) or {} for kind in ("DefaultArguments", "NonOverridableArguments"))
    switches = [arguments[CONTINUOUS] for arguments in given if CONTINUOUS in arguments]
    return "continuously" if any("on" in switch["resembles"] for switch in switches) else None


def _major(version: Any) -> int:
    """The first number of a version; Glue takes a job that names none for its first."""
    first = str(version or "0").partition(".")[0]
    return int(first) if first.isdigit() else 0


def _of_machine(answer: Response | Unread) -> str | Unread | None:
    """Step Functions leaves the setting out of a machine that never had one."""
    if isinstance(answer, Unread):
        return answer
    settings = answer.get("loggingConfiguration") or {}
    level = settings.get("level", OFF)
    return None if level == OFF or not settings.get("destinations") else level
