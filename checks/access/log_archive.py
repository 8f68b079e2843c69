"""Who can reach what trails have recorded."""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.log_buckets import LogBucket
from collectors.evidence.aws.s3 import ACLS_DISABLED, PublicAccessBlock
from collectors.evidence.record import Unread


@check(
    id="aws.cloudtrail.log-bucket-private",
    title="Buckets that receive trails are not public",
    controls=("MON-01", "NET-02"),
    severity=Severity.CRITICAL,
    remediation="Block public access on the bucket of the log archive.",
    empty=Outcome.NOT_APPLICABLE,
)
def cloudtrail_log_bucket_private(bucket: LogBucket) -> Verdict:
    """A trail tells a stranger which accounts, roles and resources there are to attack.

    Neither the bucket's policy nor its access list lets everybody in, or a block of the bucket
    or its account holds both back. What a bucket of another account does not show is
    undetermined. A region in which no trail was made has nothing to judge here: that each is
    recorded is asked by aws.cloudtrail.all-regions-recorded.
    """
    layers = tuple(
        layer
        for layer in (bucket.account_block, bucket.bucket_block)
        if isinstance(layer, PublicAccessBlock)
    )
    by_policy = _open(
        stands_open=bucket.policy_is_public,
        shut=any(layer.restrict_public_buckets for layer in layers),
    )
    by_list = _open(
        stands_open=bucket.public_grants,
        shut=bucket.object_ownership == ACLS_DISABLED
        or any(layer.ignore_public_acls for layer in layers),
    )
    if by_policy is False and by_list is False:
        return passed("neither its policy nor its access list lets everybody in")
    could_shut = (bucket.account_block, bucket.bucket_block, bucket.object_ownership)
    is_open = by_policy is True or by_list is True
    for part in could_shut if is_open else (by_policy, by_list):
        if isinstance(part, Unread):
            return undetermined(part)
    return failed("anyone can read what the trail records", by_policy=by_policy is True)


def _open(*, stands_open: bool | frozenset[str] | Unread | None, shut: bool) -> bool | Unread:
    """Whether one way in is open: shut by a block, whatever it is itself."""
    if shut:
        return False
    return stands_open if isinstance(stands_open, Unread) else bool(stands_open)
