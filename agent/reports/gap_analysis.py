"""The gap analysis report: what is in place, what is missing, and what nobody knows."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from agent.catalogue import Category
from agent.gaps.events import ControlState
from agent.reports.material import About, Material, day_of
from agent.reports.standing import Standing, by_group, standing
from agent.reports.text import counted, words
from agent.views import ControlView, CriterionView, FindingView, GapView
from checks.contract import Observed, Severity
from collectors.evidence.record import Instant

A_MOMENT = timedelta(microseconds=1)


class SourceRead(msgspec.Struct, frozen=True, kw_only=True):
    """One source, and how much of it was read last."""

    source: str
    scopes: int
    snapshots: int
    records: int
    calls: int
    incomplete: int
    """Snapshots that could not be listed whole."""
    oldest: Instant
    """When the oldest of the newest snapshots was last seen so."""


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """What the company left out of the assessment, and why."""

    what: str
    reason: str


class Method(msgspec.Struct, frozen=True, kw_only=True):
    """How the report came about."""

    cycles: int
    first_cycle: Instant | None
    last_cycle: Instant | None
    sources: tuple[SourceRead, ...]
    checks_carried_out: int
    checks_planned: int
    """On the worklist of the controls in scope, but not carried out by this version."""
    left_out: tuple[LeftOut, ...]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One subject of a gap, and what was seen of it."""

    finding: str
    subject: str
    name: str
    state: str
    reason: str
    observed: dict[str, Observed]
    since: Instant


class GapDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One gap with its evidence."""

    number: int
    issue: str
    severity: Severity
    state: str
    control: str
    control_title: str
    criteria: tuple[str, ...]
    check: str | None
    scope: str
    recommended_action: str
    owner: str | None
    opened_at: Instant
    due: date
    overdue: bool
    evidence: tuple[Seen, ...]
    snapshot: int | None
    """The log entry of the newest evidence of its scope; `None` where nothing evidences it."""


class BlindSpot(msgspec.Struct, frozen=True, kw_only=True):
    """Something that could not be seen, so that what rests on it is not known."""

    kind: str
    """`not listed`, `too old`, `collector failed`, `check crashed`, `not carried out yet`."""
    where: str
    why: str
    controls: tuple[str, ...]


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What is different from the last report."""

    since: date | None
    """The day of the last report; `None` if this is the first.

    One that was made while its day lasted told nothing of the rest of it: that is told here.
    """
    opened: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()
    drifted: tuple["Drifted", ...] = ()


class Drifted(msgspec.Struct, frozen=True, kw_only=True):
    """A control that is in another state than on the day of the last report."""

    control: str
    title: str
    before: ControlState
    after: ControlState
    at: Instant
    """When it changed last."""


class GapAnalysis(msgspec.Struct, frozen=True, kw_only=True):
    """The whole report."""

    about: About
    method: Method
    all_controls: Standing
    all_criteria: Standing
    by_category: tuple[Standing, ...]
    """Criteria: the series of the common criteria, then each other category."""
    by_area: tuple[Standing, ...]
    """Controls."""
    criteria: tuple[CriterionView, ...]
    controls: tuple[ControlView, ...]
    gaps: tuple[GapDetail, ...]
    """Open and accepted ones, worst first."""
    closed_gaps: int
    blind_spots: tuple[BlindSpot, ...]
    limits: tuple[str, ...]
    changes: Changes

    def gaps_by_severity(self) -> dict[Severity, int]:
        """How many are open or accepted, worst first; none is a number too."""
        found = [gap.severity for gap in self.gaps]
        return {severity: found.count(severity) for severity in Severity}


def gap_analysis(material: Material, *, since: Instant | None) -> GapAnalysis:
    """Work the report out.

    Args:
        material: The store as read at one moment.
        since: Until when the last report told; `None` for a first one.
    """
    return GapAnalysis(
        about=material.about,
        method=_method(material),
        all_controls=standing("controls", material.controls),
        all_criteria=standing("criteria", material.criteria),
        by_category=by_group((_group(c, material), c) for c in material.criteria),
        by_area=by_group((c.area, c) for c in material.controls),
        criteria=material.criteria,
        controls=material.controls,
        gaps=tuple(_details(material)),
        closed_gaps=sum(gap.state == "closed" for gap in material.gaps),
        blind_spots=tuple(blind_spots(material)),
        limits=tuple(_limits(material)),
        changes=_changes(material, since),
    )


def _group(criterion: CriterionView, material: Material) -> str:
    if criterion.category == Category.SECURITY:
        return material.catalogue.criteria[criterion.id].series
    return criterion.category.capitalize()


def _method(material: Material) -> Method:
    sources = sorted({row.scope.partition(":")[0] for row in material.evidence})
    finished = [cycle.finished_at for cycle in material.cycles if cycle.finished_at]
    planned = {
        p for control in material.controls for part in control.evidence for p in part.planned
    }
    carried_out = {check for control in material.controls for check in control.checks}
    return Method(
        cycles=len(finished),
        first_cycle=finished[-1] if finished else None,
        last_cycle=finished[0] if finished else None,
        sources=tuple(_source(material, source) for source in sources),
        checks_carried_out=len(carried_out),
        checks_planned=len(planned),
        left_out=tuple(
            LeftOut(what=one.tag or one.subject or one.scope or "", reason=one.reason)
            for one in material.settings.scope.exclude
        ),
    )


