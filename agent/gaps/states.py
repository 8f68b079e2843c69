"""The current states that events add up to."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal

import msgspec

from agent.gaps.events import ControlState
from checks.contract import Outcome, Severity, Verdict
from collectors.evidence.record import Instant


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One check failing on one subject, now or once."""

    id: str
    check: str
    scope: str
    subject: str
    name: str
    lasting: Literal["condition", "occurrence"]
    severity: Severity
    state: Literal["open", "closed", "accepted", "explained"]
    opened_at: Instant
    closed_at: Instant | None
    times_opened: int
    gap: int
    verdict: Verdict
    how_closed: str | None = None
    occurred_at: Instant | None = None


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A numbered line of the action plan."""

    number: int
    check: str | None
    control: str
    scope: str
    subject: str | None
    issue: str
    severity: Severity
    state: Literal["open", "closed"]
    opened_at: Instant
    closed_at: Instant | None
    since_cycle: int
    """The cycle that opened or last reopened it: only there it is new."""


class ControlStanding(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one control, and since when."""

    control: str
    state: ControlState
    since: Instant


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What one check last concluded over one scope, for one of its controls."""

    check: str
    scope: str
    control: str
    conclusion: Outcome
    observed_at: Instant
    collector: str
    snapshot: int
    """The log entry of the snapshot."""
    doubtful: tuple[str, ...] = ()
    tested: bool = False


STALE_AFTER_INTERVALS = 2


def is_stale(observed_at: Instant, now: Instant, interval: timedelta) -> bool:
    """Whether evidence is older than its schedule allows; one missed turn is forgiven."""
    return now - observed_at > interval * STALE_AFTER_INTERVALS


def control_state(conclusions: Iterable[Outcome]) -> ControlState:
    """What several conclusions say of one control; a failure outweighs, then ignorance.

    Nothing judged, or nothing applicable, is not evidence that the control works.
    """
    found = set(conclusions)
    if Outcome.FAILED in found:
        return ControlState.DEFICIENT
    if Outcome.UNDETERMINED in found:
        return ControlState.UNDETERMINED
    return ControlState.EFFECTIVE if Outcome.PASSED in found else ControlState.NOT_EVIDENCED
