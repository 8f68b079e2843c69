"""Which uses of data are recorded: by trails and by event data stores of CloudTrail."""

from collections.abc import Iterator, Mapping

from collectors.aws.account import Region, Response, told, whole
from collectors.aws.classification import TAGGED, classified
from collectors.aws.cloudtrail import (
    IS_LOGGING,
    READS_AND_WRITES,
    SELECTORS,
    TRAILS,
    covering_trail,
)
from collectors.aws.functions import FUNCTIONS
from collectors.aws.s3 import LIST_BUCKETS
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.data_events import (
    ArnFilter,
    DataRecorder,
    DataSelector,
    RecordedBucket,
    RecordedCalls,
    WatchedLogBucket,
)
from collectors.evidence.record import Unread
from collectors.reader import unread

STORES = ApiCall("cloudtrail", "ListEventDataStores", "cloudtrail:ListEventDataStores")
STORE = ApiCall("cloudtrail", "GetEventDataStore", "cloudtrail:GetEventDataStore")
ACCESS_LOG = ApiCall(
    "s3",
    "GetBucketLogging",
    "s3:GetBucketLogging",
    redact=(
        "LoggingEnabled.TargetGrants.Grantee.DisplayName",
        "LoggingEnabled.TargetGrants.Grantee.EmailAddress",
    ),
)
MODEL_LOG = ApiCall(
    "bedrock",
    "GetModelInvocationLoggingConfiguration",
    "bedrock:GetModelInvocationLoggingConfiguration",
)
AGENTS = ApiCall(
    "bedrock-agent",
    "ListAgents",
    "bedrock:ListAgents",
    redact=("agentSummaries.description",),
)
RECORDERS = (TRAILS, IS_LOGGING, SELECTORS, STORES, STORE)
FUNCTION_TYPE = "AWS::Lambda::Function"
EVERY_FUNCTION = ":lambda"
"""How a classic selector writes all functions: an ARN that ends with the service."""
ALWAYS_READ = {"eventCategory", "resources.type", "readOnly", "resources.ARN"}
"""The fields of an advanced selector that we can hold against a resource."""


@collector(id="aws.cloudtrail.recorded-buckets", calls=(*RECORDERS, LIST_BUCKETS, TAGGED))
def recorded_buckets(region: Region) -> Iterator[RecordedBucket]:
    """Every bucket of the region, its class, and what may record the use of its objects.

    An event data store is known in the region that it was made in.
    """
    trails, stores = trails_of(region), stores_of(region)
    classes = classified(region, "s3")
    for bucket in region.each(LIST_BUCKETS, "Buckets", BucketRegion=region.region):
        arn = f"arn:{region.partition}:s3:::{bucket['Name']}"
        yield RecordedBucket(
            id=arn,
            name=bucket["Name"],
            classification=classes if isinstance(classes, Unread) else classes.get(arn),
            trails=trails,
            stores=stores,
        )


@collector(id="aws.cloudtrail.watched-log-buckets", calls=(*RECORDERS, ACCESS_LOG))
def watched_log_buckets(region: Region) -> Iterator[WatchedLogBucket]:
    """Every bucket that a trail made in this account and region delivers to.

    The bucket may belong to another account: what that one does not show is unread.
    """
    trails, stores = trails_of(region), stores_of(region)
    here = f"arn:{region.partition}:cloudtrail:{region.region}:{region.id}:"
    listed = region.each(TRAILS, "trailList", includeShadowTrails=True)
    for name in sorted({t["S3BucketName"] for t in listed if t["TrailARN"].startswith(here)}):
        yield WatchedLogBucket(
            id=f"arn:{region.partition}:s3:::{name}",
            name=name,
            access_log_to=access_log_of(region.detail(ACCESS_LOG, Bucket=name)),
            trails=trails,
            stores=stores,
        )


@collector(id="aws.cloudtrail.recorded-calls", calls=(*RECORDERS, FUNCTIONS, MODEL_LOG, AGENTS))
def recorded_calls(region: Region) -> Iterator[RecordedCalls]:
    """The region, with its functions, models and agents, and what records that they are called.

    Models need no set-up, so nothing but their own log or an agent shows that they are in use.
    """
    functions = region.listed(FUNCTIONS, "Functions")
    agents = region.listed(AGENTS, "agentSummaries")
    model_log = region.detail(MODEL_LOG)
    listed = region.listed(TRAILS, "trailList", includeShadowTrails=True)
    yield RecordedCalls(
        id=f"arn:{region.partition}:cloudtrail:{region.region}:{region.id}:calls",
        name=f"{region.id}/{region.region}",
        functions=functions
        if isinstance(functions, Unread)
        else tuple(sorted(function["FunctionArn"] for function in functions)),
        models_logged=model_log
        if isinstance(model_log, Unread)
        else bool(model_log.get("loggingConfig")),
        has_agents=agents if isinstance(agents, Unread) else bool(agents),
        trails=trails_of(region),
        stores=stores_of(region),
        management=listed
        if isinstance(listed, Unread)
        else tuple(covering_trail(region, trail) for trail in listed),
    )


