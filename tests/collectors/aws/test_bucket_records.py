"""Buckets of a region are read with traces of access, locks and rules of removal."""

import pytest

from collectors.aws.bucket_records import bucket_access, classified_buckets, limited_buckets
from collectors.evidence.aws.bucket_records import ExpiryRule
from collectors.evidence.record import Omission, Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

TAGS = "resourcegroupstaggingapi:GetResources"
LOGGING, LOCK = "s3:GetBucketLogging", "s3:GetObjectLockConfiguration"
LIFECYCLE, VERSIONING = "s3:GetBucketLifecycleConfiguration", "s3:GetBucketVersioning"
STATUS, SELECTORS = "cloudtrail:GetTrailStatus", "cloudtrail:GetEventSelectors"


def tagged(**buckets):
    return {
        "ResourceTagMappingList": [
            {
                "ResourceARN": f"arn:aws:s3:::{name}",
                "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
            }
            for name, tags in buckets.items()
        ]
    }


NO_TAGS = said(TAGS, tagged())
PLACE = "arn:aws:cloudtrail:eu-west-1:123456789012:trail"


def listed(*names):
    """The trails, as AWS lists those that have selectors of their own; moto does not say so."""
    trails = [{"TrailARN": f"{PLACE}/{name}", "HasCustomEventSelectors": True} for name in names]
    return said("cloudtrail:DescribeTrails", {"trailList": trails})


@pytest.fixture
def s3(aws):
    made = aws.client("s3")
    place = {"LocationConstraint": "eu-west-1"}
    for name in ("papers", "logs"):
        made.create_bucket(Bucket=name, CreateBucketConfiguration=place)
    return made


@pytest.fixture
def trail(aws, s3):
    cloudtrail = aws.client("cloudtrail")

    def make(name="trail", *, on=True, **selectors):
        cloudtrail.create_trail(Name=name, S3BucketName="logs", IsMultiRegionTrail=True)
        if on:
            cloudtrail.start_logging(Name=name)
        if selectors:
            cloudtrail.put_event_selectors(TrailName=name, **selectors)

    assert s3
    return make


def found(snapshot, name="papers"):
    (record,) = (record for record in snapshot.records if record.name == name)
    return record


def seen(aws, faults=NO_TAGS):
    snapshot, transcript = aws.snapshot(bucket_access, faults)
    assert aws.again(bucket_access, transcript) == snapshot
    return found(snapshot)


def classic(kind, *values):
    resources = [{"Type": "AWS::S3::Object", "Values": [*values]}]
    return {"EventSelectors": [{"ReadWriteType": kind, "DataResources": resources}]}


def test_what_s3_logs_itself_is_read(aws, s3):
    s3.put_bucket_acl(Bucket="logs", ACL="log-delivery-write")
    s3.put_bucket_logging(
        Bucket="papers",
        BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": "s3/"}},
    )
    snapshot, transcript = aws.snapshot(
        bucket_access, said(TAGS, tagged(logs={"gapwatch:log-bucket": ""}))
    )

    assert found(snapshot).id == "arn:aws:s3:::papers"
    assert (found(snapshot).server_log, found(snapshot).tags) == (True, frozenset())
    logs = found(snapshot, "logs")
    assert (logs.server_log, logs.tags) == (False, {"gapwatch:log-bucket"})
    assert (logs.reads, logs.writes) == (False, False)
    assert aws.again(bucket_access, transcript) == snapshot


