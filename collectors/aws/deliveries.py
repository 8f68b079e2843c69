"""Logs that services hand to CloudWatch Logs, which delivers them."""

from collectors.aws.account import Account
from collectors.contract import ApiCall
from collectors.evidence.record import Unread

SOURCES = ApiCall("logs", "DescribeDeliverySources", "logs:DescribeDeliverySources")
DELIVERIES = ApiCall("logs", "DescribeDeliveries", "logs:DescribeDeliveries")


def delivered(account: Account) -> frozenset[str] | Unread:
    """The ARNs of everything with a log that is delivered somewhere.

    A source alone delivers nothing: it takes a delivery, which ties it to a destination.
    """
    sources = account.listed(SOURCES, "deliverySources")
    if isinstance(sources, Unread):
        return sources
    if not sources:
        return frozenset()
    deliveries = account.listed(DELIVERIES, "deliveries")
    if isinstance(deliveries, Unread):
        return deliveries
    tied = {delivery.get("deliverySourceName") for delivery in deliveries}
    return frozenset(
        arn
        for source in sources
        if source.get("name") in tied
        for arn in source.get("resourceArns") or ()
    )
