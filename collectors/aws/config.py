"""AWS Config: is there a recorder, and what does it record?"""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.config import ConfigurationRecording, Recorder
from collectors.evidence.record import Unread
from collectors.reader import unread

RECORDERS = ApiCall(
    "config", "DescribeConfigurationRecorders", "config:DescribeConfigurationRecorders"
)
STATUS = ApiCall(
    "config", "DescribeConfigurationRecorderStatus", "config:DescribeConfigurationRecorderStatus"
)
CHANNELS = ApiCall("config", "DescribeDeliveryChannels", "config:DescribeDeliveryChannels")

ALL = "ALL_SUPPORTED_RESOURCE_TYPES"
ALL_BUT_SOME = "EXCLUSION_BY_RESOURCE_TYPES"
ONLY_SOME = "INCLUSION_BY_RESOURCE_TYPES"


@collector(id="aws.config.recording", calls=(RECORDERS, STATUS, CHANNELS))
def config_recording(region: Region) -> Iterator[ConfigurationRecording]:
    """The region, whether or not a recorder of the customer's own runs in it.

    AWS allows one in each region; those that AWS services run for themselves are left out.
    """
    channels = region.listed(CHANNELS, "DeliveryChannels")
    yield ConfigurationRecording(
        id=f"arn:{region.partition}:config:{region.region}:{region.id}:configuration-recorder",
        name=f"{region.id}/{region.region}",
        recorder=own_recorder(region),
        delivers=channels if isinstance(channels, Unread) else bool(channels),
    )


def own_recorder(region: Region) -> Recorder | Unread | None:
    """The recorder of the customer's own; `None` where there is none."""
    recorders = region.listed(RECORDERS, "ConfigurationRecorders")
    if isinstance(recorders, Unread):
        return recorders
    own = [recorder for recorder in recorders if "servicePrincipal" not in recorder]
    if not own:
        return None
    name = told(RECORDERS, own[0], "name", str)
    group = told(RECORDERS, own[0], "recordingGroup", dict)
    strategy = _strategy(group)
    status = _status(region, name)
    return Recorder(
        name=name,
        recording=told(STATUS, status, "recording", bool),
        last_status=told(STATUS, status, "lastStatus", str),
        strategy=strategy,
        excluded_types=_excluded(group, strategy),
    )


def _status(region: Region, name: str | Unread) -> Response | Unread:
    if isinstance(name, Unread):
        return name
    statuses = region.listed(STATUS, "ConfigurationRecordersStatus")
    if isinstance(statuses, Unread):
        return statuses
    found = (status for status in statuses if status.get("name") == name)
    return next(found, unread(STATUS, "the answer has no status of the recorder"))


def _strategy(group: Response | Unread) -> str | Unread:
    """How types are chosen; where no strategy is named, the switch for all types decides."""
    if isinstance(group, Unread):
        return group
    if "recordingStrategy" not in group:
        everything = told(RECORDERS, group, "allSupported", bool)
        if isinstance(everything, Unread):
            return everything
        return ALL if everything else ONLY_SOME
    named = told(RECORDERS, group["recordingStrategy"], "useOnly", str)
    known = isinstance(named, Unread) or named in (ALL, ALL_BUT_SOME, ONLY_SOME)
    return named if known else unread(RECORDERS, "the answer has no known strategy")


def _excluded(group: Response | Unread, strategy: str | Unread) -> frozenset[str] | Unread:
    if strategy != ALL_BUT_SOME:
        return frozenset()
    exclusion = told(RECORDERS, group, "exclusionByResourceTypes", dict)
    types = told(RECORDERS, exclusion, "resourceTypes", list)
    return types if isinstance(types, Unread) else frozenset(types)
