"""Which uses of data are recorded, as trails and event data stores write their choice."""

import pytest

from collectors.aws.data_events import recorded_buckets, recorded_calls, watched_log_buckets
from collectors.aws.trail_delivery import trail_delivery
from collectors.evidence.aws.data_events import ArnFilter, DataRecorder, DataSelector
from collectors.evidence.record import Unread
from tests.collectors.aws.estates import ANSWERS, STORE, TRAIL
from tests.collectors.aws.shaped import said
from tests.faults import Denied, Pages

OBJECTS, FUNCTIONS = "AWS::S3::Object", "AWS::Lambda::Function"
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:pay"


def selected(aws, answer):
    """How an answer about a trail's selectors reads."""
    told = {"cloudtrail:GetEventSelectors": Pages((answer,))}
    snapshot, _ = aws.snapshot(watched_log_buckets, ANSWERS[watched_log_buckets.id] | told)
    (bucket,) = snapshot.records
    (trail,) = bucket.trails
    return trail.selectors


def classic(resource_type, *values, which="All"):
    data = [{"Type": resource_type, "Values": [*values]}]
    return {"EventSelectors": [{"ReadWriteType": which, "DataResources": data}]}


def data(resource_type, operator, value, *, reads=True, writes=True):
    filters = (ArnFilter(operator=operator, values=frozenset({value})),)
    return DataSelector(resource_type=resource_type, reads=reads, writes=writes, arns=filters)


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        pytest.param(
            classic(OBJECTS, "arn:aws:s3"),
            (data(OBJECTS, "StartsWith", "arn:aws:s3"),),
            id="every bucket",
        ),
        pytest.param(
            classic(OBJECTS, "arn:aws:s3:::a/", "arn:aws:s3:::b/", which="WriteOnly"),
            (
                data(OBJECTS, "StartsWith", "arn:aws:s3:::a/", reads=False),
                data(OBJECTS, "StartsWith", "arn:aws:s3:::b/", reads=False),
            ),
            id="writes of two buckets",
        ),
        pytest.param(
            classic(FUNCTIONS, "arn:aws-cn:lambda"),
            (data(FUNCTIONS, "StartsWith", "arn:aws-cn:lambda"),),
            id="every function of a partition",
        ),
        pytest.param(
            classic(FUNCTIONS, FUNCTION, which="ReadOnly"),
            (data(FUNCTIONS, "Equals", FUNCTION, writes=False),),
            id="a function is named whole",
        ),
        pytest.param({"EventSelectors": [{"ReadWriteType": "All"}]}, (), id="management alone"),
        pytest.param(
            classic(OBJECTS, "arn:aws:s3", which="Some"),
            Unread(why="cloudtrail:GetEventSelectors: the answer has no known ReadWriteType"),
            id="a word of tomorrow",
        ),
        pytest.param(
            {},
            Unread(why="cloudtrail:GetEventSelectors: the answer has no EventSelectors"),
            id="an empty answer",
        ),
    ],
)
def test_classic_selectors(aws, answer, read):
    assert selected(aws, answer) == read


def advanced(*fields):
    filters = [{"Field": field, operator: [*values]} for field, operator, *values in fields]
    return {"AdvancedEventSelectors": [{"FieldSelectors": filters}]}


OF_DATA = ("eventCategory", "Equals", "Data")
OF_OBJECTS = ("resources.type", "Equals", OBJECTS)


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        pytest.param(
            advanced(OF_DATA, OF_OBJECTS),
            DataSelector(resource_type=OBJECTS, reads=True, writes=True),
            id="every object",
        ),
        pytest.param(
            advanced(OF_DATA, OF_OBJECTS, ("readOnly", "Equals", "true")),
            DataSelector(resource_type=OBJECTS, reads=True, writes=False),
            id="reads",
        ),
        pytest.param(
            advanced(OF_DATA, OF_OBJECTS, ("resources.ARN", "NotStartsWith", "arn:aws:s3:::a/")),
            data(OBJECTS, "NotStartsWith", "arn:aws:s3:::a/"),
            id="all but one bucket",
        ),
        pytest.param(
            advanced(OF_DATA, OF_OBJECTS, ("eventName", "Equals", "DeleteObject")),
            DataSelector(
                resource_type=OBJECTS, reads=True, writes=True, narrowed_by=frozenset({"eventName"})
            ),
            id="some events",
        ),
    ],
)
def test_advanced_selectors(aws, answer, read):
    assert selected(aws, answer) == (read,)


def test_advanced_selectors_of_management_events_are_none_of_data(aws):
    assert selected(aws, advanced(("eventCategory", "Equals", "Management"))) == ()


