"""Whether somebody keeps a whole list of what lies in a region."""

from collectors.evidence.record import Record, Unread


class RegionIndex(Record, frozen=True, tag="aws.region_index"):
    """A region of an account, with who counts what in it.

    Counted are machines, volumes, databases, functions and tables.
    """

    indexed: int | Unread | None
    """By the index of Resource Explorer; `None` where there is none."""
    recorded: int | Unread | None
    """By the recorder of AWS Config; `None` where there is none."""
    listed: int | Unread
    """By the listings of the services themselves."""
