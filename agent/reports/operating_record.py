"""The operating record: how each control worked over the window, or as of a day (Type 1)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from statistics import median
from typing import Any, Literal

import msgspec

from agent.catalogue import Control
from agent.gaps.events import (
    AcceptanceGiven,
    ControlDrifted,
    ControlState,
    FindingClosed,
    FindingOpened,
    FindingReopened,
    FindingsAccepted,
    ScopeLeft,
)
from agent.package.history import History
from agent.package.populations import populations
from agent.package.tables import change_rows, check_intervals, deviations
from agent.package.window import Interval
from agent.reports.material import About, Material
from agent.reports.timeline import Seen, Stretch, hours, longest, timeline
from agent.store.blobs import BlobDamaged
from agent.store.evidence import read_assessments
from checks.contract import Outcome, Severity
from checks.evaluation import Assessment
from collectors.evidence.record import Instant

What = Literal["seen for the first time", "left"]
HOUR = timedelta(hours=1)
COVERING = ("acceptance_given", "findings_accepted")
ANSWERS = {Outcome.PASSED, Outcome.FAILED}


class Deviation(msgspec.Struct, frozen=True, kw_only=True):
    """One time that one subject failed; a repaired one that broke again is another."""

    finding: str
    gap: int
    check: str
    scope: str
    subject: str
    name: str
    severity: Severity
    kind: Literal["condition", "occurrence"]
    opened_at: Instant
    """When it was seen first."""
    occurred_at: Instant | None
    """When it happened, for an occurrence."""
    closed_at: Instant | None
    cause: str
    how_closed: str | None
    explained_by: str | None
    explanation: str | None

    @property
    def hours(self) -> float | None:
        """To remedy it; `None` while it is open, and for what cannot be repaired."""
        if self.closed_at is None or self.kind == "occurrence":
            return None
        return round((self.closed_at - self.opened_at) / HOUR, 2)


class AcceptanceTold(msgspec.Struct, frozen=True, kw_only=True):
    """A named person tolerated some of the deviations."""

    number: int
    by: str
    approver: str | None
    reason: str
    given_at: Instant
    until: str
    state: str


class ControlRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One control over the window."""

    id: str
    title: str
    criteria: tuple[str, ...]
    hours_effective: float
    hours_deficient: float
    hours_accepted: float
    hours_blind: float
    """The four together are the window, as far as it is over."""
    longest_blind: Stretch | None
    stretches: tuple[Stretch, ...]
    population: int
    """Subjects that any of its checks was asked of."""
    tested: int
    """Those of them that passed or failed at least once."""
    deviations: tuple[Deviation, ...]
    acceptances: tuple[AcceptanceTold, ...]
    remedied: int
    median_hours_to_remedy: float | None
    longest_hours_to_remedy: float | None

    @property
    def state(self) -> Seen:
        """At the end of what is told."""
        return self.stretches[-1].state if self.stretches else Seen.BLIND


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Something that judges changed: wording, limits, schedule, scope, code."""

    at: Instant
    cycle: int
    what: str
    name: str
    before: str
    after: str


class ScopeChange(msgspec.Struct, frozen=True, kw_only=True):
    """A scope came or went within the window."""

    at: Instant
    scope: str
    what: What
    collectors: tuple[str, ...]


class OperatingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The whole record."""

    about: About
    report: Literal["type-1", "type-2"]
    start: Instant
    end: Instant
    """The first moment after what is told: the window's end, or now."""
    window_hours: float
    cycles: int
    """Passes over the sources that began in the window."""
    expired_entries: int
    """Evidence that was kept long enough and removed: its subjects are not counted."""
    controls: tuple[ControlRecord, ...]
    changes: tuple[Change, ...]
    scope_changes: tuple[ScopeChange, ...]

    @property
    def deviations(self) -> int:
        """Of all controls; one that several controls share counts for each."""
        return sum(len(control.deviations) for control in self.controls)


def operating_record(material: Material, history: History) -> OperatingRecord:
    """Work the record out.

    Args:
        material: The store as read at one moment.
        history: What the log says of the window until that moment.
    """
    telling = _Telling(material, history)
    start, end = telling.start, telling.end
    in_scope = [material.catalogue.controls[view.id] for view in material.controls]
    return OperatingRecord(
        about=material.about,
        report="type-1" if material.about.report == "type-1" else "type-2",
        start=start,
        end=end,
        window_hours=round((end - start) / HOUR, 2),
        cycles=history.cycles,
        expired_entries=sum(number in history.expired for number in _entries(history)),
        controls=tuple(telling.record(control) for control in in_scope),
        changes=tuple(_changes(history)),
        scope_changes=tuple(_scope_changes(history)),
    )


