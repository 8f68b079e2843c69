"""What a company runs day by day: refused it is an omission; its second page is read, and again."""

import pytest

from collectors.aws.dead_letters import dead_letters
from collectors.aws.efs import file_system_backups, store_encryption
from collectors.aws.glue import job_encryption
from collectors.aws.streams import carrier_encryption
from collectors.evidence.record import Omission
from tests.collectors.aws.shaped import said
from tests.collectors.aws.test_listings import PLACE, named, one
from tests.faults import Denied

FILE_SYSTEM = {
    "FileSystemId": "fs-{}",
    "Name": "{}",
    "FileSystemArn": f"arn:aws:elasticfilesystem:{PLACE}:file-system/fs-{{}}",
    "OwnerId": "123456789012",
    "CreationToken": "{}",
    "CreationTime": 0,
    "LifeCycleState": "available",
    "NumberOfMountTargets": 0,
    "SizeInBytes": {"Value": 0},
    "PerformanceMode": "generalPurpose",
    "Tags": [],
}
QUEUE = "https://sqs/123456789012/{}"
LISTINGS = [
    one(
        store_encryption,
        "efs:DescribeFileSystems",
        "FileSystems",
        FILE_SYSTEM,
        token="NextMarker",
        alone=False,
    ),
    one(
        file_system_backups,
        "efs:DescribeFileSystems",
        "FileSystems",
        FILE_SYSTEM,
        token="NextMarker",
    ),
    one(
        store_encryption,
        "redshift:DescribeClusters",
        "Clusters",
        {"ClusterIdentifier": "{}"},
        token="Marker",
        alone=False,
    ),
    one(carrier_encryption, "sns:ListTopics", "Topics", {"TopicArn": "arn:{}"}, alone=False),
    one(carrier_encryption, "sqs:ListQueues", "QueueUrls", QUEUE, alone=False),
    one(dead_letters, "sqs:ListQueues", "QueueUrls", QUEUE),
    one(job_encryption, "glue:GetJobs", "Jobs", {"Name": "{}"}),
]


@pytest.mark.parametrize("code", ["AccessDenied", "ThrottlingException"])
@pytest.mark.parametrize("listing", LISTINGS, ids=named)
def test_a_population_that_is_refused_is_an_omission(aws, listing, code):
    snapshot, _ = aws.snapshot(listing.collector, {listing.call: Denied(code)})

    assert Omission(where=snapshot.scope, why=f"{listing.call}: {code}") in snapshot.omissions
    assert not (listing.alone and snapshot.records)


@pytest.mark.parametrize("listing", LISTINGS, ids=named)
def test_what_stands_on_a_second_page_is_read_and_read_again(aws, listing):
    faults = said(listing.call, *listing.pages)
    snapshot, transcript = aws.snapshot(listing.collector, faults)

    names = {record.name for record in snapshot.records}
    assert names == {*listing.names} if listing.alone else names >= {*listing.names}
    assert aws.again(listing.collector, transcript) == snapshot
