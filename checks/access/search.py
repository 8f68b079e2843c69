"""Who can reach search domains."""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from checks.policies import open_statements
from collectors.evidence.aws.opensearch import SearchDomain
from collectors.evidence.record import Unread


@check(
    id="aws.opensearch.domain-not-public",
    title="Search domains are closed to the internet",
    controls=("NET-02",),
    severity=Severity.HIGH,
    remediation="Move the domain into a network, or let its policy name principals or addresses.",
    empty=Outcome.NOT_APPLICABLE,
)
def opensearch_domain_not_public(domain: SearchDomain) -> Verdict:
    """A search engine holds copies of documents, and answers whoever may ask.

    A domain inside of a network cannot be reached from outside. Any other has an address of
    the internet, and its policy decides: it may not let in everybody, nor everybody of a range
    of addresses that is not really one. Without a policy, nobody is let in by the domain.
    """
    if domain.in_vpc is True:
        return passed("the domain is inside of a network")
    if isinstance(domain.statements, Unread):
        return undetermined(domain.statements)
    opened = open_statements(domain.statements or ())
    if not opened:
        return passed("its policy lets in nobody in general")
    if isinstance(domain.in_vpc, Unread):
        return undetermined(domain.in_vpc, statements=opened)
    return failed("its policy lets in everybody", statements=opened)
