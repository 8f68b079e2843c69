"""Is every region held against a standard, scanned, and searched?"""

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
from collectors.evidence.aws.inspector import VulnerabilityScanning
from collectors.evidence.aws.macie import DataDiscovery
from collectors.evidence.aws.security_hub import PostureManagement, Standard
from collectors.evidence.record import Unread

READY, ENABLED = "READY", "ENABLED"
AWS_ITSELF = ":product-subscription/aws/"


@check(
    id="aws.securityhub.standards-on",
    title="Security Hub holds every region against a standard",
    controls=("GOV-09", "MON-02", "MON-04"),
    severity=Severity.MEDIUM,
    remediation="Turn on the hub with the foundational standard, best for the organisation.",
    empty=Outcome.FAILED,
)
def securityhub_standards_on(region: PostureManagement) -> Verdict:
    """Somebody has to compare what is there with what should be, every day and everywhere.

    One standard that is ready is enough; one that AWS calls incomplete cannot see what it
    judges. A product of somebody else that feeds the hub counts instead. AWS's own products
    do not: the hub subscribes to them by itself, whether they are in use or not.
    """
    if isinstance(region.hub, Unread):
        return undetermined(region.hub)
    if region.hub is None:
        return failed("the account has no hub in the region")
    if not isinstance(region.standards, Unread):
        ready = tuple(each.arn for each in region.standards if each.status == READY)
        if ready:
            return passed("a standard is ready", standards=ready)
    if not isinstance(region.products, Unread):
        products = tuple(one for one in region.products if AWS_ITSELF not in one)
        if products:
            return passed("a product feeds the hub", products=products)
    for part in (region.standards, region.products):
        if isinstance(part, Unread):
            return undetermined(part)
    states = tuple(f"{each.arn} {each.status}" for each in _known(region))
    return failed("the hub is on, and no standard is ready", standards=states)


@check(
    id="aws.inspector.scanning-on",
    title="Inspector scans what runs in every region",
    controls=("VUL-01",),
    severity=Severity.HIGH,
    remediation="Turn on scanning for the organisation with automatic enrolment.",
    empty=Outcome.FAILED,
)
def inspector_scanning_on(
    region: VulnerabilityScanning, *, resource_types: tuple[str, ...] = ("EC2", "ECR", "LAMBDA")
) -> Verdict:
    """A weakness that nobody looks for stays until somebody else finds it.

    Machines, repositories of images and functions each have to be scanned where the region
    holds any. Who scans with another product takes the kind off `resource_types`.
    """
    wanted = [each for each in region.types if each.name in resource_types]
    unscanned = [each for each in wanted if each.status != ENABLED]
    off = tuple(
        each.name for each in unscanned if each.present is True and isinstance(each.status, str)
    )
    if off:
        return failed(f"{', '.join(off)} are there and are not scanned", off=off)
    for each in unscanned:
        if each.present is not False:
            for part in (each.status, each.present):
                if isinstance(part, Unread):
                    return undetermined(part)
    scanned = tuple(each.name for each in wanted if each.status == ENABLED)
    if scanned:
        return passed("everything that is there is scanned", scanned=scanned)
    return not_applicable("the region holds nothing to scan")


@check(
    id="aws.macie.session-on",
    title="Macie looks for sensitive data where buckets hold it",
    controls=("DAT-01", "PRV-03"),
    severity=Severity.LOW,
    remediation="Turn on Macie and its automated discovery of sensitive data.",
    empty=Outcome.NOT_APPLICABLE,
)
def macie_session_on(
    region: DataDiscovery, *, required_for: tuple[str, ...] = ("confidential", "personal")
) -> Verdict:
    """Sensitive data is copied to places where nobody expects it.

    Asked of regions in which a bucket is tagged `classification` with one of `required_for`.
    Both the session and the automated discovery have to be on.
    """
    if isinstance(region.classes, Unread):
        return undetermined(region.classes)
    held = tuple(sorted({*map(str.lower, region.classes)} & {*required_for}))
    if not held:
        return not_applicable("no bucket of the region is classified so")
    if region.session is None:
        return failed("Macie was never turned on", classes=held)
    states = {"session": region.session, "discovery": region.automated}
    read = {name: state for name, state in states.items() if not isinstance(state, Unread)}
    if any(state != ENABLED for state in read.values()):
        return failed("Macie does not look for sensitive data", classes=held, **read)
    for state in states.values():
        if isinstance(state, Unread):
            return undetermined(state, classes=held)
    return passed("Macie looks for sensitive data", classes=held)


def _known(region: PostureManagement) -> tuple[Standard, ...]:
    return () if isinstance(region.standards, Unread) else region.standards
