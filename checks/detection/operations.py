"""Is it written down what runs, and what it did?"""

from checks.contract import (
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.aws.database_logs import DatabaseLogs
from collectors.evidence.aws.run_logs import ApplicationLogging, RunLogging, TransferLogging
from collectors.evidence.record import Unread

FINE_ENOUGH = frozenset(
    {
        *("BASIC", "TRANSFER"),
        *(f"LOGGER_SEVERITY_{finer}" for finer in ("DEFAULT", "DEBUG", "DETAILED_DEBUG")),
    }
)
STAYS_ON_THE_HOST = frozenset({"json-file", "local", "none"})
"""Drivers whose logs go with the machine."""
MAIN_LOGS = {
    "aurora-mysql": {"audit", "error"},
    "aurora-postgresql": {"postgresql"},
    "docdb": {"audit"},
    "mariadb": {"audit", "error"},
    "mysql": {"audit", "error"},
    "neptune": {"audit"},
    "oracle": {"alert", "audit", "listener"},
    "postgres": {"postgresql"},
    "redshift": {"connectionlog", "userlog"},
    "sqlserver": {"error"},
    "db2": {"diag.log"},
}
"""What tells afterwards who was there and what went wrong, as each engine names its logs."""


@check(
    id="aws.compute.application-logged",
    title="What applications say is kept",
    controls=("MON-01",),
    severity=Severity.HIGH,
    remediation="Give the container a log configuration, or let the environment stream its logs.",
    empty=Outcome.NOT_APPLICABLE,
)
def compute_application_logged(application: ApplicationLogging) -> Verdict:
    """A container that failed is gone, and with it whatever it had to say.

    Every container counts of the newest active revision of a family, and of older ones that a
    service still runs; a driver that writes to the host does not. Environments must stream
    their logs.
    """
    if isinstance(application.log, Unread):
        return undetermined(application.log)
    if application.log is None:
        return failed(f"nothing keeps what the {application.form} says")
    if application.log in STAYS_ON_THE_HOST:
        return failed("what it says goes with the machine", log=application.log)
    return passed(f"what the {application.form} says is kept", log=application.log)


@check(
    id="aws.jobs.runs-logged",
    title="Builds, data jobs and state machines are logged",
    controls=("MON-01", "PIN-03"),
    severity=Severity.MEDIUM,
    remediation="Turn on the logs of the project, job or state machine.",
    empty=Outcome.NOT_APPLICABLE,
)
def jobs_runs_logged(runner: RunLogging) -> Verdict:
    """What runs at night by itself has no other witness.

    Builds may log to a log group or a bucket. Data jobs count as logged if they log while
    they run, which from Glue 5 on, and of Python shell and Ray jobs, is always so. State
    machines need a level and somewhere to log to.
    """
    if isinstance(runner.log, Unread):
        return undetermined(runner.log)
    if runner.log is None:
        return failed(f"runs of the {runner.form} are not logged")
    return passed(f"runs of the {runner.form} are logged", log=runner.log)


@check(
    id="aws.data-transfer.tasks-logged",
    title="Tasks that move data log what they did",
    controls=("MON-01",),
    severity=Severity.MEDIUM,
    remediation="Turn on logging in the task's settings.",
    empty=Outcome.NOT_APPLICABLE,
)
def data_transfer_tasks_logged(task: TransferLogging) -> Verdict:
    """What was left behind on the way is known only to the log.

    A transfer task needs a log group and a level. A replication task needs logging on, and
    each part that works for its way of moving (unload and load, capture and apply) at the
    default severity or finer.
    """
    if task.has_destination is False:
        return failed(f"the {task.form} logs nowhere")
    parts = task.parts
    if isinstance(parts, Unread):
        return undetermined(parts)
    coarse = tuple(f"{part.name} {part.level}" for part in parts if part.level not in FINE_ENOUGH)
    if coarse:
        return failed(f"{len(coarse)} of {len(parts)} parts log too little", coarse=coarse)
    if isinstance(task.has_destination, Unread):
        return undetermined(task.has_destination)
    return passed(f"the {task.form} logs what it does")


@check(
    id="aws.database.logs-exported",
    title="Logs of databases leave the database",
    controls=("MON-01",),
    severity=Severity.MEDIUM,
    remediation="Turn on the export of the engine's logs, or the warehouse's audit logs.",
    empty=Outcome.NOT_APPLICABLE,
)
def database_logs_exported(database: DatabaseLogs) -> Verdict:
    """A database keeps its own logs for days, and whoever owns it can remove them.

    Asked for are the logs that tell who was there and what went wrong, as the engine names
    them. Of a warehouse that writes to a bucket, the last delivery must have succeeded.
    Members of a cluster are judged at the cluster; an engine that exports nothing, such as
    one the company manages itself, is not judged.
    """
    if database.member_of is not None:
        return not_applicable("judged at its cluster", cluster=database.member_of)
    if isinstance(database.engine, Unread):
        return undetermined(database.engine)
    wanted = MAIN_LOGS.get(_family(database.engine))
    if wanted is None:
        return not_applicable("the engine exports no logs", engine=database.engine)
    return _exported(database, wanted)


def _exported(database: DatabaseLogs, wanted: set[str]) -> Verdict:
    if isinstance(database.exported, Unread):
        return undetermined(database.exported)
    missing = tuple(sorted(wanted - database.exported))
    if missing:
        return failed(f"{len(missing)} of {len(wanted)} logs are not exported", missing=missing)
    if isinstance(database.delivery_failed, Unread):
        return undetermined(database.delivery_failed)
    if database.delivery_failed:
        return failed("the last delivery failed")
    return passed("its logs are exported", exported=tuple(sorted(database.exported)))


def _family(engine: str) -> str:
    """An engine less its edition: `oracle` for `oracle-ee`; what Aurora is named for stays."""
    return engine if engine in MAIN_LOGS else engine.partition("-")[0]
