"""Trails: which regions they cover, and which management events they record."""

from collections.abc import Iterable, Iterator

from collectors.aws.account import Region, Response, told, whole
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.cloudtrail import (
    CoveringTrail,
    ManagementSelector,
    Trail,
    TrailCoverage,
)
from collectors.evidence.record import Unread
from collectors.reader import unread

TRAILS = ApiCall("cloudtrail", "DescribeTrails", "cloudtrail:DescribeTrails")
STATUS_WITH_TIMES = ApiCall("cloudtrail", "GetTrailStatus", "cloudtrail:GetTrailStatus")
STATUS = STATUS_WITH_TIMES.without(
    "LatestCloudWatchLogsDeliveryTime",
    "LatestDeliveryAttemptSucceeded",
    "LatestDeliveryAttemptTime",
    "LatestDeliveryTime",
    "LatestDigestDeliveryTime",
    "LatestNotificationAttemptSucceeded",
    "LatestNotificationAttemptTime",
    "LatestNotificationTime",
)
"""For those who ask whether a trail is on; when it last delivered moves by the minute."""
IS_LOGGING = STATUS.without(  # each delivery moves them
    *(
        f"Latest{what}"
        for what in (
            *("CloudWatchLogsDeliveryError", "CloudWatchLogsDeliveryTime"),
            *("DeliveryAttemptSucceeded", "DeliveryAttemptTime", "DeliveryError", "DeliveryTime"),
            *("DigestDeliveryError", "DigestDeliveryTime", "NotificationAttemptSucceeded"),
            *("NotificationAttemptTime", "NotificationError", "NotificationTime"),
        )
    )
)
SELECTORS = ApiCall("cloudtrail", "GetEventSelectors", "cloudtrail:GetEventSelectors")

EVERYTHING = ManagementSelector(reads=True, writes=True)
"""What a trail without selectors of its own records."""
READS_AND_WRITES = {"All": (True, True), "ReadOnly": (True, False), "WriteOnly": (False, True)}
NEVER_NARROW = {
    ("eventCategory", "Equals"),
    ("readOnly", "Equals"),
    ("eventSource", "NotEquals"),
}
"""The filters of an advanced selector that we can read as reads, writes and left-out sources."""


@collector(id="aws.cloudtrail.coverage", calls=(TRAILS, IS_LOGGING, SELECTORS))
def cloudtrail_coverage(region: Region) -> Iterator[TrailCoverage]:
    """The region, with every trail that covers it: its own, multi-region ones, the organisation's.

    The members of an organisation may not read the selectors of its trail. Where the list
    says that a trail has none of its own, they need not: what it records is documented.
    """
    trails = region.listed(TRAILS, "trailList", includeShadowTrails=True)
    yield TrailCoverage(
        id=f"arn:{region.partition}:cloudtrail:{region.region}:{region.id}:management-events",
        name=f"{region.id}/{region.region}",
        trails=trails
        if isinstance(trails, Unread)
        else tuple(covering_trail(region, trail) for trail in trails),
    )


@collector(id="aws.cloudtrail.trails", calls=(TRAILS,))
def cloudtrail_trails(region: Region) -> Iterator[Trail]:
    """Every trail that was made in this account and region; its shadows elsewhere are left out."""
    here = f"arn:{region.partition}:cloudtrail:{region.region}:{region.id}:"
    for trail in region.each(TRAILS, "trailList", includeShadowTrails=True):
        if trail["TrailARN"].startswith(here):
            yield Trail(
                id=trail["TrailARN"],
                name=trail["Name"],
                log_validation=told(TRAILS, trail, "LogFileValidationEnabled", bool),
            )


def covering_trail(region: Region, trail: Response) -> CoveringTrail:
    """A listed trail, with whether it is logging and which management events it records."""
    arn = trail["TrailARN"]
    return CoveringTrail(
        arn=arn,
        logging=told(IS_LOGGING, region.detail(IS_LOGGING, Name=arn), "IsLogging", bool),
        selectors=_chosen(trail, _selectors(region.detail(SELECTORS, TrailName=arn))),
    )


def _chosen(
    trail: Response, selectors: tuple[ManagementSelector, ...] | Unread
) -> tuple[ManagementSelector, ...] | Unread:
    """The selectors, or what CloudTrail documents for a trail that has none of its own."""
    none_told = isinstance(selectors, Unread) or not selectors
    if none_told and told(TRAILS, trail, "HasCustomEventSelectors", bool) is False:
        return (EVERYTHING,)
    return selectors


def _selectors(answer: Response | Unread) -> tuple[ManagementSelector, ...] | Unread:
    """The selectors of management events; a trail has classic or advanced ones, never both."""
    if isinstance(answer, Unread):
        return answer
    advanced = answer.get("AdvancedEventSelectors")
    if advanced:
        return _management(_advanced(written) for written in advanced)
    classic = told(SELECTORS, answer, "EventSelectors", list)
    if isinstance(classic, Unread):
        return classic
    return _management(_classic(written) for written in classic)


def _management(
    selectors: Iterable[ManagementSelector | Unread | None],
) -> tuple[ManagementSelector, ...] | Unread:
    return whole(selector for selector in selectors if selector is not None)


def _classic(written: Response) -> ManagementSelector | Unread | None:
    included = told(SELECTORS, written, "IncludeManagementEvents", bool)
    if isinstance(included, Unread):
        return included
    if not included:
        return None
    wanted = told(SELECTORS, written, "ReadWriteType", str)
    if isinstance(wanted, Unread):
        return wanted
    if wanted not in READS_AND_WRITES:
        return unread(SELECTORS, "the answer has no known ReadWriteType")
    reads, writes = READS_AND_WRITES[wanted]
    return ManagementSelector(
        reads=reads,
        writes=writes,
        # documented to be empty where nothing is excluded
        excluded=frozenset(written.get("ExcludeManagementEventSources", ())),
    )


def _advanced(written: Response) -> ManagementSelector | Unread | None:
    filters = told(SELECTORS, written, "FieldSelectors", list)
    if isinstance(filters, Unread):
        return filters
    values = {
        (chosen["Field"], operator): frozenset(wanted)
        for chosen in filters
        for operator, wanted in chosen.items()
        if operator != "Field" and wanted
    }
    if "Management" not in values.get(("eventCategory", "Equals"), ()):
        return None
    read_only = values.get(("readOnly", "Equals"), frozenset({"true", "false"}))
    return ManagementSelector(
        reads="true" in read_only,
        writes="false" in read_only,
        excluded=values.get(("eventSource", "NotEquals"), frozenset()),
        narrowed_by=frozenset(field for field, _ in values.keys() - NEVER_NARROW),
    )
