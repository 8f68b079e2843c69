"""Who changed what drifted, and when: said in one sentence wherever a drift is told."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, timedelta

import msgspec

from agent.gaps.events import Origin
from collectors.evidence.record import Instant, Unread
from collectors.evidence.trails import Deed, Trail

DEEDS_TOLD = 5
TO_THE_SECOND = timedelta(seconds=1)
"""Logs of changes cut off what is less."""
NOBODY_FOUND = "the log of changes names nobody"
MOST_TIMES_ASKED = 3
"""CloudTrail takes up to a quarter of an hour: who was not found is asked for again."""
ASKED_AGAIN_WITHIN = timedelta(days=1)


Origins = Mapping[tuple[str, str, str], Origin]
"""By check, scope and subject."""


def who_and_when(origin: Origin, known_as: Callable[[str], str] = str) -> str:
    """One sentence for a person; the names in it are as the source gave them, so escape them.

    Args:
        origin: What was traced.
        known_as: What a principal is called where the sentence stands.
    """
    if origin.deeds:
        last, *earlier = origin.deeds
        others = len(earlier) + origin.more
        before = f", the last of {others + 1} changes since {_utc(origin.after)}" if others else ""
        principal = known_as(last.principal) if last.principal else "somebody"
        return f"{principal} called {last.call} at {_utc(last.at)}{before}"
    between = f"It changed between {_utc(origin.after)} and {_utc(origin.before)}"
    return f"{between}; who did it is not known: {origin.why}" if origin.why else between


def traced(origin: Origin, trails: Sequence[Trail]) -> Origin:
    """The origin after its source was asked: what was done wins over what was refused."""
    found = [t.deeds for t in trails if not isinstance(t.deeds, Unread)]
    between = (d for some in found for d in some if _within(d.at, origin))
    deeds = sorted(between, key=_newest_first)
    refused = next((t.deeds.why for t in trails if isinstance(t.deeds, Unread)), None)
    return msgspec.structs.replace(
        origin,
        deeds=tuple(deeds[:DEEDS_TOLD]),
        more=len(deeds[DEEDS_TOLD:]),
        why=None if deeds or not trails else refused or NOBODY_FOUND,
        asked=origin.asked + bool(trails),
    )


def asked_again(origin: Origin, now: Instant) -> bool:
    """Whether the log may know by now what it did not know when it was asked."""
    return (
        origin.why == NOBODY_FOUND
        and origin.asked < MOST_TIMES_ASKED
        and now - origin.before < ASKED_AGAIN_WITHIN
    )


def _within(moment: Instant, origin: Origin) -> bool:
    return origin.after < moment + TO_THE_SECOND and moment <= origin.before


def _newest_first(deed: Deed) -> float:
    return -deed.at.timestamp()


def _utc(moment: Instant) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
