"""What people and programs read: each view is one struct for the table, the JSON and the page.

Field names are fixed: people script them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from agent.gaps.events import Cause, ControlState
from checks.contract import Observed, Outcome, Severity
from collectors.evidence.record import Instant


class View(msgspec.Struct, frozen=True, kw_only=True):
    """One row of an answer."""


class VerdictView(View, frozen=True, kw_only=True):
    """One check's answer on one subject."""

    check: str
    controls: tuple[str, ...]
    criteria: tuple[str, ...]
    source: str
    scope: str
    subject: str
    name: str
    outcome: Outcome
    reason: str
    observed: Mapping[str, Observed]
    severity: Severity
    observed_at: Instant
    snapshot: int


class FindingView(View, frozen=True, kw_only=True):
    """One check failing on one subject, now or once."""

    id: str
    check: str
    subject: str
    name: str
    scope: str
    kind: Literal["condition", "occurrence"]
    state: str
    severity: Severity
    reason: str
    observed: Mapping[str, Observed]
    opened_at: Instant
    closed_at: Instant | None
    how_closed: str | None
    times_opened: int
    gap: int


class GapView(View, frozen=True, kw_only=True):
    """One line of the action plan."""

    number: int
    control: str
    criteria: tuple[str, ...]
    check: str | None
    scope: str
    issue: str
    subjects: tuple[str, ...]
    names: tuple[str, ...]
    severity: Severity
    recommended_action: str
    owner: str | None
    effort: str
    due: date
    state: str
    opened_at: Instant
    closed_at: Instant | None
    is_new: bool


class EvidencePart(View, frozen=True, kw_only=True):
    """One of the three kinds of evidence a control rests on."""

    kind: Literal["automated", "population", "document"]
    state: ControlState
    checks: tuple[str, ...]
    """Those of them that this version carries out."""
    planned: tuple[str, ...]
    """Those it does not carry out yet."""


class ControlView(View, frozen=True, kw_only=True):
    """One control of the company."""

    id: str
    title: str
    criteria: tuple[str, ...]
    area: str
    state: ControlState
    since: Instant | None
    checks: tuple[str, ...]
    evidence: tuple[EvidencePart, ...]


class CriterionView(View, frozen=True, kw_only=True):
    """One of the criteria in scope."""

    id: str
    category: str
    title: str
    state: ControlState
    coverage: Literal["full", "partial", "manual", "not_assessed"]
    controls: tuple[str, ...]


class EvidenceView(View, frozen=True, kw_only=True):
    """One stored snapshot."""

    id: int
    collector: str
    scope: str
    observed_at: Instant
    records: int
    calls: int
    complete: bool
    omissions: tuple[str, ...]
    cycle: int


class DriftView(View, frozen=True, kw_only=True):
    """One control that changed its state, with what it saw before and after."""

    control: str
    title: str
    criteria: tuple[str, ...]
    before: ControlState
    after: ControlState
    at: Instant
    cycle: int
    causes: tuple[Cause, ...]


class CycleView(View, frozen=True, kw_only=True):
    """One pass over the sources."""

    cycle: int
    trigger: str
    sources: tuple[str, ...]
    started_at: Instant
    finished_at: Instant | None
    calls: int | None
    new_gaps: tuple[int, ...]
    drifted: tuple[str, ...]
    incomplete: int | None
    state: Literal["finished", "running or killed"]
