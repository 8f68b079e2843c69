"""At the end of a cycle: the state of every control, its drift, and the gaps nobody evidences."""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from agent.gaps.acceptances import tolerated
from agent.gaps.causes import MOST_CAUSES
from agent.gaps.events import (
    Cause,
    ControlDrifted,
    ControlState,
    Event,
    EvidenceStale,
    FindingClosed,
    FindingOpened,
    FindingReopened,
)
from agent.gaps.lifecycle import GapBook, GapKey, Moment
from agent.gaps.states import ALL_CONTROLS, Standing, control_state
from agent.judging import Rules
from agent.places import Places
from agent.store import earlier, queries
from checks.contract import Check, Outcome, Severity
from collectors.evidence.record import Instant


@dataclass(frozen=True, kw_only=True)
class Concluded:
    """The end of a cycle."""

    events: Sequence[Event]
    drifted: tuple[str, ...]
    worsened: tuple[str, ...]
    incomplete: int
    """On how many of the snapshots of this cycle some verdict is not known."""


class Tally:
    """The states of controls from one conclusion after the other, however many there are."""

    def __init__(
        self,
        checks: Mapping[str, Check[Any, Any]],
        controls: Iterable[str],
        accepted: Container[tuple[str, str, str]] = (),
    ) -> None:
        """All checks there are, the controls in scope, and what of failures is accepted."""
        self._checks = checks
        self._accepted = accepted
        self._outcomes: dict[str, set[Outcome]] = {control: set() for control in controls}
        self._put_off: set[str] = set()

    def add(self, row: Standing | earlier.Concluded, *, stale: bool = False) -> None:
        """What one check concluded over one scope; on stale evidence it is unknown."""
        check = self._checks.get(row.check)
        if check is None:
            return
        outcome = Outcome.UNDETERMINED if stale else row.conclusion
        about = check.controls if row.control == ALL_CONTROLS else (row.control,)
        for control in self._outcomes.keys() & set(about):
            if self._is_put_off(row, outcome):
                self._put_off.add(control)
            else:
                self._outcomes[control].add(outcome)

    def _is_put_off(self, row: Standing | earlier.Concluded, outcome: Outcome) -> bool:
        failed = outcome is Outcome.FAILED
        return failed and (row.check, row.scope, row.control) in self._accepted

    @property
    def states(self) -> dict[str, ControlState]:
        """The state of every control: the worst of what its checks conclude."""
        return {
            control: control_state(outcomes, accepted=control in self._put_off)
            for control, outcomes in self._outcomes.items()
        }


def conclude_controls(
    connection: Connection,
    *,
    rules: Rules,
    causes: Iterable[Cause],
    book: GapBook,
    moment: Moment,
    doubtful: Places,
) -> Concluded:
    """Work out every control's state from what stands, and say what changed.

    The causes are those of this cycle and of cycles that were killed before it; doubtful are the
    snapshots of this cycle on which some verdict is undetermined, and become those on which
    some conclusion is.
    """
    tally = Tally(rules.checks, rules.controls, tolerated(queries.failing(connection)))
    late: dict[tuple[str, str], Instant] = {}
    for row in earlier.each_conclusion(connection):
        stale = rules.is_stale(row.collector, row.observed_at, moment.at)
        tally.add(row, stale=stale)
        if stale:
            late[row.collector, row.scope] = row.observed_at
        if row.cycle == moment.cycle and (stale or row.conclusion is Outcome.UNDETERMINED):
            doubtful.add(row.collector, row.scope)
    states = tally.states
    before = {name: known.state for name, known in queries.controls(connection).items()}
    every_cause = tuple(causes)
    drifts = [
        ControlDrifted(
            at=moment.at,
            cycle=moment.cycle,
            control=control,
            before=before.get(control),
            after=state,
            causes=_of(control, every_cause, rules.checks) if control in before else (),
        )
        for control, state in sorted(states.items())
        if before.get(control) is not state
    ]
    told = {(t.what, t.scope) for t in queries.troubles(connection, kind="evidence_stale")}
    stale_events = [
        EvidenceStale(
            at=moment.at, cycle=moment.cycle, collector=name, scope=scope, observed_at=seen
        )
        for (name, scope), seen in sorted(late.items())
        if (name, scope) not in told
    ]
    changed = [drift for drift in drifts if drift.before is not None]
    return Concluded(
        events=[
            *stale_events,
            *_nobody_evidences(connection, states, rules.controls, book, moment),
            *drifts,
        ],
        drifted=tuple(drift.control for drift in changed),
        worsened=tuple(d.control for d in changed if d.after is ControlState.DEFICIENT),
        incomplete=len(doubtful),
    )


