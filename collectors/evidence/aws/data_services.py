"""Services that data passes through, and what each writes down of its use."""

from typing import Literal

from collectors.evidence.record import Record, Unread


class Broker(Record, frozen=True, tag="aws.broker"):
    """A message broker, with the logs that are in force; pending ones are not."""

    engine: str | Unread
    """`ACTIVEMQ` or `RABBITMQ`."""
    general: bool | Unread
    audit: bool | Unread
    """RabbitMQ has no audit log, and says nothing of it."""


class Workgroup(Record, frozen=True, tag="aws.workgroup"):
    """A workgroup of Athena, with what it demands of queries."""

    state: str | Unread
    """`ENABLED` or `DISABLED`."""
    enforced: bool | Unread
    """Whether its settings go before those of the client."""
    metrics: bool | Unread
    results: Literal["encrypted", "managed", "plain"] | Unread
    """`managed` results are kept by Athena itself, which always encrypts them."""
    used: bool | Unread
    """Whether a query is in its history; asked of the one that AWS makes in every region."""


class ModelUse(Record, frozen=True, tag="aws.model_use"):
    """A region of an account, with its use of Bedrock's models and the log of it."""

    invoked: bool | Unread
    """Whether CloudWatch lists calls of models; it does for two weeks after the last one."""
    destinations: tuple[str, ...] | Unread
    """Where calls are logged: `bucket`, `log group`."""
    text: bool | Unread
    """Whether what was asked and answered is in the log, and not only that it was."""
