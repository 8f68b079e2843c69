"""What serves people, and over how many zones it is spread."""

from typing import Literal

from collectors.evidence.record import Record, Unread


class ZonedComponent(Record, frozen=True, tag="aws.zoned_component"):
    """A component that may stand in several zones."""

    form: Literal["scaling group", "load balancer", "cache", "search domain"]
    zones: int | Unread
    """Over how many zones it is spread; of a cache, its least spread shard."""
    fails_over: bool | Unread | None
    """Whether another zone takes over by itself; `None` where that is no setting of its own."""
