"""Trails: do the files they write arrive?"""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, instant, told
from collectors.aws.cloudtrail import STATUS_WITH_TIMES, TRAILS
from collectors.contract import collector
from collectors.evidence.aws.cloudtrail import TrailDelivery
from collectors.evidence.record import Instant, Unread


@collector(id="aws.cloudtrail.delivery", calls=(TRAILS, STATUS_WITH_TIMES))
def trail_delivery(region: Region) -> Iterator[TrailDelivery]:
    """Every trail that was made in this account and region, with its last deliveries.

    CloudTrail leaves out of its answer what never was: a delivery, or an error of the last one.
    """
    here = f"arn:{region.partition}:cloudtrail:{region.region}:{region.id}:"
    for trail in region.each(TRAILS, "trailList", includeShadowTrails=True):
        arn = trail["TrailARN"]
        if not arn.startswith(here):
            continue
        status = region.detail(STATUS_WITH_TIMES, Name=arn)
        yield TrailDelivery(
            id=arn,
            name=trail["Name"],
            logging=told(STATUS_WITH_TIMES, status, "IsLogging", bool),
            delivered_at=_moment_or_never(status, "LatestDeliveryTime"),
            delivery_error=_error(status, "LatestDeliveryError"),
            log_group=trail.get("CloudWatchLogsLogGroupArn") or None,
            logged_at=_moment_or_never(status, "LatestCloudWatchLogsDeliveryTime"),
            log_error=_error(status, "LatestCloudWatchLogsDeliveryError"),
        )


def _moment_or_never(status: Response | Unread, field: str) -> Instant | Unread | None:
    if isinstance(status, Unread):
        return status
    written = status.get(field)
    return None if written is None else instant(written)


def _error(status: Response | Unread, field: str) -> str | Unread | None:
    return status if isinstance(status, Unread) else status.get(field) or None
