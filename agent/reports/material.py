"""What every deliverable is made of: the store as read at one moment, as plain values."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from agent.catalogue import Catalogue
from agent.reading import Reading
from agent.registry import all_collectors, all_joins
from agent.settings.configuration import Settings
from agent.store.queries import Trouble
from agent.version import VERSION
from agent.views import (
    AcceptanceView,
    ControlView,
    CriterionView,
    CycleView,
    DriftView,
    EvidenceView,
    FindingView,
    GapView,
)
from collectors.evidence.record import Instant

DAY = timedelta(days=1)


class About(msgspec.Struct, frozen=True, kw_only=True):
    """Whose deliverable this is, and what it speaks of."""

    company: str
    service: str
    report: str
    categories: tuple[str, ...]
    window_start: date
    window_end: date
    day: date
    """The day as of which it speaks, in UTC."""
    read_until: Instant | None
    """The end of the last cycle it knows; `None` before the first."""
    gapwatch: str
    catalogue: str
    """The digest of criteria, controls and worklist."""


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """Everything known at one moment, in the views that people and programs read."""

    about: About
    settings: Settings
    catalogue: Catalogue
    criteria: tuple[CriterionView, ...]
    controls: tuple[ControlView, ...]
    gaps: tuple[GapView, ...]
    findings: tuple[FindingView, ...]
    evidence: tuple[EvidenceView, ...]
    """The newest snapshot of every collector and scope."""
    cycles: tuple[CycleView, ...]
    """Newest first."""
    drifts: tuple[DriftView, ...]
    """Newest first, all there ever were."""
    troubles: tuple[Trouble, ...]
    too_old: frozenset[tuple[str, str]]
    """Check and scope of what rests on evidence older than its schedule allows."""
    checks_of: Mapping[str, tuple[str, ...]]
    """The checks that judge what a collector or a join yields."""
    acceptances: tuple[AcceptanceView, ...]
    """All there ever were, by number."""
    occurrences: frozenset[str]
    """The checks of what happened: such a finding can be explained, not repaired."""

    @property
    def open_gaps(self) -> list[GapView]:
        """Every gap that is not closed, worst first."""
        return worst_first(gap for gap in self.gaps if gap.state != "closed")

    def findings_of(self) -> Mapping[int, Sequence[FindingView]]:
        """By gap, the findings that are not closed."""
        found: dict[int, list[FindingView]] = {}
        for finding in self.findings:
            if finding.state != "closed":
                found.setdefault(finding.gap, []).append(finding)
        return found


def gather(reading: Reading, day: date) -> Material:
    """Look at everything once.

    Args:
        reading: The store as it is to be told, at its own moment.
        day: The day as of which the deliverable speaks.
    """
    cycles = reading.cycles()
    settings = reading.settings
    return Material(
        about=About(
            company=settings.company.name,
            service=settings.company.service,
            report=settings.assessment.report,
            categories=tuple(category.value for category in settings.assessment.criteria),
            window_start=settings.assessment.window.start,
            window_end=settings.assessment.window.end,
            day=day,
            read_until=next((c.finished_at for c in cycles if c.finished_at), None),
            gapwatch=VERSION,
            catalogue=reading.catalogue.digest,
        ),
        settings=settings,
        catalogue=reading.catalogue,
        criteria=tuple(reading.criteria()),
        controls=tuple(reading.controls()),
        gaps=tuple(reading.gaps()),
        findings=tuple(reading.findings()),
        evidence=tuple(reading.evidence()),
        cycles=tuple(cycles),
        drifts=tuple(reading.drifts()),
        troubles=tuple(reading.troubles()),
        too_old=frozenset(reading.too_old()),
        checks_of=_checks_of(reading),
        acceptances=tuple(reading.acceptances()),
        occurrences=frozenset(c.id for c in reading.checks.values() if c.kind == "occurrence"),
    )


def _checks_of(reading: Reading) -> Mapping[str, tuple[str, ...]]:
    units = {u.id: u.yields for u in all_collectors().values()}
    units |= {u.id: u.yields for u in all_joins().values()}
    return {
        unit: tuple(sorted(c.id for c in reading.checks.values() if c.subject is yields))
        for unit, yields in units.items()
    }


def worst_first(gaps: Iterable[GapView]) -> list[GapView]:
    """By severity, then by what is due first."""
    return sorted(gaps, key=lambda gap: (SEVERITY_ORDER[gap.severity], gap.due, gap.number))


SEVERITY_ORDER = {"critical": 0, "high": 1, "medium": 2, "low": 3}


def end_of(day: date) -> Instant:
    """The first moment that is no longer of the day, in UTC."""
    return datetime.combine(day + DAY, time(), tzinfo=UTC)


def day_of(at: Instant) -> date:
    """The day a moment is of, in UTC."""
    return at.astimezone(UTC).date()