@pytest.mark.usefixtures("s3")
def test_buckets_of_other_regions_are_theirs(aws):
    aws.client("s3", "eu-central-1").create_bucket(
        Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    snapshot, _ = aws.snapshot(bucket_access, NO_TAGS)

    assert {record.name for record in snapshot.records} == {"papers", "logs"}


@pytest.mark.parametrize(
    ("selectors", "reads", "writes"),
    [
        (classic("All", "arn:aws:s3"), True, True),
        (classic("All", "arn:aws:s3:::"), True, True),
        (classic("ReadOnly", "arn:aws:s3:::papers/"), True, False),
        (classic("WriteOnly", "arn:aws:s3:::papers/"), False, True),
        (classic("All", "arn:aws:s3:::papers/secret/"), False, False),
        (classic("All", "arn:aws:s3:::others/"), False, False),
        ({}, False, False),
    ],
)
def test_classic_selectors_are_read(aws, trail, selectors, reads, writes):
    trail(**selectors)
    record = seen(aws, NO_TAGS | listed("trail"))

    assert (record.reads, record.writes) == (reads, writes)


def advanced(**fields):
    settled = {"eventCategory": {"Equals": ["Data"]}}
    settled |= {"resources.type": {"Equals": ["AWS::S3::Object"]}}
    chosen = [{"Field": field, **wanted} for field, wanted in (settled | fields).items()]
    return {"AdvancedEventSelectors": [{"Name": "objects", "FieldSelectors": chosen}]}


ARN = "resources.ARN"


@pytest.mark.parametrize(
    ("selectors", "reads", "writes"),
    [
        (advanced(), True, True),
        (advanced(readOnly={"Equals": ["true"]}), True, False),
        (advanced(readOnly={"Equals": ["false"]}), False, True),
        (advanced(**{ARN: {"StartsWith": ["arn:aws:s3:::papers/"]}}), True, True),
        (advanced(**{ARN: {"StartsWith": ["arn:aws:s3:::pap"]}}), True, True),
        (advanced(**{ARN: {"StartsWith": ["arn:aws:s3:::papers/secret/"]}}), False, False),
        (advanced(**{ARN: {"NotStartsWith": ["arn:aws:s3:::papers/"]}}), False, False),
        (advanced(**{ARN: {"NotStartsWith": ["arn:aws:s3:::papers/tmp/"]}}), False, False),
        (advanced(**{ARN: {"NotStartsWith": ["arn:aws:s3:::logs/"]}}), True, True),
        (advanced(eventName={"Equals": ["GetObject"]}), False, False),
        (advanced(**{"resources.type": {"Equals": ["AWS::Lambda::Function"]}}), False, False),
    ],
)
def test_advanced_selectors_are_read(aws, trail, selectors, reads, writes):
    trail()
    faults = NO_TAGS | said("cloudtrail:GetEventSelectors", selectors)
    record = seen(aws, faults | listed("trail"))

    assert (record.reads, record.writes) == (reads, writes)


def test_two_trails_may_share_the_work_and_s3_is_then_not_asked(aws, trail):
    trail("reads", **classic("ReadOnly", "arn:aws:s3"))
    trail("writes", **classic("WriteOnly", "arn:aws:s3"))
    record = seen(aws, NO_TAGS | listed("reads", "writes"))

    assert (record.reads, record.writes) == (True, True)
    assert record.server_log == Unread(why=f"{LOGGING}: not asked, trails record it")


def test_a_trail_that_is_off_records_nothing(aws, trail):
    trail(on=False, **classic("All", "arn:aws:s3"))
    record = seen(aws, NO_TAGS | listed("trail"))

    assert (record.reads, record.writes) == (False, False)


@pytest.mark.parametrize("call", [STATUS, SELECTORS])
def test_what_is_denied_of_a_trail_is_in_doubt(aws, trail, call):
    trail(**classic("All", "arn:aws:s3"))
    unread = Unread(why=f"{call}: AccessDenied")
    record = seen(aws, NO_TAGS | listed("trail") | {call: Denied()})
    assert (record.reads, record.writes) == (unread, unread)


def test_a_trail_without_selectors_of_its_own_is_asked_no_more(aws, trail):
    trail()
    record = seen(aws, NO_TAGS | {STATUS: Denied(), SELECTORS: Denied()})

    assert (record.reads, record.writes) == (False, False)


def test_one_trail_settles_what_another_leaves_in_doubt(aws, trail):
    trail("one", **classic("All", "arn:aws:s3"))
    trail("two", **classic("All", "arn:aws:s3"))
    record = seen(aws, NO_TAGS | listed("one", "two") | {SELECTORS: Denied(first=2)})

    assert (record.reads, record.writes) == (True, True)


@pytest.mark.usefixtures("s3")
def test_denied_properties_of_access_are_unread(aws):
    faults = {TAGS: Denied(), LOGGING: Denied(), "cloudtrail:DescribeTrails": Denied()}
    record = seen(aws, faults)

    assert record.tags == Unread(why=f"{TAGS}: AccessDenied")
    assert record.server_log == Unread(why=f"{LOGGING}: AccessDenied")
    assert record.reads == Unread(why="cloudtrail:DescribeTrails: AccessDenied")


CLASSIFIED = said(TAGS, tagged(papers={"classification": "backups"}, logs={"team": "web"}))
LIMITED = said(TAGS, tagged(papers={"gapwatch:retention-days": "30"}, logs={"team": "web"}))


def test_locks_are_read_of_buckets_that_say_what_is_in_them(aws):
    s3 = aws.client("s3")
    s3.create_bucket(
        Bucket="papers",
        CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
        ObjectLockEnabledForBucket=True,
    )
    s3.put_object_lock_configuration(
        Bucket="papers",
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}},
        },
    )
    snapshot, transcript = aws.snapshot(classified_buckets, CLASSIFIED)

    (record,) = snapshot.records
    assert (record.id, record.classification) == ("arn:aws:s3:::papers", "backups")
    assert (record.locked, record.retained_days) == (True, 30)
    assert aws.again(classified_buckets, transcript) == snapshot


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ({}, None),
        ({"Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Years": 2}}}, 730),
    ],
)
def test_the_default_retention_is_read_in_days(aws, rule, days):
    answer = {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"} | rule}
    record = found(aws.snapshot(classified_buckets, CLASSIFIED | said(LOCK, answer))[0])

    assert (record.locked, record.retained_days) == (True, days)


@pytest.mark.usefixtures("s3")
def test_a_bucket_without_a_lock_has_none_and_a_denied_one_is_unread(aws):
    record = found(aws.snapshot(classified_buckets, CLASSIFIED)[0])
    assert (record.locked, record.retained_days) == (False, None)

    record = found(aws.snapshot(classified_buckets, CLASSIFIED | {LOCK: Denied()})[0])
    unread = Unread(why=f"{LOCK}: AccessDenied")
    assert (record.locked, record.retained_days) == (unread, unread)


def test_rules_are_read_of_buckets_with_a_limit(aws, s3):
    s3.put_bucket_versioning(Bucket="papers", VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_lifecycle_configuration(
        Bucket="papers",
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "all",
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "Expiration": {"Days": 20},
                    "NoncurrentVersionExpiration": {"NoncurrentDays": 10},
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                },
                {
                    "ID": "off",
                    "Status": "Disabled",
                    "Filter": {"Prefix": ""},
                    "Expiration": {"Days": 1},
                },
                {
                    "ID": "part",
                    "Status": "Enabled",
                    "Filter": {"Prefix": "tmp/"},
                    "Expiration": {"Days": 1},
                },
            ]
        },
    )
    snapshot, transcript = aws.snapshot(limited_buckets, LIMITED)

    (record,) = snapshot.records
    assert (record.limit, record.versioning) == ("30", "Enabled")
    assert record.rules == (
        ExpiryRule(objects_days=20, versions_days=10, versions_kept=0, uploads_days=7),
    )
    assert aws.again(limited_buckets, transcript) == snapshot


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({}, True),
        ({"Prefix": ""}, True),
        ({"Prefix": "tmp/"}, False),
        ({"Filter": {}}, True),
        ({"Filter": {"Tag": {"Key": "team", "Value": "web"}}}, False),
        ({"Filter": {"ObjectSizeGreaterThan": 1}}, False),
        ({"Filter": {"And": {"Prefix": "tmp/", "ObjectSizeLessThan": 9}}}, False),
    ],
)
@pytest.mark.usefixtures("s3")
def test_a_rule_counts_if_it_speaks_of_every_object(aws, fields, counts):
    old = {"NoncurrentDays": 5, "NewerNoncurrentVersions": 2}
    rule = {"Status": "Enabled", "NoncurrentVersionExpiration": old} | fields
    record = found(aws.snapshot(limited_buckets, LIMITED | said(LIFECYCLE, {"Rules": [rule]}))[0])

    read = ExpiryRule(objects_days=None, versions_days=5, versions_kept=2, uploads_days=None)
    assert record.rules == ((read,) if counts else ())


