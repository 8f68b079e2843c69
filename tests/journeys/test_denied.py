"""A missing permission makes verdicts undetermined, and nothing else."""

from contextlib import ExitStack

import pytest

from tests.journeys.company import outcomes
from tests.journeys.faultproxy import (
    FaultProxy,
    denied_by_aws,
    denied_by_github,
    denied_by_google,
)

ENCRYPTION = (r"GET /[^/?]+\?encryption", "s3:GetBucketEncryption: AccessDenied")
USERS = (r"Action=ListUsers&", "iam:ListUsers: AccessDenied")
GROUPS = (r"Action=DescribeSecurityGroups&", "ec2:DescribeSecurityGroups: UnauthorizedOperation")
METRIC = (r"Target|", "")


def changes(before, after):
    """Every verdict that is another one now, by check, scope and subject."""
    return {key: told for key, told in after.items() if before.get(key) != told}


@pytest.mark.parametrize(
    ("denied", "checks"),
    [
        pytest.param(ENCRYPTION, {"aws.s3."}, id="GetBucketEncryption"),
        pytest.param(USERS, {"aws.iam."}, id="ListUsers"),
        pytest.param(GROUPS, {"aws.ec2."}, id="DescribeSecurityGroups"),
    ],
)
def test_x(company, before_aws, denied, checks):
    pattern, reason = denied
    before = company.verdicts()
    with before_aws.planted(pattern, denied_by_aws):
        answer = company.run()
    after = company.verdicts()
    for k, v in changes(before, after).items():
        print("CHANGED", k, before.get(k), v)
    for k in before.keys() - after.keys():
        print("GONE", k, before[k])
    print(answer.status, answer.out)
    assert 0
