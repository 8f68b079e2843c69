"""The regions of an account: read or not, enabled or not."""

from collections.abc import Iterable, Iterator

from collectors.aws.account import Account, Response
from collectors.contract import ApiCall, collector
from collectors.evidence.places import Place

REGIONS = ApiCall("ec2", "DescribeRegions", "ec2:DescribeRegions")
NOT_OPTED_IN = "not-opted-in"
READ_REGIONS = "regions"
"""What the connection knows before the first question: the regions it reads, if not all."""


@collector(id="aws.account.regions", calls=(REGIONS,))
def regions(account: Account) -> Iterator[Place]:
    """Every region there is: the enabled ones, and those that nobody can enter."""
    chosen = account.given.get(READ_REGIONS)
    for region in account.each(REGIONS, "Regions", AllRegions=True):
        name = region["RegionName"]
        yield Place(
            id=f"arn:{account.partition}:account::{account.id}:region/{name}",
            name=f"{account.id}/{name}",
            what="region",
            called=(f"{account.id}/{name}", name),
            is_read=not shut(region) and (chosen is None or name in chosen.split()),
            closed=NOT_OPTED_IN if shut(region) else None,
        )


def enabled(regions: Iterable[Response]) -> Iterator[str]:
    """The names of those in which something may run; AWS lists the others only when asked to."""
    for region in regions:
        if not shut(region):
            yield region["RegionName"]


def shut(region: Response) -> bool:
    """Whether the account never opted in: no key of it is good there."""
    return bool(region.get("OptInStatus") == NOT_OPTED_IN)