def _source(material: Material, source: str) -> SourceRead:
    rows = [row for row in material.evidence if row.scope.partition(":")[0] == source]
    return SourceRead(
        source=source,
        scopes=len({row.scope for row in rows}),
        snapshots=len(rows),
        records=sum(row.records for row in rows),
        calls=sum(row.calls for row in rows),
        incomplete=sum(not row.complete for row in rows),
        oldest=min(row.observed_at for row in rows),
    )


def _details(material: Material) -> Iterable[GapDetail]:
    findings = material.findings_of()
    titles = {control.id: control.title for control in material.controls}
    newest: dict[str, int] = {}
    for row in material.evidence:
        newest[row.scope] = max(newest.get(row.scope, 0), row.id)
    for gap in material.open_gaps:
        yield _detail(
            gap,
            findings.get(gap.number, ()),
            title=titles.get(gap.control, ""),
            snapshot=newest.get(gap.scope),
            day=material.about.day,
        )


def _detail(
    gap: GapView, findings: Sequence[FindingView], *, title: str, snapshot: int | None, day: date
) -> GapDetail:
    return GapDetail(
        number=gap.number,
        issue=gap.issue,
        severity=gap.severity,
        state=gap.state,
        control=gap.control,
        control_title=title,
        criteria=gap.criteria,
        check=gap.check,
        scope=gap.scope,
        recommended_action=gap.recommended_action,
        owner=gap.owner,
        opened_at=gap.opened_at,
        due=gap.due,
        overdue=gap.due < day,
        snapshot=snapshot if gap.check else None,
        evidence=tuple(
            Seen(
                finding=finding.id,
                subject=finding.subject,
                name=finding.name,
                state=finding.state,
                reason=finding.reason,
                observed=dict(finding.observed),
                since=finding.opened_at,
            )
            for finding in findings
        ),
    )


def blind_spots(material: Material) -> Iterable[BlindSpot]:
    """What is not known, and the controls in scope that it concerns."""
    concerned = _Concerned(material)
    for row in material.evidence:
        for omission in row.omissions:
            yield BlindSpot(
                kind="not listed",
                where=f"{row.collector} in {row.scope}",
                why=omission,
                controls=concerned.by(row.collector),
            )
    for check, scope in sorted(material.too_old):
        yield BlindSpot(
            kind="too old",
            where=f"{check} in {scope}",
            why="its evidence is older than twice its interval",
            controls=concerned.by(check),
        )
    for trouble in material.troubles:
        if trouble.kind != "evidence_stale":  # told above, check by check
            yield BlindSpot(
                kind=words(trouble.kind),
                where=f"{trouble.what} in {trouble.scope}",
                why=trouble.why,
                controls=concerned.by(trouble.what),
            )
    yield from _planned(material.controls)


def _planned(controls: Iterable[ControlView]) -> Iterable[BlindSpot]:
    for control in controls:
        planned = sorted({check for part in control.evidence for check in part.planned})
        if planned:
            yield BlindSpot(
                kind="not carried out yet",
                where=control.id,
                why=f"{counted(len(planned), 'check')} of the worklist: {', '.join(planned)}",
                controls=(control.id,),
            )


class _Concerned:
    """Which controls in scope rest on a check, or on what a collector yields."""

    def __init__(self, material: Material) -> None:
        self._checks_of = material.checks_of
        self._controls: dict[str, set[str]] = {}
        for control in material.controls:
            for check in control.checks:
                self._controls.setdefault(check, set()).add(control.id)

    def by(self, unit: str) -> tuple[str, ...]:
        checks = self._checks_of.get(unit, (unit,))
        return tuple(sorted({c for check in checks for c in self._controls.get(check, ())}))


def _limits(material: Material) -> Iterable[str]:
    """What the report cannot say, whatever the evidence."""
    yield (
        "Configuration and records were read through the interfaces of their sources. What "
        "happened between two readings, and was undone again, was not seen."
    )
    yield (
        "A control counts as in place when everything that was assessed of it passed. Where not "
        "all of its checks are carried out, that is less than the whole control: the column "
        "“Assessed” says how much."
    )
    yield (
        "Documents are tested for presence, approval and age. Whether their content is adequate, "
        "and whether people follow it, is for a person to judge."
    )
    yield (
        "Criteria and controls are worded by the company and this tool, not quoted from the "
        "criteria's publisher. Whether the criteria are met is for an auditor to say: this "
        "report gives no opinion."
    )
    if material.settings.scope.exclude:
        yield "What the company left out of scope was not judged; it is listed with its reason."
    if not material.cycles:
        yield "Nothing has been read yet: every control stands as not evidenced."


def _changes(material: Material, since: Instant | None) -> Changes:
    if since is None:
        return Changes(since=None)
    return Changes(
        since=day_of(since - A_MOMENT),
        opened=tuple(g.number for g in material.gaps if g.opened_at >= since),
        closed=tuple(g.number for g in material.gaps if g.closed_at and g.closed_at >= since),
        drifted=tuple(_drifted(material, since)),
    )


def _drifted(material: Material, since: Instant) -> Iterable[Drifted]:
    """Each control whose state differs; one that came back to where it was is left out."""
    first: dict[str, ControlState] = {}
    last: dict[str, tuple[str, ControlState, Instant]] = {}
    for drift in material.drifts:  # newest first
        if drift.at >= since:
            last.setdefault(drift.control, (drift.title, drift.after, drift.at))
            first[drift.control] = drift.before
    for control, (title, after, at) in sorted(last.items()):
        if first[control] is not after:
            yield Drifted(control=control, title=title, before=first[control], after=after, at=at)
