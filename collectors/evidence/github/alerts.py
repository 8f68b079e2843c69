"""What GitHub's scanners found, and what became of it."""

from collectors.evidence.record import Instant, Occurrence, Unread


class SecretAlert(Occurrence, frozen=True, tag="github.secret_alert"):
    """A secret that was found in a repository."""

    secret_type: str
    resolution: str | Unread | None
    """`revoked`, `false_positive`, `used_in_tests` or `wont_fix`; `None` while it is open."""
    resolved_at: Instant | Unread | None
    has_comment: bool


class DependencyAlert(Occurrence, frozen=True, tag="github.dependency_alert"):
    """A dependency with a known vulnerability, open or dismissed."""

    severity: str | Unread
    state: str | Unread
    dismissed_reason: str | Unread | None


class CodeAlert(Occurrence, frozen=True, tag="github.code_alert"):
    """A weakness that code scanning found on a default branch, open or dismissed."""

    severity: str | Unread | None
    """`None` where the rule says nothing of security."""
    state: str | Unread
    has_comment: bool
