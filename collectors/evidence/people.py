"""People, and the identities that are or may be theirs."""

from collectors.evidence.record import Record, Unread


class Identity(Record, frozen=True, tag="people.identity"):
    """A login of any source: an IAM user, a GitHub member, a principal of a GCP binding."""

    source: str
    """`aws`, `gcp` or `github`."""
    login: str
    """What the source calls it."""
    email: str | Unread | None
    """The address that ties it to a person; `None` when the source says it has none."""
    is_machine: bool | Unread
    enabled: bool | Unread
