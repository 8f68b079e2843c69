"""Messages for programs: JSON by HTTP POST, signed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from agent.alerts.channels import KEY_HEADER, NotDelivered
from agent.alerts.message import Message
from agent.alerts.probing import url_reached
from agent.alerts.signature import signature_headers
from collectors.evidence.record import Instant

Post = Callable[[str, bytes, Mapping[str, str]], int]
"""Sends a body to an address and returns the HTTP status; raises `OSError` without an answer."""
REFUSED = 300
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, kw_only=True)
class SignedWebhook:
    """Posts what a person reads and what a program reads, with a proof of where it comes from."""

    post: Post
    keys: tuple[str, ...] = field(repr=False)
    clock: Callable[[], Instant]

    def send(self, message: Message, to_url: str) -> None:
        """Post the message; the key in header and body is the same on every attempt.

        Raises:
            NotDelivered: the receiver did not take it, as far as we know.
        """
        body = msgspec.json.encode(
            {
                "key": message.key,
                "title": message.title,
                "body": message.body,
                "payload": message.payload,
            }
        )
        signed = signature_headers(body, self.keys, self.clock())
        hand_over(self.post, to_url, body, {**JSON, KEY_HEADER: message.key, **signed})

    def probe(self, to_url: str) -> str:
        """Look who listens at the address."""
        return url_reached(to_url)


def hand_over(post: Post, address: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Post a body that has to be accepted.

    Raises:
        NotDelivered: it was refused, or there was no answer.
    """
    try:
        status = post(address, body, headers)
    except OSError as fault:  # its words never hold the address
        raise NotDelivered(str(fault)) from None
    if status >= REFUSED:
        raise NotDelivered(f"the receiver answered {status}")
