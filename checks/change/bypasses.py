"""Whether every change past the rules was written down."""

from checks.business_days import business_days_after
from checks.contract import (
    Observed,
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    passed,
    undetermined,
)
from collectors.evidence.github.bypasses import RecordedBypass
from collectors.evidence.record import Instant, Unread


@check(
    id="derived.bypass.has-emergency-record",
    title="Every change past the rules has one emergency record",
    controls=("CHG-05",),
    severity=Severity.HIGH,
    remediation="Write the record.",
    empty=Outcome.PASSED,
)
def bypass_has_emergency_record(
    bypass: RecordedBypass, *, as_of: Instant, business_days: int = 3
) -> Verdict:
    """What went around the rules in a hurry is explained by somebody, once, while it is fresh.

    Direct pushes, forced pushes and bypasses each need exactly one issue of the register of
    emergency changes whose form names the commit (twelve digits at least) or the pull request
    (`owner/name#7`); until some working days have passed, a missing one is not due. A record
    has to name a change that landed.
    """
    if bypass.names_nothing:
        if isinstance(bypass.how, Unread):
            return undetermined(bypass.how)
        return failed("the record names no change that landed")
    observed: dict[str, Observed] = {"records": bypass.records}
    if isinstance(bypass.how, str):
        observed["how"] = bypass.how
    if len(bypass.records) > 1:
        return failed(f"{len(bypass.records)} emergency records name it", **observed)
    doubt = _doubt(bypass)
    if doubt:
        return undetermined(doubt, **observed)
    if bypass.records:
        return passed("one emergency record names it", **observed)
    due = business_days_after(bypass.occurred_at.date(), business_days)
    observed["due"] = due.isoformat()
    judge = failed if as_of.date() > due else passed
    return judge("no emergency record names it" if judge is failed else "not due yet", **observed)


def _doubt(bypass: RecordedBypass) -> Unread | str | None:
    if bypass.unclear:
        return f"what these records name could not be read: {', '.join(bypass.unclear)}"
    if isinstance(bypass.how, Unread) and not bypass.records:
        return bypass.how
    return None
