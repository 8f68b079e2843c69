"""Streams of Kinesis, and all else that carries messages."""

from typing import Literal

from collectors.evidence.record import Record, Unread


class DataStream(Record, frozen=True, tag="aws.data_stream"):
    """A stream, with how it keeps what is sent."""

    encryption: str | Unread
    """`KMS` or `NONE`."""
    kept_hours: int | Unread


class CarrierEncryption(Record, frozen=True, tag="aws.carrier_encryption"):
    """A stream, topic or queue, with what encrypts it at rest."""

    form: Literal["stream", "topic", "queue"]
    encryption: str | Unread | None
    """AWS's word for it, or the key it names; `None` for what lies there plain."""
