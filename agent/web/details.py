"""One gap, one control, one snapshot: what an alert links to, and what that rests on."""

from collections.abc import Iterable
from typing import Any, ClassVar

import msgspec

from agent.catalogue import Document, Population
from agent.evidence_record import EvidenceRecord, evidence_record
from agent.reading import Reading
from agent.views import ControlView, CriterionView, DriftView, FindingView, GapView, VerdictView
from agent.web.asking import Waiting, asked_for
from agent.web.door import Visit
from agent.web.forms import Tried
from agent.web.overview import frame, worst_first
from agent.web.rendering import Shown
from checks.contract import Check, Outcome, Severity

VERDICTS = 100
"""Of one check on its control's page; the command line and the JSON give all."""
FINDINGS = 200
QUESTIONS = 500
WORST_FIRST = (Outcome.FAILED, Outcome.UNDETERMINED, Outcome.PASSED, Outcome.NOT_APPLICABLE)
CLOSES = {
    "nobody": "It closes when a check, a register or a document evidences this control.",
    "condition": "It closes when its whole scope was read again and the check failed on nothing, "
    "or what it failed on is proven gone.",
    "occurrence": "What happened cannot be undone: it stays a deviation of the window, and a "
    "person can only explain it.",
}


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """How many subjects got one answer."""

    outcome: Outcome
    count: int


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One check of a control, and its answers."""

    check: str
    title: str
    rationale: str
    severity: Severity
    answers: tuple[Answered, ...]
    verdicts: tuple[VerdictView, ...]
    more: int
    too_old: tuple[str, ...]
    """Scopes whose evidence is older than its schedule allows."""


class ControlPage(Shown, frozen=True, kw_only=True):
    """Everything known of one control."""

    template: ClassVar[str] = "control.html.j2"

    control: ControlView
    description: str
    owner: str | None
    criteria: tuple[CriterionView, ...]
    asked: tuple[Asked, ...]
    documents: tuple[Document, ...]
    populations: tuple[Population, ...]
    gaps: tuple[GapView, ...]
    drifts: tuple[DriftView, ...]


class GapPage(Shown, frozen=True, kw_only=True):
    """Everything known of one gap."""

    template: ClassVar[str] = "gap.html.j2"

    gap: GapView
    control_title: str
    check_title: str | None
    rationale: str | None
    closes: str
    findings: tuple[FindingView, ...]
    more: int
    waiting: tuple[Waiting, ...]
    """What somebody asks to be tolerated of it."""
    tried: Tried | None


class EvidencePage(Shown, frozen=True, kw_only=True):
    """One snapshot as an auditor reads it."""

    template: ClassVar[str] = "evidence.html.j2"

    record: EvidenceRecord
    most: int = QUESTIONS


def evidence_page(reading: Reading, entry: int, visit: Visit) -> EvidencePage | None:
    """One snapshot by its log entry; `None` if that entry is none.

    Raises:
        BlobDamaged: a part of the evidence is missing or was changed.
    """
    record = evidence_record(reading, entry)
    return EvidencePage(frame=frame(reading, visit), record=record) if record else None


def control_page(reading: Reading, id: str, visit: Visit) -> ControlPage | None:
    """One control; `None` if it is not among those in scope."""
    control = next((control for control in reading.controls() if control.id == id), None)
    if control is None:
        return None
    promised = reading.catalogue.controls[id]
    return ControlPage(
        frame=frame(reading, visit),
        control=control,
        description=promised.description,
        owner=reading.settings.owner(promised),
        criteria=tuple(c for c in reading.criteria() if c.id in control.criteria),
        asked=tuple(_asked(reading, control)),
        documents=promised.evidence.documents,
        populations=promised.evidence.populations,
        gaps=tuple(
            worst_first(g for g in reading.gaps() if g.control == id and g.state != "closed")
        ),
        drifts=tuple(drift for drift in reading.drifts() if drift.control == id),
    )


def gap_page(
    reading: Reading, number: int, visit: Visit, tried: Tried | None = None
) -> GapPage | None:
    """One gap, open or closed; `None` if there never was one of this number."""
    gap = next((gap for gap in reading.gaps() if gap.number == number), None)
    if gap is None:
        return None
    check = reading.checks.get(gap.check) if gap.check else None
    findings = [finding for finding in reading.findings() if finding.gap == number]
    findings.sort(key=lambda finding: finding.state != "open")
    return GapPage(
        frame=frame(reading, visit),
        gap=gap,
        control_title=reading.catalogue.controls[gap.control].title,
        check_title=check.title if check else None,
        rationale=check.rationale if check else None,
        closes=CLOSES[_kind(gap, check)],
        findings=tuple(findings[:FINDINGS]),
        more=max(0, len(findings) - FINDINGS),
        waiting=tuple(one for one in asked_for(reading) if _is_about(one, gap, findings)),
        tried=tried,
    )


def _is_about(one: Waiting, gap: GapView, findings: Iterable[FindingView]) -> bool:
    covers = one.asked.covers
    return (
        covers.gap == gap.number
        or any(covers.finding == finding.id for finding in findings)
        or (covers.check is not None and covers.check == gap.check)
    )


def _kind(gap: GapView, check: Check[Any, Any] | None) -> str:
    if gap.check is None:
        return "nobody"
    return check.kind if check else "condition"


def _asked(reading: Reading, control: ControlView) -> Iterable[Asked]:
    verdicts: dict[str, list[VerdictView]] = {name: [] for name in control.checks}
    for verdict in reading.verdicts(of=verdicts):
        if control.id in verdict.controls:
            verdicts[verdict.check].append(verdict)
    too_old = reading.too_old()
    for name, given in verdicts.items():
        check = reading.checks[name]
        outcomes = [verdict.outcome for verdict in given]
        given.sort(key=lambda verdict: WORST_FIRST.index(verdict.outcome))
        yield Asked(
            check=name,
            title=check.title,
            rationale=check.rationale,
            severity=check.severity,
            answers=tuple(
                Answered(outcome=outcome, count=outcomes.count(outcome))
                for outcome in WORST_FIRST
                if outcome in outcomes
            ),
            verdicts=tuple(given[:VERDICTS]),
            more=max(0, len(given) - VERDICTS),
            too_old=tuple(sorted(scope for check, scope in too_old if check == name)),
        )
