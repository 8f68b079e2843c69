"""What moves data between systems: replication endpoints, streaming, file transfer."""

from typing import Literal

from collectors.evidence.record import Record, Unread


class ReplicationEndpoint(Record, frozen=True, tag="aws.replication_endpoint"):
    """A source or a target of the Database Migration Service, with how it is connected."""

    engine: str | Unread
    """DMS's word for what stands at the other end: `postgres`, `s3`, `kafka`."""
    ssl_mode: str | Unread
    """`none`, `require`, `verify-ca` or `verify-full`."""
    protocol: str | None
    """What Kafka and Redis are spoken to with, such as `ssl-encryption`; `None` if never set."""


class StreamingLink(Record, frozen=True, tag="aws.streaming_link"):
    """A Kafka cluster, or a connector at one, with what is encrypted between its parts."""

    form: Literal["cluster", "serverless cluster", "connector"]
    clients: str | Unread
    """`TLS`, `TLS_PLAINTEXT` or `PLAINTEXT`: what clients speak, or the connector."""
    brokers: bool | Unread
    """Whether brokers talk encrypted among themselves; a connector has none."""


class FileTransferServer(Record, frozen=True, tag="aws.file_transfer_server"):
    """A server of the Transfer Family."""

    protocols: tuple[str, ...] | Unread
    """`SFTP`, `FTPS`, `FTP`, `AS2`."""
