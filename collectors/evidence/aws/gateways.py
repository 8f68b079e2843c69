"""Where names are asked for and networks begin: zones, gateways of people, firewalls."""

from typing import Literal

from collectors.evidence.record import Record, Unread


class PublicZone(Record, frozen=True, tag="aws.public_zone"):
    """A hosted zone that the whole internet may ask."""

    logged_to: str | Unread | None
    """The ARN of the log group that queries go to; `None` where they are not logged."""


class NetworkGateway(Record, frozen=True, tag="aws.network_gateway"):
    """An endpoint through which people reach a network, or a firewall between networks."""

    form: Literal["client VPN endpoint", "network firewall"]
    logs: tuple[str, ...] | Unread
    """What is logged: `CONNECTIONS` of an endpoint; `ALERT`, `FLOW` and `TLS` of a firewall."""
