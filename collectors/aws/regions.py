"""The regions of an account in which something may run, read or not."""

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
    """Every region that is enabled for the account; AWS lets nothing run in one that is not."""
    chosen = account.given.get(READ_REGIONS)
    for name in enabled(account.each(REGIONS, "Regions")):
        yield Place(
            id=f"arn:{account.partition}:account::{account.id}:region/{name}",
            name=f"{account.id}/{name}",
            what="region",
            called=(f"{account.id}/{name}", name),
            is_read=chosen is None or name in chosen.split(),
        )


def enabled(regions: Iterable[Response]) -> Iterator[str]:
    """The names of those in which something may run; AWS lists the others only when asked to."""
    for region in regions:
        if region.get("OptInStatus") != NOT_OPTED_IN:
            yield region["RegionName"]
