"""What is assessed: nothing runs where nobody looks and nobody said so."""

from checks.contract import Outcome, Severity, Verdict, check, failed, not_applicable, passed
from collectors.evidence.places import ReviewedPlace


@check(
    id="derived.scope.everything-declared",
    title="Nothing runs where nobody looks",
    controls=("GOV-08", "RSK-03"),
    severity=Severity.HIGH,
    remediation="Read the place as well, or declare it out of scope in the register `scope`, with "
    "the reason.",
    empty=Outcome.FAILED,
)
def scope_everything_declared(place: ReviewedPlace) -> Verdict:
    """A region nobody thinks of is where stolen keys mine coins, and no other check looks there.

    What the configuration reads is declared by that. Everything else that the sources
    enumerate, accounts of the organization and enabled regions of each account, must stand in
    the register: out of scope and with a reason, or it must be read. A closed account lets
    nobody in, and is left out.
    """
    if place.closed:
        return not_applicable("AWS lets nobody in", state=place.closed)
    if place.is_read:
        return passed("it is read")
    if place.declared is None:
        return failed(f"unreviewed scope: this {place.what} is neither read nor declared")
    if place.declared.in_scope:
        return failed("it is declared in scope and not read")
    if not place.declared.reason:
        return failed("it is declared out of scope without a reason")
    return passed("declared out of scope", since=place.declared.since.isoformat())
