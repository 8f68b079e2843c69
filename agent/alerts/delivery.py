"""Messages leave the outbox: each on its own, again with growing delays, until sent or given up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from agent.alerts.channels import Channel, NotDelivered
from agent.alerts.context import Context
from agent.alerts.message import compose
from agent.gaps.events import Event
from collectors.evidence.record import Instant

DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    *[timedelta(hours=3)] * 2,
    *[timedelta(hours=6)] * 7,
)
"""How long to wait after each failed attempt; a failure after the last, on the third day, is the
end. None is longer than what a receiver that was down for a day may keep people waiting."""

Reach = Callable[[str], tuple[Channel, str]]
"""The channel of a route, and the address for it; raises `NotDelivered` if there is none."""
Describe = Callable[[Sequence[Event]], Context]
"""The world in which some events are told: only what a message about them may say."""


class Claimed(Protocol):
    """Events fixed into one message before it is first sent: a retry repeats exactly these."""

    @property
    def message_id(self) -> str:
        """The outbox's own name for it."""
        ...

    @property
    def route(self) -> str:
        """The route as configured: a reference, never a secret."""
        ...

    @property
    def entries(self) -> tuple[tuple[int, Event], ...]:
        """Each event with the number of its log entry."""
        ...

    @property
    def attempts(self) -> int:
        """How many failed before."""
        ...


class Outbox(Protocol):
    """What is still to be told, kept where a crash cannot lose it."""

    def claim(self, now: Instant) -> Sequence[Claimed]:
        """The messages that are due: new notices grouped by route, and retries."""
        ...

    def sent(self, message_id: str, at: Instant) -> None:
        """The channel took it."""
        ...

    def failed(self, message_id: str, at: Instant, next_attempt_at: Instant, why: str) -> None:
        """The channel did not take it; it is due again later."""
        ...

    def dead(self, message_id: str, at: Instant, attempts: int, why: str) -> None:
        """The channel did not take it, for the last time."""
        ...


@dataclass(frozen=True, kw_only=True)
class DeliveryReport:
    """What became of the messages that were due, by their ids."""

    sent: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    dead: tuple[str, ...] = ()


def deliver(outbox: Outbox, reach: Reach, describe: Describe, *, now: Instant) -> DeliveryReport:
    """Try every message that is due once; one that fails holds up no other.

    A crash between sending and `sent` sends again when the lease of the message is over, with
    the same key: at least once, and a receiver that looks at the key sees it once.
    """
    sent: list[str] = []
    failed: list[str] = []
    dead: list[str] = []
    while claims := outbox.claim(now):
        for claimed in claims:
            why = _refusal(claimed, reach, describe)
            if why is None:
                outbox.sent(claimed.message_id, now)
                sent.append(claimed.message_id)
            elif claimed.attempts < len(DELAYS):
                due = now + DELAYS[claimed.attempts]
                outbox.failed(claimed.message_id, now, due, why)
                failed.append(claimed.message_id)
            else:
                outbox.dead(claimed.message_id, now, claimed.attempts + 1, why)
                dead.append(claimed.message_id)
    return DeliveryReport(sent=tuple(sent), failed=tuple(failed), dead=tuple(dead))


def _refusal(claimed: Claimed, reach: Reach, describe: Describe) -> str | None:
    """Send one message; why it was not taken, or `None` if it was."""
    try:
        channel, address = reach(claimed.route)
        context = describe([event for _, event in claimed.entries])
        channel.send(compose(claimed.entries, context, route=claimed.route), address)
    except NotDelivered as refusal:
        return refusal.why
    except Exception as error:  # noqa: BLE001 - one message's crash must not hold up the others
        return f"it could not be written or sent: {type(error).__name__}"
    return None
