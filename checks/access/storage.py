"""Who can reach stored data."""

from msgspec.structs import asdict

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.s3 import PublicAccessBlock, S3Bucket
from collectors.evidence.record import Unread


@check(
    id="aws.s3.public-access-blocked",
    title="S3 buckets block public access",
    controls=("NET-02",),
    severity=Severity.CRITICAL,
    remediation="Turn on all four Block Public Access settings, preferably for the account.",
    empty=Outcome.NOT_APPLICABLE,
)
def s3_public_access_blocked(bucket: S3Bucket) -> Verdict:
    """Public buckets are the shortest road from a mistake to a disclosure.

    S3 applies the stricter of the account's and the bucket's setting, so each of the four
    needs to be on in only one of the two places.
    """
    layers = (bucket.account_block, bucket.bucket_block)
    switches_on = {
        name
        for layer in layers
        if isinstance(layer, PublicAccessBlock)
        for name, on in asdict(layer).items()
        if on
    }
    switches_off = tuple(n for n in PublicAccessBlock.__struct_fields__ if n not in switches_on)

    if not switches_off:
        return passed("all four settings are on")
    for layer in layers:
        if isinstance(layer, Unread):
            return undetermined(layer, not_seen_on=switches_off)
    return failed(f"{len(switches_off)} of 4 settings are off", off=switches_off)
