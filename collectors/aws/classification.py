"""What the company's tags say of the data in something."""

from collections.abc import Mapping

from collectors.aws.account import Region
from collectors.contract import ApiCall
from collectors.evidence.record import Unread

TAGGED = ApiCall("resourcegroupstaggingapi", "GetResources", "tag:GetResources")
CLASSIFICATION = "classification"
"""The key of the tag; its values are the company's own words."""


def classified(region: Region, kind: str) -> Mapping[str, str] | Unread:
    """The class of every resource of one kind (`s3`, `logs:log-group`) that is tagged with one.

    By ARN. The tagging service is asked for the key and answers for the whole region at once.
    """
    listed = region.listed(
        TAGGED,
        "ResourceTagMappingList",
        ResourceTypeFilters=[kind],
        TagFilters=[{"Key": CLASSIFICATION}],
    )
    if isinstance(listed, Unread):
        return listed
    return {
        resource["ResourceARN"]: tag["Value"]
        for resource in listed
        for tag in resource["Tags"]
        if tag["Key"] == CLASSIFICATION
    }
