"""Everything that the exports are made of, gathered once from the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from agent.catalogue import Control, Criterion
from agent.gaps.events import ControlDrifted, Event, GapClosed, GapOpened, GapReopened, GapWidened
from agent.reading import Reading
from agent.settings.configuration import Settings
from agent.store import queries
from agent.views import ControlView, CriterionView, EvidenceView, FindingView, GapView, VerdictView
from checks.contract import Check
from collectors.evidence.record import Instant

NAMESPACE = uuid5(NAMESPACE_URL, "https://gapwatch.dev/exports")
GAP_EVENTS = ("gap_opened", "gap_reopened", "gap_widened", "gap_closed")
GapEvent = GapOpened | GapReopened | GapWidened | GapClosed


class NothingToExport(Exception):
    """No cycle has finished yet: there is nothing to tell."""


@dataclass(frozen=True, kw_only=True)
class Material:
    """One company as its store knows it."""

    log: str
    """The name of the log: identities are its own, whoever exports."""
    settings: Settings
    as_of: Instant
    """When the newest cycle ended: not when it is exported, so that the same store gives the same
    bytes."""
    controls: Sequence[ControlView]
    criteria: Sequence[CriterionView]
    gaps: Sequence[GapView]
    findings: Sequence[FindingView]
    verdicts: Sequence[VerdictView]
    evidence: Sequence[EvidenceView]
    checks: Mapping[str, Check[Any, Any]]
    worded: Mapping[str, Control]
    """Every control of the catalogue by id."""
    explained: Mapping[str, Criterion]
    gap_events: Sequence[tuple[int, GapEvent]]
    drifts: Sequence[tuple[int, ControlDrifted]]

    def uuid(self, kind: str, *parts: object) -> str:
        """The identity of one thing: the same in every export of this log (version 5)."""
        return str(uuid5(self.home, "\0".join((kind, *map(str, parts)))))

    @property
    def home(self) -> UUID:
        """The namespace of this log."""
        return uuid5(NAMESPACE, self.log)

    @property
    def company(self) -> str:
        """Whose it is."""
        return self.settings.company.name

    @property
    def asked(self) -> Sequence[str]:
        """Every check that some control in scope is tested by, in order."""
        return sorted({check for control in self.controls for check in control.checks})


def material(reading: Reading, *, log: str) -> Material:
    """Gather it.

    Raises:
        NothingToExport: no cycle has finished yet.
    """
    finished = [c.finished_at for c in reading.cycles() if c.finished_at]
    if not finished:
        raise NothingToExport("nothing was assessed yet: `gapwatch run` makes the first cycle")
    with reading.store.reading() as connection:
        told = list(queries.entries(connection, kind=(*GAP_EVENTS, "control_drifted")))
    return Material(
        log=log,
        settings=reading.settings,
        as_of=finished[0],
        controls=reading.controls(),
        criteria=reading.criteria(),
        gaps=reading.gaps(),
        findings=reading.findings(),
        verdicts=list(reading.verdicts()),
        evidence=reading.evidence(),
        checks=reading.checks,
        worded=reading.catalogue.controls,
        explained=reading.catalogue.criteria,
        gap_events=[(number, event) for number, event in told if _is_gap_event(event)],  # type: ignore[misc]
        drifts=[(n, event) for n, event in told if isinstance(event, ControlDrifted)],
    )


def _is_gap_event(event: Event) -> bool:
    return isinstance(event, GapOpened | GapReopened | GapWidened | GapClosed)
