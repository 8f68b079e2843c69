"""Keys that encrypt stored data."""

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
from collectors.evidence.aws.kms import KmsKey, RetiredKey
from collectors.evidence.record import Unread

AT_REST = {"Disabled", "PendingDeletion", "PendingReplicaDeletion"}


@check(
    id="aws.kms.key-rotated",
    title="Encryption keys are rotated on schedule",
    controls=("CRY-02",),
    severity=Severity.HIGH,
    remediation="Turn on automatic rotation, with a period no longer than the standard allows.",
    empty=Outcome.NOT_APPLICABLE,
)
def kms_key_rotated(key: KmsKey, *, max_period_days: int = 365) -> Verdict:
    """A key that never changes protects everything that was ever encrypted with it.

    Left out are keys that cannot rotate by themselves (asymmetric, for message codes, with
    imported material or in a store of their own), keys that are turned off or about to be
    deleted, and replicas, whose primary is judged. AWS's own keys are not collected.
    """
    for fact in (key.manager, key.spec, key.origin, key.state, key.is_replica):
        if isinstance(fact, Unread):
            return undetermined(fact)
    left_out = _why_left_out(key)
    if left_out:
        return not_applicable(left_out, spec=str(key.spec), state=str(key.state))
    days = key.rotation_days
    if isinstance(days, Unread):
        return undetermined(days)
    if days is None:
        return failed("automatic rotation is off")
    judge = passed if days <= max_period_days else failed
    return judge(f"rotated every {days} days, {max_period_days} allowed", every_days=days)


def _why_left_out(key: KmsKey) -> str | None:
    if key.spec != "SYMMETRIC_DEFAULT":
        return "AWS rotates symmetric encryption keys only"
    if key.origin != "AWS_KMS":
        return "its material was not made by KMS, which cannot rotate it"
    if key.state in AT_REST:
        return "turned off or about to be deleted"
    return "a replica: its primary is judged" if key.is_replica else None


@check(
    id="aws.kms.key-in-use-not-deleted",
    title="Keys that still encrypt data are neither turned off nor deleted",
    controls=("CRY-02", "AVL-01"),
    severity=Severity.HIGH,
    remediation="Cancel the deletion, or encrypt the stores with another key first.",
    empty=Outcome.PASSED,
)
def kms_key_in_use_not_deleted(key: RetiredKey) -> Verdict:
    """With a key, everything that was encrypted with it is gone, backups included.

    Judged are own keys that are turned off or about to be deleted. Looked at are volumes and
    their snapshots, databases, tables, buckets (by their default encryption), file systems
    and warehouses of the account; what another account or an older object was encrypted with
    is not seen.
    """
    if isinstance(key.state, Unread):
        return undetermined(key.state)
    if key.users:
        return failed(
            f"{len(key.users)} stores are encrypted with it", state=key.state, users=key.users
        )
    if key.unseen is not None:
        return undetermined(key.unseen, state=key.state)
    return passed("no store is encrypted with it", state=key.state)
