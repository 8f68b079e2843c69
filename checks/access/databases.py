"""Who can reach databases, and who may restore their snapshots."""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.rds_settings import DatabaseEndpoint, DatabaseSnapshot
from collectors.evidence.record import Unread

EVERYBODY = "all"


@check(
    id="aws.rds.instance-not-public",
    title="Databases have no address of the internet",
    controls=("NET-02",),
    severity=Severity.CRITICAL,
    remediation="Turn off public access.",
    empty=Outcome.NOT_APPLICABLE,
)
def rds_instance_not_public(database: DatabaseEndpoint) -> Verdict:
    """With a public address, one rule of a security group is all that guards the data.

    Public access counts whether or not such a rule lets anybody in today. Judged are
    instances, members of clusters and warehouse clusters; serverless warehouses are not read.
    """
    if isinstance(database.public, Unread):
        return undetermined(database.public)
    if database.public:
        return failed(f"the {database.form} has an address of the internet")
    return passed(f"the {database.form} has no address of the internet")


@check(
    id="aws.rds.snapshot-private",
    title="Snapshots of databases cannot be restored by everybody",
    controls=("NET-02",),
    severity=Severity.CRITICAL,
    remediation="Remove the share, and look into who may have copied the snapshot.",
    empty=Outcome.PASSED,
)
def rds_snapshot_private(snapshot: DatabaseSnapshot) -> Verdict:
    """Whoever restores a snapshot has the whole database, and nobody notices.

    Shares with single accounts are named and not judged. Automatic snapshots cannot be
    shared, and are left out.
    """
    if isinstance(snapshot.restorable_by, Unread):
        return undetermined(snapshot.restorable_by)
    accounts = tuple(sorted(snapshot.restorable_by - {EVERYBODY}))
    if EVERYBODY in snapshot.restorable_by:
        return failed("everybody with an AWS account can restore it", accounts=accounts)
    return passed("not everybody can restore it", accounts=accounts)
