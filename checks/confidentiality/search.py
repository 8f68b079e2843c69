"""Are search domains encrypted, on the way and at rest?"""

from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.aws.opensearch import SearchDomain
from collectors.evidence.record import Unread

OLD = "Policy-Min-TLS-1-0"
"""What the name of the one policy begins with that accepts TLS 1.0 and 1.1."""


@check(
    id="aws.opensearch.encrypted",
    title="Search domains are encrypted on every way and at rest",
    controls=("CRY-01", "CRY-02"),
    severity=Severity.MEDIUM,
    remediation="Require HTTPS with a policy of TLS 1.2, and turn on encryption between nodes and "
    "at rest.",
    empty=Outcome.NOT_APPLICABLE,
)
def opensearch_encrypted(domain: SearchDomain) -> Verdict:
    """Documents pass from clients to nodes, between nodes, and to disk.

    HTTPS has to be required, with a policy that begins with TLS 1.2; nodes talk encrypted; and
    storage is encrypted, with any key.
    """
    settings = {
        "HTTPS": domain.https_only,
        "between nodes": domain.between_nodes,
        "at rest": domain.at_rest,
    }
    off = tuple(name for name, on in settings.items() if on is False)
    if off:
        return failed(f"not encrypted: {', '.join(off)}", off=off)
    policy = domain.tls_policy
    if isinstance(policy, str) and policy.startswith(OLD):
        return failed("old versions of TLS are accepted", policy=policy)
    for part in (*settings.values(), policy):
        if isinstance(part, Unread):
            return undetermined(part)
    return passed("encrypted on every way and at rest")
