"""Security Hub: is it on, and what does it hold the region against?"""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told, whole
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.security_hub import PostureManagement, Standard
from collectors.evidence.record import Unread

HUB = ApiCall("securityhub", "DescribeHub", "securityhub:DescribeHub")
STANDARDS = ApiCall("securityhub", "GetEnabledStandards", "securityhub:GetEnabledStandards")
PRODUCTS = ApiCall(
    "securityhub", "ListEnabledProductsForImport", "securityhub:ListEnabledProductsForImport"
)
NOT_SUBSCRIBED = ("InvalidAccessException", "ResourceNotFoundException")
"""A missing permission is `AccessDeniedException`; these say that there is no hub."""


@collector(id="aws.securityhub.posture", calls=(HUB, STANDARDS, PRODUCTS))
def posture_management(region: Region) -> Iterator[PostureManagement]:
    """The region, with its hub, the standards it applies and the products that feed it."""
    answer = region.detail(HUB, absent=NOT_SUBSCRIBED)
    yield PostureManagement(
        id=f"arn:{region.partition}:securityhub:{region.region}:{region.id}:hub/default",
        name=f"{region.id}/{region.region}",
        hub=answer if answer is None else told(HUB, answer, "HubArn", str),
        standards=() if answer is None else _standards(region),
        products=() if answer is None else region.listed(PRODUCTS, "ProductSubscriptions"),
    )


def _standards(region: Region) -> tuple[Standard, ...] | Unread:
    listed = region.listed(STANDARDS, "StandardsSubscriptions")
    if isinstance(listed, Unread):
        return listed
    return whole(_standard(each) for each in listed)


def _standard(answer: Response) -> Standard | Unread:
    words = whole(
        told(STANDARDS, answer, field, str) for field in ("StandardsArn", "StandardsStatus")
    )
    return words if isinstance(words, Unread) else Standard(arn=words[0], status=words[1])
