"""Whether somebody keeps a whole list of what lies in a region."""

from collections.abc import Iterator

from collectors.aws.account import Region, told
from collectors.aws.config import RECORDERS
from collectors.aws.dynamodb import LIST_TABLES
from collectors.aws.ec2_instances import INSTANCES
from collectors.aws.ec2_volumes import VOLUMES
from collectors.aws.functions import FUNCTIONS
from collectors.aws.rds import SETTLED_INSTANCES
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.inventory import RegionIndex
from collectors.evidence.record import Unread
from collectors.reader import unread

INDEXES = ApiCall("resource-explorer-2", "ListIndexes", "resource-explorer-2:ListIndexes")
SEARCH = ApiCall("resource-explorer-2", "Search", "resource-explorer-2:Search").without("Resources")
COUNTS = ApiCall("config", "GetDiscoveredResourceCounts", "config:GetDiscoveredResourceCounts")
TYPES = {
    "ec2:instance": "AWS::EC2::Instance",
    "ec2:volume": "AWS::EC2::Volume",
    "rds:db": "AWS::RDS::DBInstance",
    "lambda:function": "AWS::Lambda::Function",
    "dynamodb:table": "AWS::DynamoDB::Table",
}
"""What is counted, as the index and as the recorder call it."""
GONE = frozenset({"terminated", "shutting-down"})

Number = int | Unread | None


@collector(
    id="aws.inventory.index",
    calls=(
        *(INDEXES, SEARCH, RECORDERS, COUNTS),
        *(INSTANCES, VOLUMES, SETTLED_INSTANCES, FUNCTIONS, LIST_TABLES),
    ),
)
def region_index(region: Region) -> Iterator[RegionIndex]:
    """The region, with what an index, a recorder and we ourselves count in it.

    Machines, volumes, databases, functions and tables are counted: whoever keeps a list of
    these keeps one of the rest.
    """
    yield RegionIndex(
        id=f"arn:{region.partition}:resource-explorer-2:{region.region}:{region.id}:index",
        name=f"{region.id}/{region.region}",
        indexed=_indexed(region),
        recorded=_recorded(region),
        listed=_listed(region),
    )


def _indexed(region: Region) -> Number:
    """What the index of the region has of all types; `None` where there is no index."""
    indexes = region.listed(INDEXES, "Indexes", Regions=[region.region])
    if isinstance(indexes, Unread) or not indexes:
        return indexes if isinstance(indexes, Unread) else None
    total = 0
    for kind in TYPES:
        query = f"resourcetype:{kind} region:{region.region}"
        answer = region.detail(SEARCH, QueryString=query, MaxResults=1)
        count = told(SEARCH, answer, "Count", dict)
        found = told(SEARCH, count, "TotalResources", int)
        if isinstance(found, Unread) or isinstance(count, Unread):
            return found
        if count.get("Complete") is not True:
            return unread(SEARCH, "the answer was cut off")
        total += found
    return total


def _recorded(region: Region) -> Number:
    """What the recorder of the region has of all types; `None` where there is no own recorder."""
    recorders = region.listed(RECORDERS, "ConfigurationRecorders")
    if isinstance(recorders, Unread):
        return recorders
    if not any("servicePrincipal" not in recorder for recorder in recorders):
        return None
    answer = region.detail(COUNTS, resourceTypes=[*TYPES.values()])
    return told(COUNTS, answer, "totalDiscoveredResources", int)


def _listed(region: Region) -> int | Unread:
    machines = region.listed(INSTANCES, "Reservations")
    others = [
        region.listed(call, of)
        for call, of in (
            (VOLUMES, "Volumes"),
            (SETTLED_INSTANCES, "DBInstances"),
            (FUNCTIONS, "Functions"),
            (LIST_TABLES, "TableNames"),
        )
    ]
    for listed in (machines, *others):
        if isinstance(listed, Unread):
            return listed
    alive = [
        machine
        for reservation in (() if isinstance(machines, Unread) else machines)
        for machine in reservation["Instances"]
        if (machine.get("State") or {}).get("Name") not in GONE
    ]
    return len(alive) + sum(len(listed) for listed in others if not isinstance(listed, Unread))
