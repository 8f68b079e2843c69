"""Limits, and how close to them the company has come."""

import re
from collections.abc import Iterator
from itertools import islice

from collectors.aws.account import Region, Response, gathered, instant, told
from collectors.aws.ec2_instances import INSTANCES
from collectors.aws.vpc import VPCS
from collectors.aws.zones import GROUPS
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.capacity import TrackedLimit
from collectors.evidence.record import Instant, Unread

DATABASES = ApiCall("rds", "DescribeAccountAttributes", "rds:DescribeAccountAttributes")
GROUP_LIMITS = ApiCall("autoscaling", "DescribeAccountLimits", "autoscaling:DescribeAccountLimits")
QUOTA = ApiCall("service-quotas", "GetServiceQuota", "servicequotas:GetServiceQuota")
ACTIVITIES = ApiCall(
    "autoscaling",
    "DescribeScalingActivities",
    "autoscaling:DescribeScalingActivities",
    redact=(
        *("Activities.Description", "Activities.Cause"),
        *("Activities.StatusMessage", "Activities.Details"),
    ),
).without("Activities.Progress")
OF_DATABASES = frozenset(
    {
        *("DBInstances", "DBClusters", "AllocatedStorage", "ManualSnapshots"),
        *("ManualClusterSnapshots", "DBSubnetGroups", "EventSubscriptions", "OptionGroups"),
        *("DBParameterGroups", "DBClusterParameterGroups"),
    }
)
"""Limits of the account as a whole; RDS also tells of those that hold for one database."""
MACHINES = ("ec2", "L-1216C47A")
NETWORKS = ("vpc", "L-F678F1CE")
STANDARD = re.compile(r"(?:[acdhimrtz]|im|is)\d")
"""How the types begin that share the limit on standard machines."""
RUNNING = frozenset({"pending", "running"})


@collector(
    id="aws.capacity.limits",
    calls=(
        *(DATABASES, GROUP_LIMITS, QUOTA),
        *(INSTANCES, VPCS, GROUPS, ACTIVITIES),
    ),
)
def tracked_limits(region: Region) -> Iterator[TrackedLimit]:
    """The limits whose use can be known, and every scaling group that can grow.

    RDS and Auto Scaling tell limit and use together. Of machines and networks, the
    quota tells the limit, and our own listings the use.
    """
    yield from region.in_turn(
        _databases(region),
        _groups_allowed(region),
        (
            _quota(region, MACHINES, "processors of standard machines", _processors(region)),
            _quota(region, NETWORKS, "networks", _networks(region)),
        ),
        region.concurrently(lambda group: _group(region, group), _growing(region)),
    )


def _limit(
    region: Region, of: str, name: str, *, used: float | Unread, most: float | Unread
) -> TrackedLimit:
    return TrackedLimit(
        id=f"arn:{region.partition}:servicequotas:{region.region}:{region.id}:{of}",
        name=name,
        form="quota",
        used=used,
        limit=most,
        full_since=None,
    )


def _databases(region: Region) -> Iterator[TrackedLimit]:
    for one in region.each(DATABASES, "AccountQuotas"):
        name = one["AccountQuotaName"]
        if name in OF_DATABASES:
            used, most = told(DATABASES, one, "Used", int), told(DATABASES, one, "Max", int)
            yield _limit(region, f"rds/{name}", f"RDS {name}", used=used, most=most)


def _groups_allowed(region: Region) -> Iterator[TrackedLimit]:
    answer = region.detail(GROUP_LIMITS)
    yield _limit(
        region,
        "autoscaling/groups",
        "scaling groups",
        used=told(GROUP_LIMITS, answer, "NumberOfAutoScalingGroups", int),
        most=told(GROUP_LIMITS, answer, "MaxNumberOfAutoScalingGroups", int),
    )


def _quota(region: Region, code: tuple[str, str], name: str, used: int | Unread) -> TrackedLimit:
    service, quota = code
    answer = region.detail(QUOTA, ServiceCode=service, QuotaCode=quota)
    value = told(QUOTA, told(QUOTA, answer, "Quota", dict), "Value", float)
    return _limit(region, f"{service}/{quota}", name, used=used, most=value)


def _processors(region: Region) -> int | Unread:
    """The processors of standard machines that run and are paid by the hour."""
    listed = region.listed(INSTANCES, "Reservations")
    if isinstance(listed, Unread):
        return listed
    total = 0
    for machine in (machine for one in listed for machine in one["Instances"]):
        state = (machine.get("State") or {}).get("Name")
        hourly = "InstanceLifecycle" not in machine
        if state in RUNNING and hourly and STANDARD.match(machine.get("InstanceType", "")):
            options = told(INSTANCES, machine, "CpuOptions", dict)
            cores = told(INSTANCES, options, "CoreCount", int)
            threads = told(INSTANCES, options, "ThreadsPerCore", int)
            if isinstance(cores, Unread) or isinstance(threads, Unread):
                return cores if isinstance(cores, Unread) else threads
            total += cores * threads
    return total


def _networks(region: Region) -> int | Unread:
    listed = region.listed(VPCS, "Vpcs")
    return listed if isinstance(listed, Unread) else len(listed)


def _growing(region: Region) -> Iterator[Response]:
    for group in region.each(GROUPS, "AutoScalingGroups"):
        if group.get("MinSize") != group.get("MaxSize"):
            yield group


def _group(region: Region, group: Response) -> TrackedLimit:
    used = told(GROUPS, group, "DesiredCapacity", int)
    most = told(GROUPS, group, "MaxSize", int)
    full = not isinstance(used, Unread) and not isinstance(most, Unread) and used >= most
    return TrackedLimit(
        id=group["AutoScalingGroupARN"],
        name=group["AutoScalingGroupName"],
        form="scaling group",
        used=used,
        limit=most,
        full_since=_last_change(region, group) if full else None,
    )


def _last_change(region: Region, group: Response) -> Instant | Unread:
    """When the group last started or stopped a machine; when it was made, if it never did."""
    name = group["AutoScalingGroupName"]
    listed = region.each(ACTIVITIES, "Activities", AutoScalingGroupName=name, MaxRecords=1)
    latest = gathered(islice(listed, 1))  # a page may be empty and not the last
    if isinstance(latest, Unread):
        return latest
    return instant(latest[0]["StartTime"] if latest else group["CreatedTime"])
