"""Policies of keys: they alone decide who may use a key."""

from collections.abc import Iterator

from collectors.aws.account import Region, Response, told
from collectors.aws.kms import DESCRIBE_KEY, LIST_KEYS
from collectors.aws.policies import policy_in
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.kms import KmsKeyPolicy

KEY_POLICY = ApiCall("kms", "GetKeyPolicy", "kms:GetKeyPolicy")
THE_ONLY_ONE = "default"


@collector(id="aws.kms.key-policies", calls=(LIST_KEYS, DESCRIBE_KEY, KEY_POLICY))
def kms_key_policies(region: Region) -> Iterator[KmsKeyPolicy]:
    """Every customer managed key of the region, with its policy.

    Keys that AWS manages are left out: AWS alone writes their policies.
    """

    def describe(key: Response) -> KmsKeyPolicy | None:
        metadata = told(
            DESCRIBE_KEY, region.detail(DESCRIBE_KEY, KeyId=key["KeyId"]), "KeyMetadata", dict
        )
        manager = told(DESCRIBE_KEY, metadata, "KeyManager", str)
        if manager == "AWS":
            return None
        answer = region.detail(KEY_POLICY, KeyId=key["KeyId"], PolicyName=THE_ONLY_ONE)
        return KmsKeyPolicy(
            id=key["KeyArn"],
            name=key["KeyId"],
            account_id=region.id,
            manager=manager,
            statements=policy_in(KEY_POLICY, answer, "Policy"),
        )

    keys = region.concurrently(describe, region.each(LIST_KEYS, "Keys"))
    yield from (key for key in keys if key is not None)
