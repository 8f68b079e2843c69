"""Whom CloudWatch Logs lets in beside the account itself."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response
from collectors.aws.policies import policy_in
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.logs import LogSharing

POLICIES = ApiCall("logs", "DescribeResourcePolicies", "logs:DescribeResourcePolicies")
DESTINATIONS = ApiCall("logs", "DescribeDestinations", "logs:DescribeDestinations")


@collector(id="aws.logs.sharing", calls=(POLICIES, DESTINATIONS))
def log_sharing(region: Region) -> Iterator[LogSharing]:
    """Every resource policy of the region's logs, and every destination that others send to."""

    def policy(answer: Response) -> LogSharing:
        name = answer["policyName"]
        return LogSharing(
            id=f"arn:{region.partition}:logs:{region.region}:{region.id}:resource-policy:{name}",
            name=name,
            account_id=region.id,
            statements=policy_in(POLICIES, answer, "policyDocument"),
        )

    def destination(answer: Response) -> LogSharing:
        return LogSharing(
            id=answer["arn"],
            name=answer["destinationName"],
            account_id=region.id,
            statements=policy_in(
                DESTINATIONS, answer if answer.get("accessPolicy") else None, "accessPolicy"
            ),
        )

    yield from region.in_turn(
        map(policy, region.each(POLICIES, "resourcePolicies")),
        map(destination, region.each(DESTINATIONS, "destinations")),
    )
