"""Reading the store as people and programs see it, at one moment."""

import heapq
from collections import Counter
from collections.abc import (
    Callable,
    Collection,
    Container,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from itertools import islice
from typing import Any, Literal

from sqlalchemy import Connection

from agent.action_plan import ActionPlan
from agent.addresses import is_link
from agent.catalogue import REQUIRED_DOCUMENTS, Catalogue, Control
from agent.conclude import control_states, state_of
from agent.gaps.acceptances import as_of, covered, tolerated
from agent.gaps.events import ControlDrifted, ControlState, Origin
from agent.gaps.lifecycle import unlisted
from agent.gaps.origins import who_and_when
from agent.gaps.requests import REQUESTS, Request, waiting
from agent.gaps.states import (
    ALL_CONTROLS,
    LEFT,
    Acceptance,
    ControlStanding,
    Finding,
    Standing,
    is_stale,
)
from agent.settings.configuration import Settings
from agent.store import queries
from agent.store.evidence import read_assessments
from agent.store.retention import expired_entries
from agent.store.store import Store
from agent.store.tickets import tickets
from agent.views import (
    AcceptanceView,
    ControlView,
    CriterionView,
    CycleView,
    DriftView,
    EvidencePart,
    EvidenceView,
    FindingView,
    GapView,
    VerdictView,
)
from checks.contract import Check, Outcome, Severity
from checks.evaluation import Assessment
from collectors.evidence.record import Instant

ANY_SOURCE = ""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The store as seen at one moment, by the company's configuration and catalogue."""

    store: Store
    settings: Settings
    catalogue: Catalogue
    checks: Mapping[str, Check[Any, Any]]
    now: Instant

    def verdicts(self, *, of: Container[str] | None = None) -> Iterator[VerdictView]:
        """The newest verdict of every check on every subject, or of some checks only.

        What could not be listed stands as an undetermined subject of its own. Of growing
        populations every member seen so far is given, not only the newest stretch, for as long
        as the evidence is kept.
        """
        with self.store.reading() as connection:
            standing = {(s.check, s.scope): s for s in queries.standing(connection)}
            rows = {row.number: row for row in queries.snapshots(connection)}
            expired = expired_entries(connection)
            for (name, scope), stands in sorted(standing.items()):
                check = self.checks.get(name)
                if check is None or (of is not None and name not in of):
                    continue
                numbers = [stands.snapshot]
                if check.kind == "occurrence":
                    numbers = [
                        row.number
                        for row in rows.values()
                        if (row.collector, row.scope) == (stands.collector, scope)
                        and row.number not in expired
                    ]
                yield from self._of(check, [rows[number] for number in numbers])

    def findings(self, *, of: Collection[int] | None = None) -> list[FindingView]:
        """Every finding there ever was, oldest first; or those of some gaps."""
        only = {} if of is None else {"gap": set(of)}
        with self.store.reading() as connection:
            known = queries.findings(connection, **only)
            gaps = {gap.number: gap for gap in queries.gaps(connection)}
            acceptances = {one.number: one for one in queries.acceptances(connection)}
            origins = queries.origins_of(connection, None if of is None else known)
        over = self._over(acceptances.values())
        return [
            _finding(
                as_of(finding, over),
                self.action_plan.duties.owner_under(gaps.get(finding.gap), finding),
                acceptances,
                origins.get((finding.check, finding.scope, finding.subject)),
            )
            for finding in known
        ]

    def worst(self, numbers: Collection[int], *, most: int) -> list[GapView]:
        """Of some open gaps the most severe, without looking closer at any other."""
        asked, order = set(numbers), list(Severity)
        with self.store.reading() as connection:
            found = (g for g in queries.each_gap(connection, state="open") if g.number in asked)
            first = heapq.nsmallest(most, found, key=lambda g: (order.index(g.severity), g.number))
        shown = {view.number: view for view in self.gaps(of=[gap.number for gap in first])}
        return [shown[gap.number] for gap in first]

    def open_gaps(self) -> int:
        """How many gaps are open."""
        with self.store.reading() as connection:
            return sum(1 for _ in queries.gap_numbers(connection, state="open"))

    def gaps(self, *, of: Collection[int] | None = None) -> list[GapView]:
        """Every gap there ever was, by number; or some of them."""
        only = {} if of is None else {"gap": set(of)}
        with self.store.reading() as connection:
            known = (
                queries.gaps(connection) if of is None else queries.gaps_numbered(connection, of)
            )
            since = _new_since(queries.cycles(connection))
            counts = queries.finding_counts(connection)
            left = queries.findings(connection, state=LEFT, **only)
            acceptances = {one.number: one for one in queries.acceptances(connection)}
            origins = queries.origins_of(connection, None if of is None else left)
            links = self._tickets(connection)
        over = self._over(acceptances.values())
        under: dict[int, list[Finding]] = {}
        for finding in left:
            under.setdefault(finding.gap, []).append(as_of(finding, over))
        return [
            self.action_plan.line(
                gap,
                under.get(gap.number, ()),
                counts.get(gap.number, Counter()),
                acceptances,
                origins,
                is_new=gap.since_cycle >= since(gap.scope),
                ticket=links.get(gap.number),
            )
            for gap in known
        ]

    def acceptances(self) -> list[AcceptanceView]:
        """Every acceptance there ever was, by number."""
        with self.store.reading() as connection:
            known = queries.acceptances(connection)
            under = Counter(f.acceptance for f in queries.findings(connection, state="accepted"))
        return [_acceptance(one, under[one.number], self.now) for one in known]

    @cached_property
    def action_plan(self) -> ActionPlan:
        """What a gap takes, and who answers for it."""
        return ActionPlan(
            settings=self.settings, catalogue=self.catalogue, checks=self.checks, now=self.now
        )

    def _tickets(self, connection: Connection) -> dict[int, str]:
        """Where the ticket of each gap is, if it has one in the configured tracker."""
        configured = self.settings.tickets
        known = tickets(connection, configured.tracker) if configured else {}
        return {gap: row.url for gap, row in known.items() if row.url and is_link(row.url)}

    def requests(self) -> list[AcceptanceView]:
        """What somebody asks to be tolerated and nobody has answered, in order."""
        today = self.now.astimezone(UTC).date()
        with self.store.reading() as connection:
            asked = waiting(queries.entries(connection, kind=REQUESTS), today)
        return [_request(one) for one in asked]

    def _over(self, acceptances: Iterable[Acceptance]) -> frozenset[int]:
        """The acceptances that have ended by now, though no cycle may have told it yet."""
        return frozenset(one.number for one in acceptances if one.over(self.now))

    def controls(self) -> list[ControlView]:
        """Every control in scope; evidence too old by now counts as unknown."""
        with self.store.reading() as connection:
            rows = queries.standing(connection)
            known = queries.controls(connection)
            over = self._over(queries.acceptances(connection))
            accepted = tolerated(queries.failing(connection), over)
        in_scope = self.in_scope()
        stale = self._stale(rows)
        states = control_states(rows, self.checks, in_scope, stale=stale, accepted=accepted)

        def part(control: str, names: Iterable[str]) -> ControlState:
            return state_of(_about(control, names, rows), stale, accepted)

        return [
            _control(control, states[control.id], known.get(control.id), self.checks, part)
            for control in in_scope.values()
        ]

    def criteria(self) -> list[CriterionView]:
        """Every criterion of the categories in scope."""
        controls = {control.id: control for control in self.controls()}
        return [
            _criterion(self.catalogue, criterion, controls)
            for criterion in self.catalogue.criteria
            if self.catalogue.criteria[criterion].category in self.settings.assessment.criteria
        ]

    def evidence(self, *, everything: bool = False) -> list[EvidenceView]:
        """The newest snapshot of every collector and scope, or all there are."""
        where = {} if everything else {"latest": True}
        with self.store.reading() as connection:
            return [_evidence(row) for row in queries.snapshots(connection, **where)]

    def blind(self, *, most: int) -> list[EvidenceView]:
        """The first of the newest snapshots that lack something."""
        with self.store.reading() as connection:
            return [_evidence(row) for row in islice(queries.each_blind(connection), most)]

    def cycles(self, *, last: int | None = None) -> list[CycleView]:
        """Cycles, newest first."""
        with self.store.reading() as connection:
            rows = queries.cycles(connection, last=last)
        return [
            CycleView(
                cycle=row.cycle,
                trigger=row.trigger,
                sources=row.sources,
                started_at=row.started_at,
                finished_at=row.finished_at,
                calls=row.calls,
                new_gaps=row.new_gaps or (),
                drifted=row.drifted or (),
                incomplete=row.incomplete,
                state="finished" if row.finished_at else "running or killed",
            )
            for row in rows
        ]

    def drifts(self, *, since_cycle: int = 0) -> list[DriftView]:
        """Controls that changed their state, newest first; a first assessment is no change."""
        found: list[DriftView] = []
        with self.store.reading() as connection:
            for _, event in queries.newest_entries(connection, kind="control_drifted"):
                if not isinstance(event, ControlDrifted) or event.cycle < since_cycle:
                    break
                control = self.catalogue.controls.get(event.control)
                if control is not None and event.before is not None:
                    found.append(_drift(event, event.before, control))
        return found

    def troubles(self) -> list[queries.Trouble]:
        """What of the tool's own does not work now."""
        with self.store.reading() as connection:
            return queries.troubles(connection)

    def too_old(self) -> set[tuple[str, str]]:
        """Check and scope of everything that rests on evidence older than its schedule allows."""
        with self.store.reading() as connection:
            rows = queries.standing(connection)
        return {(row.check, row.scope) for row in self._stale(rows)}

    def in_scope(self) -> dict[str, Control]:
        """The controls that serve a criterion of the categories in scope."""
        return controls_in_scope(self.catalogue, self.settings)

    def _of(
        self, check: Check[Any, Any], rows: Iterable[queries.SnapshotRow]
    ) -> Iterator[VerdictView]:
        """The newest verdict on every subject.

        What stands for a whole stretch of a growing population, that it was empty or could not
        be listed, is told of the newest stretch alone: an earlier one has been read since.
        """
        members: dict[str, VerdictView] = {}
        others: list[VerdictView] = []
        for row in rows:
            for assessment in read_assessments(self.store.blobs, row.assessments):
                if assessment.check != check.id:
                    continue
                happened = {r.subject for r in assessment.results if r.occurred_at is not None}
                views = list(self._verdicts(check, assessment, row))
                members |= {view.subject: view for view in views if view.subject in happened}
                others = [view for view in views if view.subject not in happened]
        yield from (v for v in others if not members or v.outcome is Outcome.UNDETERMINED)
        yield from members.values()

    def _verdicts(
        self, check: Check[Any, Any], assessment: Assessment, row: queries.SnapshotRow
    ) -> Iterator[VerdictView]:
        def view(subject: str, name: str, outcome: Outcome, **told: Any) -> VerdictView:
            controls = told.pop("controls", ()) or check.controls
            return VerdictView(
                check=check.id,
                controls=controls,
                criteria=self.catalogue.criteria_of(controls),
                source=row.scope.partition(":")[0],
                scope=row.scope,
                subject=subject,
                name=name,
                outcome=outcome,
                severity=check.severity,
                observed_at=row.observed_at,
                snapshot=row.number,
                **told,
            )

        for where, why in unlisted(assessment.omissions).items():
            yield view(where, where, Outcome.UNDETERMINED, reason=why, observed={})
        for result in assessment.results:
            yield view(
                result.subject,
                result.name,
                result.verdict.outcome,
                reason=result.verdict.reason,
                observed=result.verdict.observed,
                controls=result.controls,
            )

    def _stale(self, rows: Iterable[Standing]) -> set[Standing]:
        return {
            row
            for row in rows
            if is_stale(row.observed_at, self.now, self.settings.interval(row.collector))
        }


def _evidence(row: queries.SnapshotRow) -> EvidenceView:
    return EvidenceView(
        id=row.number,
        collector=row.collector,
        scope=row.scope,
        observed_at=row.observed_at,
        records=row.records,
        calls=row.calls,
        complete=not row.omissions,
        omissions=tuple(f"{o.where}: {o.why}" for o in row.omissions),
        cycle=row.cycle,
    )


def controls_in_scope(catalogue: Catalogue, settings: Settings) -> dict[str, Control]:
    """The controls that serve a criterion of the categories in scope."""
    categories = set(settings.assessment.criteria)
    return {
        control.id: control
        for control in catalogue.controls.values()
        if any(catalogue.criteria[name].category in categories for name in control.criteria)
    }


def effective_criterion(states: Iterable[ControlState]) -> ControlState:
    """The worst of its controls: one unknown keeps a criterion unknown."""
    return min(states, key=list(ControlState).index, default=ControlState.NOT_EVIDENCED)


def _criterion(
    catalogue: Catalogue, criterion: str, controls: Mapping[str, ControlView]
) -> CriterionView:
    serving = [c for c in controls.values() if criterion in c.criteria]
    key = [controls[control.id] for control in catalogue.key_controls(criterion)]
    told = catalogue.criteria[criterion]
    return CriterionView(
        id=criterion,
        category=told.category,
        title=told.title,
        state=effective_criterion(control.state for control in serving),
        coverage=_coverage(key),
        controls=tuple(control.id for control in serving),
    )


def _coverage(key: Sequence[ControlView]) -> Literal["full", "partial", "manual", "not_assessed"]:
    """How much of what its key controls ask for is assessed at all, passed or not."""
    parts = [part for control in key for part in control.evidence]
    assessed = [part for part in parts if part.state is not ControlState.NOT_EVIDENCED]
    if not assessed:
        return "not_assessed"
    if all(part.kind == "document" for part in assessed):
        return "manual"
    whole = len(assessed) == len(parts) and not any(part.planned for part in parts)
    return "full" if whole else "partial"


def _new_since(cycles: Sequence[queries.CycleRow]) -> Callable[[str], int]:
    """The cycle since which gaps of a scope are new: the newest that read its source.

    The service reads each source in its own interval. A cycle that was killed reported
    nothing, so what it opened is new in the next one as well.
    """
    since: dict[str, int] = {}
    killed: set[str] = set()
    for row in reversed(cycles):
        sources = {*row.sources, ANY_SOURCE}
        since |= dict.fromkeys(sources - killed, row.cycle)
        killed = killed - sources if row.finished_at else killed | sources
    return lambda scope: since.get(scope.partition(":")[0], since.get(ANY_SOURCE, 0))


def _about(control: str, checks: Iterable[str], rows: Iterable[Standing]) -> Iterator[Standing]:
    """What some checks conclude of a control."""
    named = set(checks)
    for row in rows:
        if row.check in named and row.control in (ALL_CONTROLS, control):
            yield row


def _control(
    control: Control,
    state: ControlState,
    known: ControlStanding | None,
    checks: Container[str],
    part: Callable[[str, Iterable[str]], ControlState],
) -> ControlView:
    """One control; `part` gives what some of its checks say together."""
    populations = tuple(c for p in control.evidence.populations for c in p.checks)
    documents = (REQUIRED_DOCUMENTS,) if control.evidence.documents else ()
    named: dict[Any, tuple[str, ...]] = {
        "automated": control.evidence.automated,
        "population": tuple(c for c in populations if c not in control.evidence.automated),
        "document": documents,
    }
    return ControlView(
        id=control.id,
        title=control.title,
        criteria=control.criteria,
        area=control.area,
        state=state,
        since=known.since if known and known.state is state else None,
        checks=tuple(check for check in control.checks if check in checks),
        evidence=tuple(
            EvidencePart(
                kind=kind,
                state=part(control.id, names),
                checks=tuple(name for name in names if name in checks),
                planned=tuple(name for name in names if name not in checks),
            )
            for kind, names in named.items()
            if names
        ),
    )


def _drift(event: ControlDrifted, before: ControlState, control: Control) -> DriftView:
    return DriftView(
        control=event.control,
        title=control.title,
        criteria=control.criteria,
        before=before,
        after=event.after,
        at=event.at,
        cycle=event.cycle,
        causes=event.causes,
    )


def _finding(
    finding: Finding,
    owner: str | None,
    acceptances: Mapping[int, Acceptance],
    origin: Origin | None,
) -> FindingView:
    covering = acceptances.get(finding.acceptance or 0)
    return FindingView(
        id=finding.id,
        check=finding.check,
        subject=finding.subject,
        name=finding.name,
        scope=finding.scope,
        kind=finding.lasting,
        state=finding.state,
        severity=finding.severity,
        reason=finding.verdict.reason,
        observed=finding.verdict.observed,
        opened_at=finding.opened_at,
        closed_at=finding.closed_at,
        how_closed=finding.how_closed,
        times_opened=finding.times_opened,
        gap=finding.gap,
        owner=owner,
        acceptance=finding.acceptance,
        accepted_until=covering.until if covering else None,
        explained_by=finding.explained_by,
        explanation=finding.explanation,
        who_and_when=who_and_when(origin) if origin else None,
        origin=origin,
    )


def _request(one: Request) -> AcceptanceView:
    asked = one.asked
    return AcceptanceView(
        number=None,
        state="asked",
        covers=covered(asked.covers),
        findings=0,
        by=asked.by,
        approver=None,
        reason=asked.reason,
        compensating=asked.compensating,
        until=asked.until,
        given_at=asked.at,
        file=None,
        ended_at=None,
        ended_by=None,
        ended_why=None,
        request=one.number,
    )


def _acceptance(one: Acceptance, findings: int, now: Instant) -> AcceptanceView:
    over = one.over(now)
    return AcceptanceView(
        number=one.number,
        state="expired" if over and one.state == "active" else one.state,
        covers=covered(one.covers),
        findings=0 if over else findings,
        by=one.by,
        approver=one.approver,
        reason=one.reason,
        compensating=one.compensating,
        until=one.until,
        given_at=one.given_at,
        file=one.file,
        ended_at=one.ended_at,
        ended_by=one.ended_by,
        ended_why=one.ended_why,
    )
