"""Which uses of data trails and event data stores record."""

from typing import Literal

from collectors.evidence.aws.cloudtrail import CoveringTrail
from collectors.evidence.record import Fact, Record, Unread


class ArnFilter(Fact, frozen=True, tag="aws.arn_filter"):
    """What the ARN of a resource has to be, for its events to be recorded."""

    operator: str
    """`Equals`, `StartsWith`, `EndsWith`, or one of them with `Not` before it."""
    values: frozenset[str]


class DataSelector(Fact, frozen=True, tag="aws.data_selector"):
    """One choice of data events."""

    resource_type: str
    """AWS's word for what they are about, such as `AWS::S3::Object`."""
    reads: bool
    writes: bool
    arns: tuple[ArnFilter, ...] = ()
    """All of them have to be met; none means every resource of the type."""
    narrowed_by: frozenset[str] = frozenset()
    """Other fields it filters on: such a selector records an unknown part of the events."""


class DataRecorder(Fact, frozen=True, tag="aws.data_recorder"):
    """A trail or an event data store."""

    arn: str
    form: Literal["trail", "store"]
    recording: bool | Unread
    selectors: tuple[DataSelector, ...] | Unread


class RecordedBucket(Record, frozen=True, tag="aws.recorded_bucket"):
    """A bucket, and everything that may record the use of its objects."""

    classification: str | Unread | None
    """The value of its tag `classification`; `None` without one."""
    trails: tuple[DataRecorder, ...] | Unread
    stores: tuple[DataRecorder, ...] | Unread


class WatchedLogBucket(Record, frozen=True, tag="aws.watched_log_bucket"):
    """A bucket that receives a trail, and everything that may record who reads it."""

    access_log_to: str | Unread | None
    """The bucket that its access log is written to; `None` where none is written."""
    trails: tuple[DataRecorder, ...] | Unread
    stores: tuple[DataRecorder, ...] | Unread


class RecordedCalls(Record, frozen=True, tag="aws.recorded_calls"):
    """A region of an account, with what may be called in it and what records the calls."""

    functions: tuple[str, ...] | Unread
    """The ARNs of its functions."""
    models_logged: bool | Unread
    """Whether calls of models are logged by the model service: then they are in use."""
    has_agents: bool | Unread
    trails: tuple[DataRecorder, ...] | Unread
    stores: tuple[DataRecorder, ...] | Unread
    management: tuple[CoveringTrail, ...] | Unread
