"""Which buckets' objects the trails of a region watch, and whether reads, writes or both."""

from collections.abc import Callable, Iterator

from collectors.aws.account import Region, Response, told
from collectors.aws.cloudtrail import READS_AND_WRITES, SELECTORS, STATUS, TRAILS
from collectors.evidence.record import Unread

Seen = tuple[bool | Unread, bool | Unread]
"""Whether reads are recorded, and whether writes are."""
Watched = tuple[bool, bool]

OBJECTS = "AWS::S3::Object"
READ_BY_US = {
    ("eventCategory", "Equals"),
    ("resources.type", "Equals"),
    ("resources.ARN", "StartsWith"),
    ("resources.ARN", "NotStartsWith"),
    ("readOnly", "Equals"),
}
"""The filters of an advanced selector that can be read; any other records an unknown part."""


def recorded(region: Region) -> Callable[[str], Seen]:
    """What the region's trails record of a bucket's objects, all trails together.

    A trail counts if it is on and one of its selectors covers the whole bucket. What cannot be
    read of a trail is `Unread` wherever no other trail records it.
    """
    trails = region.listed(TRAILS, "trailList", includeShadowTrails=True)
    if isinstance(trails, Unread):
        refusal = trails
        return lambda _: (refusal, refusal)
    described = [_selectors(region, trail) for trail in trails]

    def seen(bucket: str) -> Seen:
        prefix = f"arn:{region.partition}:s3:::{bucket}/"
        doubts = [selectors for selectors in described if isinstance(selectors, Unread)]
        watched = [
            _watched(selector, prefix)
            for selectors in described
            if not isinstance(selectors, Unread)
            for selector in selectors
        ]
        reads, writes = (any(each[part] for each in watched) for part in (0, 1))
        doubt: bool | Unread = doubts[0] if doubts else False
        return reads or doubt, writes or doubt

    return seen


def _selectors(region: Region, trail: Response) -> tuple[Response, ...] | Unread:
    """The selectors of a trail that is on, if it may record objects at all."""
    if trail.get("HasCustomEventSelectors") is False:
        return ()
    on = told(STATUS, region.detail(STATUS, Name=trail["TrailARN"]), "IsLogging", bool)
    if on is False:
        return ()
    answer = region.detail(SELECTORS, TrailName=trail["TrailARN"])
    for part in (answer, on):
        if isinstance(part, Unread):
            return part
    return tuple(_written(answer)) if not isinstance(answer, Unread) else answer


def _written(answer: Response) -> Iterator[Response]:
    """A trail has classic or advanced selectors, never both."""
    yield from answer.get("AdvancedEventSelectors") or answer.get("EventSelectors") or ()


def _watched(selector: Response, prefix: str) -> Watched:
    return (
        _advanced(selector, prefix) if "FieldSelectors" in selector else _classic(selector, prefix)
    )


def _classic(selector: Response, prefix: str) -> Watched:
    """Objects are named by what their ARNs begin with; `arn:aws:s3` means all of them."""
    covered = any(
        prefix.startswith(value)
        for resource in selector.get("DataResources") or ()
        if resource.get("Type") == OBJECTS
        for value in resource.get("Values") or ()
    )
    reads, writes = READS_AND_WRITES.get(str(selector.get("ReadWriteType")), (False, False))
    return covered and reads, covered and writes


def _advanced(selector: Response, prefix: str) -> Watched:
    filters = {
        (chosen["Field"], operator): wanted
        for chosen in selector["FieldSelectors"]
        for operator, wanted in chosen.items()
        if operator != "Field" and wanted
    }
    if filters.keys() - READ_BY_US or filters.get(("resources.type", "Equals")) != [OBJECTS]:
        return False, False
    begins = filters.get(("resources.ARN", "StartsWith"), [""])
    but_for = filters.get(("resources.ARN", "NotStartsWith"), [])
    covered = any(map(prefix.startswith, begins)) and not any(
        prefix.startswith(value) or value.startswith(prefix) for value in but_for
    )
    read_only = filters.get(("readOnly", "Equals"), ["true", "false"])
    return covered and "true" in read_only, covered and "false" in read_only
