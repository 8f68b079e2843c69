"""Whether alerts would arrive: each route looked at, or sent a message that says it is a test."""

from dataclasses import dataclass
from typing import Literal

import msgspec

from agent.alerts.changes import Change
from agent.alerts.channels import NotDelivered
from agent.alerts.message import Message
from agent.announcing import address_of, channel_of
from agent.estate import Estate
from agent.settings.alerts import Route
from checks.contract import Severity

TEST = "This is a test of an alert route"
NOTHING_HAPPENED = (
    "If you read this, the route works. Nothing happened, and there is nothing to do."
)


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What became of it."""

    state: Literal["passed", "failed"]
    told: str


def probed(company: Estate, route: Route) -> Tried:
    """Look whether a route can be used; nothing is sent."""
    try:
        told = channel_of(company, route).probe(address_of(company, route.to))
    except NotDelivered as refusal:
        return Tried(state="failed", told=refusal.why)
    return Tried(state="passed", told=told)


def tried(company: Estate, route: Route) -> Tried:
    """Send a test message; an incident it opens is resolved at once."""
    message = message_for_test(company, route)
    ended = msgspec.structs.replace(message.changes[0], over=True, improved=True)
    try:
        channel, address = channel_of(company, route), address_of(company, route.to)
        channel.send(message, address)
        if route.keeps_incidents:
            channel.send(Message(**{**vars(message), "changes": (ended,)}), address)
    except NotDelivered as refusal:
        return Tried(state="failed", told=refusal.why)
    return Tried(state="passed", told="a test message was taken")


def message_for_test(company: Estate, route: Route) -> Message:
    """What the people behind a route read; its key is of the moment, so none is dropped as old."""
    at = company.clock()
    name = company.settings.company.name
    change = Change(
        entry=0, kind="test", at=at, concerns="test", headline=TEST, severity=Severity.LOW
    )
    return Message(
        key=f"test-{int(at.timestamp())}-{route.by}",
        title=f"{name}: {TEST}",
        body=NOTHING_HAPPENED,
        payload={
            "company": name,
            "changes": [msgspec.to_builtins(change)],
            "changes_total": 1,
        },
        changes=(change,),
        company=name,
    )
