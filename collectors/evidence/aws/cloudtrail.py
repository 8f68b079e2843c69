"""Trails, and which events they record."""

from collectors.evidence.record import Fact, Instant, Record, Unread


class ManagementSelector(Fact, frozen=True, tag="aws.management_selector"):
    """One choice of management events that a trail records."""

    reads: bool
    writes: bool
    excluded: frozenset[str] = frozenset()
    """Event sources that it leaves out."""
    narrowed_by: frozenset[str] = frozenset()
    """Other fields it filters on: such a selector records an unknown part of the events."""


class CoveringTrail(Fact, frozen=True, tag="aws.covering_trail"):
    """A trail as one region sees it, be it at home there, multi-region, or the organisation's."""

    arn: str
    logging: bool | Unread
    selectors: tuple[ManagementSelector, ...] | Unread


class TrailCoverage(Record, frozen=True, tag="aws.trail_coverage"):
    """A region of an account, with every trail that covers it."""

    trails: tuple[CoveringTrail, ...] | Unread


class Trail(Record, frozen=True, tag="aws.trail"):
    """A trail, in the account and region it was made in."""

    log_validation: bool | Unread
    """Whether CloudTrail signs digests of the files it delivers."""


class TrailDelivery(Record, frozen=True, tag="aws.trail_delivery"):
    """A trail in the account and region it was made in, and what it delivered last."""

    logging: bool | Unread
    delivered_at: Instant | Unread | None
    """When files last arrived in the bucket; `None` if none ever did."""
    delivery_error: str | Unread | None
    """AWS's word for what was wrong with the last attempt; `None` when nothing was."""
    log_group: str | None
    """The ARN of the log group it also writes to; `None` where it writes to none."""
    logged_at: Instant | Unread | None
    log_error: str | Unread | None