def test_a_store_records_what_its_selectors_say_while_it_is_enabled(aws):
    told = said(
        "cloudtrail:GetEventDataStore",
        {"Status": "STOPPED_INGESTION", **advanced(OF_DATA, OF_OBJECTS)},
    )
    snapshot, _ = aws.snapshot(watched_log_buckets, ANSWERS[watched_log_buckets.id] | told)

    everything = DataSelector(resource_type=OBJECTS, reads=True, writes=True)
    assert snapshot.records[0].stores == (
        DataRecorder(arn=STORE, form="store", recording=False, selectors=(everything,)),
    )


def test_a_trail_without_selectors_of_its_own_records_no_data(aws):
    plain = {
        "TrailARN": TRAIL,
        "Name": "main",
        "S3BucketName": "b",
        "HasCustomEventSelectors": False,
    }
    told = said("cloudtrail:DescribeTrails", {"trailList": [plain]})
    refused = {"cloudtrail:GetEventSelectors": Denied()}
    snapshot, _ = aws.snapshot(recorded_calls, ANSWERS[recorded_calls.id] | told | refused)

    (trail,) = snapshot.records[0].trails
    assert trail.selectors == ()


def test_buckets_of_the_region_are_asked_for_and_their_class_is_read(aws):
    s3 = aws.client("s3")
    s3.create_bucket(
        Bucket="acme-exports", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    tags = [{"Key": "classification", "Value": "confidential"}]
    s3.put_bucket_tagging(Bucket="acme-exports", Tagging={"TagSet": tags})
    no_stores = said("cloudtrail:ListEventDataStores", {"EventDataStores": []})
    snapshot, transcript = aws.snapshot(recorded_buckets, no_stores)

    (bucket,) = snapshot.records
    assert (bucket.classification, bucket.trails, bucket.stores) == ("confidential", (), ())
    (asked,) = (e.arguments for e in transcript.exchanges if e.operation == "ListBuckets")
    assert asked["BucketRegion"] == "eu-west-1"


@pytest.mark.parametrize("target", ["acme-access", None])
def test_where_the_access_log_goes_is_read(aws, target):
    s3 = aws.client("s3", "us-east-1")
    for name in ("trail-archive", "acme-access"):
        s3.create_bucket(Bucket=name, ObjectOwnership="ObjectWriter")
    if target:
        s3.put_bucket_acl(
            Bucket=target,
            GrantWrite="uri=http://acs.amazonaws.com/groups/s3/LogDelivery",
            GrantReadACP="uri=http://acs.amazonaws.com/groups/s3/LogDelivery",
        )
        logging = {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": ""}}
        s3.put_bucket_logging(Bucket="trail-archive", BucketLoggingStatus=logging)
    answers = {**ANSWERS[watched_log_buckets.id]}
    del answers["s3:GetBucketLogging"]
    snapshot, _ = aws.snapshot(watched_log_buckets, answers)

    assert snapshot.records[0].access_log_to == target


def test_models_are_in_use_where_their_calls_are_logged(aws):
    snapshot, _ = aws.snapshot(recorded_calls, ANSWERS[recorded_calls.id])
    assert snapshot.records[0].models_logged is False

    config = {
        "textDataDeliveryEnabled": True,
        "cloudWatchConfig": {"logGroupName": "m", "roleArn": "r"},
    }
    told = {"bedrock:GetModelInvocationLoggingConfiguration": Pages(({"loggingConfig": config},))}
    snapshot, _ = aws.snapshot(recorded_calls, ANSWERS[recorded_calls.id] | told)
    assert snapshot.records[0].models_logged is True


def test_what_never_was_delivered_is_none_and_errors_are_kept(aws):
    told = said(
        "cloudtrail:GetTrailStatus",
        {"IsLogging": True, "LatestDeliveryError": "AccessDenied"},
    )
    snapshot, _ = aws.snapshot(trail_delivery, ANSWERS[trail_delivery.id] | told)

    (trail,) = snapshot.records
    assert (trail.delivered_at, trail.delivery_error) == (None, "AccessDenied")
    assert (trail.log_group, trail.logged_at, trail.log_error) == (None, None, None)


def test_a_trail_that_is_judged_elsewhere_is_left_out(aws):
    elsewhere = {"TrailARN": TRAIL.replace("eu-west-1", "us-east-1"), "Name": "main"}
    told = said("cloudtrail:DescribeTrails", {"trailList": [elsewhere]})

    assert aws.snapshot(trail_delivery, told)[0].records == ()
    assert (
        aws.snapshot(watched_log_buckets, ANSWERS[watched_log_buckets.id] | told)[0].records == ()
    )
