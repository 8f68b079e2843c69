"""Is there somebody at the doors that answer the internet?"""

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
from collectors.evidence.aws.entry_points import EntryPoint
from collectors.evidence.record import Unread


@check(
    id="aws.waf.entry-point-covered",
    title="Entry points are behind a web ACL that turns something away",
    controls=("NET-01", "PIN-02"),
    severity=Severity.MEDIUM,
    remediation="Attach a web ACL with the managed core rules, and let them block.",
    empty=Outcome.NOT_APPLICABLE,
)
def waf_entry_point_covered(entry: EntryPoint) -> Verdict:
    """Known attacks on web applications can be turned away before they reach one.

    A web ACL counts if a rule, any rule of a group or its default blocks; one that only counts
    does not, and neither does a group whose blocking rules are all told to count. A balancer
    whose groups admit nobody but CloudFront passes if a distribution with a web ACL asks it:
    the distribution is judged itself. Internal balancers and private APIs are left out, and so
    are HTTP and WebSocket APIs, which cannot have a web ACL.
    """
    if entry.enabled is False:
        return not_applicable("it is turned off")
    if entry.acl is None:
        return _uncovered(entry)
    for part in (entry.acl, entry.blocks):
        if isinstance(part, Unread):
            return undetermined(part)
    acl = entry.acl if isinstance(entry.acl, str) else None
    if entry.blocks:
        return passed("its web ACL turns requests away", acl=acl)
    if isinstance(entry.enabled, Unread):
        return undetermined(entry.enabled)
    return failed("its web ACL turns nothing away", acl=acl)


def _uncovered(entry: EntryPoint) -> Verdict:
    if isinstance(entry.behind, str):
        return passed("only a covered distribution reaches it", distribution=entry.behind)
    for part in (entry.behind, entry.enabled):
        if isinstance(part, Unread):
            return undetermined(part)
    return failed("no web ACL is in front of it")
