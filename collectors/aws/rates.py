"""How often AWS lets an account ask in a region: what is published, in one table.

AWS counts by token buckets: a full one lets so many requests pass at once, then it fills up by so
many a second. Whoever goes beyond is refused, and so is the company's own production, because all
that an account asks counts together.

Sources: for EC2 "Request throttling for the Amazon EC2 API", section "Request token bucket sizes
and refill rates" (docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html), by which each
operation has buckets of its own; else beside each line. A bare number a second is a bucket of one
second.
"""

from functools import cache
from typing import NamedTuple

from collectors.contract import ApiCall
from collectors.transcript import Arguments


class Rate(NamedTuple):
    """What a token bucket holds when it is full, and by how much it fills up."""

    burst: float
    """Requests."""
    refill: float
    """Requests a second."""


EC2 = Rate(100, 20)
"""Of each operation that only reads."""
EC2_WHOLE = Rate(50, 10)
"""Of each operation in `HEAVY`, asked without a page or a filter: a smaller bucket beside it."""
HEAVY = frozenset(
    {
        *("DescribeInstances", "DescribeInstanceStatus", "DescribeNetworkInterfaces"),
        *("DescribeSecurityGroups", "DescribeSnapshots", "DescribeSpotInstanceRequests"),
        "DescribeVolumes",
    }
)
NARROWED = frozenset({"Filters", "MaxResults", "NextToken"})
"""Arguments that make it a question for a page or through a filter."""
EC2_APART = {
    **dict.fromkeys(("DescribeInstanceTopology", "DescribeMovingAddresses"), Rate(1, 1)),
    "DescribeByoipCidrs": Rate(1, 0.5),
    "DescribeCapacityBlockExtensionOfferings": Rate(10, 0.15),
    "DescribeCapacityBlockOfferings": Rate(10, 0.15),
    "DescribeDeclarativePoliciesReports": Rate(5, 5),
    "GetDeclarativePoliciesReportSummary": Rate(5, 5),
    "DescribeHostReservations": Rate(5, 2),
    "DescribeHostReservationOfferings": Rate(5, 2),
    "GetHostReservationPurchasePreview": Rate(5, 2),
    "GetAssociatedEnclaveCertificateIamRoles": Rate(10, 1),
    "DescribeVerifiedAccessInstanceLoggingConfigurations": Rate(10, 2),
    "DescribeAggregateIdFormat": Rate(10, 10),
    "DescribeIdentityIdFormat": Rate(10, 10),
    "DescribeIdFormat": Rate(10, 10),
    "DescribePrincipalIdFormat": Rate(10, 10),
    "DescribeReservedInstancesOfferings": Rate(10, 10),
    "DescribeSecurityGroupReferences": Rate(20, 5),
    "DescribeStaleSecurityGroups": Rate(20, 5),
    "DescribeStoreImageTasks": Rate(50, 0.5),
    "DescribeSpotFleetRequests": Rate(50, 3),
    "DescribeSpotFleetInstances": Rate(100, 5),
    "DescribeSpotFleetRequestHistory": Rate(100, 5),
    "DescribeSpotDatafeedSubscription": Rate(100, 13),
}
"""Operations of EC2 that only read and have rates of their own ("uncategorized")."""

SERVICES = {
    "account": Rate(15, 10),  # Account Management reference guide, "Quotas"
    "apigateway": Rate(40, 10),  # API Gateway developer guide, "Quotas": total operations
    "ecs": Rate(50, 20),  # ECS API reference, "Request throttling": the least that reads
    "elb": Rate(40, 10),  # Elastic Load Balancing, "Request throttling": non-mutating
    "elbv2": Rate(40, 10),  # the same; each version has a bucket of its own
    "kms": Rate(100, 100),  # KMS developer guide, "Request quotas": the least in any region
    "lambda": Rate(15, 15),  # Lambda developer guide, "Quotas": control plane
    "route53": Rate(50, 10),  # Route 53 developer guide, "Throttling API requests": account level
    "s3": Rate(500, 100),  # 5,500 reads a second by prefix; of settings nothing is published
    "securityhub": Rate(30, 10),  # Security Hub API reference, "Welcome": all other operations
    "sso-admin": Rate(20, 20),  # IAM Identity Center user guide, "Quotas": all operations together
    "sts": Rate(600, 600),  # IAM user guide, "IAM and STS quotas"
}
"""All of a service that is not named below, together."""
OPERATIONS = {
    "cloudtrail:LookupEvents": Rate(2, 2),  # CloudTrail API reference, `LookupEvents`
    "cloudwatch:DescribeAlarms": Rate(9, 9),  # CloudWatch user guide, "Service quotas"
    "cloudwatch:ListMetrics": Rate(25, 25),  # the same
    "dynamodb:DescribeContinuousBackups": Rate(10, 10),  # DynamoDB API reference, by its name
    "kinesis:DescribeStreamSummary": Rate(20, 20),  # Kinesis API reference, by its name
    "kinesis:ListStreams": Rate(5, 5),  # the same
    "lambda:GetPolicy": Rate(15, 15),  # Lambda developer guide, "Quotas"
    "logs:DescribeDestinations": Rate(5, 5),  # CloudWatch Logs user guide, "Quotas"
    "logs:DescribeLogGroups": Rate(10, 10),  # the same
    "logs:DescribeMetricFilters": Rate(5, 5),  # the same
    "service-quotas:GetServiceQuota": Rate(10, 5),  # Service Quotas user guide, "Service quotas"
    "sns:ListSubscriptionsByTopic": Rate(30, 30),  # SNS API reference, by its name
    "sns:ListTopics": Rate(30, 30),  # the same
}
"""Operations with a bucket of their own."""
UNPUBLISHED = EC2
"""Of all other services: what EC2 grants a single operation, for all operations together."""
ONE_WITH = {"apigatewayv2": "apigateway"}
"""Services that are counted as one with another."""


def granted(call: ApiCall, arguments: Arguments) -> tuple[str, Rate]:
    """The bucket that a question is counted in, and its rate."""
    heavy = call.operation in HEAVY and NARROWED.isdisjoint(arguments)
    return _counted(call.service, call.operation, heavy)


@cache  # asked with every question, and there are few answers
def _counted(service: str, operation: str, heavy: bool) -> tuple[str, Rate]:  # noqa: FBT001 - a state, not a switch
    name = f"{service}:{operation}"
    if service == "ec2":
        apart = EC2_APART.get(operation, EC2)
        return (f"{name} at once", EC2_WHOLE) if heavy else (name, apart)
    if name in OPERATIONS:
        return name, OPERATIONS[name]
    service = ONE_WITH.get(service, service)
    return service, SERVICES.get(service, UNPUBLISHED)
