"""Messages as incidents: PagerDuty's Events API v2."""

import re
from dataclasses import dataclass

import msgspec

from agent.alerts.channels import NotDelivered
from agent.alerts.incidents import incidents
from agent.alerts.message import Message
from agent.alerts.probing import url_reached
from agent.alerts.webhook import JSON, Post, hand_over

KEY = re.compile(r"[A-Za-z0-9]{32}")


@dataclass(frozen=True, kw_only=True)
class PagerDuty:
    """Opens and resolves incidents; one that is told twice is the same incident."""

    post: Post
    endpoint: str

    def send(self, message: Message, to_url: str) -> None:
        """Send every incident of the message; here `to_url` is the key of the integration.

        Raises:
            NotDelivered: one was not taken; on the next attempt all are sent again.
        """
        for incident in incidents(message.changes, company=message.company, routing_key=to_url):
            hand_over(self.post, self.endpoint, msgspec.json.encode(incident), JSON)

    def probe(self, to_url: str) -> str:
        """Look at the key's form and who listens at the endpoint.

        Raises:
            NotDelivered: it is no key, or nobody listens.
        """
        if not KEY.fullmatch(to_url):
            raise NotDelivered("it is no integration key: 32 letters and digits, of Events API v2")
        return url_reached(self.endpoint)
