"""IAM Access Analyzer: what looks for access from outside."""

from collectors.evidence.record import Fact, Instant, Record, Unread


class Analyzer(Fact, frozen=True, tag="aws.analyzer"):
    """An analyzer for access from outside."""

    name: str
    zone: str
    """Whom it takes for inside: `ACCOUNT` or `ORGANIZATION`."""
    status: str
    """`ACTIVE` while it works."""


class ExternalAccessAnalysis(Record, frozen=True, tag="aws.external_access_analysis"):
    """A region of an account, with what looks for access from outside in it."""

    analyzers: tuple[Analyzer, ...] | Unread


class OutsideAccess(Record, frozen=True, tag="aws.outside_access"):
    """What an analyzer found that lets somebody in from outside."""

    resource: str | Unread
    status: str | Unread
    """`ACTIVE`, or `ARCHIVED` by a person or a rule."""
    found_at: Instant | Unread
    archived_by: tuple[str, ...] | Unread
    """The names of the archive rules that fit it, or may fit it."""
