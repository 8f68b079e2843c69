"""What runs by itself, and whether it writes down what it did."""

from typing import Literal

from collectors.evidence.record import Fact, Record, Unread


class PartLog(Fact, frozen=True, tag="aws.part_log"):
    """A part of a task, and how finely it logs."""

    name: str
    level: str
    """AWS's word for it; `none` for a part that the settings do not name."""


class TransferLogging(Record, frozen=True, tag="aws.transfer_logging"):
    """A task that moves data, with where and how finely it logs."""

    form: Literal["transfer task", "replication task"]
    has_destination: bool | Unread
    """Whether its log goes anywhere."""
    parts: tuple[PartLog, ...] | Unread


class RunLogging(Record, frozen=True, tag="aws.run_logging"):
    """A build project, data job or state machine, with the log of its runs."""

    form: Literal["build project", "data job", "state machine"]
    log: str | Unread | None
    """Where or how its runs are logged; `None` for nowhere."""


class ApplicationLogging(Record, frozen=True, tag="aws.application_logging"):
    """A container of a task definition in use, or an application environment."""

    form: Literal["container", "environment"]
    log: str | Unread | None
    """What takes its output; `None` where nothing does."""
