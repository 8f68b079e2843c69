"""Machines: who can reach them, who may copy them, and what they tell of themselves."""

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
from collectors.evidence.aws.ec2_instances import (
    AddressGiver,
    Instance,
    SharedStorage,
    SharingBlocks,
)
from collectors.evidence.record import Unread

ALL_SHARING = "block-all-sharing"
NEW_SHARING = "block-new-sharing"


@check(
    id="aws.ec2.metadata-token-required",
    title="Machines ask for a token before they tell their credentials",
    controls=("WRK-01", "ACC-07"),
    severity=Severity.HIGH,
    remediation="Require tokens of the metadata service on the instance, in its launch template, "
    "and as the default of the account.",
    empty=Outcome.NOT_APPLICABLE,
)
def ec2_metadata_token_required(instance: Instance) -> Verdict:
    """A web application that can be made to fetch an address gives away the machine's role.

    The metadata service hands out the role's credentials; with a token required, a fetch that
    somebody else chose no longer gets them. A machine whose metadata service is off passes.
    """
    if instance.endpoint == "disabled":
        return passed("the metadata service is off")
    if isinstance(instance.tokens, Unread):
        return undetermined(instance.tokens)
    if instance.tokens == "required":
        return passed("a token is required")
    if isinstance(instance.endpoint, Unread):
        return undetermined(instance.endpoint)
    return failed("no token is required", tokens=instance.tokens)


@check(
    id="aws.ec2.instance-without-public-address",
    title="Machines have no public addresses",
    controls=("NET-01",),
    severity=Severity.MEDIUM,
    remediation="Put a load balancer in front and remove the address, or record the machine as "
    "an approved entry point.",
    empty=Outcome.NOT_APPLICABLE,
)
def ec2_instance_without_public_address(
    instance: Instance, *, approved_instances: tuple[str, ...] = ()
) -> Verdict:
    """A machine with an address of its own is one changed rule away from the internet.

    IPv6 addresses count: EC2 gives out none that are private. A machine may be approved by
    its name, its id or its ARN.
    """
    if isinstance(instance.addresses, Unread):
        return undetermined(instance.addresses)
    if not instance.addresses:
        return passed("no address of the internet")
    known = {instance.id, instance.name, instance.id.rpartition("/")[2]}
    if known & set(approved_instances):
        return passed("an approved entry point", addresses=instance.addresses)
    return failed("it has addresses of the internet", addresses=instance.addresses)


@check(
    id="aws.ec2.public-snapshots-blocked",
    title="No snapshot and no image can be made public in any region",
    controls=("NET-02",),
    severity=Severity.HIGH,
    remediation="Block public access for snapshots (all sharing) and for images in every enabled "
    "region.",
    empty=Outcome.FAILED,
)
def ec2_public_snapshots_blocked(region: SharingBlocks) -> Verdict:
    """A snapshot holds a whole disk, and one call opens it to everybody.

    Snapshots need the block of all sharing, which closes those that are public already; images
    know only a block of new sharing. Both belong to a region of an account.
    """
    observed = {
        name: state
        for name, state in (("snapshots", region.snapshots), ("images", region.images))
        if not isinstance(state, Unread)
    }
    wanted = {"snapshots": ALL_SHARING, "images": NEW_SHARING}
    off = tuple(name for name, state in observed.items() if state != wanted[name])
    if off:
        return failed(f"{' and '.join(off)} can be made public", **observed)
    for state in (region.snapshots, region.images):
        if isinstance(state, Unread):
            return undetermined(state, **observed)
    return passed("neither snapshots nor images can be made public", **observed)


@check(
    id="aws.ec2.image-and-snapshot-private",
    title="Own images and snapshots are shared with approved accounts only",
    controls=("NET-02",),
    severity=Severity.CRITICAL,
    remediation="Remove the share, and block public sharing in the account.",
    empty=Outcome.PASSED,
)
def ec2_image_and_snapshot_private(
    storage: SharedStorage, *, approved_accounts: tuple[str, ...] = ()
) -> Verdict:
    """Whoever can start an image or restore a snapshot reads all that was on the disk.

    None may be open to everybody. Accounts, organisations and organisational units it is
    shared with have to be approved, by number or ARN.
    """
    if isinstance(storage.shared, Unread):
        return undetermined(storage.shared)
    if storage.shared.everybody:
        return failed(f"the {storage.form} is open to everybody")
    unknown = tuple(sorted(storage.shared.accounts - set(approved_accounts)))
    if unknown:
        return failed(f"the {storage.form} is shared without approval", unknown=unknown)
    return passed("shared with nobody else", approved=tuple(sorted(storage.shared.accounts)))


@check(
    id="aws.ec2.no-automatic-public-address",
    title="No machine gets a public address without being asked for",
    controls=("NET-01",),
    severity=Severity.MEDIUM,
    remediation="Turn off automatic assignment in the subnet, and publish a template version "
    "without it.",
    empty=Outcome.NOT_APPLICABLE,
)
def ec2_no_automatic_public_address(giver: AddressGiver) -> Verdict:
    """What is given by default is given to machines that nobody meant to be reached.

    Subnets count for IPv4 and IPv6, and of launch templates the default and the latest
    version. A subnet that AWS made and nothing is in is not judged.
    """
    if isinstance(giver.gives, Unread):
        return undetermined(giver.gives)
    if not giver.gives:
        return passed(f"the {giver.form} gives no public address")
    if giver.is_default is False or giver.in_use is True:
        return failed(f"the {giver.form} gives public addresses", gives=giver.gives)
    for part in (giver.is_default, giver.in_use):
        if isinstance(part, Unread):
            return undetermined(part, gives=giver.gives)
    return not_applicable("AWS made the subnet, and nothing is in it", gives=giver.gives)
