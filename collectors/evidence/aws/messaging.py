"""Queues and topics: who may use them, and how they keep what is sent."""

from collectors.evidence.aws.policy import ResourceStatement
from collectors.evidence.record import Record, Unread


class MessagingResource(Record, frozen=True, tag="aws.messaging_resource"):
    """A queue or a topic, with its policy."""

    account_id: str
    form: str
    """`queue` or `topic`."""
    statements: tuple[ResourceStatement, ...] | Unread | None
    """`None` where it has no policy: only its own account may use it."""
    key: str | Unread | None = Unread(why="sqs: not collected")
    """Id or alias of the KMS key that encrypts it; `None` without one."""
    encrypted_by_service: bool | Unread = Unread(why="sqs: not collected")
    """Whether the service encrypts it with a key of its own; only queues can be."""
