"""Streams of Kinesis."""

from collectors.evidence.record import Record, Unread


class DataStream(Record, frozen=True, tag="aws.data_stream"):
    """A stream, with how it keeps what is sent."""

    encryption: str | Unread
    """`KMS` or `NONE`."""
    kept_hours: int | Unread
