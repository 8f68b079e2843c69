"""What a company runs day by day: refused it is an omission; its second page is read, and again."""

import pytest

from collectors.aws.application_logs import application_logs
from collectors.aws.database_logs import database_logs
from collectors.aws.database_tls import database_tls
from collectors.aws.dead_letters import dead_letters
from collectors.aws.efs import file_system_backups, store_encryption
from collectors.aws.glue import job_encryption
from collectors.aws.run_logs import run_logs
from collectors.aws.streams import carrier_encryption
from collectors.aws.transfer_logs import transfer_logs
from collectors.aws.versions import managed_versions
from collectors.aws.zones import zoned_components
from collectors.evidence.record import Omission
from tests.collectors.aws.shaped import said
from tests.collectors.aws.test_listings import CLUSTER, FUNCTION, INSTANCE, PLACE, named, one
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
    one(run_logs, "glue:GetJobs", "Jobs", {"Name": "{}"}, alone=False),
    one(
        run_logs,
        "stepfunctions:ListStateMachines",
        "stateMachines",
        {
            "stateMachineArn": f"arn:aws:states:{PLACE}:stateMachine:{{}}",
            "name": "{}",
            "type": "STANDARD",
            "creationDate": 0,
        },
        token="nextToken",
        alone=False,
    ),
    one(
        application_logs,
        "ecs:ListTaskDefinitionFamilies",
        "families",
        "{}",
        token="nextToken",
        alone=False,
    ),
    one(
        transfer_logs,
        "datasync:ListTasks",
        "Tasks",
        {"TaskArn": f"arn:aws:datasync:{PLACE}:task/task-0123456789abcdef{{}}", "Name": "{}"},
        alone=False,
    ),
    *(
        one(collector, f"rds:DescribeDB{kind}s", f"DB{kind}s", item, token="Marker", alone=False)
        for collector in (database_logs, database_tls)
        for kind, item in (("Instance", INSTANCE), ("Cluster", CLUSTER))
    ),
    *(
        one(
            collector,
            "redshift:DescribeClusters",
            "Clusters",
            {"ClusterIdentifier": "{}"},
            token="Marker",
            alone=False,
        )
        for collector in (database_logs, database_tls)
    ),
    one(
        zoned_components,
        "autoscaling:DescribeAutoScalingGroups",
        "AutoScalingGroups",
        {
            "AutoScalingGroupName": "{}",
            "AutoScalingGroupARN": "arn:{}",
            "MinSize": 0,
            "MaxSize": 0,
            "DesiredCapacity": 0,
            "DefaultCooldown": 0,
            "AvailabilityZones": ["a"],
            "HealthCheckType": "EC2",
            "CreatedTime": 0,
        },
        alone=False,
    ),
    one(
        zoned_components,
        "elbv2:DescribeLoadBalancers",
        "LoadBalancers",
        {"LoadBalancerArn": "arn:{}", "LoadBalancerName": "{}"},
        token="NextMarker",
        alone=False,
    ),
    one(managed_versions, "lambda:ListFunctions", "Functions", FUNCTION, token="NextMarker"),
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
