"""When the root user was last used."""

from collectors.evidence.record import Instant, Record, Unread


class RootUse(Record, frozen=True, tag="aws.root_use"):
    """The root user of an account, and when each way to be it was last taken."""

    account_id: str
    password_used_at: Instant | Unread | None
    """When root last signed in; `None` for never."""
    keys_used_at: Instant | Unread | None
    """When one of its access keys last was used; `None` for never, or where it has none."""
