"""Does the service outlive the loss of one zone?"""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.zones import ZonedComponent
from collectors.evidence.record import Unread


@check(
    id="aws.compute.multi-zone",
    title="What serves people stands in several zones",
    controls=("AVL-05",),
    severity=Severity.MEDIUM,
    remediation="Add a second zone, and let the component fail over by itself.",
    empty=Outcome.NOT_APPLICABLE,
)
def compute_multi_zone(component: ZonedComponent, *, min_zones: int = 2) -> Verdict:
    """A zone is one or more data centres, and now and then one of them goes dark.

    Spread over zones but told not to fail over, a cache waits for a person. A cache of one
    node stands in one zone; of Memcached's nodes each holds a part, and losing a part counts
    as outliving it. What need not be available is excluded from scope, by a tag and with a
    reason.
    """
    zones, fails_over = component.zones, component.fails_over
    if not isinstance(zones, Unread) and zones < min_zones:
        return failed(f"the {component.form} stands in {zones} of {min_zones} zones", zones=zones)
    if fails_over is False:
        return failed(f"the {component.form} does not fail over by itself")
    if isinstance(zones, Unread):
        return undetermined(zones)
    if isinstance(fails_over, Unread):
        return undetermined(fails_over)
    return passed(f"the {component.form} outlives the loss of a zone", zones=zones)