@dataclass
class _Judged:
    """Who was judged in the window, by all the evidence of it."""

    subjects: dict[str, dict[tuple[str, str], bool]] = field(default_factory=dict)
    """By control, each scope and subject, and whether any check came to an answer."""
    about: dict[tuple[str, str, str], tuple[str, ...]] = field(default_factory=dict)
    """By check, scope and subject, the controls it is about where it is not about all."""

    def see(self, assessment: Assessment, of_all: tuple[str, ...]) -> None:
        """Count one check's answers; `of_all` are the controls it is about otherwise."""
        for result in assessment.results:
            if result.controls:
                self.about[assessment.check, assessment.scope, result.subject] = result.controls
            outcome = result.verdict.outcome
            if outcome is Outcome.NOT_APPLICABLE:
                continue
            subject = (assessment.scope, result.subject)
            for control in result.controls or of_all:
                subjects = self.subjects.setdefault(control, {})
                subjects[subject] = subjects.get(subject, False) or outcome in ANSWERS


@dataclass
class _Telling:
    """What is needed for every control, worked out once."""

    material: Material
    history: History

    @property
    def start(self) -> Instant:
        return self.history.window.first

    @property
    def end(self) -> Instant:
        return max(min(self.history.window.last, self.history.source.at), self.start)

    def record(self, control: Control) -> ControlRecord:
        stretches = timeline(
            self._intervals.get(control.id, ()),
            self._tolerated.get(control.id, ()),
            self.start,
            self.end,
        )
        found = tuple(self._deviations.get(control.id, ()))
        took = [one.hours for one in found if one.hours is not None]
        subjects = self._judged.subjects.get(control.id, {})
        return ControlRecord(
            id=control.id,
            title=control.title,
            criteria=control.criteria,
            hours_effective=hours(stretches, Seen.EFFECTIVE),
            hours_deficient=hours(stretches, Seen.DEFICIENT),
            hours_accepted=hours(stretches, Seen.ACCEPTED),
            hours_blind=hours(stretches, Seen.BLIND),
            longest_blind=longest(stretches, Seen.BLIND),
            stretches=stretches,
            population=len(subjects),
            tested=sum(subjects.values()),
            deviations=found,
            acceptances=tuple(self._acceptances(found)),
            remedied=len(took),
            median_hours_to_remedy=round(median(took), 2) if took else None,
            longest_hours_to_remedy=max(took, default=None),
        )

    @cached_property
    def _intervals(self) -> Mapping[str, list[list[Interval]]]:
        """By control; what was not asked any more after its scope left is not silence."""
        left = _left(self.history)
        found: dict[str, list[list[Interval]]] = {}
        for check, control, scope, cut in check_intervals(self.history):
            gone = left.get((check, scope))
            kept = [one for one in cut if gone is None or one.start < gone or one.entry is not None]
            found.setdefault(control, []).append(kept)
        return found

    @cached_property
    def _tolerated(self) -> Mapping[str, list[tuple[Instant, Instant]]]:
        """By control, when its state was `accepted`."""
        found: dict[str, list[tuple[Instant, Instant]]] = {}
        since: dict[str, Instant] = {}
        for _, event in self.history.source.entries(kind="control_drifted"):
            if not isinstance(event, ControlDrifted):
                continue
            began = since.pop(event.control, None)
            if began is not None:
                found.setdefault(event.control, []).append((began, event.at))
            if event.after is ControlState.ACCEPTED:
                since[event.control] = event.at
        for control, began in since.items():
            found.setdefault(control, []).append((began, self.end))
        return found

    @cached_property
    def _judged(self) -> "_Judged":
        judged = _Judged()
        for number in _entries(self.history):
            for assessment in self._assessments(number):
                check = self.history.source.checks.get(assessment.check)
                judged.see(assessment, check.controls if check else ())
        return judged

    def _assessments(self, number: int) -> tuple[Assessment, ...]:
        event = self.history.source.kept(number)
        try:
            return read_assessments(self.history.source.blobs, event.assessments)
        except BlobDamaged:  # it expired, which the record says
            return ()

    @cached_property
    def _deviations(self) -> Mapping[str, list[Deviation]]:
        """By control, in the order in which they were seen."""
        known = {finding.id: finding for finding in deviations(self.history)}
        found: dict[str, list[Deviation]] = {}
        for one in _stints(self.history):
            finding = known.get(one.finding)
            check = self.history.source.checks.get(one.check)
            if finding is None or check is None or not self._within(one):
                continue
            explained = msgspec.structs.replace(
                one, explained_by=finding.explained_by, explanation=finding.explanation
            )
            about = self._judged.about.get((one.check, one.scope, one.subject), check.controls)
            for control in about:
                found.setdefault(control, []).append(explained)
        return found

    def _within(self, one: Deviation) -> bool:
        return one.opened_at < self.end and (one.closed_at is None or one.closed_at >= self.start)

    @cached_property
    def _covered(self) -> Mapping[str, set[int]]:
        """By finding, the acceptances it was ever under."""
        found: dict[str, set[int]] = {}
        for _, event in self.history.source.entries(kind=COVERING):
            if isinstance(event, AcceptanceGiven | FindingsAccepted):
                number = event.number if isinstance(event, AcceptanceGiven) else event.acceptance
                for finding in event.findings:
                    found.setdefault(finding, set()).add(number)
        return found

    def _acceptances(self, found: Sequence[Deviation]) -> Iterator[AcceptanceTold]:
        numbers = {n for one in found for n in self._covered.get(one.finding, ())}
        for one in self.material.acceptances:
            if one.number in numbers:
                yield AcceptanceTold(
                    number=one.number,
                    by=one.by,
                    approver=one.approver,
                    reason=one.reason,
                    given_at=one.given_at,
                    until=one.until.isoformat(),
                    state=one.state,
                )


