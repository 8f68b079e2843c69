"""Which bucket a question is counted in, as AWS publishes it."""

import pytest
from botocore.session import Session

from collectors.aws.rates import (
    EC2,
    EC2_APART,
    EC2_WHOLE,
    HEAVY,
    ONE_WITH,
    OPERATIONS,
    SERVICES,
    UNPUBLISHED,
    Rate,
    granted,
)
from collectors.contract import ApiCall


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "bucket", "rate"),
    [
        pytest.param("ec2", "DescribeVpcs", {}, "ec2:DescribeVpcs", EC2, id="an operation of EC2"),
        pytest.param(
            *("ec2", "DescribeInstances", {"InstanceIds": ["i-1"]}),
            *("ec2:DescribeInstances at once", EC2_WHOLE),
            id="a heavy one without a page",
        ),
        pytest.param(
            *("ec2", "DescribeInstances", {"MaxResults": 1000}),
            *("ec2:DescribeInstances", EC2),
            id="a heavy one page by page",
        ),
        pytest.param(
            *("ec2", "DescribeVolumes", {"Filters": []}),
            *("ec2:DescribeVolumes", EC2),
            id="a heavy one through a filter",
        ),
        pytest.param(
            *("ec2", "DescribeByoipCidrs", {}, "ec2:DescribeByoipCidrs", Rate(1, 0.5)),
            id="one of EC2 with a rate of its own",
        ),
        pytest.param(
            *("cloudtrail", "LookupEvents", {}, "cloudtrail:LookupEvents", Rate(2, 2)),
            id="an operation that is counted by itself",
        ),
        pytest.param(
            *("cloudtrail", "DescribeTrails", {}, "cloudtrail", UNPUBLISHED),
            id="what else there is of its service",
        ),
        pytest.param("route53", "ListHostedZones", {}, "route53", Rate(50, 10), id="a service"),
        pytest.param("apigatewayv2", "GetApis", {}, "apigateway", Rate(40, 10), id="with another"),
        pytest.param("iam", "ListUsers", {}, "iam", UNPUBLISHED, id="nothing published"),
    ],
)
def test_a_question_is_counted_where_aws_counts_it(service, operation, arguments, bucket, rate):
    assert granted(ApiCall(service, operation, "x"), arguments) == (bucket, rate)


def operations(service):
    return Session().get_service_model(service).operation_names


def test_every_name_in_the_table_is_aws_s_own():
    """A misspelt one would be counted nowhere."""
    assert {*SERVICES, *ONE_WITH} <= set(Session().get_available_services())
    assert {*HEAVY, *EC2_APART} <= set(operations("ec2"))
    for service, _, operation in (name.partition(":") for name in OPERATIONS):
        assert operation in operations(service)


def test_every_rate_lets_something_through():
    rates = (EC2, EC2_WHOLE, *EC2_APART.values(), *SERVICES.values(), *OPERATIONS.values())
    assert all(rate.burst >= max(1, rate.refill) and rate.refill > 0 for rate in rates)