def access_log_of(answer: Response | Unread) -> str | Unread | None:
    """Where an access log is written to; S3 answers with nothing where none is."""
    if isinstance(answer, Unread):
        return answer
    enabled = answer.get("LoggingEnabled")
    return told(ACCESS_LOG, enabled, "TargetBucket", str) if enabled else None


def trails_of(region: Region) -> tuple[DataRecorder, ...] | Unread:
    """Every trail that covers the region, with the data events it records."""
    listed = region.listed(TRAILS, "trailList", includeShadowTrails=True)
    if isinstance(listed, Unread):
        return listed
    return tuple(_trail(region, trail) for trail in listed)


def _trail(region: Region, trail: Response) -> DataRecorder:
    arn = trail["TrailARN"]
    selectors = _of_trail(region.detail(SELECTORS, TrailName=arn))
    plain = told(TRAILS, trail, "HasCustomEventSelectors", bool) is False
    return DataRecorder(
        arn=arn,
        form="trail",
        recording=told(IS_LOGGING, region.detail(IS_LOGGING, Name=arn), "IsLogging", bool),
        # without selectors of its own a trail records management events alone
        selectors=() if plain and isinstance(selectors, Unread) else selectors,
    )


def stores_of(region: Region) -> tuple[DataRecorder, ...] | Unread:
    """Every event data store of the region, with the data events it records."""
    listed = region.listed(STORES, "EventDataStores")
    if isinstance(listed, Unread):
        return listed
    return tuple(_store(region, store["EventDataStoreArn"]) for store in listed)


def _store(region: Region, arn: str) -> DataRecorder:
    answer = region.detail(STORE, EventDataStore=arn)
    status = told(STORE, answer, "Status", str)
    written = told(STORE, answer, "AdvancedEventSelectors", list)
    return DataRecorder(
        arn=arn,
        form="store",
        recording=status if isinstance(status, Unread) else status == "ENABLED",
        selectors=written if isinstance(written, Unread) else _advanced(STORE, written),
    )


def _of_trail(answer: Response | Unread) -> tuple[DataSelector, ...] | Unread:
    """A trail has classic or advanced selectors, never both."""
    if isinstance(answer, Unread):
        return answer
    advanced = answer.get("AdvancedEventSelectors")
    if advanced:
        return _advanced(SELECTORS, advanced)
    classic = told(SELECTORS, answer, "EventSelectors", list)
    if isinstance(classic, Unread):
        return classic
    return whole(selector for written in classic for selector in _classic(written))


def _classic(written: Response) -> Iterator[DataSelector | Unread]:
    """One selector for each kind of resource; a selector of management events alone has none."""
    for resource in written.get("DataResources") or ():
        wanted = told(SELECTORS, written, "ReadWriteType", str)
        if isinstance(wanted, Unread) or wanted not in READS_AND_WRITES:
            yield unread(SELECTORS, "the answer has no known ReadWriteType")
            return
        reads, writes = READS_AND_WRITES[wanted]
        for value in resource.get("Values") or ():
            yield DataSelector(
                resource_type=resource["Type"],
                reads=reads,
                writes=writes,
                arns=_of_value(resource["Type"], value),
            )


def _of_value(resource_type: str, value: str) -> tuple[ArnFilter, ...]:
    """A classic value is the beginning of an ARN; only functions are named whole."""
    whole_name = resource_type == FUNCTION_TYPE and not value.endswith(EVERY_FUNCTION)
    operator = "Equals" if whole_name else "StartsWith"
    return (ArnFilter(operator=operator, values=frozenset({value})),)


def _advanced(call: ApiCall, written: list[Response]) -> tuple[DataSelector, ...] | Unread:
    read: list[DataSelector] = []
    for selector in written:
        filters = told(call, selector, "FieldSelectors", list)
        if isinstance(filters, Unread):
            return filters
        read += _of_fields(_by_field(filters))
    return tuple(read)


Filters = Mapping[str, tuple[ArnFilter, ...]]


def _by_field(filters: list[Response]) -> Filters:
    found: dict[str, tuple[ArnFilter, ...]] = {}
    for chosen in filters:
        asked = tuple(
            ArnFilter(operator=operator, values=frozenset(values))
            for operator, values in sorted(chosen.items())
            if operator != "Field" and values
        )
        found[chosen["Field"]] = found.get(chosen["Field"], ()) + asked
    return found


def _of_fields(fields: Filters) -> Iterator[DataSelector]:
    """One selector for each type of resource that the fields name; none for management events."""
    if "Data" not in _equal(fields, "eventCategory"):
        return
    read_only = _equal(fields, "readOnly") or {"true", "false"}
    for resource_type in sorted(_equal(fields, "resources.type")):
        yield DataSelector(
            resource_type=resource_type,
            reads="true" in read_only,
            writes="false" in read_only,
            arns=fields.get("resources.ARN", ()),
            narrowed_by=frozenset(fields.keys() - ALWAYS_READ),
        )


def _equal(fields: Filters, name: str) -> frozenset[str]:
    equal = (one.values for one in fields.get(name, ()) if one.operator == "Equals")
    return frozenset[str]().union(*equal)