def _entries(history: History) -> list[int]:
    """The log entries of the window's evidence."""
    return [number for population in populations(history) for number in population.entries]


def _stints(history: History) -> list[Deviation]:
    """Every time a finding was open, in the order of the log."""
    stints: list[Deviation] = []
    of: dict[str, int] = {}
    opened: dict[str, FindingOpened] = {}
    for _, event in history.source.entries(
        kind=("finding_opened", "finding_reopened", "finding_closed")
    ):
        match event:
            case FindingOpened() | FindingReopened():
                if isinstance(event, FindingOpened):
                    opened[event.finding] = event
                of[event.finding] = len(stints)
                stints.append(_stint(event, opened[event.finding]))
            case FindingClosed() if event.finding in of:
                place = of.pop(event.finding)
                stints[place] = msgspec.structs.replace(
                    stints[place], closed_at=event.at, how_closed=event.how
                )
    return stints


def _stint(event: FindingOpened | FindingReopened, first: FindingOpened) -> Deviation:
    return Deviation(
        finding=event.finding,
        gap=event.gap,
        check=event.check,
        scope=event.scope,
        subject=event.subject,
        name=event.name,
        severity=event.severity,
        kind=first.lasting,
        opened_at=event.at,
        occurred_at=first.occurred_at,
        closed_at=None,
        cause=event.verdict.reason,
        how_closed=None,
        explained_by=None,
        explanation=None,
    )


def _left(history: History) -> dict[tuple[str, str], Instant]:
    """By check and scope, since when the scope is gone."""
    judged: dict[tuple[str, str], set[str]] = {}
    for population in populations(history):
        for _, kept in population.events():
            names = {one.check for one in kept.judged}
            judged.setdefault((population.collector, population.scope), set()).update(names)
    found: dict[tuple[str, str], Instant] = {}
    for _, event in history.source.entries(kind="scope_left"):
        if isinstance(event, ScopeLeft):
            for check in judged.get((event.collector, event.scope), ()):
                found[check, event.scope] = event.at
    return found


def _changes(history: History) -> Iterator[Change]:
    for at, cycle, _, what, name, before, after in change_rows(history):
        yield Change(
            at=max(at, history.window.first),
            cycle=cycle,
            what=what,
            name=name,
            before=_written(before),
            after=_written(after),
        )


def _written(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _scope_changes(history: History) -> list[ScopeChange]:
    """Each coming and going of a scope once, with all that collects it."""
    found: dict[tuple[str, What, int], list[tuple[Instant, str]]] = {}
    for population in populations(history):
        if history.began_in_window(population.scope):
            came = (population.stretches[0].first, population.collector)
            found.setdefault((population.scope, "seen for the first time", 0), []).append(came)
    for _, event in history.source.entries(kind="scope_left"):
        if isinstance(event, ScopeLeft) and event.at in history.window:
            went = (event.at, event.collector)
            found.setdefault((event.scope, "left", event.cycle), []).append(went)
    changes = [
        ScopeChange(
            at=min(at for at, _ in seen),
            scope=scope,
            what=what,
            collectors=tuple(sorted(collector for _, collector in seen)),
        )
        for (scope, what, _), seen in found.items()
    ]
    return sorted(changes, key=lambda change: (change.at, change.scope))
