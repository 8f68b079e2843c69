"""Macie: does anything look for confidential data where it should not be?"""

from collections.abc import Iterator

from collectors.aws.account import NOT_TURNED_ON, Region, told
from collectors.aws.classification import TAGGED, classified
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.macie import DataDiscovery
from collectors.evidence.record import Unread

SESSION = ApiCall("macie2", "GetMacieSession", "macie2:GetMacieSession", passing=("updatedAt",))
AUTOMATED = ApiCall(
    "macie2",
    "GetAutomatedDiscoveryConfiguration",
    "macie2:GetAutomatedDiscoveryConfiguration",
    passing=("lastUpdatedAt",),
)


@collector(id="aws.macie.discovery", calls=(SESSION, AUTOMATED, TAGGED))
def data_discovery(region: Region) -> Iterator[DataDiscovery]:
    """The region, with its Macie session and the classes of the buckets in it.

    Regions that do not have Macie are left out.
    """
    if region.lacks(SESSION):
        return
    session = region.detail(SESSION, absent=NOT_TURNED_ON)
    classes = classified(region, "s3")
    yield DataDiscovery(
        id=f"arn:{region.partition}:macie2:{region.region}:{region.id}:session",
        name=f"{region.id}/{region.region}",
        session=session if session is None else told(SESSION, session, "status", str),
        automated=None
        if session is None
        else told(AUTOMATED, region.detail(AUTOMATED), "status", str),
        classes=classes if isinstance(classes, Unread) else frozenset(classes.values()),
    )
