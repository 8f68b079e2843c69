"""Regions are read with who counts what in them; stores with their tags; accounts with reports."""

from datetime import UTC, datetime

import pytest

from agent.connections.aws_clients import Clients, SignIn
from collectors.aws.artifact import provider_reports
from collectors.aws.inventory import region_index
from collectors.aws.stores import tagged_stores
from collectors.evidence.aws.artifact import ProviderReport
from collectors.evidence.aws.tags import Tag
from collectors.evidence.record import Omission, Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

SCOPE = "aws:123456789012/eu-west-1"
INDEXES, SEARCH = "resource-explorer-2:ListIndexes", "resource-explorer-2:Search"
COUNTS = "config:GetDiscoveredResourceCounts"
RECORDERS = "config:DescribeConfigurationRecorders"
ONE_INDEX = said(INDEXES, {"Indexes": [{"Region": "eu-west-1", "Type": "LOCAL"}]})
NO_INDEX = said(INDEXES, {"Indexes": []})
ONE_RECORDER = said(RECORDERS, {"ConfigurationRecorders": [{"name": "default"}]})


def only(snapshot):
    (record,) = snapshot.records
    return record


def found(total, *, complete=True):
    return {"Resources": [], "Count": {"TotalResources": total, "Complete": complete}}


@pytest.fixture
def things(aws):
    """A machine with its volume, one that is gone, and a table: three."""
    ec2 = aws.client("ec2")
    for _ in range(2):
        made = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)
    ec2.terminate_instances(InstanceIds=[made["Instances"][0]["InstanceId"]])
    aws.client("dynamodb").create_table(
        TableName="carts",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=[{"Key": "owner", "Value": "shop"}],
    )
    return aws


def test_a_region_is_read_with_all_who_count(things):
    faults = (
        ONE_INDEX
        | ONE_RECORDER
        | said(SEARCH, *(found(number) for number in (1, 1, 0, 0, 1)))
        | said(COUNTS, {"totalDiscoveredResources": 2, "resourceCounts": []})
    )
    snapshot, transcript = things.snapshot(region_index, faults)

    assert (only(snapshot).indexed, only(snapshot).recorded, only(snapshot).listed) == (3, 2, 3)
    assert things.again(region_index, transcript) == snapshot


@pytest.mark.parametrize(
    ("faults", "part", "value"),
    [
        (NO_INDEX, "indexed", None),
        (
            ONE_INDEX | said(SEARCH, found(1000, complete=False)),
            "indexed",
            Unread(why=f"{SEARCH}: the answer was cut off"),
        ),
        ({INDEXES: Denied()}, "indexed", Unread(why=f"{INDEXES}: AccessDenied")),
        (ONE_INDEX | {SEARCH: Denied()}, "indexed", Unread(why=f"{SEARCH}: AccessDenied")),
        ({}, "recorded", None),
        (
            said(RECORDERS, {"ConfigurationRecorders": [{"servicePrincipal": "a.amazonaws.com"}]}),
            "recorded",
            None,
        ),
        ({RECORDERS: Denied()}, "recorded", Unread(why=f"{RECORDERS}: AccessDenied")),
        (ONE_RECORDER | {COUNTS: Denied()}, "recorded", Unread(why=f"{COUNTS}: AccessDenied")),
        *(
            ({call: Denied()}, "listed", Unread(why=f"{call}: AccessDenied"))
            for call in (
                *("ec2:DescribeInstances", "ec2:DescribeVolumes", "rds:DescribeDBInstances"),
                *("lambda:ListFunctions", "dynamodb:ListTables"),
            )
        ),
    ],
)
def test_who_does_not_count_and_who_cannot_be_asked_are_told_apart(aws, faults, part, value):
    assert getattr(only(aws.snapshot(region_index, NO_INDEX | faults)[0]), part) == value


def test_stores_are_read_with_their_tags(things):
    s3 = things.client("s3")
    for name in ("invoices", "scratch"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    tags = [{"Key": "owner", "Value": "billing"}, {"Key": "class", "Value": "internal"}]
    s3.put_bucket_tagging(Bucket="invoices", Tagging={"TagSet": tags})
    snapshot, transcript = things.snapshot(tagged_stores)

    assert {r.name: (r.form, r.tags) for r in snapshot.records} == {
        "invoices": (
            "bucket",
            (Tag(key="class", value="internal"), Tag(key="owner", value="billing")),
        ),
        "scratch": ("bucket", ()),
        "carts": ("table", (Tag(key="owner", value="shop"),)),
    }
    assert things.again(tagged_stores, transcript) == snapshot


def test_denied_tags_are_unread_and_a_denied_listing_harms_no_other(things):
    call = "resourcegroupstaggingapi:GetResources"
    snapshot, _ = things.snapshot(tagged_stores, {call: Denied()})
    assert {r.tags for r in snapshot.records} == {Unread(why=f"{call}: AccessDenied")}

    for denied in ("s3:ListBuckets", "rds:DescribeDBInstances", "efs:DescribeFileSystems"):
        snapshot, _ = things.snapshot(tagged_stores, {denied: Denied()})
        assert snapshot.omissions == (Omission(where=SCOPE, why=f"{denied}: AccessDenied"),)
        assert len(snapshot.records) == 1


def test_tags_of_every_page_are_read(things):
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/carts"
    pages = (
        {"ResourceTagMappingList": [], "PaginationToken": "more"},
        {"ResourceTagMappingList": [{"ResourceARN": arn, "Tags": [{"Key": "a", "Value": "b"}]}]},
    )
    snapshot, _ = things.snapshot(
        tagged_stores, said("resourcegroupstaggingapi:GetResources", *pages)
    )
    assert only(snapshot).tags == (Tag(key="a", value="b"),)


def report(name, state="PUBLISHED", **more):
    return {"id": f"report-{name}", "name": name, "state": state, "series": "SOC"} | more


def test_reports_are_read_from_every_page(aws):
    end = "2026-09-30T00:00:00Z"
    faults = said(
        "artifact:ListReports",
        {"reports": [report("SOC 2", periodEnd=end)], "nextToken": "more"},
        {"reports": [report("SOC 1"), report("old", "UNPUBLISHED")]},
    )
    snapshot, transcript = aws.snapshot(provider_reports, faults)

    assert only(snapshot).reports == (
        ProviderReport(name="SOC 2", series="SOC", ends_at=datetime(2026, 9, 30, tzinfo=UTC)),
        ProviderReport(
            name="SOC 1",
            series="SOC",
            ends_at=Unread(why="artifact:ListReports: the answer has no periodEnd"),
        ),
    )
    assert aws.again(provider_reports, transcript) == snapshot


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_refused_reports_are_unread(aws, code):
    call = "artifact:ListReports"
    snapshot, _ = aws.snapshot(provider_reports, {call: Denied(code)})
    assert only(snapshot).reports == Unread(why=f"{call}: {code}")


def test_reports_are_asked_for_where_they_are_kept():
    """Artifact answers in one region of AWS, whichever the account is read from."""
    clients = Clients(SignIn(access_key="test", secret_key="test"))

    assert clients.client("artifact", region="eu-west-1").meta.region_name == "us-east-1"
    assert clients.client("backup", region="eu-west-1").meta.region_name == "eu-west-1"
