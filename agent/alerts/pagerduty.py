"""Messages as incidents: PagerDuty's Events API v2."""

from dataclasses import dataclass

import msgspec

from agent.alerts.incidents import incidents
from agent.alerts.message import Message
from agent.alerts.webhook import JSON, Post, hand_over


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
