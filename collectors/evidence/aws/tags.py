"""What people write on what they own."""

from collectors.evidence.record import Fact, Record, Unread


class Tag(Fact, frozen=True, tag="aws.tag"):
    """A key and its value."""

    key: str
    value: str


class TaggedStore(Record, frozen=True, tag="aws.tagged_store"):
    """A place where data lies, with its tags."""

    form: str
    judged_at: str | None
    """The cluster it belongs to, which carries the tags of the data."""
    tags: tuple[Tag, ...] | Unread
