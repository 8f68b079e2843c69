"""Keys that encrypt stored data."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.kms import KmsKey
from collectors.evidence.record import Unread

LIST_KEYS = ApiCall("kms", "ListKeys", "kms:ListKeys")
LIST_ALIASES = ApiCall("kms", "ListAliases", "kms:ListAliases")
DESCRIBE_KEY = ApiCall("kms", "DescribeKey", "kms:DescribeKey", redact=("KeyMetadata.Description",))
ROTATION = ApiCall("kms", "GetKeyRotationStatus", "kms:GetKeyRotationStatus")
NO_ROTATION = "UnsupportedOperationException"
IN_SEVERAL_REGIONS = "mrk-"
YEARLY = 365
"""The period that AWS documents as its default, for an answer that names none."""


@collector(id="aws.kms.keys", calls=(LIST_KEYS, LIST_ALIASES, DESCRIBE_KEY, ROTATION))
def kms_keys(region: Region) -> Iterator[KmsKey]:
    """Every customer managed key of the region, with its rotation.

    Keys that AWS manages are left out: AWS rotates them every year, and nobody can change it.
    """
    aliases = _aliases(region)

    def describe(key: Response) -> KmsKey | None:
        key_id: str = key["KeyId"]
        answer = region.detail(DESCRIBE_KEY, KeyId=key_id)
        metadata = told(DESCRIBE_KEY, answer, "KeyMetadata", dict)
        manager = told(DESCRIBE_KEY, metadata, "KeyManager", str)
        if manager == "AWS":
            return None
        return KmsKey(
            id=key["KeyArn"],
            name=aliases.get(key_id, key_id),
            account_id=region.id,
            manager=manager,
            spec=told(DESCRIBE_KEY, metadata, "KeySpec", str),
            origin=told(DESCRIBE_KEY, metadata, "Origin", str),
            state=told(DESCRIBE_KEY, metadata, "KeyState", str),
            is_replica=_is_replica(key_id, metadata),
            rotation_days=_rotation_days(region.detail(ROTATION, absent=NO_ROTATION, KeyId=key_id)),
        )

    keys = region.concurrently(describe, region.each(LIST_KEYS, "Keys"))
    yield from (key for key in keys if key is not None)


def _aliases(region: Region) -> dict[str, str]:
    """What people call the keys; without the names, a key goes by its id."""
    listed = region.listed(LIST_ALIASES, "Aliases")
    if isinstance(listed, Unread):
        return {}
    in_order = sorted(listed, key=lambda alias: alias["AliasName"], reverse=True)
    return {a["TargetKeyId"]: a["AliasName"] for a in in_order if "TargetKeyId" in a}


def _is_replica(key_id: str, metadata: Response | Unread) -> bool | Unread:
    """AWS marks the id of a key that lives in several regions, and names the type of those."""
    if not key_id.startswith(IN_SEVERAL_REGIONS):
        return False
    regions = told(DESCRIBE_KEY, metadata, "MultiRegionConfiguration", dict)
    key_type = told(DESCRIBE_KEY, regions, "MultiRegionKeyType", str)
    return key_type if isinstance(key_type, Unread) else key_type == "REPLICA"


def _rotation_days(answer: Response | Unread | None) -> int | Unread | None:
    if answer is None:
        return None
    on = told(ROTATION, answer, "KeyRotationEnabled", bool)
    if isinstance(answer, Unread) or isinstance(on, Unread):
        return on
    return int(answer.get("RotationPeriodInDays", YEARLY)) if on else None
