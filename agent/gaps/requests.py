"""What somebody asks to be tolerated, until somebody else approves or refuses it."""

from collections.abc import Iterable
from datetime import date

import msgspec

from agent.gaps.events import AcceptanceAsked, AcceptanceGiven, AcceptanceRefused, Event

REQUESTS = ("acceptance_asked", "acceptance_refused", "acceptance_given")
"""The kinds of entry that tell of requests."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One that nobody has answered."""

    number: int
    """Its entry in the log."""
    asked: AcceptanceAsked


def waiting(entries: Iterable[tuple[int, Event]], today: date) -> list[Request]:
    """The requests that can still be approved, in the order in which they came.

    Args:
        entries: Those of the log that are of the kinds `REQUESTS`, in order.
        today: What was to end before it waits no more.
    """
    left: dict[int, Request] = {}
    for number, event in entries:
        match event:
            case AcceptanceAsked() if today <= event.until:
                left[number] = Request(number=number, asked=event)
            case AcceptanceRefused():
                left.pop(event.asked, None)
            case AcceptanceGiven() if event.asked is not None:
                left.pop(event.asked, None)
    return list(left.values())
