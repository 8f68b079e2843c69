"""By when a gap has to be closed, and what time alone brings about."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, timedelta

from agent.gaps.events import DeadlineApproaching, DeadlineMissed
from agent.gaps.lifecycle import Moment
from agent.gaps.states import Gap
from checks.contract import Severity

UNCONFIGURED = timedelta(days=90)


def due(gap: Gap, deadlines: Mapping[Severity, timedelta]) -> date:
    """The day that was agreed, or else so long after it was opened as its severity allows."""
    return gap.due or gap.since.astimezone(UTC).date() + deadlines.get(gap.severity, UNCONFIGURED)


def deadlines_told(
    gaps: Iterable[Gap],
    *,
    deadlines: Mapping[Severity, timedelta],
    remind: timedelta,
    owner: Callable[[Gap], str | None],
    tolerated: Callable[[Gap], bool],
    moment: Moment,
) -> Iterator[DeadlineApproaching | DeadlineMissed]:
    """Which deadlines draw near or have passed since it was last told; each date is told once.

    A gap may be closed until the end of its day, in UTC. One that was missed is not told to be
    approaching any more.

    Args:
        gaps: All gaps.
        deadlines: How long gaps of a severity may stay open.
        remind: How long before its day a deadline approaches; nothing tells of none.
        owner: Who answers for a gap; asked only of those that are told.
        tolerated: Whether all that is left of a gap is accepted; asked only when it is due.
        moment: When this is asked.
    """
    today = moment.at.astimezone(UTC).date()
    for gap in gaps:
        day = due(gap, deadlines)
        near = bool(remind) and day - remind <= today <= day and gap.reminded_of != day
        late = day < today and gap.missed != day
        if gap.state != "open" or not (near or late) or tolerated(gap):
            continue
        tell = DeadlineMissed if late else DeadlineApproaching
        yield tell(at=moment.at, cycle=moment.cycle, number=gap.number, due=day, owner=owner(gap))
