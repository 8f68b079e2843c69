"""What AWS itself says is wrong."""

from collectors.evidence.record import Instant, Record, Unread


class ProviderEvent(Record, frozen=True, tag="aws.provider_event"):
    """An open event of AWS Health: an issue of a service, or a notice to the account."""

    category: str | Unread
    """AWS's word for it: `issue`, `investigation` or `accountNotification`."""
    about_security: bool
    """Whether AWS addresses it to those who answer for security."""
    started_at: Instant | Unread
    touches: bool | Unread
    """Whether it is about this account or names a resource of it."""