@pytest.mark.usefixtures("s3")
def test_a_bucket_without_rules_has_none_and_a_denied_one_is_unread(aws):
    record = found(aws.snapshot(limited_buckets, LIMITED)[0])
    assert (record.rules, record.versioning) == ((), None)

    faults = LIMITED | {LIFECYCLE: Denied(), VERSIONING: Denied()}
    record = found(aws.snapshot(limited_buckets, faults)[0])
    assert record.rules == Unread(why=f"{LIFECYCLE}: AccessDenied")
    assert record.versioning == Unread(why=f"{VERSIONING}: AccessDenied")


@pytest.mark.parametrize("collector", [classified_buckets, limited_buckets], ids=lambda one: one.id)
def test_pages_and_refusals_of_the_tags(aws, collector):
    tags = {"classification": "backups", "gapwatch:retention-days": "30"}
    pages = said(TAGS, tagged(one=tags) | {"PaginationToken": "more"}, tagged(two=tags))
    calls = (LOCK, LIFECYCLE, VERSIONING)
    snapshot, transcript = aws.snapshot(collector, pages | dict.fromkeys(calls, Denied()))
    assert [record.name for record in snapshot.records] == ["one", "two"]
    assert aws.again(collector, transcript) == snapshot

    for code in ("AccessDenied", "ThrottledException"):
        snapshot, _ = aws.snapshot(collector, {TAGS: Denied(code)})
        assert snapshot.omissions == (Omission(where=snapshot.scope, why=f"{TAGS}: {code}"),)


def test_refused_buckets_are_an_omission(aws):
    snapshot, _ = aws.snapshot(bucket_access, NO_TAGS | {"s3:ListBuckets": Denied()})

    assert [each.why for each in snapshot.omissions] == ["s3:ListBuckets: AccessDenied"]
