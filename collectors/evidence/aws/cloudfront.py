"""Distributions of CloudFront: how viewers and origins are spoken to, and what is logged."""

from collectors.evidence.record import Record, Unread


class Distribution(Record, frozen=True, tag="aws.distribution"):
    """A distribution, with how it speaks to viewers and to origins."""

    enabled: bool | Unread
    viewers: tuple[str, ...] | Unread
    """What each behaviour asks of viewers: `allow-all`, `https-only` or `redirect-to-https`."""
    min_protocol: str | None
    """The oldest security policy viewers may use; `None` with CloudFront's own certificate."""
    default_certificate: bool | Unread
    """Whether it is reached by CloudFront's own domain and certificate only."""
    plain_origins: tuple[str, ...] | Unread
    """Origins that are asked over plain HTTP whatever the viewer spoke."""


class DistributionLog(Record, frozen=True, tag="aws.distribution_log"):
    """A distribution, with the three ways in which its requests can be written down."""

    enabled: bool | Unread
    realtime: bool | Unread
    """Whether every behaviour has a real-time log."""
    to_bucket: bool | Unread
    """Whether the older standard log is on; not asked where the real-time log settles it."""
    delivered: bool | Unread
    """Whether CloudWatch Logs delivers the newer standard log."""
