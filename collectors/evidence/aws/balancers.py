"""Load balancers: what they write down, and how their listeners speak."""

from collectors.evidence.record import Record, Unread


class LoadBalancer(Record, frozen=True, tag="aws.load_balancer"):
    """A load balancer, with where its requests are written down."""

    form: str
    """AWS's word: `application`, `network` or `gateway`; `classic` for the older kind."""
    to_bucket: bool | Unread
    """Whether access logs go to a bucket."""
    delivered: bool | Unread
    """Whether CloudWatch Logs delivers its logs; classic balancers have no such log."""
    ends_tls: bool | Unread
    """Whether it has a TLS listener: without one, a network balancer writes no access log."""


class Listener(Record, frozen=True, tag="aws.listener"):
    """A listener of a load balancer that faces the internet."""

    balancer: str
    form: str
    """AWS's word for the kind of balancer, or `classic`."""
    protocol: str | Unread
    """AWS's word: `HTTP`, `HTTPS`, `TCP`, `TLS`, `UDP`, `SSL`, `QUIC`."""
    port: int | Unread
    versions: tuple[str, ...] | Unread | None
    """What its policy accepts, such as `TLSv1.2`; `None` where it does not end TLS."""
    only_redirects: bool | Unread
    """Whether all it does is to send clients to HTTPS."""
    tags: frozenset[str] | Unread
    """The names of its balancer's tags; asked where it passes on what it does not read."""
