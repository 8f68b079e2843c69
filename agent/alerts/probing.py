"""Whether an address can be reached, found out without sending anything to it."""

import socket
from urllib.parse import urlsplit

from agent.alerts.channels import NotDelivered

SECONDS = 10
PORTS = {"http": 80, "https": 443}


def reached(host: str, port: int) -> str:
    """Open a connection and close it; says that somebody listens there.

    Raises:
        NotDelivered: there is no such host, or nobody listens.
    """
    try:
        socket.create_connection((host, port), timeout=SECONDS).close()
    except (OSError, UnicodeError) as fault:
        why = "nobody listens there" if isinstance(fault, ConnectionError) else "it is not found"
        raise NotDelivered(f"the receiver cannot be reached: {why}") from None
    return "somebody listens there; whether it is taken, a test message shows"


def url_reached(url: str) -> str:
    """As `reached`, for the host of an HTTP address.

    Raises:
        NotDelivered: it is no such address, there is no such host, or nobody listens.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        host, port = None, 0
    if not host:
        raise NotDelivered("the address is no URL such as https://host/path")
    return reached(host, port)
