"""Services in which something lies though no collector asks them anything."""

from collections.abc import Iterator

from collectors.aws.account import Region
from collectors.aws.config import ALL, ALL_BUT_SOME, RECORDERS, STATUS, own_recorder
from collectors.aws.inventory import COUNTS, INDEXES
from collectors.aws.service_names import asked_services, indexed_service, recorded_service
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.config import Recorder
from collectors.evidence.places import ServiceInUse
from collectors.evidence.record import Unread
from collectors.reader import unread

INDEXED = ApiCall(
    "resource-explorer-2", "ListResources", "resource-explorer-2:ListResources"
).without(
    *("Resources.Arn", "Resources.CfnResourceType", "Resources.LastReportedAt"),
    *("Resources.OwningAccountId", "Resources.Properties", "Resources.Region"),
)
FAILED = "failure"


@collector(id="aws.account.services", calls=(RECORDERS, STATUS, COUNTS, INDEXES, INDEXED))
def unasked_services(region: Region) -> Iterator[ServiceInUse]:
    """Every service that AWS Config knows something of, less those that some collector asks.

    Where it does not record every kind that matters here, nobody has a whole list, which is an
    omission; an index of Resource Explorer then tells what it has, since it may be partial.
    Kinds that AWS itself puts into accounts show no use.
    """
    told = set(asked_services())
    for service in filter(None, _in_use(region)):
        if service not in told:
            told.add(service)
            yield _in_region(region, service)


def _in_region(region: Region, service: str) -> ServiceInUse:
    name = f"{region.id}/{region.region}/{service}"
    return ServiceInUse(
        id=f"arn:{region.partition}:account::{region.id}:region/{region.region}/{service}",
        name=name,
        called=(name, f"{region.id}/{service}", service),
    )


def _in_use(region: Region) -> Iterator[str | None]:
    """The service of everything that is known to lie there, again and again."""
    doubt = _doubt(own_recorder(region))
    if doubt is None:
        for one in region.each(COUNTS, "resourceCounts"):
            yield recorded_service(one["resourceType"]) if one.get("count") != 0 else None
        return
    region.omit(region.scope, doubt.why)
    if any(region.each(INDEXES, "Indexes", Regions=[region.region])):
        within = {"FilterString": f"region:{region.region}"}
        for one in region.each(INDEXED, "Resources", Filters=within):
            yield indexed_service(one["ResourceType"])


def _doubt(recorder: Recorder | Unread | None) -> Unread | None:
    """Why the recorder's list may not be whole; `None` where it is.

    It may leave out kinds of services that are asked anyway.
    """
    if recorder is None:
        return unread(RECORDERS, "no recorder runs here")
    if isinstance(recorder, Unread):
        return recorder
    state = (recorder.recording, recorder.last_status, recorder.strategy, recorder.excluded_types)
    for part in state:
        if isinstance(part, Unread):
            return part
    if not recorder.recording or str(recorder.last_status).casefold() == FAILED:
        return unread(STATUS, "the recorder stands still")
    return None if _records_all(recorder) else unread(RECORDERS, "not every kind is recorded")


def _records_all(recorder: Recorder) -> bool:
    if recorder.strategy != ALL_BUT_SOME or isinstance(recorder.excluded_types, Unread):
        return recorder.strategy == ALL
    left_out = {recorded_service(kind) for kind in recorder.excluded_types}
    return left_out <= {None, *asked_services()}
