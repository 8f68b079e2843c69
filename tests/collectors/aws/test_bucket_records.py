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


@pytest.fixture
def s3(aws):
    made = aws.client("s3")
    place = {"LocationConstraint": "eu-west-1"}
    for name in ("papers", "logs"):
        made.create_bucket(Bucket=name, CreateBucketConfiguration=place)
    return made


def found(snapshot, name="papers"):
    (record,) = (record for record in snapshot.records if record.name == name)
    return record


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
    assert (found(snapshot).access_log_to, found(snapshot).tags) == ("logs", frozenset())
    logs = found(snapshot, "logs")
    assert (logs.access_log_to, logs.tags) == (None, {"gapwatch:log-bucket"})
    assert logs.trails == ()
    assert aws.again(bucket_access, transcript) == snapshot


@pytest.mark.usefixtures("s3")
def test_buckets_of_other_regions_are_theirs(aws):
    aws.client("s3", "eu-central-1").create_bucket(
        Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    snapshot, _ = aws.snapshot(bucket_access, NO_TAGS)

    assert {record.name for record in snapshot.records} == {"papers", "logs"}


@pytest.mark.usefixtures("s3")
def test_trails_are_read_with_what_they_record(aws):
    cloudtrail = aws.client("cloudtrail")
    cloudtrail.create_trail(Name="trail", S3BucketName="logs", IsMultiRegionTrail=True)
    cloudtrail.start_logging(Name="trail")
    resources = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]
    cloudtrail.put_event_selectors(
        TrailName="trail",
        EventSelectors=[{"ReadWriteType": "WriteOnly", "DataResources": resources}],
    )
    snapshot, transcript = aws.snapshot(bucket_access, NO_TAGS)

    (recorder,) = found(snapshot).trails
    assert recorder.recording is True
    assert [(one.reads, one.writes) for one in recorder.selectors] == [(False, True)]
    assert aws.again(bucket_access, transcript) == snapshot


@pytest.mark.usefixtures("s3")
def test_denied_properties_of_access_are_unread(aws):
    calls = (TAGS, LOGGING, "cloudtrail:DescribeTrails", "cloudtrail:ListEventDataStores")
    record = found(aws.snapshot(bucket_access, dict.fromkeys(calls, Denied()))[0])

    read = (record.tags, record.access_log_to, record.trails, record.stores)
    assert read == tuple(Unread(why=f"{call}: AccessDenied") for call in calls)


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