def control_states(
    rows: Iterable[Standing],
    checks: Mapping[str, Check[Any, Any]],
    controls: Iterable[str],
    *,
    stale: Iterable[Standing] = (),
    accepted: Collection[tuple[str, str, str]] = (),
) -> dict[str, ControlState]:
    """The state of every control: the worst of what its checks conclude.

    Args:
        rows: What the checks concluded.
        checks: Every check there is.
        controls: The controls in scope.
        stale: Those of the rows that rest on evidence too old: they are unknown.
        accepted: Check, scope and control of what fails and is accepted as a whole.
    """
    too_old = set(stale)
    tally = Tally(checks, controls, accepted)
    for row in rows:
        tally.add(row, stale=row in too_old)
    return tally.states


def state_of(
    rows: Iterable[Standing],
    stale: Container[Standing],
    accepted: Container[tuple[str, str, str]],
) -> ControlState:
    """What some conclusions say together; a failure that is accepted is no success."""
    outcomes = {row: Outcome.UNDETERMINED if row in stale else row.conclusion for row in rows}
    put_off = {
        row
        for row, outcome in outcomes.items()
        if outcome is Outcome.FAILED and (row.check, row.scope, row.control) in accepted
    }
    return control_state(
        (outcome for row, outcome in outcomes.items() if row not in put_off),
        accepted=bool(put_off),
    )


def _nobody_evidences(
    connection: Connection,
    states: Mapping[str, ControlState],
    controls: Mapping[str, str],
    book: GapBook,
    moment: Moment,
) -> list[Event]:
    """A control without any evidence is a gap as well; it closes when somebody evidences it."""
    events: list[Event] = []
    open_now = {
        gap.control: gap.number for gap in queries.gaps(connection, check=None, state="open")
    }
    for control, state in sorted(states.items()):
        if state is ControlState.NOT_EVIDENCED:
            key: GapKey = (None, control, "company", None)
            issue = f"Nothing evidences this control: {controls[control]}"
            _, happened = book.line(key, issue=issue, severity=Severity.MEDIUM, moment=moment)
            if happened:
                events.append(happened)
        elif control in open_now:
            events.append(book.close(open_now[control], moment))
    return events


def causes_of_a_killed_cycle(connection: Connection, cycle: int) -> Iterator[Cause]:
    """What earlier cycles found after the last one that came to its end."""
    finished = queries.last_entry(connection, "cycle_finished")
    kinds = ("finding_opened", "finding_reopened", "finding_closed")
    began = queries.last_entry(connection, "cycle_started")
    between = queries.entries(connection, after=finished, before=began, kind=kinds)
    return (
        Cause(
            check=event.check,
            scope=event.scope,
            subject=event.subject,
            name=event.name,
            before=None if isinstance(event, FindingClosed) else event.before,
            after=event.verdict,
        )
        for _, event in between
        if isinstance(event, FindingOpened | FindingReopened | FindingClosed)
        and event.cycle != cycle
    )


def _of(
    control: str, causes: Iterable[Cause], checks: Mapping[str, Check[Any, Any]]
) -> tuple[Cause, ...]:
    found = [cause for cause in causes if control in _about(cause, checks.get(cause.check))]
    return tuple(found[:MOST_CAUSES])


def _about(cause: Cause, check: Check[Any, Any] | None) -> tuple[str, ...]:
    """The controls a cause speaks of; one that does not say, of a check that tells apart, none."""
    if check is None or (check.controls_of and not cause.controls):
        return ()
    return cause.controls or check.controls
