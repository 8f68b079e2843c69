"""Tasks that move data, and whether they write down what they did."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, document, told
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.run_logs import PartLog, TransferLogging
from collectors.evidence.record import Unread

TASKS = ApiCall("datasync", "ListTasks", "datasync:ListTasks").without("Tasks.Status")
TASK = ApiCall(
    "datasync",
    "DescribeTask",
    "datasync:DescribeTask",
    redact=("Includes", "Excludes", "ErrorDetail"),
).without("Status", "CurrentTaskExecutionArn")
REPLICATIONS = ApiCall(
    "dms",
    "DescribeReplicationTasks",
    "dms:DescribeReplicationTasks",
    redact=tuple(
        f"ReplicationTasks.{field}"
        for field in ("TableMappings", "TaskData", "LastFailureMessage", "StopReason")
    ),
).without(
    *(
        f"ReplicationTasks.{field}"
        for field in ("ReplicationTaskStats", "RecoveryCheckpoint", "Status", "CdcStartPosition")
    )
)
COMPONENTS = {
    "full-load": ("SOURCE_UNLOAD", "TARGET_LOAD"),
    "cdc": ("SOURCE_CAPTURE", "TARGET_APPLY"),
}
"""What works for each way to move data, by the names that logging gives it."""

Parts = tuple[PartLog, ...] | Unread


@collector(id="aws.data-transfer.logs", calls=(TASKS, TASK, REPLICATIONS))
def transfer_logs(region: Region) -> Iterator[TransferLogging]:
    """Every transfer task and every replication task, with where and how finely it logs."""

    def transfer(listed: Response) -> TransferLogging:
        arn = listed["TaskArn"]
        answer = region.detail(TASK, TaskArn=arn)
        options = told(TASK, answer, "Options", dict)
        level = told(TASK, options, "LogLevel", str)
        return TransferLogging(
            id=arn,
            name=listed.get("Name") or arn.rpartition("/")[2],
            form="transfer task",
            # DataSync leaves the group out of a task that has none
            has_destination=answer
            if isinstance(answer, Unread)
            else bool(answer.get("CloudWatchLogGroupArn")),
            parts=level if isinstance(level, Unread) else (PartLog(name="task", level=level),),
        )

    yield from region.in_turn(
        region.concurrently(transfer, region.each(TASKS, "Tasks")),
        map(_replication, region.each(REPLICATIONS, "ReplicationTasks")),
    )


def _replication(task: Response) -> TransferLogging:
    text = told(REPLICATIONS, task, "ReplicationTaskSettings", str)
    settings = text if isinstance(text, Unread) else document(REPLICATIONS, text)
    logging = told(REPLICATIONS, settings, "Logging", dict)
    return TransferLogging(
        id=task["ReplicationTaskArn"],
        name=task["ReplicationTaskIdentifier"],
        form="replication task",
        has_destination=told(REPLICATIONS, logging, "EnableLogging", bool),
        parts=_parts(logging, told(REPLICATIONS, task, "MigrationType", str)),
    )


def _parts(logging: Response | Unread, moves_by: str | Unread) -> Parts:
    if isinstance(moves_by, Unread):
        return moves_by
    listed = told(REPLICATIONS, logging, "LogComponents", list)
    if isinstance(listed, Unread):
        return listed
    named = {one.get("Id"): one.get("Severity", "none") for one in listed}
    working = [name for way, names in COMPONENTS.items() if way in moves_by for name in names]
    return tuple(PartLog(name=name, level=named.get(name, "none")) for name in working)
