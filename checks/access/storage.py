"""Who can reach stored data."""

from msgspec.structs import asdict

from checks.contract import (
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.aws.s3 import ACLS_DISABLED, PublicAccessBlock, S3Account, S3Bucket
from collectors.evidence.gcp import Bucket
from collectors.evidence.record import Unread

ACL_SWITCHES = frozenset({"block_public_acls", "ignore_public_acls"})


@check(
    id="aws.s3.account-public-access-blocked",
    title="The account blocks public access to all its S3 buckets",
    controls=("NET-02",),
    severity=Severity.HIGH,
    remediation="Turn on all four Block Public Access settings for the account.",
    empty=Outcome.FAILED,
)
def s3_account_public_access_blocked(account: S3Account) -> Verdict:
    """The account's setting also covers the bucket somebody makes tomorrow."""
    if isinstance(account.block, Unread):
        return undetermined(account.block)
    switches_off = _off((account.block,))
    if switches_off:
        return failed(f"{len(switches_off)} of 4 settings are off", off=switches_off)
    return passed("all four settings are on")


@check(
    id="aws.s3.public-access-blocked",
    title="S3 buckets block public access",
    controls=("NET-02",),
    severity=Severity.CRITICAL,
    remediation="Turn on all four Block Public Access settings, preferably for the account.",
    empty=Outcome.NOT_APPLICABLE,
)
def s3_public_access_blocked(
    bucket: S3Bucket, *, approved_buckets: tuple[str, ...] = ()
) -> Verdict:
    """Public buckets are the shortest road from a mistake to a disclosure.

    S3 applies the stricter of the account's and the bucket's setting, so each of the four
    needs to be on in only one of the two places. Where ownership disables access lists, the
    two settings about them have nothing to hold back and are not needed.

    Only the settings prove that nobody outside can reach the bucket: a private policy and a
    private access list say nothing about the access lists of single objects, nor about access
    points. The two are read to say what stands open already.
    """
    layers = (bucket.account_block, bucket.bucket_block)
    switches_off = _off(layers)
    if bucket.object_ownership == ACLS_DISABLED:
        switches_off = tuple(name for name in switches_off if name not in ACL_SWITCHES)

    if not switches_off:
        return passed("every setting that is needed is on")
    if bucket.name in approved_buckets:
        return not_applicable("approved to be public", off=switches_off)
    only_acls = ACL_SWITCHES.issuperset(switches_off)
    for part in (*layers, bucket.object_ownership if only_acls else None):
        if isinstance(part, Unread):
            return undetermined(part, not_seen_on=switches_off)
    open_through = _open_through(bucket, switches_off)
    if open_through:
        reason = f"anyone can reach it through its {' and its '.join(open_through)}"
        return failed(reason, off=switches_off, open_through=open_through)
    return failed(f"{len(switches_off)} of 4 settings are off", off=switches_off)


def _off(layers: tuple[PublicAccessBlock | Unread | None, ...]) -> tuple[str, ...]:
    """The settings that are on in none of the layers."""
    switches_on = {
        name
        for layer in layers
        if isinstance(layer, PublicAccessBlock)
        for name, on in asdict(layer).items()
        if on
    }
    return tuple(n for n in PublicAccessBlock.__struct_fields__ if n not in switches_on)


def _open_through(bucket: S3Bucket, switches_off: tuple[str, ...]) -> tuple[str, ...]:
    """What lets the public in now, as far as it was read."""
    policy = "restrict_public_buckets" in switches_off and bucket.policy_is_public is True
    grants = bucket.public_grants
    access_list = (
        "ignore_public_acls" in switches_off and not isinstance(grants, Unread) and bool(grants)
    )
    doors = {"policy": policy, "access list": access_list}
    return tuple(door for door, stands_open in doors.items() if stands_open)


@check(
    id="gcp.storage.bucket-not-public",
    title="Cloud Storage buckets are not public",
    controls=("NET-02",),
    severity=Severity.CRITICAL,
    remediation="Enforce public access prevention, preferably for the organisation.",
    empty=Outcome.NOT_APPLICABLE,
)
def storage_bucket_not_public(bucket: Bucket, *, approved_buckets: tuple[str, ...] = ()) -> Verdict:
    """Public buckets are the shortest road from a mistake to a disclosure.

    Public access prevention settles it, on the bucket or by the organisation's policy. Without
    it, neither the bucket's policy nor its access lists may name everyone. Where access is not
    uniform each object has an access list of its own; those are not read, so nobody can say
    that such a bucket is closed. Policies on managed folders in a bucket are left out.
    """
    if bucket.public_access_prevention == "enforced":
        return passed("the bucket prevents public access")
    if bucket.prevention_inherited is True:
        return passed("the organisation's policy prevents public access")
    grants = _public_grants(bucket)
    if grants and bucket.name in approved_buckets:
        return not_applicable("approved to be public", public=grants)
    doubt = _bucket_doubt(bucket, is_open=bool(grants))
    if doubt:
        return undetermined(doubt, public=grants)
    if grants:
        return failed("everyone can reach it", public=grants)
    return passed("neither its policy nor an access list names everyone")


def _public_grants(bucket: Bucket) -> tuple[str, ...]:
    """What lets the public in, as far as it was read."""
    found: set[str] = set()
    for grants in (bucket.public_bindings, bucket.public_entries):
        if grants is not None and not isinstance(grants, Unread):
            found |= grants
    return tuple(sorted(found))


def _bucket_doubt(bucket: Bucket, *, is_open: bool) -> Unread | str | None:
    """What might yet close an open bucket, or open a closed one."""
    could_close = (bucket.public_access_prevention, bucket.prevention_inherited)
    could_open = (bucket.public_bindings, bucket.public_entries, bucket.uniform_access)
    for part in could_close if is_open else could_open:
        if isinstance(part, Unread):
            return part
    if not is_open and bucket.uniform_access is False:
        return "its objects have access lists of their own, which are not read"
    return None
