"""What people and programs read: each view is one struct for the table, the JSON and the page.

Field names are fixed: people script them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from agent.gaps.events import Cause, ControlState, Origin, Reviewed
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
    owner: str | None
    """Who answers for its subject; the gap's own owner where nobody was named for it."""
    acceptance: int | None
    """The number of the acceptance it is under; `None` if nobody tolerates it."""
    accepted_until: date | None
    explained_by: str | None
    explanation: str | None
    who_and_when: str | None = None
    """Who brought it about and when, or the two observations between which it came about."""
    origin: Origin | None = None
    """The same for programs."""


class AcceptanceView(View, frozen=True, kw_only=True):
    """A named person tolerating findings until the end of a day, or asking to."""

    number: int | None
    """`None` while nobody has approved it."""
    state: Literal["asked", "active", "expired", "withdrawn"]
    covers: str
    findings: int
    """How many it covers now."""
    by: str
    approver: str | None
    """`None` while nobody has approved it."""
    reason: str
    compensating: str
    until: date
    """The last day, in UTC."""
    given_at: Instant
    """Of a request, when it was made."""
    file: Reviewed | None
    """Where it stands in Git; `None` if it was given by a command or on the page."""
    ended_at: Instant | None
    ended_by: str | None
    ended_why: str | None
    request: int | None = None
    """Of what waits for an approval, the log entry by which it is asked for."""


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
    who_and_when: tuple[str | None, ...]
    """For each subject, who brought it under the gap and when, as far as it was traced."""
    severity: Severity
    recommended_action: str
    owner: str | None
    owner_role: str
    """Who does such things in most companies, as the catalogue says."""
    effort: str
    """`S` up to 2 person-days, `M` up to 10, `L` more."""
    resources: str
    acceptance_criteria: str
    """What must be seen so that it closes."""
    due: date
    overdue: bool
    state: Literal["open", "accepted", "closed"]
    """`accepted` if a named person tolerates all that is left of it."""
    subjects_total: int
    """Every subject that ever came under it."""
    subjects_done: int
    """Those of them that are repaired, gone or explained."""
    subjects_accepted: int
    progress: str
    """The same in words."""
    note: str | None
    """What whoever assigned it last said of it."""
    acceptances: tuple[int, ...]
    """The acceptances that cover something of it now."""
    accepted_until: date | None
    """The day on which the first of them ends."""
    opened_at: Instant
    since: Instant
    """When it was opened last: its deadline counts from there."""
    closed_at: Instant | None
    is_new: bool
    ticket: str | None = None
    """Where its ticket is: an address of http or https, and never another."""


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
