"""Queues, and who hears of messages that nobody could handle."""

from collectors.evidence.record import Record, Unread


class DeadLetters(Record, frozen=True, tag="aws.dead_letters"):
    """A queue, with the queue that takes what failed in it."""

    target: str | Unread | None
    """The ARN of its dead-letter queue; `None` where it has none."""
    receives: bool | Unread
    """Whether it is itself the dead-letter queue of another."""
    alarms: tuple[str, ...] | Unread
    """The alarms on how many messages wait: in its dead-letter queue, or in it if it has none."""
