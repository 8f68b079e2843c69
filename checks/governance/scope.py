"""What is assessed: nothing runs where nobody looks and nobody said so."""

from checks.contract import Outcome, Severity, Verdict, check, failed, not_applicable, passed
from collectors.evidence.places import DeclaredPlace, ReviewedPlace, ReviewedService


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
    nobody in, nor does a region that the account is not opted in to: both are left out.
    """
    if place.closed:
        return not_applicable("AWS lets nobody in", state=place.closed)
    if place.is_read:
        return passed("it is read")
    return _declared(place.declared, place.what)


@check(
    id="derived.scope.services-declared",
    title="No service is in use that nobody looks at",
    controls=("GOV-08", "RSK-03"),
    severity=Severity.MEDIUM,
    remediation="Stop using the service, or declare it out of scope in the register `scope`, with "
    "the reason and with who looks after it instead.",
    empty=Outcome.PASSED,
)
def scope_services_declared(service: ReviewedService) -> Verdict:
    """What was tried once and forgotten holds data still, and every check is silent about it.

    The population is every service of which AWS Config knows a resource in a region that is
    read, less those that some collector asks something. A line of the register may name the
    service, as `sagemaker` or `111122223333/sagemaker` or `111122223333/eu-west-1/sagemaker`;
    the narrowest counts. Kinds of resources that AWS itself puts into accounts count for
    nothing. Where Config does not record everything, what else is in use is not known; an
    index of Resource Explorer can tell more of it, and not that there is no more.
    """
    return _declared(service.declared, "service")


def _declared(line: DeclaredPlace | None, what: str) -> Verdict:
    """Whether something that is not read is left out on purpose."""
    if line is None:
        return failed(f"unreviewed scope: this {what} is neither read nor declared")
    if line.in_scope:
        return failed("it is declared in scope and not read")
    if not line.reason:
        return failed("it is declared out of scope without a reason")
    return passed("declared out of scope", since=line.since.isoformat())
