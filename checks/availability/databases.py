"""Databases: kept from being lost by a mistake or with a zone."""

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
from collectors.evidence.aws.rds_settings import DatabaseSettings, DeletionGuard
from collectors.evidence.record import Unread


@check(
    id="aws.rds.deletion-protected",
    title="Databases and tables are protected from deletion",
    controls=("AVL-01",),
    severity=Severity.MEDIUM,
    remediation="Turn on deletion protection.",
    empty=Outcome.NOT_APPLICABLE,
)
def rds_deletion_protected(store: DeletionGuard) -> Verdict:
    """One call deletes a database, and its automatic backups go with it.

    Members of a cluster are judged at the cluster: its data stays when a member goes.
    """
    if store.member_of is not None:
        return not_applicable("judged at its cluster", cluster=store.member_of)
    if isinstance(store.guarded, Unread):
        return undetermined(store.guarded)
    if store.guarded:
        return passed(f"the {store.form} is protected from deletion")
    return failed(f"one call deletes the {store.form}")


@check(
    id="aws.rds.snapshot-carries-tags",
    title="Snapshots of databases carry the tags of what they are made of",
    controls=("DAT-01", "AVL-01"),
    severity=Severity.LOW,
    remediation="Turn on copying of tags to snapshots.",
    empty=Outcome.NOT_APPLICABLE,
)
def rds_snapshot_carries_tags(database: DatabaseSettings) -> Verdict:
    """A snapshot without tags has no owner and no class, and outlives what it was made of.

    Members of a cluster are judged at the cluster, which is what snapshots are made of.
    """
    if database.member_of is not None:
        return not_applicable("judged at its cluster", cluster=database.member_of)
    if isinstance(database.copies_tags, Unread):
        return undetermined(database.copies_tags)
    if database.copies_tags:
        return passed("tags are copied to snapshots")
    return failed("tags are not copied to snapshots")


@check(
    id="aws.rds.multi-zone",
    title="Databases outlive the loss of one zone",
    controls=("AVL-05",),
    severity=Severity.MEDIUM,
    remediation="Turn on multi-zone for the instance, or add a member in another zone to the "
    "cluster.",
    empty=Outcome.NOT_APPLICABLE,
)
def rds_multi_zone(database: DatabaseSettings) -> Verdict:
    """A zone is one or more data centres, and now and then one of them goes dark.

    Read replicas and members of clusters are judged where their data comes from. What need
    not be available is excluded from scope, by a tag and with a reason.
    """
    judged_at = database.member_of or database.replica_of
    if judged_at is not None:
        return not_applicable("judged where its data comes from", judged_at=judged_at)
    if isinstance(database.several_zones, Unread):
        return undetermined(database.several_zones)
    if database.several_zones:
        return passed("it stands in several zones")
    return failed("it stands in one zone")
