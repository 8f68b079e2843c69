"""Search domains: who reaches them, and what is encrypted and written down."""

from collectors.evidence.aws.policy import ResourceStatement
from collectors.evidence.record import Record, Unread


class SearchDomain(Record, frozen=True, tag="aws.search_domain"):
    """A domain of OpenSearch or of its predecessor."""

    account_id: str
    in_vpc: bool | Unread
    statements: tuple[ResourceStatement, ...] | Unread | None
    """`None` when it has no policy of its own."""
    fine_grained: bool | Unread
    """Whether access is controlled inside of the domain; without it there is no audit log."""
    audited: bool | Unread
    https_only: bool | Unread
    tls_policy: str | Unread
    """AWS's word, such as `Policy-Min-TLS-1-2-2019-07`."""
    between_nodes: bool | Unread
    at_rest: bool | Unread
