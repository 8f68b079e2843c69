"""Log groups, and the keys that protect them."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told
from collectors.aws.classification import TAGGED, classified
from collectors.aws.kms import DESCRIBE_KEY
from collectors.aws.logs import GROUPS
from collectors.contract import collector
from collectors.evidence.aws.logs import ProtectedLogGroup
from collectors.evidence.record import Unread


@collector(id="aws.logs.protection", calls=(GROUPS, TAGGED, DESCRIBE_KEY))
def protected_log_groups(region: Region) -> Iterator[ProtectedLogGroup]:
    """Every log group with its class, and the state of the customer's key that protects it.

    CloudWatch Logs leaves the key out of a group that it encrypts with one of its own.
    """
    classes = classified(region, "logs:log-group")

    def describe(group: Response) -> ProtectedLogGroup:
        arn = group["arn"].removesuffix(":*")
        key = group.get("kmsKeyId")
        return ProtectedLogGroup(
            id=arn,
            name=group["logGroupName"],
            classification=classes if isinstance(classes, Unread) else classes.get(arn),
            key=key,
            key_state=_state(region, key) if key else None,
        )

    yield from region.concurrently(describe, region.each(GROUPS, "logGroups"))


def _state(region: Region, key: str) -> str | Unread:
    metadata = told(DESCRIBE_KEY, region.detail(DESCRIBE_KEY, KeyId=key), "KeyMetadata", dict)
    return told(DESCRIBE_KEY, metadata, "KeyState", str)
