"""Security Hub: which standards it holds a region against."""

from collectors.evidence.record import Fact, Record, Unread


class Standard(Fact, frozen=True, tag="aws.security_standard"):
    """A standard that Security Hub was told to hold the region against."""

    arn: str
    status: str
    """AWS's word for it: `READY`, or `INCOMPLETE` where it cannot see everything."""


class PostureManagement(Record, frozen=True, tag="aws.posture_management"):
    """A region of an account, with the hub that gathers what was found in it."""

    hub: str | Unread | None
    """The ARN of the hub; `None` where the account never subscribed."""
    standards: tuple[Standard, ...] | Unread
    products: tuple[str, ...] | Unread
    """ARNs of the subscriptions to products that may feed it."""
