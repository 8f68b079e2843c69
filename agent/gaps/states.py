"""The current states that events add up to."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, timedelta
from typing import Literal

import msgspec

from agent.gaps.events import ControlState, Covered, Reviewed
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
    tags: Mapping[str, str] = {}
    acceptance: int | None = None
    """The acceptance it is under, if its state is `accepted`."""
    explained_by: str | None = None
    explanation: str | None = None

    @property
    def over(self) -> bool:
        """Whether nothing is left to be done about it; an accepted one is only put off."""
        return self.state in ("closed", "explained")


LEFT = ("open", "accepted")
"""The states of a finding that something is left to be done about."""
ALL_CONTROLS = "*"
"""Stands for every control of the check, which the check itself names."""


class Failing(msgspec.Struct, frozen=True):
    """That a check fails on something in a scope, and under which acceptance."""

    check: str
    scope: str
    control: str
    """Of the gap it belongs to."""
    acceptance: int | None


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
    since: Instant
    """When it was opened last: its deadline counts from there."""
    owner: str | None = None
    """Who was assigned; `None` leaves it to the configured owners."""
    due: date | None = None
    """The day that was agreed; `None` leaves it to the deadline of its severity."""
    note: str | None = None
    assigned_by: str | None = None
    assigned_at: Instant | None = None
    reminded_of: date | None = None
    """The day that was told to be approaching."""
    missed: date | None = None
    """The day that was told to be missed."""
    acceptance: int | None = None
    """Of a control that nothing evidences: who tolerates that."""


class Acceptance(msgspec.Struct, frozen=True, kw_only=True):
    """A named person tolerating findings until the end of a day."""

    number: int
    covers: Covered
    by: str
    approver: str
    reason: str
    compensating: str
    until: date
    given_at: Instant
    state: Literal["active", "expired", "withdrawn"]
    file: Reviewed | None = None
    ended_at: Instant | None = None
    ended_by: str | None = None
    """Who withdrew it."""
    ended_why: str | None = None

    def over(self, now: Instant) -> bool:
        """Whether it covers nothing any more, told or not yet."""
        return self.state != "active" or now.astimezone(UTC).date() > self.until


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


def control_state(conclusions: Iterable[Outcome], *, accepted: bool = False) -> ControlState:
    """What several conclusions say of one control; a failure outweighs, then ignorance.

    Nothing judged, or nothing applicable, is not evidence that the control works; neither is
    a failure that somebody tolerates.

    Args:
        conclusions: What was concluded, but for failures that are accepted as a whole.
        accepted: Whether there were such failures.
    """
    found = set(conclusions)
    if Outcome.FAILED in found:
        return ControlState.DEFICIENT
    if accepted:
        return ControlState.ACCEPTED
    if Outcome.UNDETERMINED in found:
        return ControlState.UNDETERMINED
    return ControlState.EFFECTIVE if Outcome.PASSED in found else ControlState.NOT_EVIDENCED
