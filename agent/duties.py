"""What people owe and what they have decided, held against the store at one moment.

Nothing is decided here: time passes, and what fails is matched with what is tolerated.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection

from agent.gaps.acceptances import (
    Acceptances,
    Limits,
    Owned,
    ReviewedFile,
    accepted,
    as_of,
    expired,
    is_tolerated,
    synced,
)
from agent.gaps.deadlines import deadlines_told
from agent.gaps.events import (
    AcceptanceGiven,
    AcceptanceWithdrawn,
    Event,
    FindingOpened,
    FindingReopened,
    FindingsAccepted,
    GapOpened,
)
from agent.gaps.lifecycle import Moment, finding_of, gap_of
from agent.gaps.owners import owner_of, owner_of_all
from agent.gaps.states import LEFT, Finding, Gap
from agent.store import queries
from checks.contract import Severity


@dataclass(frozen=True, kw_only=True)
class Duties:
    """The operator's part in what people owe."""

    deadlines: Mapping[Severity, timedelta] = field(default_factory=dict)
    remind: timedelta = timedelta(0)
    """How long before its day a deadline approaches; nothing tells of none."""
    limits: Limits = field(default_factory=lambda: Limits(longest={}))
    owners: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By control: what an owner can be named by, narrowest first."""
    file: ReviewedFile | None = None
    """The acceptances reviewed in Git; `None` if there is no such file, or it cannot be read."""

    def owner(self, gap: Gap, left: Iterable[Finding]) -> str | None:
        """Who answers for a gap: whoever was assigned, or else the configured owner."""
        return gap.owner or owner_of_all(left, gap.scope, self._words(gap), self.owners)

    def owner_under(self, gap: Gap | None, finding: Finding) -> str | None:
        """Who answers for one finding: whoever was assigned its gap, or its own owner."""
        if gap is not None and gap.owner:
            return gap.owner
        return owner_of(finding, finding.scope, self._words(gap), self.owners)

    def _words(self, gap: Gap | None) -> tuple[str, ...]:
        return self.words.get(gap.control, ()) if gap else ()


def time_passed(connection: Connection, duties: Duties, moment: Moment) -> list[Event]:
    """What only the passing of time brings about: acceptances end, deadlines draw near or pass.

    What another acceptance covers as well comes under that one.
    """
    due = [one for one in queries.acceptances(connection, state="active") if one.over(moment.at)]
    under = {one.number: queries.findings(connection, acceptance=one.number) for one in due}
    alone = queries.gaps(connection, acceptance=set(under)) if due else []
    free = [as_of(finding, under) for findings in under.values() for finding in findings]
    of_them = queries.gaps_numbered(connection, {finding.gap for finding in free})
    owned = _owned(free, of_them, duties)
    return [
        *(expired(one, under[one.number], alone, moment) for one in due),
        *accepted(owned, in_force(connection, duties, moment), moment),
        *deadlines_told(
            queries.each_gap(connection, state="open"),
            deadlines=duties.deadlines,
            remind=duties.remind,
            owner=lambda gap: duties.owner(gap, _left(connection, gap)),
            tolerated=lambda gap: _is_tolerated(connection, gap, under),
            moment=moment,
        ),
    ]


def in_force(connection: Connection, duties: Duties, moment: Moment) -> Acceptances:
    """The acceptances that cover something at a moment."""
    active = queries.acceptances(connection, state="active")
    return Acceptances(
        active=[one for one in active if not one.over(moment.at)],
        limits=duties.limits,
        now=moment.at,
    )


def came_under(
    connection: Connection, duties: Duties, happened: Sequence[Event], moment: Moment
) -> list[FindingsAccepted]:
    """Which of the findings that are just about to open somebody tolerates already."""
    new = [e for e in happened if isinstance(e, FindingOpened | FindingReopened)]
    acceptances = in_force(connection, duties, moment) if new else None
    if acceptances is None or not acceptances.active:
        return []
    about = {event.gap for event in new}
    gaps = {gap.number: gap for gap in queries.gaps_numbered(connection, about)}
    gaps |= {e.number: gap_of(e) for e in happened if isinstance(e, GapOpened)}
    return accepted(_owned(map(finding_of, new), gaps.values(), duties), acceptances, moment)


def reviewed(
    connection: Connection, duties: Duties, moment: Moment
) -> list[AcceptanceGiven | AcceptanceWithdrawn]:
    """What the reviewed file says that the log does not know yet."""
    if duties.file is None:
        return []
    gaps = queries.gaps(connection)
    told = synced(
        duties.file,
        queries.acceptances(connection),
        _owned(queries.findings(connection, state=LEFT), gaps, duties),
        gaps,
        limits=duties.limits,
        moment=moment,
    )
    return list(told)


def _owned(findings: Iterable[Finding], gaps: Iterable[Gap], duties: Duties) -> list[Owned]:
    by_number = {gap.number: gap for gap in gaps}
    return [(one, duties.owner_under(by_number.get(one.gap), one)) for one in findings]


def _left(connection: Connection, gap: Gap) -> list[Finding]:
    return queries.findings(connection, gap=gap.number, state=LEFT)


def _is_tolerated(connection: Connection, gap: Gap, over: Container[int]) -> bool:
    left = [as_of(finding, over) for finding in _left(connection, gap)]
    return is_tolerated(gap, left) and (bool(left) or gap.acceptance not in over)
