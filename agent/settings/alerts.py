"""Who hears of what."""

from collections.abc import Iterator
from typing import Literal

from agent.addresses import may_hold_credentials
from agent.alerts.routing import ALERTS
from agent.decoding import Section, suggestion
from agent.settings.words import USE_A_REFERENCE, Address, is_reference
from checks.contract import Severity


class Route(Section, frozen=True, kw_only=True):
    """Who hears of what."""

    to: Address
    when: tuple[str, ...] = ()
    """Kinds of event; none stands for all."""
    severity: Severity | None = None
    """The least that is worth a message; what has no severity always is."""
    digest: Literal["hourly", "daily", "weekly"] | None = None
    """Gathered into one message; `None` tells at once."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """Events there are, and no credential in the open."""
        for number, kind in enumerate(self.when):
            if kind not in ALERTS:
                yield f"when[{number}]", f"unknown event `{kind}`: {suggestion(kind, ALERTS)}"
        if not is_reference(self.to) and may_hold_credentials(self.to):
            yield "to", f"may hold credentials: {USE_A_REFERENCE}"
