"""Limits are read with what is used of them, groups with since when they are full."""

from datetime import UTC, datetime

import pytest

from collectors.aws.capacity import tracked_limits
from collectors.evidence.record import Omission, Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

SCOPE = "aws:123456789012/eu-west-1"
DATABASES, LIMITS = "rds:DescribeAccountAttributes", "autoscaling:DescribeAccountLimits"
QUOTA = "service-quotas:GetServiceQuota"
GROUPS, ACTIVITIES = (
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeScalingActivities",
)
CHANGED = datetime(2026, 11, 23, 7, tzinfo=UTC)
MADE = datetime(2026, 11, 1, tzinfo=UTC)


def group(name, desired, most, least=0):
    return {
        "AutoScalingGroupName": name,
        "AutoScalingGroupARN": f"arn:{name}",
        "MinSize": least,
        "MaxSize": most,
        "DesiredCapacity": desired,
        "DefaultCooldown": 0,
        "AvailabilityZones": ["a"],
        "HealthCheckType": "EC2",
        "CreatedTime": MADE.isoformat(),
    }


def machine(kind, cores, **more):
    options = {"CoreCount": cores, "ThreadsPerCore": 2}
    running = {"State": {"Name": "running"}, "InstanceType": kind, "CpuOptions": options}
    return running | more


MACHINES = [
    machine("m7g.large", 1),
    machine("im4gn.large", 2),
    machine("p5.48xlarge", 96),
    machine("inf2.xlarge", 2),
    machine("c7i.large", 4, InstanceLifecycle="spot"),
    machine("c7i.large", 8, State={"Name": "stopped"}),
]
TOLD = (
    said(
        DATABASES,
        {
            "AccountQuotas": [
                {"AccountQuotaName": "DBInstances", "Used": 9, "Max": 40},
                {"AccountQuotaName": "ReadReplicasPerMaster", "Used": 15, "Max": 15},
            ]
        },
    )
    | said(LIMITS, {"MaxNumberOfAutoScalingGroups": 500, "NumberOfAutoScalingGroups": 3,
                    "MaxNumberOfLaunchConfigurations": 200})
    | said(QUOTA, {"Quota": {"Value": 64.0}}, {"Quota": {"Value": 5.0}})
    | said("ec2:DescribeInstances", {"Reservations": [{"Instances": MACHINES}]})
    | said("ec2:DescribeVpcs", {"Vpcs": [{"VpcId": "vpc-1"}, {"VpcId": "vpc-2"}]})
    | said(
        GROUPS,
        {"AutoScalingGroups": [group("room", 1, 4), group("fixed", 4, 4, 4)], "NextToken": "more"},
        {"AutoScalingGroups": [group("full", 4, 4)]},
    )
    | said(
        ACTIVITIES,
        {
            "Activities": [
                {
                    "ActivityId": "1",
                    "AutoScalingGroupName": "full",
                    "Cause": "people said so",
                    "StartTime": CHANGED.isoformat(),
                    "StatusCode": "Successful",
                }
            ]
        },
    )
)  # fmt: skip


def by_name(snapshot):
    return {record.name: record for record in snapshot.records}


def test_limits_are_read_with_their_use(aws):
    snapshot, transcript = aws.snapshot(tracked_limits, TOLD)

    assert {name: (r.used, r.limit) for name, r in by_name(snapshot).items()} == {
        "RDS DBInstances": (9, 40),
        "scaling groups": (3, 500),
        "processors of standard machines": (6, 64.0),
        "networks": (2, 5.0),
        "room": (1, 4),
        "full": (4, 4),
    }
    assert by_name(snapshot)["full"].full_since == CHANGED
    assert by_name(snapshot)["room"].full_since is None
    assert aws.again(tracked_limits, transcript) == snapshot


def test_a_group_that_never_changed_is_full_since_it_was_made(aws):
    snapshot, _ = aws.snapshot(tracked_limits, TOLD | said(ACTIVITIES, {"Activities": []}))
    assert by_name(snapshot)["full"].full_since == MADE


@pytest.mark.parametrize(
    ("denied", "name", "part"),
    [
        (LIMITS, "scaling groups", "used"),
        (QUOTA, "networks", "limit"),
        ("ec2:DescribeInstances", "processors of standard machines", "used"),
        ("ec2:DescribeVpcs", "networks", "used"),
        (ACTIVITIES, "full", "full_since"),
    ],
)
def test_a_denied_part_is_unread(aws, denied, name, part):
    snapshot, _ = aws.snapshot(tracked_limits, TOLD | {denied: Denied()})

    assert getattr(by_name(snapshot)[name], part) == Unread(why=f"{denied}: AccessDenied")
    assert snapshot.complete


@pytest.mark.parametrize("denied", [DATABASES, GROUPS])
def test_a_denied_listing_harms_no_other(aws, denied):
    snapshot, _ = aws.snapshot(tracked_limits, TOLD | {denied: Denied()})

    assert snapshot.omissions == (Omission(where=SCOPE, why=f"{denied}: AccessDenied"),)
    assert len(snapshot.records) >= 4
