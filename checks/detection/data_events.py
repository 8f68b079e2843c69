"""Is it written down who used data, functions and models?"""

from collections.abc import Iterable, Iterator

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
from collectors.evidence.aws.bucket_records import BucketAccess
from collectors.evidence.aws.data_events import (
    ArnFilter,
    DataRecorder,
    DataSelector,
    RecordedBucket,
    RecordedCalls,
    WatchedLogBucket,
)
from collectors.evidence.record import Unread

OBJECTS, FUNCTIONS, AGENTS = "AWS::S3::Object", "AWS::Lambda::Function", "AWS::Bedrock::AgentAlias"
MODELS = "bedrock.amazonaws.com"
Recorders = tuple[DataRecorder, ...] | Unread


@check(
    id="aws.cloudtrail.object-access-recorded",
    title="Reads and writes of classified objects are recorded",
    controls=("MON-01",),
    severity=Severity.LOW,
    remediation="Add a data event selector for the bucket.",
    empty=Outcome.NOT_APPLICABLE,
)
def cloudtrail_object_access_recorded(
    bucket: RecordedBucket,
    *,
    require_all_buckets: bool = False,
    required_for: tuple[str, ...] = ("confidential", "personal"),
) -> Verdict:
    """After a leak the first question is which objects were read, and by whom.

    Reads and writes of all objects of the bucket have to be recorded, be it by different trails
    or event data stores, each of them running. A selector that names a part of the bucket, or
    filters on more than type, ARN and reads or writes, counts for nothing. Judged are buckets
    whose tag `classification` is one of `required_for`, or all.
    """
    if not require_all_buckets:
        if isinstance(bucket.classification, Unread):
            return undetermined(bucket.classification)
        if (bucket.classification or "").lower() not in required_for:
            return not_applicable("its class asks for no record", classified=bucket.classification)
    recorders = (bucket.trails, bucket.stores)
    return _verdict(_missing(recorders, OBJECTS, f"{bucket.id}/"), recorders, "objects")


@check(
    id="aws.cloudtrail.log-bucket-access-recorded",
    title="Whoever reads the audit log leaves a trace",
    controls=("MON-01",),
    severity=Severity.MEDIUM,
    remediation="Turn on access logs of the log bucket, to another bucket.",
    empty=Outcome.FAILED,
)
def cloudtrail_log_bucket_access_recorded(bucket: WatchedLogBucket) -> Verdict:
    """The log tells an attacker what was noticed, and its readers are few.

    An access log of the bucket counts if it is written to another bucket: in its own, every
    line makes one more. Otherwise reads of its objects have to be recorded as data events.
    """
    target = bucket.access_log_to
    if isinstance(target, str) and target != bucket.name:
        return passed("an access log is written", target=target)
    recorders = (bucket.trails, bucket.stores)
    missing = tuple(m for m in _missing(recorders, OBJECTS, f"{bucket.id}/") if m == "reads")
    if not missing:
        return passed("reads are recorded as data events")
    doubt = target if isinstance(target, Unread) else _doubt(recorders)
    if doubt:
        return undetermined(doubt)
    if target == bucket.name:
        return failed("its access log is written into the bucket itself")
    return failed("neither an access log nor data events tell who reads it")


@check(
    id="aws.s3.access-recorded",
    title="Access to S3 buckets leaves a trace",
    controls=("MON-01",),
    severity=Severity.MEDIUM,
    remediation="Record the bucket's object events in a trail, or turn on server access logs.",
    empty=Outcome.NOT_APPLICABLE,
)
def s3_access_recorded(
    bucket: BucketAccess, *, log_bucket_tag: str = "gapwatch:log-bucket"
) -> Verdict:
    """After a leak, the question is what was read; without a trace the answer is everything.

    Every bucket needs one: an access log of S3's own, or its reads and writes as data events,
    as for classified objects. A bucket that only receives logs would log its own logs, and is
    left out by its tag.
    """
    if isinstance(bucket.access_log_to, str):
        return passed("an access log is written", target=bucket.access_log_to)
    recorders = (bucket.trails, bucket.stores)
    missing = _missing(recorders, OBJECTS, f"{bucket.id}/")
    if missing and isinstance(bucket.tags, frozenset) and log_bucket_tag in bucket.tags:
        return not_applicable("declared to receive logs only")
    for part in (bucket.access_log_to, bucket.tags) if missing else ():
        if isinstance(part, Unread):
            return undetermined(part, not_seen=missing)
    return _verdict(missing, recorders, "objects")


