"""Log groups of CloudWatch Logs."""

from collections.abc import Iterator

from collectors.aws.account import Region
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.logs import LogGroup

GROUPS = ApiCall("logs", "DescribeLogGroups", "logs:DescribeLogGroups")


@collector(id="aws.logs.groups", calls=(GROUPS,))
def log_groups(region: Region) -> Iterator[LogGroup]:
    """Every log group, and how long it keeps its events.

    CloudWatch Logs leaves the retention out of a group whose events never expire.
    """
    for group in region.each(GROUPS, "logGroups"):
        yield LogGroup(
            id=group["arn"].removesuffix(":*"),
            name=group["logGroupName"],
            retention_days=group.get("retentionInDays"),
            log_class=group.get("logGroupClass"),
        )