@check(
    id="aws.cloudtrail.function-and-model-calls-recorded",
    title="Calls of functions and models are recorded",
    controls=("MON-01",),
    severity=Severity.LOW,
    remediation="Add data event selectors for functions and agents, and leave no source out.",
    empty=Outcome.NOT_APPLICABLE,
)
def cloudtrail_function_and_model_calls_recorded(region: RecordedCalls) -> Verdict:
    """A function works with rights that its caller may not have, and a model with what it is told.

    Every function of the region needs its calls recorded as data events. Calls of models are
    management events, which a trail may leave out; those of agents are data events. Models are
    in use where the service logs their calls or an agent is set up.
    """
    in_use = (region.functions, region.models_logged, region.has_agents)
    if not any(part for part in in_use if not isinstance(part, Unread)):
        for part in in_use:
            if isinstance(part, Unread):
                return undetermined(part)
        return not_applicable("the region holds no functions, and no models are known to be in use")
    gaps = tuple(_unrecorded(region))
    known = tuple(gap for gap in gaps if isinstance(gap, str))
    if known:
        return failed(f"not recorded: {', '.join(known)}", missing=known)
    for gap in (*gaps, *in_use):
        if isinstance(gap, Unread):
            return undetermined(gap)
    return passed("calls are recorded")


def _unrecorded(region: RecordedCalls) -> Iterator[str | Unread]:
    """What is called in the region and recorded by nothing, or not known to be."""
    recorders = (region.trails, region.stores)
    functions = () if isinstance(region.functions, Unread) else region.functions
    if any("writes" in _missing(recorders, FUNCTIONS, arn) for arn in functions):
        yield _doubt(recorders) or "calls of functions"
    if region.has_agents is True and _missing(recorders, AGENTS, None):
        yield _doubt(recorders) or "calls of agents"
    if region.has_agents is True or region.models_logged is True:
        yield from _models(region)


def _models(region: RecordedCalls) -> Iterator[str | Unread]:
    if isinstance(region.management, Unread):
        yield region.management
        return
    logging = [trail for trail in region.management if trail.logging is not False]
    selectors = [
        selector
        for trail in logging
        if trail.logging is True and not isinstance(trail.selectors, Unread)
        for selector in trail.selectors
        if not selector.narrowed_by and MODELS not in selector.excluded
    ]
    if any(s.reads for s in selectors) and any(s.writes for s in selectors):
        return
    parts = (part for trail in logging for part in (trail.logging, trail.selectors))
    doubt = next((part for part in parts if isinstance(part, Unread)), None)
    yield doubt or "calls of models"


def _missing(
    recorders: Iterable[Recorders], resource_type: str, beginning: str | None
) -> tuple[str, ...]:
    """Which of reads and writes nothing records for all ARNs with a beginning.

    A function is its whole ARN; `None` stands for every resource of the type.
    """
    selectors = [
        selector
        for listed in recorders
        if not isinstance(listed, Unread)
        for recorder in listed
        if recorder.recording is True and not isinstance(recorder.selectors, Unread)
        for selector in recorder.selectors
        if selector.resource_type == resource_type and _covers(selector, beginning)
    ]
    recorded = {
        "reads": any(s.reads for s in selectors),
        "writes": any(s.writes for s in selectors),
    }
    return tuple(kind for kind, is_recorded in recorded.items() if not is_recorded)


def _covers(selector: DataSelector, beginning: str | None) -> bool:
    if selector.narrowed_by:
        return False
    if beginning is None:
        return not selector.arns
    return all(_meets(one, beginning) for one in selector.arns)


def _meets(one: ArnFilter, beginning: str) -> bool:
    """Whether every ARN with the beginning meets a filter; a folder's never ends there."""
    a_folder = beginning.endswith("/")
    if one.operator == "StartsWith":
        return any(beginning.startswith(value) for value in one.values)
    if one.operator == "Equals":
        return not a_folder and beginning in one.values
    if one.operator == "NotEquals":
        return not any(value.startswith(beginning) for value in one.values)
    if one.operator == "NotStartsWith":
        return not any(
            value.startswith(beginning) or beginning.startswith(value) for value in one.values
        )
    return False


def _doubt(recorders: Iterable[Recorders]) -> Unread | None:
    """What might yet show that something is recorded; a recorder at rest shows nothing more."""
    for listed in recorders:
        if isinstance(listed, Unread):
            return listed
        for recorder in listed:
            if isinstance(recorder.recording, Unread):
                return recorder.recording
            if recorder.recording and isinstance(recorder.selectors, Unread):
                return recorder.selectors
    return None


def _verdict(missing: tuple[str, ...], recorders: tuple[Recorders, ...], what: str) -> Verdict:
    if not missing:
        return passed(f"reads and writes of its {what} are recorded")
    doubt = _doubt(recorders)
    if doubt:
        return undetermined(doubt, not_seen=missing)
    return failed(f"{' and '.join(missing)} of its {what} are not recorded", missing=missing)
